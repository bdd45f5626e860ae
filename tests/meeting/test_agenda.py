"""The agenda: a team's day, its pack, confirmed the day before."""

from datetime import date, timedelta

import pytest

from coach.acting import Acting
from coach.acting.planning import FARTHEST
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.errors import AlreadyDecided, BadInput, NotAllowed, NotReleased
from coach.game.pack import Pack, PackWords
from coach.game.rounds import PlanOptions
from coach.people.rights import LOCAL, Role, Who

LEADER = Who("l", "班长", Role.LEADER, frozenset({DEMO_TEAM}))


@pytest.fixture
def pack(demo: Services) -> Pack:
    return demo.packs.listed()[0]


def tomorrow(demo: Services) -> date:
    return demo.today() + timedelta(days=1)


def again(demo: Services, pack: Pack, team: str = "") -> Pack:
    """Another pack of the same call, not released."""
    return demo.prepare(pack.recording_id, PlanOptions(count=2), PackWords(team=team))


def test_planned_confirmed_and_there_in_the_morning(demo: Services, pack: Pack) -> None:
    leader = Acting(demo, LEADER)
    leader.plan(pack.id, DEMO_TEAM, tomorrow(demo))
    (x,) = leader.agenda()
    assert (x.pack.id, x.ready, x.confirmed) == (pack.id, True, False)
    leader.confirm(x.planned)
    (x,) = leader.agenda()
    assert x.confirmed
    assert x.planned.confirmed_by == "班长"
    agent = Acting(demo, Who("a", "小王", Role.AGENT, frozenset({DEMO_TEAM})))
    assert [y.pack.id for y in agent.agenda()] == [pack.id]


def test_what_is_not_released_is_not_confirmed(demo: Services, pack: Pack) -> None:
    leader = Acting(demo, LEADER)
    new = again(demo, pack)
    leader.plan(new.id, DEMO_TEAM, tomorrow(demo))
    (x,) = leader.agenda()
    assert not x.ready
    with pytest.raises(NotReleased):
        leader.confirm(x.planned)


def test_withdrawn_after_it_was_confirmed_it_is_open_again(demo: Services, pack: Pack) -> None:
    leader = Acting(demo, LEADER)
    leader.plan(pack.id, DEMO_TEAM, tomorrow(demo))
    leader.confirm(leader.agenda()[0].planned)
    demo.gate.withdraw(pack.clips[:1], "质检")
    assert not leader.agenda()[0].confirmed


def test_one_pack_a_day_and_a_change_needs_confirming_anew(demo: Services, pack: Pack) -> None:
    leader, new = Acting(demo, LEADER), again(demo, pack)
    leader.plan(pack.id, DEMO_TEAM, tomorrow(demo))
    (old,) = leader.agenda()
    leader.confirm(old.planned)
    leader.plan(new.id, DEMO_TEAM, tomorrow(demo))
    (x,) = leader.agenda()
    assert (x.pack.id, x.planned.confirmed_by) == (new.id, "")
    with pytest.raises(AlreadyDecided):
        leader.confirm(old.planned)
    leader.unplan(x.planned)
    assert leader.agenda() == []


def test_yesterday_is_over_and_next_year_is_too_far(demo: Services, pack: Pack) -> None:
    leader = Acting(demo, LEADER)
    for days in (-1, FARTHEST + 1):
        with pytest.raises(BadInput):
            leader.plan(pack.id, DEMO_TEAM, demo.today() + timedelta(days=days))


def test_leaders_plan_for_their_own_team(demo: Services, pack: Pack) -> None:
    for who, team in ((LEADER, "别的班"), (LEADER, ""), (Who("a", "小王", Role.AGENT), DEMO_TEAM)):
        with pytest.raises(NotAllowed):
            Acting(demo, who).plan(pack.id, team, tomorrow(demo))
    other = again(demo, pack, "别的班")
    with pytest.raises(BadInput):
        Acting(demo, LOCAL).plan(other.id, DEMO_TEAM, tomorrow(demo))
    Acting(demo, LOCAL).plan(pack.id, DEMO_TEAM, tomorrow(demo), "甲")
    assert Acting(demo, Who("x", "别人", Role.LEADER, frozenset({"别的班"}))).agenda() == []


def test_with_its_call_it_is_off_the_agenda(demo: Services, pack: Pack) -> None:
    local = Acting(demo, LOCAL)
    local.plan(pack.id, DEMO_TEAM, tomorrow(demo))
    demo.erasing.erase(pack.recording_id, "admin", "test")
    assert local.agenda() == []
