"""A session that was played, and who leads it."""

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.game.phases import Action, EntryKind
from coach.people.rights import Role, Who
from tests.playing import place


@pytest.fixture
def played(demo: Services) -> str:
    """A session of four who are there of six, played to its end: two answered the first round."""
    team = demo.teams.listed()[0]
    seats = [(m.id, m.name) for m in team.members[:4]]
    pack = demo.packs.listed()[0]
    session = demo.host.open(
        pack.id, seats, team_id=team.id, team_name=team.name, leader="班长", owner="l"
    )
    for kind, written in (
        ("answer", EntryKind.ANSWER),
        ("note", EntryKind.NOTE),
        ("guess", EntryKind.GUESS),
    ):
        place(demo, session.id, kind)
        for seat in session.seats[:2]:
            demo.host.write(session.id, written, 0, seat.id, f"{seat.name}的话：您先别着急")
    place(demo, session.id, "recall")
    demo.host.write(session.id, EntryKind.RECALL, -1, session.seats[0].id, "先安抚，再说明，再确认")
    demo.host.act(session.id, Action.END)
    return session.id


@pytest.fixture
def leader(demo: Services) -> Acting:
    return Acting(demo, Who("l", "班长", Role.LEADER, frozenset({DEMO_TEAM})))
