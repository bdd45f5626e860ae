"""A real Chromium for tests: what every browser test module shares."""

from __future__ import annotations

import pytest

from coach.game.session import Session
from tests.conftest import CHROMIUM
from tests.ui.app import App

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium is not there (Debian: apt-get install chromium)"
    ),
]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--mute-audio",
]  # fmt: skip
WAIT = 15_000  # milliseconds


def opened(app: App, people: int = 2) -> Session:
    pack = app.services.packs.listed()[-1]
    team = app.services.teams.listed()[0]
    seats = [(m.id, m.name) for m in team.members[:people]]
    return app.services.host.open(pack.id, seats, team_id=team.id, team_name=team.name)


def show(page, app: App, session: Session) -> None:
    page.goto(f"{app.url}/stage?session={session.id}")
    page.wait_for_selector(".stage main")


def at(page, kind: str) -> None:
    page.wait_for_selector(f".stage[data-step={kind}]")


def press(page, key: str, kind: str) -> None:
    """Press a key that moves on; within 400 ms of the last move it would be the same press."""
    page.wait_for_timeout(450)
    page.keyboard.press(key)
    at(page, kind)
