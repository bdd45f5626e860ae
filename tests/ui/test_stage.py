"""What the stage is told, beside the host's view: who may be named, which ways in stand on it."""

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.game.session import Session
from coach.i18n import Translator
from coach.people.rights import Role, Who
from coach.ui import playing
from coach.ui.address import Address
from coach.ui.playing import stage_data
from tests.playing import place

pytestmark = pytest.mark.usefixtures("own_services")
T = Translator("zh")
LEADER = Who("l", "班长", Role.LEADER, frozenset({DEMO_TEAM}))


@pytest.fixture
def leader(demo: Services, monkeypatch: pytest.MonkeyPatch) -> Acting:
    monkeypatch.setattr(playing, "phones", lambda: Address("http://10.0.0.2:8501", True))
    return Acting(demo, LEADER)


@pytest.fixture
def session(demo: Services, leader: Acting) -> Session:
    team = demo.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members]
    return leader.open(demo.packs.listed()[0].id, people, team=team)


def test_with_a_phone_in_the_room_it_names_nobody_who_has_not_answered(
    demo: Services, leader: Acting, session: Session
) -> None:
    place(demo, session.id, "answer")
    assert not stage_data(leader, T, session.id)["hidden"], "the leader ticks names on one laptop"
    code = leader.door(session.id)
    assert stage_data(leader, T, session.id)["hidden"]
    demo.joining.join(code, session.seats[0].name, session.seats[0].person_id)
    leader.lock(session.id)
    told = stage_data(leader, T, session.id)
    assert "door" not in told
    assert told["hidden"], "who is in still answers by phone"


def test_the_way_to_the_retest_stands_at_the_end_with_the_door_locked_too(
    demo: Services, leader: Acting, session: Session
) -> None:
    leader.door(session.id)
    leader.lock(session.id)
    place(demo, session.id, "summary")
    assert "svg" in stage_data(leader, T, session.id)["again"]["qr"]


def test_what_is_sent_again_to_a_server_that_was_started_anew_is_made_once(
    demo: Services, leader: Acting, session: Session
) -> None:
    """Its number is forgotten then, so the stage sends it again: the same promise, the same seat."""
    sent = [
        {"action": "promise", "who": "林晓", "what": "先安抚", "days": 7, "new": "a1"},
        {"action": "join", "name": "晚到的", "new": "a2"},
        {"action": "promise", "who": "林晓", "what": "先安抚", "days": 7, "new": "a3"},
    ]
    for event in (*sent, *sent[:2]):
        playing._do(leader, T, session.id, event)
    assert len(demo.forms.promises(session.id)) == 2, "the third is one of its own"
    seats = [x.name for x in demo.host.table(session.id).session.seats]
    assert seats.count("晚到的") == 1
    for name in (
        "又一位",
        "再一位",
    ):  # of a page older than the server: without a name for what it makes
        playing._do(leader, T, session.id, {"action": "join", "name": name})
    assert {"又一位", "再一位"} <= {x.name for x in demo.host.table(session.id).session.seats}


def test_who_is_asked_stays_until_the_leader_who_sees_it_asks_another(
    demo: Services, leader: Acting, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(demo, session.id, "answer")

    def asked(draw: int, instead: str) -> str:
        monkeypatch.setattr("coach.game.host.secrets.randbelow", lambda n: min(draw, n - 1))
        playing._do(leader, T, session.id, {"action": "pick", "instead": instead})
        return str(demo.host.view(session.id)["picked"])

    first = asked(0, "")
    assert asked(1, "") == first, "sent again by a screen that showed nobody yet"
    assert asked(1, first) != first
