"""The game in a real browser: keys, sound, locks, reload, second tab, killed server, no leak."""

import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from coach.bootstrap import new_id
from coach.game.pack import Line, Poor
from coach.game.phases import Kind
from tests.playing import place
from tests.ui.app import App, start
from tests.ui.browser import MARKS, at, opened, press, show

pytestmark = MARKS


def test_one_key_plays_a_round(page, app: App) -> None:
    """Space: the question sounds and stops; nothing moves while it sounds; then answers, lock,
    benchmark, note, guess, and the customer's next words answer the guess."""
    session = opened(app)
    show(page, app, session)
    at(page, "opening")
    page.keyboard.press("Space")
    at(page, "question")
    page.wait_for_selector(".stage.sounding")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert app.services.host.table(session.id).session.state.reached == 1
    assert page.locator(".word.now").count() <= 1
    page.wait_for_selector("[data-do=next]:not([disabled])")
    page.keyboard.press("Space")
    at(page, "answer")
    page.get_by_role("button", name="林晓").click()
    page.wait_for_selector("[data-do=seat][aria-pressed=true]")
    page.locator("select[name=seat]").select_option(label="陈默")
    page.locator("textarea[name=text]").fill("可以办 亲情号 的")
    page.locator("textarea[name=text]").press("Space")  # a space in a text is no step
    page.locator("form[data-form=write] button").click()
    page.locator("[data-do=seat][aria-pressed=true]").nth(1).wait_for()
    page.keyboard.press("Escape")
    page.locator(".stage header .name").click()
    press(page, "ArrowRight", "share")
    assert "可以办 亲情号 的" in page.locator(".wall").inner_text()
    press(page, "Space", "benchmark")
    page.keyboard.press("k")
    page.wait_for_selector(".veil")
    page.keyboard.press("k")
    page.wait_for_selector(".veil", state="detached")
    press(page, "Shift+ArrowRight", "note")
    press(page, "Space", "guess")
    page.locator("textarea[name=text]").fill("外省能不能加")
    page.locator("form[data-form=write] button").click()
    page.wait_for_selector("[data-do=seat][aria-pressed=true]")
    page.locator(".stage header .name").click()
    press(page, "Space", "question")
    assert "外省能不能加" in page.locator(".guesses").inner_text()
    entries = app.services.host.table(session.id).session.entries
    assert {e.text for e in entries} == {"", "可以办 亲情号 的", "外省能不能加"}


def test_the_clip_stops_where_it_was_cut(page, app: App) -> None:
    page.add_init_script(
        "window.heard = []; const play = Audio.prototype.play;"
        "Audio.prototype.play = function () { if (!this.seen) { this.seen = true;"
        " this.addEventListener('ended', () => window.heard.push([this.currentTime, this.duration])); }"
        " return play.call(this); };"
    )
    session = opened(app)
    show(page, app, session)
    page.keyboard.press("Space")
    at(page, "question")
    page.wait_for_function("() => window.heard.length === 1", timeout=30_000)
    (((position, duration),)) = page.evaluate("() => window.heard")
    clip = app.services.host.table(session.id).pack.rounds[0].question
    assert duration == pytest.approx(clip.seconds, abs=0.02)
    assert position <= duration + 0.05


def test_nothing_unrevealed_crosses_the_wire(page, app: App) -> None:
    """Every frame and response of a session up to the answer: no text of what is to come."""
    seen: list[str] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: seen.append(_text(data))))
    page.on("response", lambda r: seen.append(r.url))
    session = opened(app)
    show(page, app, session)
    page.keyboard.press("Space")
    at(page, "question")
    page.wait_for_selector("[data-do=next]:not([disabled])")
    page.keyboard.press("Space")
    at(page, "answer")
    rounds = app.services.host.table(session.id).pack.rounds
    traffic = "\n".join(seen)
    assert _crossed(rounds[0].question, traffic), "the capture works"
    hidden = [line for r in rounds for line in (r.answer, r.follow) if line is not None]
    for line in [*hidden, *(r.question for r in rounds[1:])]:
        assert not _crossed(line, traffic), line.text


def _crossed(line: Line, traffic: str) -> bool:
    """Its text, plain or as JSON escapes it, or its clip."""
    return any(x in traffic for x in (line.text, json.dumps(line.text)[1:-1], line.clip))


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "ignore")


