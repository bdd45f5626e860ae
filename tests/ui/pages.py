"""Pages by AppTest: one opened by its name, and what it says."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from coach.ui import server
from coach.ui.server import MAIN

SCREENS = Path(server.__file__).parent / "screens"
PAGES = sorted(p.stem for p in SCREENS.glob("[a-z]*.py"))


def page(name: str, *, language: str = "zh", **query: str) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.session_state["coach_language"] = language
    at.run()
    for key, value in query.items():
        at.query_params[key] = value
    at.switch_page(str(SCREENS / f"{name}.py"))
    at.run()
    assert not at.exception, at.exception
    return at


def texts(at: AppTest) -> str:
    parts = [
        *at.title,
        *at.subheader,
        *at.caption,
        *at.markdown,
        *at.info,
        *at.warning,
        *at.error,
        *at.success,
    ]
    shown = [str(p.value) for p in parts] + [p.proto.body for p in at.get("html")]
    return "\n".join(shown).replace("\\", "")
