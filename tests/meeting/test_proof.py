"""成效: balanced by lot, everybody against themselves, and nothing concluded too early."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.errors import NotAllowed
from coach.game.phases import Action, EntryKind, Kind
from coach.game.recalling import When
from coach.meeting.proof import (
    LEAST,
    Recalled,
    assign,
    compare,
    half_life,
    kept,
    paired_effect,
    people_needed,
    teams_needed,
    weeks_needed,
)
from coach.people.rights import LOCAL, Role, Who
from tests.playing import place, played_before


@given(st.lists(st.integers(0, 1), min_size=1, max_size=40))
def test_as_often_one_as_the_other_whatever_the_lot(lots: list[int]) -> None:
    past: list[bool] = []
    for lot in lots:
        past.append(assign(past, lambda n, lot=lot: lot))
    assert abs(2 * sum(past) - len(past)) <= 1


def both(person: str, paused: float, straight: float, when: When = When.CLOSING) -> list[Recalled]:
    return [
        Recalled(person, "a", False, when, 0, paused),
        Recalled(person, "b", True, when, 0, straight),
    ]


def test_everybody_is_compared_with_themselves() -> None:
    found = [r for i in range(LEAST) for r in both(f"p{i}", 0.6 + 0.1 * (i % 2), 0.4)]
    one_sided = [Recalled("only", "a", False, When.CLOSING, 0, 1.0)]
    x = compare([*found, *one_sided], When.CLOSING)
    assert x is not None
    assert (x.people, x.straight) == (LEAST, pytest.approx(0.4))
    assert x.effect > 0
    assert x.low < x.effect < x.high
    assert not x.enough, "too few to conclude anything"
    assert compare(found[:-2], When.CLOSING) is None
    assert compare(found, When.WEEK) is None


def test_the_effect_and_how_many_people_it_takes() -> None:
    d, low, high = paired_effect([1.0, 3.0] * 10)
    assert d == pytest.approx(2 / (math.sqrt(20 / 19)), abs=1e-6)
    assert (high + low) / 2 == pytest.approx(d)
    assert paired_effect([0.2] * 5)[1] == -math.inf, "no spread, no effect size"
    assert (people_needed(0.5), people_needed(0.35)) == (34, 66)  # G*Power: 34, 67
    assert (teams_needed(66, 10), weeks_needed(5), weeks_needed(1)) == (7, 2, 3)


def test_how_long_until_half_is_forgotten() -> None:
    found = [
        r
        for i in range(LEAST)
        for r in (
            Recalled(f"p{i}", "a", False, When.CLOSING, 0, 0.8),
            Recalled(f"p{i}", "a", False, When.WEEK, 7, 0.4),
        )
    ]
    assert half_life(found) == (pytest.approx(7.0), LEAST)
    assert half_life(found[2:]) is None, "too few"
    assert [(k.days, round(k.share, 2), k.count) for k in kept(found)] == [
        (0, 1.0, LEAST),
        (7, 0.5, LEAST),
    ]
    assert kept(found[2:]) == [], "nothing that few people could be known by"
    assert half_life([r for r in found if r.when is When.CLOSING]) is None


class TestATeam:
    leader = Who("l", "班长", Role.LEADER, frozenset({DEMO_TEAM}))

    def play(self, demo: Services) -> str:
        team = demo.teams.listed()[0]
        people = [(m.id, m.name) for m in team.members]
        s = Acting(demo, self.leader)
        opened = s.open(demo.packs.listed()[0].id, people, team=team)
        place(demo, opened.id, "recall")
        for seat in opened.seats:
            demo.host.write(opened.id, EntryKind.RECALL, -1, seat.id, "共情、给出方案")
        demo.host.act(opened.id, Action.END)
        return opened.id

    def test_paused_and_straight_by_turns_once_it_is_on(self, demo: Services) -> None:
        s = Acting(demo, self.leader)
        assert not demo.host.table(self.play(demo)).session.straight
        s.compare(DEMO_TEAM, on=True)
        straight = [demo.host.table(self.play(demo)) for _ in range(2)]
        assert sorted(t.session.straight for t in straight) == [False, True], "one of each"
        kinds = {x.kind for t in straight if t.session.straight for x in t.steps}
        assert kinds.isdisjoint({Kind.ANSWER, Kind.GUESS, Kind.NOTE, Kind.SHARE})
        s.compare(DEMO_TEAM, on=False)
        assert not s.comparing(DEMO_TEAM)
        found = s.proof(DEMO_TEAM)
        assert found.sessions == 3
        assert {r.straight for r in found.recalled} == {True, False}
        assert found.compared[0].people == 6
        assert found.points["有共情"] == (18, 18)

    def test_a_retest_counts_for_the_session_it_recalls(self, demo: Services) -> None:
        first = self.play(demo)
        played_before(demo, first, 1)
        s = Acting(demo, self.leader)
        again = s.retest(first)
        place(demo, again.id, "recall")
        demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情")
        demo.host.act(again.id, Action.END)
        (late,) = [r for r in s.proof(DEMO_TEAM).recalled if r.when is When.NEXT_DAY]
        assert (late.session, late.days) == (first, 1)

    def test_only_of_one_s_own_team(self, demo: Services) -> None:
        for who in (
            Who("x", "别的班长", Role.LEADER, frozenset({"晚班"})),
            Who("g", "班员", Role.AGENT),
        ):
            with pytest.raises(NotAllowed):
                Acting(demo, who).proof(DEMO_TEAM)
            with pytest.raises(NotAllowed):
                Acting(demo, who).compare(DEMO_TEAM, on=True)
        assert Acting(demo, LOCAL).proof(DEMO_TEAM).sessions == 0
        assert Acting(demo, LOCAL).proof().sessions == 0, "all teams together"
        with pytest.raises(NotAllowed):
            Acting(demo, self.leader).proof()

    def test_how_often_the_team_guessed_right(self, demo: Services) -> None:
        s, pack = Acting(demo, self.leader), demo.packs.listed()[0]
        team = demo.teams.listed()[0]
        opened = s.open(pack.id, [(m.id, m.name) for m in team.members], team=team)
        place(demo, opened.id, "guess")
        really = pack.rounds[0].asks or pack.rounds[1].question.text
        for seat, text in zip(opened.seats, (really, "完全不相干"), strict=False):
            demo.host.write(opened.id, EntryKind.GUESS, 0, seat.id, text)
        assert s.proof(DEMO_TEAM).played == [], "it still runs"
        place(demo, opened.id, "recall")
        demo.host.act(opened.id, Action.END)
        (found,) = s.proof(DEMO_TEAM).played
        assert (found.guesses, found.right) == (2, 1)