def test_a_reload_and_a_second_tab_show_the_same_step(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "answer")
    show(page, app, session)
    page.reload()
    at(page, "answer")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".stage[data-step=answer]")
    press(page, "Space", "share")
    other.wait_for_selector(".stage[data-step=share]")  # it is told, nobody touches it
    assert app.services.host.table(session.id).session.state.reached == 3
    other.close()


def test_a_killed_server_loses_nothing(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "answer")
    show(page, app, session)
    page.get_by_role("button", name="林晓").click()
    page.wait_for_selector("[data-do=seat][aria-pressed=true]")
    app.process.send_signal(signal.SIGKILL)
    app.process.wait()
    app.process = start(app.data, app.port)
    page.reload()
    at(page, "answer")
    assert page.locator("[data-do=seat][aria-pressed=true]").inner_text() == "林晓"


def test_the_last_step_ends_in_the_record(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "summary")
    show(page, app, session)
    page.on("dialog", lambda d: d.accept())
    page.locator("[data-do=end]").click()
    page.locator("[data-do=leave]").click()
    page.wait_for_selector("text=录音分享记录")
    assert app.services.host.table(session.id).session.state.ended


def test_a_record_takes_its_leader_less_than_a_minute(page, app: App, record_property) -> None:  # type: ignore[no-untyped-def]
    """Two promises by key on the stage, signed on its page; four signs a second."""
    session = opened(app)
    place(app.services, session.id, "summary")
    show(page, app, session)
    begun = time.monotonic()
    page.keyboard.press("n")
    for what in ("每通先说一句您别急", "说清几号生效"):
        page.keyboard.type(what, delay=250)
        page.keyboard.press("Enter")
        page.locator(".promises li", has_text=what).wait_for()
    page.keyboard.press("Escape")
    page.locator(".seats [data-do=seat]").first.click()
    page.locator(".seats [aria-pressed=true]").wait_for()
    page.keyboard.press("Space")  # the end
    page.locator("[data-do=leave]").click()
    page.get_by_label("谁签字").fill("王芳")
    page.get_by_role("button", name="签字", exact=True).click()
    page.get_by_text("第 1 版").wait_for()
    seconds = time.monotonic() - begun
    record_property("seconds_for_a_record", round(seconds, 1))
    made = app.services.forms.promises(session.id)
    assert [(p.who, p.what) for p in made] == [
        (session.seats[0].name, "每通先说一句您别急"),
        (session.seats[0].name, "说清几号生效"),
    ]
    (signed,) = app.services.forms.versions(session.id)
    assert signed.body["signed_in"] == session.seats[0].name
    assert seconds < 60


def test_a_promise_is_taken_back_on_the_stage(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "recall")
    show(page, app, session)
    page.keyboard.press("n")
    page.keyboard.type("写错了")
    page.keyboard.press("Enter")
    page.locator(".promises li").wait_for()
    page.locator("[data-do=unpromise]").click()
    page.locator(".promises li").wait_for(state="detached")
    assert app.services.forms.promises(session.id) == []


def test_colleagues_answers_only_after_the_benchmark(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "share")
    show(page, app, session)
    page.keyboard.press("b")
    assert page.locator("[data-do=nearest]").count() == 0
    press(page, "Space", "benchmark")
    assert page.locator(".nearest").count() == 0
    page.keyboard.press("b")
    page.wait_for_selector(".nearest li")
    assert page.locator(".nearest li").count() >= 1  # as many as are near enough


def test_alone_one_s_answer_stands_beside_the_benchmark(page, app: App) -> None:
    page.goto(f"{app.url}/practice")
    page.get_by_label("不在名单里").fill("新人")
    page.get_by_label("不在名单里").press("Tab")
    page.get_by_role("button", name="开始练").click()
    page.wait_for_selector(".stage main")
    press(page, "Space", "question")
    press(page, "Shift+ArrowRight", "answer")
    page.locator("textarea[name=text]").fill("我的回答")
    page.locator("form[data-form=write] button").click()
    page.wait_for_selector(".mine")
    page.locator(".stage header .name").click()
    press(page, "Space", "benchmark")
    assert "我的回答" in page.locator(".wall").inner_text()


