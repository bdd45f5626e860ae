"""Sound in the room, in a real browser: one player at a time, listen first, speed and captions are kept."""

import pytest

from tests.playing import place
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT

pytestmark = MARKS
SPY = """
  window.players = [];
  const Real = window.Audio;
  window.Audio = function (...all) { const made = new Real(...all); window.players.push(made); return made; };
"""


@pytest.fixture
def context(browser):  # type: ignore[no-untyped-def]
    found = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    found.add_init_script(SPY)
    found.set_default_timeout(WAIT)
    yield found
    found.close()


def stage(context, app: App):  # type: ignore[no-untyped-def]
    """A session of its own at its first question, in a page of its own."""
    pack = app.services.packs.listed()[-1]
    session = app.services.host.open(pack.id, [(None, "甲"), (None, "乙")])
    page = context.new_page()
    page.goto(f"{app.url}/stage?session={session.id}")
    page.wait_for_selector(".stage main")
    page.keyboard.press("Space")
    page.wait_for_selector(".stage.sounding")
    return page, session.id


def test_one_player_sounds_across_pages(context, app: App) -> None:  # type: ignore[no-untyped-def]
    first, _ = stage(context, app)
    second, _ = stage(context, app)
    first.wait_for_selector(".stage:not(.sounding)")
    assert second.evaluate("() => window.players.filter((p) => !p.paused).length") == 1
    first.keyboard.press("p")
    first.wait_for_selector(".stage.sounding")
    second.wait_for_selector(".stage:not(.sounding)")


def test_a_question_is_heard_before_it_is_read_unless_captions_are_on(context, app: App) -> None:  # type: ignore[no-untyped-def]
    page, _ = stage(context, app)
    words = page.locator(".speech.question")
    assert not words.is_visible()
    page.keyboard.press("c")
    words.wait_for(state="visible")
    page.keyboard.press("c")
    words.wait_for(state="hidden")
    page.wait_for_selector("[data-do=next]:not([disabled])")
    words.wait_for(state="visible")


def test_speed_is_kept_for_the_next_page_and_the_pitch_with_it(context, app: App) -> None:  # type: ignore[no-untyped-def]
    page, _ = stage(context, app)
    page.keyboard.press("?")
    page.locator(".keys select[data-sound=speed]").select_option("1.25")
    again, _ = stage(context, app)
    found = again.evaluate(
        "() => window.players.map((p) => [p.playbackRate, p.preservesPitch, p.volume])"
    )
    assert [1.25, True, 1] in found


def test_the_guess_is_left_out_with_one_key(context, app: App) -> None:  # type: ignore[no-untyped-def]
    page, session = stage(context, app)
    host = app.services.host

    place(app.services, session, "note")
    page.wait_for_selector(".stage[data-step=note]")
    page.wait_for_timeout(450)  # a key sooner is the same press
    page.keyboard.press("g")
    page.wait_for_selector(".stage[data-step=question]")
    assert host.view(session)["step"]["round"] == 1
