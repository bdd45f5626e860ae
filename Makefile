# Two commands matter: `make demo` and `make test`. Both rest on `make install`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet -c .ci/constraints.txt

.PHONY: install demo test test-quick check format bench clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml .ci/constraints.txt coach/ui/player/package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	$(BIN)/python -m coach.ui.assets
	@touch $@

$(VENV)/.tools: $(VENV)/.installed
	$(PIP) -e '.[test]'
	@touch $@

demo: install
	$(BIN)/coach demo

test: $(VENV)/.tools
	$(BIN)/python -m pytest -n 3 --dist loadfile -rs

test-quick: $(VENV)/.tools
	$(BIN)/python -m pytest -n 2 tests/calls tests/game tests/people tests/meeting

check: $(VENV)/.tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy coach
	$(BIN)/lint-imports

format: $(VENV)/.tools
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.tools
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) coach/ui/player/node_modules coach/ui/static/wavesurfer.js
