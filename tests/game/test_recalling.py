"""合上记录: what is recalled at once, the next day and after a week; who is asked by chance."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from coach.acting import Acting
from coach.acting.retesting import by_link, close_old
from coach.bootstrap import Services, now
from coach.demo import DEMO_TEAM
from coach.errors import (
    BadInput,
    DoorLocked,
    NotDue,
    NotReleased,
    SessionEnded,
    StepLocked,
    WrongCode,
)
from coach.game.coverage import NOTHING
from coach.game.phases import Action, EntryKind, Kind, Mode
from coach.game.picking import pick
from coach.game.recalling import When, due, opens, points_of, recalled, window
from coach.game.session import Session
from coach.library.keypoints import KeyPoint
from coach.people.rights import LOCAL, Role, Who
from coach.store.tables import door
from tests.factories import START, pack, session
from tests.playing import place, played_before

DAY = timedelta(days=1)
POINTS = (KeyPoint("有共情", ("共情",)), KeyPoint("说清时间", ("下个月一号生效",)))


def test_the_points_of_a_pack_are_each_there_once_and_may_be_called_by_name() -> None:
    plain = pack(2)
    first, second = (
        replace(r, points=(KeyPoint("有共情", (said,)),))
        for r, said in zip(plain.rounds, ("换我也急", "您别担心"), strict=True)
    )
    found = points_of(replace(plain, rounds=(first, second)))
    assert found == (KeyPoint("有共情", ("有共情", "共情", "换我也急", "您别担心")),)
    assert points_of(replace(plain, rounds=(first, second)), [1])[0].phrasings[-1:] == ("您别担心",)
    assert recalled(found, ["我记得：要共情"], NOTHING)["points"][0]["made"] == 1


def test_what_comes_back_stands_beside_what_was_recalled_at_once() -> None:
    found = recalled(
        POINTS, ["要共情", "不记得了"], NOTHING, ["共情、下个月一号生效", "共情", "共情"]
    )
    assert found["points"] == [
        {"name": "有共情", "made": 1, "of": 2, "before": {"made": 3, "of": 3}},
        {"name": "说清时间", "made": 0, "of": 2, "before": {"made": 1, "of": 3}},
    ]
    assert "before" not in recalled(POINTS, [], NOTHING)["points"][0]


@pytest.mark.parametrize(
    ("days", "when"),
    [(0, None), (1, When.NEXT_DAY), (3, When.NEXT_DAY), (6, When.NEXT_DAY), (7, When.WEEK),
     (13, When.WEEK), (14, None)],
)  # fmt: skip
def test_a_night_and_a_week(days: int, when: When | None) -> None:
    assert window(days) is when


class TestWhatIsDue:
    today = START.date() + 2 * DAY

    def ended(self, **more: object) -> Session:
        base = session()
        return replace(base, state=replace(base.state, ended=True), created_at=START, **more)  # type: ignore[arg-type]

    def find(self, *sessions: Session, today: date | None = None) -> list[When]:
        return [d.when for d in due(sessions, UTC, today or self.today)]

    def test_an_ended_session_of_a_team(self) -> None:
        assert self.find(self.ended()) == [When.NEXT_DAY]
        assert self.find(self.ended(), today=START.date()) == []
        assert self.find(replace(session(), created_at=START)) == [], "it still runs"
        assert self.find(self.ended(mode=Mode.SOLO)) == []

    def test_once_and_again_after_a_week(self) -> None:
        again = self.ended(id="again", mode=Mode.RETEST, retests=session().id)
        again = replace(again, created_at=START + DAY)
        assert self.find(self.ended(), again) == []
        assert self.find(self.ended(), again, today=START.date() + 8 * DAY) == [When.WEEK]


class TestAsked:
    seats = session(people=3).seats

    @given(st.lists(st.integers(0, 10**6), min_size=9, max_size=9))
    def test_everybody_once_before_anybody_twice(self, draws: list[int]) -> None:
        here: list[str] = []
        for draw in draws:
            found = pick(self.seats, {}, here, lambda n, d=draw: d % n)
            assert found is not None
            here.append(found.id)
        counts = [here.count(seat.id) for seat in self.seats]
        assert counts == [3, 3, 3]

    def test_who_was_asked_less_this_month_comes_first(self) -> None:
        asked = {"人0": 4, "人1": 1, "人2": 4}
        assert pick(self.seats, asked, [], lambda n: n - 1) == self.seats[1]
        assert pick((), {}, [], lambda n: 0) is None


def played(demo: Services) -> tuple[Acting, Session]:
    """A session of the demo team, ended, with a recall of two."""
    s, team = Acting(demo, LOCAL), demo.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members]
    opened = s.open(demo.packs.listed()[0].id, [*people, (None, "访客")], team=team, leader="王芳")
    place(demo, opened.id, "recall")
    for seat, text in zip(opened.seats, ("先共情再说清时间", "我忘了"), strict=False):
        demo.host.write(opened.id, EntryKind.RECALL, -1, seat.id, text)
    return s, opened


def test_the_summary_shows_what_was_recalled_and_locks_it(demo: Services) -> None:
    s, opened = played(demo)
    assert "recalled" not in demo.host.view(opened.id)
    assert "points" not in demo.host.seat(opened.id, opened.seats[0].id)
    place(demo, opened.id, "summary")
    view, mine = demo.host.view(opened.id), demo.host.seat(opened.id, opened.seats[0].id)
    assert [len(m["made"]) > 0 for m in view["recalled"]["marks"]] == [True, False]
    assert mine["mine"]["text"] == "先共情再说清时间"
    assert mine["points"] == view["recalled"]["points"]
    with pytest.raises(StepLocked):
        demo.host.write(opened.id, EntryKind.RECALL, -1, opened.seats[1].id, "抄一个")
    demo.host.correct(opened.id, -1, 1, view["recalled"]["points"][0]["name"], "王芳", made=True)
    assert demo.host.view(opened.id)["recalled"]["marks"][1]["made"], "one tap corrects it"
    assert s.retests() == [], "not on the same day"


def test_a_retest_is_for_the_members_and_its_result_stands_in_the_record(demo: Services) -> None:
    s, first = played(demo)
    demo.host.act(first.id, Action.END)
    with pytest.raises(NotDue):
        s.retest(first.id, "王芳")
    played_before(demo, first.id, 1)
    assert [x.session.id for x in s.retests()] == [first.id]
    again = s.retest(first.id, "王芳")
    assert s.retest(first.id).id == again.id, "one for all"
    assert [seat.name for seat in again.seats] == [x.name for x in first.seats if not x.visitor]
    assert [x.kind for x in demo.host.table(again.id).steps] == [
        Kind.OPENING, Kind.RECALL, Kind.SUMMARY,
    ]  # fmt: skip
    place(demo, again.id, "recall")
    assert demo.host.view(again.id)["step"]["seconds"] == 45
    demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情")
    place(demo, again.id, "summary")
    row = demo.host.view(again.id)["recalled"]["points"][0]
    assert (row["of"], row["before"]["of"]) == (1, 2)
    demo.host.act(again.id, Action.END)
    with pytest.raises(SessionEnded):
        s.retest(first.id)
    assert s.retests() == []
    ((found, result),) = s.retested(first.id)
    assert found.id == again.id
    assert result["points"][0]["before"]["of"] == 2
    assert again.id not in [x.id for x in s.month(again.created_at.year, again.created_at.month)]


class TestByLink:
    def ended(self, demo: Services, days: int) -> Session:
        _, first = played(demo)
        demo.host.act(first.id, Action.END)
        played_before(demo, first.id, days)
        return first

    def test_all_come_into_one_at_its_step_whenever_they_open_it(self, demo: Services) -> None:
        first = self.ended(demo, 2)
        code = by_link(demo, first.id)
        assert by_link(demo, first.id) == code
        again = demo.joining.find(code)
        assert again.retests == first.id
        assert demo.host.view(again.id)["step"]["kind"] == "recall"
        assert (again.leader, again.team_name) == (first.leader, first.team_name)

    def test_two_who_open_it_at_once_meet(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        with ThreadPoolExecutor(8) as pool:
            codes = set(pool.map(lambda _: by_link(demo, first.id), range(8)))
        assert len(codes) == 1
        assert [x.mode for x in demo.host.listed()].count(Mode.RETEST) == 1

    def test_it_works_for_as_many_days_as_it_is_offered(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        again = demo.joining.find(by_link(demo, first.id))
        with demo.engine.begin() as db:  # somebody opened it the evening before
            db.execute(update(door).values(at=now() - timedelta(hours=13)))
        with pytest.raises(WrongCode):
            demo.joining.find(demo.joining.code(again.id))
        assert demo.joining.find(by_link(demo, first.id)).id == again.id

    def test_a_door_that_the_leader_locked_stays_locked(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        demo.joining.close(demo.joining.find(by_link(demo, first.id)).id)
        with pytest.raises(DoorLocked):
            by_link(demo, first.id)
        leader = Acting(demo, Who("l", "班长", Role.LEADER, frozenset({DEMO_TEAM})))
        leader.retest(first.id)
        assert by_link(demo, first.id), "opened again by the one who leads"

    @pytest.mark.parametrize("days", [0, 14, 400])
    def test_out_of_its_days_it_is_closed(self, demo: Services, days: int) -> None:
        with pytest.raises(NotDue):
            by_link(demo, self.ended(demo, days).id)

    def test_the_leader_goes_on_with_it_in_the_meeting(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        again = demo.joining.find(by_link(demo, first.id))
        demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情")
        s = Acting(demo, LOCAL)
        assert s.retest(first.id).id == again.id
        assert s.recalled_by_now(again.id) == 1
        place(demo, again.id, "summary")
        assert demo.host.view(again.id)["recalled"]["points"][0]["of"] == 1
        with pytest.raises(StepLocked):
            demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[1].id, "看过了再写")

    def test_a_week_later_there_is_another_and_the_old_one_closes(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        early = demo.joining.find(by_link(demo, first.id))
        close_old(demo)
        assert not demo.host.table(early.id).session.state.ended, "it still is its day"
        played_before(demo, first.id, 8)
        late = demo.joining.find(by_link(demo, first.id))
        assert late.id != early.id
        close_old(demo)
        assert demo.host.table(early.id).session.state.ended
        assert not demo.host.table(late.id).session.state.ended

    def test_an_agent_sees_their_own_until_they_have_answered(self, demo: Services) -> None:
        first = self.ended(demo, 1)
        me = Who("a", "林晓", Role.AGENT, person_id=first.seats[0].person_id)
        other = Who("b", "别人", Role.AGENT, person_id="nobody")
        assert [x.id for x in Acting(demo, me).my_retests()] == [first.id]
        assert Acting(demo, other).my_retests() == []
        again = demo.joining.find(by_link(demo, first.id))
        assert len(Acting(demo, me).my_retests()) == 1, "somebody else opened it"
        demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情")
        assert Acting(demo, me).my_retests() == []

    def test_nobody_is_asked_of_a_call_that_was_taken_back_or_by_visitors(
        self, demo: Services
    ) -> None:
        pack = demo.packs.listed()[0]
        alone = demo.host.open(pack.id, [(None, "访客")])
        place(demo, alone.id, "summary")
        demo.host.act(alone.id, Action.END)
        played_before(demo, alone.id, 1)
        with pytest.raises(BadInput):
            by_link(demo, alone.id)
        first = self.ended(demo, 1)
        demo.gate.withdraw(pack.clips, "质检")
        with pytest.raises(NotReleased):
            by_link(demo, first.id)


def test_only_what_was_heard_is_asked_for_again(demo: Services) -> None:
    """A session ended after its first benchmark names no point of the others, on no screen."""
    s, team = Acting(demo, LOCAL), demo.teams.listed()[0]
    pack = demo.packs.listed()[0]
    people = [(m.id, m.name) for m in team.members]
    first = s.open(pack.id, people, team=team)
    place(demo, first.id, "benchmark")
    demo.host.act(first.id, Action.END)
    unopened = s.open(pack.id, people, team=team)
    demo.host.act(unopened.id, Action.END)
    for session_id in (first.id, unopened.id):
        played_before(demo, session_id, 1)
    assert [x.session.id for x in s.retests()] == [first.id], "nothing was heard in the other"
    with pytest.raises(NotDue):
        by_link(demo, unopened.id)
    again = s.retest(first.id)
    place(demo, again.id, "recall")
    demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情")
    place(demo, again.id, "summary")
    heard = {p.name for p in pack.rounds[0].key_points}
    assert {p["name"] for p in demo.host.view(again.id)["recalled"]["points"]} == heard
    assert {p["name"] for p in demo.host.seat(again.id, again.seats[0].id)["points"]} == heard
    demo.host.act(again.id, Action.END)
    ((_, found),) = s.retested(first.id)
    assert {p["name"] for p in found["points"]} == heard


@given(st.integers(0, 30))
def test_the_next_day_to_answer_is_one_on_which_one_may(days: int) -> None:
    played_on = replace(session(), created_at=START)
    found = opens(played_on, UTC, START.date() + days * DAY)
    assert found is None if days > 13 else window((found - START.date()).days) is not None
    assert found is None or found >= START.date() + days * DAY
    later = opens(played_on, UTC, START.date() + days * DAY, done=True)
    assert later is None or window((later - START.date()).days) is not window(days)


def test_somebody_is_asked_on_the_stage_and_not_on_phones(demo: Services) -> None:
    _, opened = played(demo)
    asked = demo.host.pick(opened.id)
    assert asked is not None
    assert demo.host.view(opened.id)["picked"] == asked.name
    assert "picked" not in demo.host.seat(opened.id, opened.seats[0].id)
