"""The door of a room: a code, a name, a seat; what was tried and what is refused."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from coach.errors import CoachError, TooManyTries, WrongCode
from coach.game.joining import KEPT
from coach.game.phases import Action
from coach.people.rights import Role
from coach.ui.plain import TRIES, Tries
from tests.playing import place
from tests.ui.app import App, running_app
from tests.ui.hall import Hall, cookie_of, member, opened, post


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
    assert headers["location"] == f"/room?session={team.session}"
    assert person.id in {x.person_id for x in s.host.table(team.session).session.seats}


def test_codes_cannot_be_tried_out(demo_template: Path, tmp_path: Path) -> None:
    with running_app(demo_template, tmp_path) as app:  # its address is kept out for a minute
        app.services.signing.first("admin", "admin", "correct horse 7")
        tried(opened(app))


def tried(hall: Hall) -> None:
    assert hall.ask("GET", "/room", Accept="text/html")[1]["location"] == "/join"
    tries = [hall.join("ABCDEF")[0] for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert hall.join(hall.code) == (429, ""), "also with the right one, for a minute"


def test_a_whole_room_comes_in_by_one_address_at_once(team: Hall) -> None:
    with ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda i: team.join(team.code, f"访客{i}")[0], range(24)))
    assert found == [303] * 24


def test_at_once_nobody_outruns_the_count() -> None:
    async def wrong(tries: Tries) -> str:
        try:
            async with tries.one("10.0.0.7"):
                await asyncio.sleep(0)
                raise WrongCode()
        except CoachError as error:
            return error.code

    async def all_at_once() -> list[str]:
        tries = Tries()
        return await asyncio.gather(*(wrong(tries) for _ in range(50)))

    codes = asyncio.run(all_at_once())
    assert codes.count(WrongCode().code) == TRIES
    assert codes.count(TooManyTries().code) == 50 - TRIES


def test_one_member_s_seat_is_one_phone_s(team: Hall) -> None:
    """Two who tap the same name at the same moment."""
    person = team.app.services.teams.listed()[0].members[3]
    with ThreadPoolExecutor(2) as pool:
        found = sorted(x[0] for x in pool.map(lambda _: member(team, person), range(2)))
    assert found == [303, 422]


def test_scanned_again_it_leads_back_to_ones_seat(team: Hall) -> None:
    cookie = team.join(team.code, "访客")[1]
    seats = len(team.app.services.host.table(team.session).session.seats)
    status, headers, _ = team.ask("GET", f"/join?code={team.code}&lang=en", cookie)
    assert (status, headers["location"]) == (303, f"/room?session={team.session}")
    assert "coach_language=en" in headers["set-cookie"], "in the language chosen at the door"
    assert len(team.app.services.host.table(team.session).session.seats) == seats


def test_scanned_again_with_the_door_locked_or_the_session_over(team: Hall) -> None:
    cookie = team.join(team.code, "访客")[1]
    team.app.services.joining.close(team.session)
    for _ in range(TRIES + 2):  # none of them is a wrong try
        assert team.ask("GET", f"/join?code={team.code}", cookie)[0] == 303
    assert team.ask("GET", f"/join?code={team.code}")[0] == 422, "for everybody else it is locked"
    team.app.services.joining.open(team.session)
    team.act(Action.END)
    status, _, page = team.ask("GET", f"/join?code={team.code}", cookie)
    assert (status, "已结束" in page.decode()) == (200, True)


def test_a_second_session_does_not_lose_the_first(team: Hall, hall: Hall) -> None:
    first = team.join(team.code, "访客")[1]
    body = urlencode({"code": hall.code, "name": "访客"})
    headers = hall.ask("POST", "/join", first, body)[1]
    both = cookie_of(headers)
    assert hall.app.services.joining.guest(both).session_id == hall.session
    hall.act(Action.END)
    assert hall.app.services.joining.guest(both).session_id == team.session, "back in the meeting"
    hall.act(Action.REOPEN)
    assert hall.app.services.joining.guest(both).session_id == hall.session, "gone on with"
    for mine in (team.session, hall.session):
        page = hall.ask("GET", f"/room?session={mine}", both)[2].decode()
        assert f'data-session="{mine}"' in page, "each page is of its own session"
    body = json.dumps({"kind": "answer", "round": 0, "text": "给班会的"})
    sent = f"/api/room/entry?session={team.session}"
    place(hall.app.services, team.session, "answer")
    assert post(hall, both, body, sent)[0] == 200
    place(hall.app.services, hall.session, "answer")
    assert hall.app.services.host.table(hall.session).session.entries == ()
    team.act(Action.END)
    asked = hall.ask("GET", f"/api/room?session={team.session}", both)
    assert asked[0] == 401, "a page whose session is over is not moved to another"
    assert hall.ask("GET", "/api/room?session=another", both)[0] == 401


def test_of_too_many_sessions_the_seat_in_the_oldest_is_free_again(house: App) -> None:
    rooms = [opened(house) for _ in range(KEPT + 1)]
    cookie = ""
    for room in rooms:
        body = urlencode({"code": room.code, "name": "访客"})
        cookie = cookie_of(room.ask("POST", "/join", cookie, body)[1])
    joining = house.services.joining
    assert cookie.count(".") == KEPT - 1
    held = [bool(joining.taken(house.services.host.table(r.session).session)) for r in rooms]
    assert held == [False, *[True] * KEPT]


def test_who_is_not_on_the_list_any_more_is_told(team: Hall) -> None:
    body = urlencode({"code": team.code, "member": "nobody"})
    status, _, page = team.ask("POST", "/join", body=body)
    assert status == 422
    assert "组员" in page.decode()
    assert f"?code={team.code}&amp;lang=en" in page.decode(), "in the other language, the same door"
