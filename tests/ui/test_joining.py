"""The door of a room: a code, a name, a seat; what was tried and what is refused."""

from pathlib import Path

from coach.people.rights import Role
from tests.ui.app import running_app
from tests.ui.hall import Hall, member, opened


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


def test_codes_cannot_be_tried_out(demo_template: Path, tmp_path: Path) -> None:
    with running_app(demo_template, tmp_path) as app:  # its address is kept out for a minute
        app.services.signing.first("admin", "admin", "correct horse 7")
        tried(opened(app))


def tried(hall: Hall) -> None:
    assert hall.ask("GET", "/room", Accept="text/html")[1]["location"] == "/join"
    tries = [hall.join("ABCDEF")[0] for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert hall.join(hall.code) == (429, ""), "also with the right one, for a minute"
