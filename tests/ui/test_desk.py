"""The repair desk in a real browser: three typical faults in half a minute, nothing lost."""

import time

import pytest

from tests.conftest import DEMO
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT

pytestmark = MARKS


def faulty(app: App) -> str:
    """The first demo call, freshly imported, with 亲情号 heard as 青青号."""
    s = app.services
    found = next(r for r in s.calls.listed() if r.source_name.startswith("01"))
    raw = next(DEMO.glob("01*.transcript.json")).read_text("utf-8")
    wrong = app.data / "wrong.json"
    wrong.write_text(
        raw.replace("亲情号", "青青号").replace('"亲"', '"青"').replace('"情"', '"青"')
    )
    s.put_transcript(found.id, wrong, "wrong.json")
    return found.id


@pytest.fixture
def page(browser, app: App):  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    found = context.new_page()
    found.set_default_timeout(WAIT)
    yield found
    context.close()


def opened(page, app: App, call: str):  # type: ignore[no-untyped-def]
    page.goto(f"{app.url}/desk?call={call}")
    page.locator(".desk.ready .line").first.wait_for()
    page.locator(".desk canvas").click(position={"x": 400, "y": 110})
    return page


def saved(page) -> None:  # type: ignore[no-untyped-def]
    page.locator(".desk .state", has_text="已保存").wait_for()


def texts(app: App, call: str) -> list[str]:
    return [line.text for line in app.services.repairing.lines(call)]


def test_three_typical_faults_take_half_a_minute(page, app: App, record_property) -> None:  # type: ignore[no-untyped-def]
    """A wrong word, a wrong role, a turn to be split: keys only, timed, all kept, all undone."""
    call = faulty(app)
    opened(page, app, call)
    before = texts(app, call)
    begun = time.monotonic()
    # 1: a wrong word
    row = next(i for i, text in enumerate(before) if "青青号" in text)
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for _ in before[row]:
        page.keyboard.press("ArrowLeft")
    for _ in range(before[row].index("青青号")):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.type("亲情")
    page.keyboard.press("Enter")
    saved(page)
    assert "亲情号" in texts(app, call)[row]
    # 2: a wrong role
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    saved(page)
    # 3: two turns in one
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Enter")
    page.locator(".desk .line").nth(len(before)).wait_for()
    saved(page)
    took = time.monotonic() - begun
    record_property("seconds", round(took, 2))
    after = texts(app, call)
    assert len(after) == len(before) + 1
    assert "".join(after) == "".join(before).replace("青青号", "亲情号")
    kinds = [r.repair.kind for r in app.services.repairing.revisions(call)]
    assert kinds == ["text", "role", "split"]
    assert took < 30
    for _ in range(3):
        page.keyboard.press("u")
    page.locator(".desk [data-do=undo][disabled]").wait_for()
    assert texts(app, call) == before


def test_a_corrected_word_goes_into_the_glossary_and_to_other_calls(page, app: App) -> None:  # type: ignore[no-untyped-def]
    call = faulty(app)
    other = next(r for r in app.services.calls.listed() if r.source_name.startswith("02"))
    line = app.services.repairing.lines(other.id)[0]
    spoilt = {"do": "text", "id": line.id, "text": f"{line.text}青青号"}
    app.services.repairing.do(other.id, spoilt, "test")
    opened(page, app, call)
    box = page.locator(".desk .line .text", has_text="青青号")
    box.fill(box.inner_text().replace("青青号", "亲情号"))
    page.keyboard.press("Enter")
    page.locator(".desk .learn", has_text="亲情").wait_for()
    page.keyboard.press("g")
    page.locator(".desk .learn", has_text="另外 1 通").wait_for()
    page.keyboard.press("a")
    page.locator(".desk .learn", has_text="改正了 1 句").wait_for()
    assert texts(app, other.id)[0].endswith("亲情号")
    assert any("青" in w for t in app.services.glossary.listed() for w in t.wrong)


def test_bounds_are_dragged_and_the_place_is_kept_over_a_reload(page, app: App) -> None:  # type: ignore[no-untyped-def]
    call = faulty(app)
    opened(page, app, call)
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    current = page.locator(".desk .line.current")
    line_id = current.get_attribute("data-id")
    line = next(x for x in app.services.repairing.lines(call) if x.id == line_id)
    box = page.locator(".desk canvas").bounding_box()
    span = 16.0  # seconds the desk draws
    length = max(span, (line.end - line.start) * 1.5)
    begin = max(0.0, (line.start + line.end) / 2 - length / 2)
    x = box["x"] + box["width"] * (line.end - begin) / length
    page.mouse.move(x, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(x + 30, box["y"] + 40, steps=4)
    page.mouse.up()
    saved(page)
    moved = next(x for x in app.services.repairing.lines(call) if x.id == line_id)
    assert moved.end == pytest.approx(line.end + 30 * length / box["width"], abs=0.1)
    assert moved.text == line.text
    page.reload()
    page.locator(".desk.ready .line.current").wait_for()
    assert page.locator(".desk .line.current").get_attribute("data-id") == line_id


def test_what_is_typed_outlasts_a_server_that_is_gone_for_a_moment(page, app: App) -> None:  # type: ignore[no-untyped-def]
    call = faulty(app)
    opened(page, app, call)
    page.route("**/api/desk/*", lambda route: route.abort())
    box = page.locator(".desk .line .text").nth(2)
    box.fill("改过的一句话")
    box.blur()
    page.locator(".desk .state.bad", has_text="正在重试").wait_for()
    page.unroute("**/api/desk/*")
    saved(page)
    assert "改过的一句话" in texts(app, call)


def test_escape_drops_what_was_typed(page, app: App) -> None:  # type: ignore[no-untyped-def]
    call = faulty(app)
    opened(page, app, call)
    before = texts(app, call)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("不要的字")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    saved(page)
    assert texts(app, call) == before
    assert [r.repair.kind for r in app.services.repairing.revisions(call)] == ["doubt"]
