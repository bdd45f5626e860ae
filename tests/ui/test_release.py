"""From preparing to the stage, in a browser: nothing is played before somebody listened and signed."""

import pytest

from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT

pytestmark = MARKS


@pytest.fixture
def page(browser, app: App):  # type: ignore[no-untyped-def]
    found = browser.new_context(locale="zh-CN").new_page()
    found.set_default_timeout(WAIT)
    yield found
    found.context.close()


def test_listened_to_signed_and_played(page, app: App) -> None:  # type: ignore[no-untyped-def]
    s = app.services
    call = next(r for r in s.calls.listed() if r.source_name.startswith("01"))
    pack = s.prepare(call.id, PlanOptions(count=6), PackWords(title="待放行"))
    page.goto(f"{app.url}/release?pack={pack.id}")
    player = page.locator("audio.review").first
    player.wait_for(state="attached")
    assert page.get_by_text("手机号", exact=True).count() >= 1  # a token in a masked text
    page.evaluate(
        "() => { window.played = 0; document.addEventListener('play', () => window.played++, true);"
        " const first = document.querySelector('audio.review'); first.muted = true;"
        " first.playbackRate = 4; first.play(); }"
    )
    page.wait_for_function("window.played >= 2")  # the next one follows by itself
    form = page.get_by_test_id("stForm").first
    form.get_by_label("放行人").fill("林晓")
    form.get_by_role("button", name="放行").click()
    page.get_by_text("请先听完").wait_for()
    assert not s.gate.released(pack.clips)
    form.get_by_text("我从头到尾听过").click()
    form.get_by_role("button", name="放行").click()
    page.get_by_text("没有听过").wait_for()  # the tick alone does not do
    page.evaluate(
        "() => Promise.all([...document.querySelectorAll('audio.review')].map(a => fetch(a.src)))"
    )
    form.get_by_role("button", name="放行").click()
    page.wait_for_url("**/stage**")
    assert s.gate.released(pack.clips)
    assert s.clips.events(pack.clips[0])[-1].by == "林晓"
