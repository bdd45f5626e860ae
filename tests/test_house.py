"""The house rules, proven: format, lint, types, direction of imports, size of files and functions."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command", [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy", "coach"], ["lint-imports"]],
    ids=["format", "lint", "types", "imports"],
)  # fmt: skip
def test_the_tools_agree(command: list[str]) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def sources() -> list[Path]:
    return [*sorted((ROOT / "coach").rglob("*.py")), ROOT / "app.py"]


def test_no_file_is_above_400_lines_and_no_function_above_40() -> None:
    tall = []
    for path in sources():
        if "migrations/versions" in path.as_posix():
            continue
        text = path.read_text("utf-8")
        if text.count("\n") > 400:
            tall.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > 41:
                    tall.append(f"{path.name}: {node.name} has {length} lines")
    assert tall == []


def test_every_module_says_what_it_is_for() -> None:
    assert [
        p.name for p in sources() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ] == []
