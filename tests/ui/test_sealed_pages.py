"""Pages over data whose key is missing: a sentence that says what to do, never a traceback."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import coach.ui.page
from coach.bootstrap import build
from coach.settings import Settings
from coach.ui import server
from tests.calls.test_destroying import imported
from tests.calls.test_sealing import NEW, OLD

MAIN = Path(server.__file__).parent / "main.py"


@pytest.mark.parametrize("page", ["call", "desk", "prepare", "recordings", "today"])
def test_a_key_taken_away_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    recording_id = imported(build(Settings(data_dir=tmp_path / "data", key=OLD)), tmp_path)
    build(Settings(data_dir=tmp_path / "data", key=f"{NEW},{OLD}")).engine.dispose()
    s = build(Settings(data_dir=tmp_path / "data", key=NEW))
    for module in (server, coach.ui.page):
        monkeypatch.setattr(module, "services", lambda: s)
    at = AppTest.from_file(str(MAIN), default_timeout=30).run()
    at.switch_page(f"screens/{page}.py")
    at.query_params["call"] = recording_id
    at.run()
    assert not at.exception
    told = [e.value for e in at.error]
    if page in ("recordings", "today"):
        assert told == [], "what needs no key goes on"
    else:
        assert any("现在没有这个密钥" in text for text in told)
