"""Visitors: joining by a code, over real HTTP and in a browser; nothing but the room's step is theirs."""

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from coach.demo import DEMO_TEAM
from coach.game.pack import PackRound
from coach.game.phases import Action, EntryKind
from coach.people.rights import Role
from coach.people.team import Person
from tests.playing import place
from tests.ui.app import App, running_app
from tests.ui.browser import MARKS, WAIT
from tests.waiting import until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLOSED = [
    "/", "/stage", "/audit", "/account", "/api/audit", "/api/clip/x", "/api/desk/x",
    "/_stcore/metrics", "/_stcore/host-config", "/media/x",
]  # fmt: skip


@dataclass
class Hall:
    """A running app with accounts, an open session and its code."""

    app: App
    session: str
    code: str
    cookie: str = ""

    def ask(
        self, method: str, path: str, cookie: str = "", body: str = "", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=30)
        named = dict(FORM if body else {}) | {k.replace("_", "-"): v for k, v in headers.items()}
        if cookie:
            named["Cookie"] = f"coach_guest={cookie}"
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        found = (answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def join(self, code: str, name: str = "小访") -> tuple[int, str]:
        status, headers, _ = self.ask("POST", "/join", body=urlencode({"code": code, "name": name}))
        found = re.search(r"coach_guest=([^;]+)", headers.get("set-cookie", ""))
        return status, found.group(1) if found else ""

    def act(self, action: Action) -> None:
        host = self.app.services.host
        before = host.table(self.session).session.state.revision

        def acted() -> bool:  # a press too soon after another is ignored
            return host.act(self.session, action).revision > before

        until(acted, action.value)

    def sound(self, cookie: str) -> str:
        page = self.ask("GET", "/room", cookie)[2].decode()
        return (re.search(r'src="(/api/room/clip/[^"]+)"', page) or [""])[0][5:-1]


def opened(app: App) -> Hall:
    """A session of its own, with a code."""
    found = app.services.host.open(
        app.services.packs.listed()[0].id, [(None, "甲")], team_name=DEMO_TEAM
    )
    return Hall(app, found.id, app.services.joining.open(found.id))


@pytest.fixture(scope="module")
def house(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app with an account for all rooms; each test has a session of its own in it."""
    with running_app(demo_template, tmp_path_factory.mktemp("room")) as app:
        app.services.signing.first("admin", "admin", "correct horse 7")
        yield app


@pytest.fixture
def hall(house: App) -> Hall:
    return opened(house)


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


def entry(kind: str, text: str, round_: int = 0, **more: object) -> str:
    return json.dumps({"kind": kind, "round": round_, "text": text, **more})


def post(hall: Hall, cookie: str, body: str, path: str = "/api/room/entry") -> tuple[int, str]:
    status, _, answer = hall.ask("POST", path, cookie, body, Content_Type="application/json")
    return status, answer.decode()


def member(hall: Hall, person: Person) -> tuple[int, str, str]:
    body = urlencode({"code": hall.code, "member": person.id})
    status, headers, answer = hall.ask("POST", "/join", body=body)
    found = re.search(r"coach_guest=([^;]+)", headers.get("set-cookie", ""))
    return status, found.group(1) if found else "", answer.decode()


def test_members_tap_their_name_and_have_one_seat_each(team: Hall) -> None:
    people = team.app.services.teams.listed()[0].members
    names = team.ask("GET", f"/join?code={team.code}")[2].decode()
    assert all(p.name in names for p in people)
    status, cookie, _ = member(team, people[0])
    assert status == 303
    assert team.ask("GET", "/room", cookie)[0] == 200
    seats = team.app.services.host.table(team.session).session.seats
    assert len(seats) == 1, "the one who was ticked is the one who came"
    assert people[0].name not in team.ask("GET", f"/join?code={team.code}")[2].decode()
    status, second, said = member(team, people[0])
    assert (status, second) == (422, "")
    assert "已经有一部手机" in said
    assert team.join(team.code, people[1].name)[0] == 422, "a visitor is nobody's namesake"
    team.app.services.host.remove(team.session, seats[0].id)
    assert team.ask("GET", "/api/room", cookie)[0] == 401
    assert member(team, people[0])[0] == 303, "freed, it can be taken again"


def test_who_is_signed_in_comes_in_as_themselves(team: Hall) -> None:
    s = team.app.services
    found = s.teams.listed()[0]
    person = found.members[2]
    admin = s.signing.who(s.signing.sign_in("admin", "correct horse 7"))
    s.signing.add(admin, "wang", person.name, Role.AGENT, "a-long-password", teams=(found.id,))
    visit = s.signing.sign_in("wang", "a-long-password")
    status, headers, _ = team.ask("GET", f"/join?code={team.code}", Cookie=f"coach_visit={visit}")
    assert status == 303
    assert headers["location"] == "/room"
    assert person.id in {x.person_id for x in s.host.table(team.session).session.seats}


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


def listening(hall: Hall, cookie: str, path: str = "/api/room/live", name: str = "coach_guest"):  # type: ignore[no-untyped-def]
    from websockets.sync.client import connect

    return connect(
        f"ws://127.0.0.1:{hall.app.port}{path}", additional_headers={"Cookie": f"{name}={cookie}"}
    )


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


def test_the_panel_is_the_leaders(team: Hall) -> None:
    s = team.app.services
    visit = s.signing.sign_in("admin", "correct horse 7")
    mine = {"Cookie": f"coach_visit={visit}"}
    panel = team.ask("GET", f"/panel/{team.session}", **mine)[2].decode()
    assert s.host.table(team.session).session.seats[0].name in panel
    assert team.code in panel
    people = s.teams.listed()[0].members
    cookie = member(team, people[1])[1]
    assert team.ask("GET", f"/panel/{team.session}", cookie)[0] in (303, 401)
    address = f"/api/panel/{team.session}"

    def press(**sent: object) -> dict[str, object]:
        body = json.dumps(sent)
        status, _, answer = team.ask(
            "POST", address, "", body, Content_Type="application/json", **mine
        )
        return {"status": status, **json.loads(answer)}

    with listening(team, visit, f"{address}/live", "coach_visit") as socket:
        before = json.loads(socket.recv(10))
        assert press(do="next", seen=before["revision"])["status"] == 200
        assert json.loads(socket.recv(10))["revision"] == before["revision"] + 1
    assert s.host.view(team.session)["step"]["kind"] == "question"
    assert press(do="next", seen=before["revision"])["revision"] == before["revision"] + 1, "stale"
    team.act(Action.SKIP)
    aloud = s.host.table(team.session).session.seats[0].id
    assert press(do="tick", seat=aloud)["status"] == 200
    assert [e.seat for e in s.host.table(team.session).session.of(EntryKind.ANSWER, 0)] == [aloud]
    assert press(do="untick", seat=aloud)["status"] == 200
    assert s.host.table(team.session).session.of(EntryKind.ANSWER, 0) == []
    assert press(do="lock")["status"] == 200
    assert team.join(team.code)[0] == 422
    seat = s.joining.guest(cookie).seat_id
    assert press(do="free", seat=seat)["status"] == 200
    assert team.ask("GET", "/api/room", cookie)[0] == 401
    assert press(do="dance")["status"] == 422
    assert press(do="free", seat="nobody")["status"] == 422
    leader = s.signing.who(visit)
    s.signing.add(leader, "other", "别的班长", Role.LEADER, "correct horse 9")
    other = s.signing.sign_in("other", "correct horse 9")
    status = team.ask("GET", f"/panel/{team.session}", Cookie=f"coach_visit={other}")[0]
    assert status == 403
    assert team.ask("GET", "/panel/nothing", **mine)[0] == 404


def test_codes_cannot_be_tried_out(demo_template: Path, tmp_path: Path) -> None:
    with running_app(demo_template, tmp_path) as app:  # its address is kept out for a minute
        app.services.signing.first("admin", "admin", "correct horse 7")
        tried(opened(app))


def tried(hall: Hall) -> None:
    assert hall.ask("GET", "/room", Accept="text/html")[1]["location"] == "/join"
    tries = [hall.join("ABCDEF")[0] for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert hall.join(hall.code) == (429, ""), "also with the right one, for a minute"


@pytest.mark.parametrize("path", ["/join", "/api/room", "/room"])
def test_another_site_cannot_use_it(hall: Hall, path: str) -> None:
    assert hall.ask("POST", path, body="code=x", Origin="https://evil.example")[0] == 403


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
        page.wait_for_url("**/room")
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
        context.close()