def test_an_upload_in_the_browser(page, app: App, tmp_path: Path) -> None:
    from tests.factories import tone_wav

    page.goto(f"{app.url}/recordings")
    page.get_by_text("导入录音").first.click()
    bad = tmp_path / "坏.wav"
    bad.write_text("no")
    page.locator(".upload input[type=file]").set_input_files(
        [tone_wav(tmp_path / "好 来电.wav", 4), bad]
    )
    page.wait_for_selector(".upload li.failed")
    assert "不是能读的录音" in page.locator(".upload li.failed").inner_text()
    page.wait_for_selector("text=导入了 1 通")
    assert any(r.title == "好 来电" for r in app.services.calls.listed())


def test_fast_clicks_are_all_kept(page, app: App) -> None:
    session = opened(app, 6)
    place(app.services, session.id, "answer")
    show(page, app, session)
    at(page, "answer")
    page.locator(".stage").evaluate(
        "stage => stage.querySelectorAll('[data-do=seat]').forEach(seat => seat.click())"
    )
    page.locator("[data-do=seat][aria-pressed=true]").nth(5).wait_for()
    assert len(app.services.host.table(session.id).session.entries) == 6


def test_a_pause_outlasts_a_reload_and_the_clip_goes_on(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "opening")
    show(page, app, session)
    page.keyboard.press("Space")
    page.wait_for_selector(".stage.sounding")
    page.keyboard.press("k")
    page.wait_for_selector(".veil")
    page.keyboard.press("p")  # nothing sounds under the veil
    assert page.locator(".stage.sounding").count() == 0
    page.reload()
    page.wait_for_selector(".veil")
    page.locator(".stage header .name").click(force=True)
    page.keyboard.press("k")
    page.wait_for_selector(".stage.sounding")


def test_a_clip_that_failed_once_can_be_played_again(page, app: App) -> None:
    session = opened(app)
    show(page, app, session)
    page.route("**/api/clip/*", lambda route: route.abort())
    page.keyboard.press("Space")
    page.wait_for_selector(".stage.failed")
    page.unroute("**/api/clip/*")
    page.keyboard.press("p")
    page.wait_for_selector(".stage.sounding")


def test_the_end_is_silent(page, app: App) -> None:
    session = opened(app)
    show(page, app, session)
    page.keyboard.press("Space")
    page.wait_for_selector(".stage.sounding")
    page.once("dialog", lambda d: d.accept())
    page.locator("[data-do=end]").click()
    page.wait_for_selector("[data-do=leave]")
    page.wait_for_selector(".stage:not(.sounding)")


def test_the_call_is_a_picture(page, app: App) -> None:
    target = next(r for r in app.services.calls.listed() if r.roles)
    page.goto(f"{app.url}/call?call={target.id}")
    picture = page.locator("[data-testid=stImage] img").first
    picture.wait_for()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stImage] img').naturalWidth > 500"
    )
    assert picture.bounding_box()["height"] > 20


SIZES = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})


def too_wide(page) -> list[int]:
    """Widths at which the page scrolls sideways."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        if page.evaluate("() => document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(size["width"])
    return found


PAGES = [
    "",
    "prepare",
    "stage",
    "records",
    "practice",
    "recordings",
    "call",
    "library",
    "teams",
    "system",
]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(page, app: App, name: str) -> None:
    page.goto(f"{app.url}/{name}")
    page.wait_for_selector("h1")
    assert too_wide(page) == []


@pytest.mark.parametrize("kind", [k.value for k in Kind])
def test_no_step_of_the_stage_scrolls_sideways(page, app: App, kind: str) -> None:
    s = app.services
    plain = s.packs.listed()[-1]
    poor = Poor(plain.rounds[0].answer.clip, "查不到，" * 40, 8.0, "没有先安抚", voice=False)
    rounds = (replace(plain.rounds[0], poor=poor), *plain.rounds[1:])
    contrast = replace(plain, id=new_id(), rounds=rounds)
    s.packs.add(contrast)
    session = s.host.open(contrast.id, [(None, f"人{i}") for i in range(6)])
    place(app.services, session.id, kind)
    show(page, app, session)
    at(page, kind)
    assert too_wide(page) == []
