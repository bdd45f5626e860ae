"""One Chromium for each module of browser tests, and one running app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHROMIUM
from tests.ui.app import App, running_app
from tests.ui.browser import FLAGS, WAIT
from tests.ui.hall import Hall, opened


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        found = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def app(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(demo_template, tmp_path_factory.mktemp("app")) as found:
        yield found


@pytest.fixture
def own_services() -> Iterator[None]:
    """The pages' services over this test's data folder, made anew and closed."""
    from coach.ui import server

    server.services.cache_clear()
    server.tickets.cache_clear()
    yield
    server.services().engine.dispose()
    server.services.cache_clear()
    server.tickets.cache_clear()


@pytest.fixture(scope="session")
def house(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app with an account for all rooms; each test has a session of its own in it."""
    with running_app(demo_template, tmp_path_factory.mktemp("room")) as app:
        app.services.signing.first("admin", "admin", "correct horse 7")
        yield app


@pytest.fixture
def hall(house: App) -> Hall:
    return opened(house)


@pytest.fixture
def team(house: App) -> Hall:
    """As ``hall``, with the members of a team; nobody is there yet but the first."""
    s = house.services
    found_team = s.teams.listed()[0]
    first = found_team.members[0]
    found = s.host.open(
        s.packs.listed()[0].id,
        [(first.id, first.name)],
        team_id=found_team.id,
        team_name=found_team.name,
    )
    return Hall(house, found.id, s.joining.open(found.id))


@pytest.fixture(scope="module")
def context(browser):  # type: ignore[no-untyped-def]
    """One for all: its cache spares each test the download of Streamlit's scripts."""
    return browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")


@pytest.fixture
def page(context, app: App):  # type: ignore[no-untyped-def]
    found = context.new_page()
    found.set_default_timeout(WAIT)
    found.outside = []
    found.on(
        "request",
        lambda r: (
            found.outside.append(r.url)
            if not r.url.startswith((app.url, app.url.replace("http", "ws"), "data:", "blob:"))
            else None
        ),
    )
    yield found
    assert found.outside == [], "something asked for an address outside this machine"
    found.close()
