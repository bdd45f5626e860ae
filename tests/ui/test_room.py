"""Visitors: joining by a code, over real HTTP and in a browser; nothing but the room's step is theirs."""

import json

import pytest

from coach.errors import StepLocked
from coach.game.pack import PackRound
from coach.game.phases import Action, EntryKind
from coach.i18n import Translator
from coach.people.rights import Role, Who
from coach.ui.room import ROOMS, Room
from coach.ui.tokens import Tickets
from tests.playing import place
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT
from tests.ui.hall import Hall, entry, listening, opened, post

CLOSED = [
    "/", "/stage", "/audit", "/account", "/api/audit", "/api/clip/x", "/api/desk/x",
    "/_stcore/metrics", "/_stcore/host-config", "/media/x",
]  # fmt: skip


def test_a_visitor_hears_the_step_the_room_is_at_and_nothing_else(hall: Hall) -> None:
    status, cookie = hall.join(hall.code.lower())
    assert status == 303
    question = hall.app.services.packs.listed()[0].rounds[0].question.text
    page = hall.ask("GET", "/room", cookie)
    assert page[0] == 200
    assert question not in page[2].decode()
    assert "script-src 'self'" in page[1]["content-security-policy"]
    hall.act(Action.NEXT)
    assert question in hall.ask("GET", "/room", cookie)[2].decode()
    sound = hall.sound(cookie)
    assert hall.ask("GET", sound, cookie)[0] == 200
    assert hall.ask("GET", sound, cookie, Range="bytes=0-99")[0] == 206
    assert hall.ask("GET", sound)[0] == 401, "the address alone opens nothing"
    other = hall.join(hall.code, "另一位")[1]
    assert hall.ask("GET", sound, other)[0] == 401, "nor does it for another visitor"
    hall.act(Action.SKIP)
    assert hall.ask("GET", sound, cookie)[0] == 403, "the room is further"
    assert hall.ask("HEAD", sound, cookie)[0] == 403
    for path in CLOSED:
        assert hall.ask("GET", path, cookie)[0] in (303, 401, 403), path
    hall.act(Action.END)
    assert hall.ask("GET", "/api/room", cookie)[0] == 401
    assert hall.ask("GET", "/room", cookie, Accept="text/html")[1]["location"] == "/join"


def test_an_answer_is_kept_changed_and_locked(hall: Hall) -> None:
    s = hall.app.services
    cookie = hall.join(hall.code)[1]
    assert post(hall, cookie, entry("answer", "太早"))[0] == 422
    hall.act(Action.NEXT)
    hall.act(Action.SKIP)
    assert post(hall, cookie, entry("answer", "先道歉"))[0] == 200
    assert post(hall, cookie, entry("answer", "先道歉，再查。电话13800138000"))[0] == 200
    (mine,) = s.host.table(hall.session).session.of(EntryKind.ANSWER, 0)
    assert mine.text == "先道歉，再查。电话[手机号]"
    assert "先道歉" in hall.ask("GET", "/room", cookie)[2].decode(), "after a reload too"
    other = hall.join(hall.code, "另一位")[1]
    assert "先道歉" not in hall.ask("GET", "/room", other)[2].decode()
    hall.act(Action.NEXT)  # 大家说
    status, said = post(hall, cookie, entry("answer", "改一改"))
    assert (status, "error" in said) == (422, True)
    assert "先道歉" in hall.ask("GET", "/room", other)[2].decode(), "on the wall, for all"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (entry("answer", "x" * 5000), 422),
        (entry("answer", "<script>alert(1)</script> ‮反‬ 😀"), 200),
        (entry("answer", "😀" * 20), 200),
        (entry("answer", ""), 200),  # passed
        (entry("answer", "x", 99), 422),
        (entry("answer", "x", -1), 422),
        (entry("record", "x"), 422),
        ("[]", 422),
        ("{", 422),
        ("[" * 10000, 422),
        ('{"kind": "answer", "round": 0, "text": "\\ud800"}', 200),
        (" " * 100_000, 422),
        (entry("answer", "x", seat="somebody-else"), 200),  # it is one's own seat that writes
    ],
)
def test_what_phones_may_send(answering: Hall, body: str, status: int) -> None:
    found = post(answering, answering.cookie, body)
    assert found[0] == status, found
    assert "<script>" not in answering.ask("GET", "/room", answering.cookie)[2].decode().replace(
        '<script src="/coach-static/room.js"', ""
    )
    entries = answering.app.services.host.table(answering.session).session.entries
    assert {e.seat for e in entries} <= {
        answering.app.services.joining.guest(answering.cookie).seat_id
    }


@pytest.fixture(scope="module")
def answering(house: App) -> Hall:
    """A room that is asked how they would answer, and a phone in it."""
    made = opened(house)
    made.cookie = made.join(made.code)[1]
    made.act(Action.NEXT)
    made.act(Action.SKIP)
    return made


def test_a_phone_says_something_only_where_it_may_write(hall: Hall, answering: Hall) -> None:
    cookie = hall.join(hall.code)[1]
    for room, phone, locked in ((hall, cookie, True), (answering, answering.cookie, False)):
        status, _, said = room.ask("POST", "/api/room/said", phone, "not a sound")
        assert status == 422
        assert (StepLocked.zh in said.decode()) == locked


def test_notes_are_ones_own_unless_shared(hall: Hall) -> None:
    one, two = hall.join(hall.code, "一")[1], hall.join(hall.code, "二")[1]
    place(hall.app.services, hall.session, "note")
    assert post(hall, one, entry("note", "只给自己", shared=False))[0] == 200
    assert post(hall, two, entry("note", "给大家看", shared=True))[0] == 200
    place(hall.app.services, hall.session, "summary")
    notes = hall.app.services.host.view(hall.session)["summary"]["rounds"][0]["notes"]
    assert notes == ["给大家看"]
    assert "只给自己" in hall.ask("GET", "/room", one)[2].decode()
    assert "只给自己" not in hall.ask("GET", "/room", two)[2].decode()


