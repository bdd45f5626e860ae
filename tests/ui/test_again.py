"""The link to a re-test: kept from the end of the session, opened the next day, answered on one's own."""

import json
import re

import pytest

from coach.demo import DEMO_TEAM
from coach.game.phases import Action, EntryKind, Mode
from coach.ui.again import again_path
from coach.ui.tokens import Tickets, load_key
from tests.playing import place, played_before
from tests.ui.app import App
from tests.ui.browser import MARKS, WAIT
from tests.ui.hall import Hall, member
from tests.waiting import until


@pytest.fixture
def hall(house: App) -> Hall:
    """A session of three members and its leader's door, at the recall."""
    s = house.services
    team = s.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members[:3]]
    found = s.host.open(
        s.packs.listed()[0].id, people, team_id=team.id, team_name=DEMO_TEAM, leader="班长"
    )
    place(s, found.id, "recall")
    s.host.write(found.id, EntryKind.RECALL, -1, found.seats[0].id, "先共情")
    return Hall(house, found.id, s.joining.open(found.id))


def link(hall: Hall) -> str:
    return again_path(Tickets(load_key(hall.app.data)), hall.session)


def again(hall: Hall):  # type: ignore[no-untyped-def]
    """The re-test of this session."""
    s = hall.app.services
    (found,) = [x for x in s.host.listed() if x.retests == hall.session]
    return s.host.table(found.id).session


def test_members_are_given_it_at_the_end_and_visitors_are_not(hall: Hall) -> None:
    person = hall.app.services.teams.listed()[0].members[0]
    phones = [member(hall, person)[1], hall.join(hall.code, "访客")[1]]
    views = [hall.ask("GET", "/api/room", phone)[2].decode() for phone in phones]
    assert not any("/again/" in v for v in views), "not before the end"
    place(hall.app.services, hall.session, "summary")
    mine, visitors = (json.loads(hall.ask("GET", "/api/room", p)[2])["html"] for p in phones)
    path = re.search(r'href="(/again/[^"]+)"', mine)
    assert path
    assert "/again/" not in visitors
    assert "起可以答" in hall.ask("GET", path[1])[2].decode(), "tomorrow, not today"


def test_it_is_closed_to_whoever_makes_one_up(hall: Hall) -> None:
    good = link(hall)
    for path in ("/again/x", good[:-2] + "xx", "/again/" + "x" * 3000):
        assert hall.ask("GET", path)[0] == 404
    other = Tickets("another key").give(again=hall.session)
    assert hall.ask("GET", f"/again/{other}")[0] == 404
    clip = Tickets(load_key(hall.app.data)).give(session=hall.session, clip="x", to="")
    assert hall.ask("GET", f"/again/{clip}")[0] == 404, "a ticket for something else"


def test_the_next_day_it_leads_to_one_s_own_seat_and_afterwards_to_the_result(hall: Hall) -> None:
    s = hall.app.services
    hall.act(Action.END)
    played_before(s, hall.session, 1)
    for method in ("GET", "HEAD"):
        assert hall.ask(method, link(hall))[0] == 200
        assert not [x for x in s.host.listed() if x.retests == hall.session], "a look opens nothing"
    assert "开始 45 秒" in hall.ask("GET", link(hall))[2].decode()
    status, headers, _ = hall.ask("POST", link(hall))
    assert status == 303
    room = Hall(hall.app, again(hall).id, headers["location"].split("=")[1])
    names = room.ask("GET", headers["location"])[2].decode()
    assert all(seat.name in names for seat in again(hall).seats)
    assert "访客" not in names, "it is for those who were there"
    assert room.join(room.code, "访客")[0] == 422
    assert member(room, s.teams.listed()[0].members[-1])[0] == 422
    phone, *_ = [member(room, person)[1] for person in s.teams.listed()[0].members[:3]]
    full = room.ask("GET", headers["location"])[2].decode()
    assert "都已经在里面了" in full
    assert 'name="name"' not in full
    page = room.ask("GET", "/room", phone)[2].decode()
    assert 'data-kind="recall"' in page
    assert 'data-seconds="45"' in page
    body = json.dumps({"kind": "recall", "round": -1, "text": "先共情，再说时间"})
    sent = room.ask("POST", "/api/room/entry", phone, body, Content_Type="application/json")
    assert sent[0] == 200
    assert "data-seconds" not in room.ask("GET", "/room", phone)[2].decode(), "it is done"
    assert "全班" not in room.ask("GET", "/api/room", phone)[2].decode(), "not while others answer"
    room.act(Action.SKIP)
    room.act(Action.END)
    said = hall.ask("GET", link(hall))[2].decode()
    assert "做完了" in said
    assert not any(seat.name in said for seat in again(hall).seats), "nobody by name"
    assert "起可以答" in said, "and the one after a week"


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize("width", [390, 1366])
    def test_forty_five_seconds_on_a_phone(self, browser, hall: Hall, width: int) -> None:  # type: ignore[no-untyped-def]
        hall.act(Action.END)
        played_before(hall.app.services, hall.session, 1)
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.clock.install()
        page.goto(hall.app.url + link(hall))
        page.get_by_role("button", name="开始 45 秒").click()
        name = hall.app.services.host.table(hall.session).session.seats[1].name
        page.get_by_role("button", name=name).click()
        page.wait_for_url("**/room?*")
        timer = page.get_by_role("timer")
        assert "45" in timer.inner_text()
        page.clock.run_for(20_000)
        assert "25" in timer.inner_text()
        page.get_by_label("合上记录，说出三个要点").fill("先共情，再给时间")
        page.clock.run_for(30_000)
        assert "时间到了" in timer.inner_text(), "and what was typed is still there"
        page.get_by_role("button", name="发送").click()
        page.get_by_text("收到了").wait_for()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        until(lambda: again(hall).of(EntryKind.RECALL, -1), "the answer")
        assert again(hall).mode is Mode.RETEST
        context.close()
