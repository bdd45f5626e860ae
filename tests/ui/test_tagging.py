"""The tagging desk in a real browser: ten exchanges a minute by keys, undo, nobody in the other's way."""

import time

import pytest

from coach.acting import Acting
from coach.acting.reviewing import Asked
from coach.library.tags import current
from coach.people.rights import LOCAL
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT
from tests.waiting import until

pytestmark = MARKS


@pytest.fixture
def page(browser, app: App):  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    found = context.new_page()
    found.set_default_timeout(WAIT)
    found.goto(f"{app.url}/tagging")
    found.locator(".tagging .question").wait_for()
    yield found
    context.close()


def about(page) -> str:  # type: ignore[no-untyped-def]
    return str(page.locator(".tagging .question").inner_text())


def left(app: App) -> int:
    acting = Acting(app.services, LOCAL)
    return app.services.library.reviewing.store.left(acting.chosen(Asked()))


def test_ten_exchanges_are_tagged_in_less_than_a_minute(page, app: App, record_property) -> None:  # type: ignore[no-untyped-def]
    before = left(app)
    begun = time.monotonic()
    for digit in range(10):
        asked = about(page)
        page.keyboard.press(str(digit % 9 + 1))
        page.locator(".tagging [aria-pressed=true]").wait_for()
        page.keyboard.press("n")
        until(lambda asked=asked: about(page) != asked, "the next exchange")
    seconds = time.monotonic() - begun
    record_property("seconds_for_ten", round(seconds, 1))
    assert left(app) == before - 10
    assert seconds < 60
    page.keyboard.press("u")  # back at the tenth, its tag gone
    until(lambda: left(app) == before - 9, "the undone tag")
    page.locator(".tagging [aria-pressed=true]").wait_for(state="detached")


def test_keys_that_come_faster_than_the_server_reach_the_exchange_they_are_meant_for(  # type: ignore[no-untyped-def]
    page, app: App
) -> None:
    acting = Acting(app.services, LOCAL)
    tags = [x.id for x in current(acting.tags())]
    store = app.services.library.reviewing.store
    items = store.items(acting.chosen(Asked()), 3)
    first = about(page)
    assert acting.exchange(items[0]).question.text in first
    for key in "1n2n3n":
        page.keyboard.press(key)
    until(lambda: left(app) == 0 or len(store.tags([i.id for i in items])) == 3, "three tags")
    found = acting.tagged([i.id for i in items])
    assert [found[i.id] for i in items] == [[tag] for tag in tags[:3]]


def test_what_was_put_forward_by_a_key_is_taken_back_by_u(page, app: App) -> None:  # type: ignore[no-untyped-def]
    before = len(app.services.benchmarks.listed())
    page.keyboard.press("b")
    until(lambda: len(app.services.benchmarks.listed()) == before + 1, "put forward")
    page.keyboard.press("u")
    until(lambda: len(app.services.benchmarks.listed()) == before, "taken back")


def test_keys_help_and_typing_are_kept_apart(page, app: App) -> None:  # type: ignore[no-untyped-def]
    page.keyboard.press("?")
    page.locator(".tagging .keys:not([hidden])").wait_for()
    page.get_by_text("标签树").click()
    before = left(app)
    box = page.get_by_label("新标签")
    box.fill("安抚到位1")
    box.press("n")
    assert box.input_value() == "安抚到位1n"
    assert left(app) == before
    assert page.locator(".tagging [aria-pressed=true]").count() == 0


def test_a_tag_is_made_and_set_by_its_button(page, app: App) -> None:  # type: ignore[no-untyped-def]
    page.locator(".tagging .tags button", has_text="主动服务").click()
    page.locator(".tagging [aria-pressed=true]", has_text="主动服务").wait_for()
    names = {t.id: t.name for t in current(Acting(app.services, LOCAL).tags())}
    assert "主动服务" in names.values()


def test_a_phone_shows_it_without_scrolling_sideways(browser, app: App) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN")
    found = context.new_page()
    found.goto(f"{app.url}/tagging")
    found.locator(".tagging .question").wait_for(timeout=WAIT)
    assert found.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