def test_a_phone_is_told_of_each_step_and_of_nothing_before_it(hall: Hall) -> None:
    """Every frame and every answer that a phone receives in a whole session is searched."""
    pack = hall.app.services.packs.listed()[0]
    cookie = hall.join(hall.code)[1]
    secret = {
        i: [x for x in (r.question, r.answer, r.follow) if x is not None]
        for i, r in enumerate(pack.rounds)
    }
    with listening(hall, cookie) as socket:
        frames = [json.loads(socket.recv(10))]
        while not frames[-1]["ended"]:
            state = hall.app.services.host.table(hall.session)
            page = hall.ask("GET", "/room", cookie)[2].decode()
            seen = json.dumps(frames, ensure_ascii=False) + page
            reached = {s.clip for s in state.steps[: state.session.state.reached + 1]}
            for lines in secret.values():
                for line in lines:
                    if line.clip not in reached:
                        assert line.clip not in seen
                        assert line.text not in seen
            shown = {n for r in pack.rounds if r.answer.clip in reached for n in names(r)}
            for r in pack.rounds:
                if r.answer.clip not in reached:
                    assert not any(p in seen for k in r.key_points for p in k.phrasings)
                    assert not any(n in seen for n in names(r) - shown), "nor what it is about"
            writing = hall.app.services.host.view(hall.session).get("writing")
            if writing and writing["open"]:  # what one wrote is marked only beside the benchmark
                post(hall, cookie, entry(writing["kind"], "您别急，我帮您看看", writing["round"]))
            last = state.session.state.reached + 1 == len(state.steps)
            hall.act(Action.END if last else Action.SKIP)
            frames.append(json.loads(socket.recv(10)))
    assert len(frames) == len(state.steps) + 1
    assert pack.rounds[-1].answer.text in json.dumps(frames, ensure_ascii=False), (
        "it was revealed in the end"
    )


def names(r: PackRound) -> set[str]:
    return {k.name for k in r.key_points}


def test_a_phone_that_was_removed_is_told_at_once(hall: Hall) -> None:
    from websockets.exceptions import ConnectionClosed

    cookie = hall.join(hall.code)[1]
    seat = hall.app.services.joining.guest(cookie).seat_id
    with listening(hall, cookie) as socket:
        socket.recv(10)
        hall.app.services.host.remove(hall.session, seat)
        with pytest.raises(ConnectionClosed):
            socket.recv(10)
    from websockets.exceptions import InvalidStatus

    with pytest.raises((InvalidStatus, ConnectionClosed)), listening(hall, cookie) as socket:
        socket.recv(10)


@pytest.mark.parametrize("path", ["/join", "/api/room", "/room"])
def test_another_site_cannot_use_it(hall: Hall, path: str) -> None:
    assert hall.ask("POST", path, body="code=x", Origin="https://evil.example")[0] == 403


def test_sessions_that_ended_with_nobody_there_are_not_held_in_memory(house: App) -> None:
    s = house.services
    room = Room(lambda: s, lambda: Tickets("key"), None, None)  # type: ignore[arg-type]
    for _ in range(ROOMS + 3):
        hall = opened(house)
        found = s.joining.guest(s.joining.join(hall.code, "访客"))
        me = Who(found.seat_id, found.name, Role.VISITOR, session=hall.session)
        room._pushed(me, Translator("zh"), s.host.table(hall.session).session.phase)
    assert len(room._read) == ROOMS


class TestInABrowser:
    pytestmark = MARKS

    def test_what_is_sent_without_a_network_arrives_once_there_is_one(  # type: ignore[no-untyped-def]
        self, browser, hall: Hall
    ) -> None:
        place(hall.app.services, hall.session, "answer")
        context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
        cookie = hall.join(hall.code, "地铁里")[1]
        context.add_cookies([{"name": "coach_guest", "value": cookie, "url": hall.app.url}])
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{hall.app.url}/room")
        box = page.get_by_label("换成你，怎么答？")
        context.set_offline(True)
        for text in ("先道歉", "先道歉，再查"):
            box.fill(text)
            page.get_by_role("button", name="发送").click()
        page.locator(".state.error", has_text="连不上").wait_for()
        assert "fetch" not in page.locator("main").inner_text(), "a sentence, not a browser's word"
        context.set_offline(False)
        page.get_by_text("收到了").wait_for()
        (mine,) = hall.app.services.host.table(hall.session).session.of(EntryKind.ANSWER, 0)
        assert mine.text == "先道歉，再查", "the newest of what was sent"
        context.close()

    @pytest.mark.parametrize("width", [390, 1366])
    def test_a_phone_follows_the_room(self, browser, hall: Hall, width: int) -> None:  # type: ignore[no-untyped-def]
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{hall.app.url}/join?code={hall.code}")
        page.get_by_label("名字").fill("小访")
        page.get_by_role("button", name="加入").click()
        page.wait_for_url("**/room?*")
        page.get_by_text("今天听什么").wait_for()
        hall.act(Action.NEXT)
        page.get_by_text("客户来问").wait_for()
        page.evaluate("() => document.querySelector('audio').play()")
        page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.reload()
        page.get_by_text("客户来问").wait_for()
        hall.act(Action.END)
        page.get_by_text("分享会已结束").wait_for()
        hall.act(Action.REOPEN)
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_text("客户来问").wait_for()
        context.close()
