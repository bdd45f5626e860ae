"""The stage by keyboard alone: what is typed is never lost, and nothing holds the keys."""

from coach.game.phases import EntryKind
from tests.playing import place
from tests.ui.app import App
from tests.ui.browser import MARKS, at, opened, press, show

pytestmark = MARKS


def written(app: App, session_id: str) -> dict[str, str]:
    """Answers to the first question, by name."""
    session = app.services.host.table(session_id).session
    names = {s.id: s.name for s in session.seats}
    return {names[e.seat]: e.text for e in session.of(EntryKind.ANSWER, 0)}


def test_one_line_after_the_other_is_written_down_and_a_space_goes_on(page, app: App) -> None:
    session = opened(app, 3)
    names = [s.name for s in session.seats]
    place(app.services, session.id, "answer")
    show(page, app, session)
    box = page.locator("textarea[name=text]")
    box.focus()
    for text, done in (("先道歉", 1), ("我查一下", 2)):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.get_by_text(f"{done} / 3 人已答").wait_for()
        assert box.input_value() == ""
    assert written(app, session.id) == {names[0]: "先道歉", names[1]: "我查一下"}
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Tab")  # to the button beside it
    page.keyboard.press("Space")  # presses it
    page.get_by_text("3 / 3 人已答").wait_for()
    assert written(app, session.id)[names[2]] == "第一行\n第二行"
    at(page, "answer")
    press(page, "Space", "share")  # in the empty box


def test_what_is_typed_when_the_step_goes_on_is_kept(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "answer")
    show(page, app, session)
    page.locator("textarea[name=text]").focus()
    page.keyboard.type("还没按记下")
    page.keyboard.press("Escape")
    press(page, "Space", "share")
    assert written(app, session.id) == {session.seats[0].name: "还没按记下"}


def test_from_the_end_a_key_leads_to_the_record(page, app: App) -> None:
    session = opened(app)
    place(app.services, session.id, "summary")
    show(page, app, session)
    page.keyboard.press("Space")
    page.locator("[data-do=leave]").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/records?*")


def test_the_end_asks_while_phones_have_not_signed_in(page, app: App) -> None:
    session = opened(app)
    joining = app.services.joining
    joining.join(joining.open(session.id), session.seats[0].name, session.seats[0].person_id)
    place(app.services, session.id, "summary")
    show(page, app, session)
    asked = []
    page.on("dialog", lambda d: (asked.append(d.message), d.dismiss()))
    with page.expect_event("dialog"):
        page.keyboard.press("Space")
    assert asked == ["还有 2 人没签到。现在结束吗？"]
    assert not app.services.host.table(session.id).session.state.ended
