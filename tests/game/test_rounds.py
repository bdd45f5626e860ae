"""The planner cuts the whole call, never inside an answer, balanced, within the budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import NoExchanges
from coach.game.rounds import (
    FOUR_MINUTES,
    PlanOptions,
    StepTimes,
    next_question,
    offers,
    plan_json,
    plan_rounds,
    playing_time,
    seconds_of,
    swap,
)
from tests.factories import exchange


@st.composite
def calls(draw: st.DrawFn) -> list:
    count = draw(st.integers(1, 20))
    found = [
        exchange(
            i,
            question=draw(st.floats(0.5, 15)),
            answer=draw(st.one_of(st.none(), st.floats(0.5, 60))),
        )
        for i in range(count)
    ]
    if all(e.answer is None for e in found):
        found.append(exchange(count))
    return found


@given(calls(), st.integers(1, 6), st.sampled_from([0.0, 1.0, 4.0]))
def test_rounds_partition_the_call(exchanges: list, count: int, minutes: float) -> None:
    plan = plan_rounds(exchanges, 5000.0, PlanOptions(count=count, minutes=minutes))
    first = next(i for i, e in enumerate(exchanges) if e.answer)
    assert [i for r in plan.rounds for i in r.exchanges] == list(range(first, len(exchanges)))
    assert all(exchanges[r.opening].answer for r in plan.rounds), "an unanswered question opens"
    assert all(1 <= r.kept <= len(r.exchanges) for r in plan.rounds)
    answered = sum(e.answer is not None for e in exchanges)
    assert len(plan.rounds) == min(count, answered)
    assert plan.fewer == (answered < count)
    assert plan.rounds[0].start == 0.0
    assert plan.rounds[-1].end == 5000.0
    for a, b in zip(plan.rounds, plan.rounds[1:], strict=False):
        assert a.end == b.start


@given(calls(), st.integers(1, 6), st.data())
def test_a_swap_changes_one_round_and_the_others_stay(
    exchanges: list, count: int, data: st.DataObject
) -> None:
    options = PlanOptions(count=count)
    turned_down: set[int] = set()
    while True:
        plan = plan_rounds(exchanges, None, options)
        before = {r.opening for r in plan.rounds}
        position = data.draw(st.integers(1, len(plan.rounds)))
        mine = plan.rounds[position - 1].opening
        options_or_none = swap(plan, position, exchanges, options)
        if options_or_none is None:
            unused = {i for i, e in enumerate(exchanges) if e.answer} - before
            assert unused <= options.avoid, "there was another"
            return
        options = options_or_none
        turned_down.add(mine)
        after = {r.opening for r in plan_rounds(exchanges, None, options).rounds}
        assert before - after == {mine}
        assert len(after) == len(before)
        assert not after & turned_down, "what was turned down came back"


@given(calls(), st.integers(1, 6))
def test_a_budget_leaves_out_only_what_it_must(exchanges: list, count: int) -> None:
    options = PlanOptions(count=count, minutes=4.0)
    plan = plan_rounds(exchanges, None, options)
    assert plan.seconds == pytest.approx(playing_time(plan.rounds, exchanges, options.steps))
    if plan.fits:
        assert plan.seconds <= 240
    else:
        assert all(r.kept == 1 for r in plan.rounds), "over the budget with follow-ups left to drop"
    whole = plan_rounds(exchanges, None, PlanOptions(count=count))
    if whole.seconds <= 240:
        assert not any(r.skipped for r in plan.rounds)


def test_rounds_are_balanced() -> None:
    exchanges = [exchange(i, question=2, answer=8) for i in range(8)]
    assert [len(r.exchanges) for r in plan_rounds(exchanges).rounds] == [2, 2, 2, 2]
    long_first = [exchange(0, question=10, answer=50), *(exchange(i) for i in range(1, 7))]
    assert plan_rounds(long_first, options=PlanOptions(count=2)).rounds[0].exchanges == (0,)


def test_a_dull_question_follows_rather_than_opens() -> None:
    exchanges = [exchange(i, text="我想问一下这个怎么办") for i in range(5)]
    exchanges[2] = exchange(2, text="封顶")
    openings = [r.opening for r in plan_rounds(exchanges, options=PlanOptions(count=4)).rounds]
    assert 2 not in openings


def test_every_step_counts_and_the_last_round_has_no_guess() -> None:
    exchanges = [exchange(0), exchange(1)]
    plan = plan_rounds(exchanges, options=PlanOptions(count=2, steps=StepTimes(10, 5, 4, 3)))
    assert plan.seconds == pytest.approx(sum(map(seconds_of, exchanges)) + 2 * 19 + 3)


def test_what_is_guessed_is_what_is_played_next() -> None:
    exchanges = [exchange(i) for i in range(4)]
    plan = plan_rounds(exchanges, options=PlanOptions(count=2))
    assert next_question(plan, 1, exchanges) is exchanges[1]
    assert next_question(plan, 2, exchanges) is None
    tight = plan_rounds(exchanges, options=PlanOptions(count=2, minutes=1.0))
    assert next_question(tight, 1, exchanges) is exchanges[2], "the follow-up is left out"


def test_no_answer_at_all_is_an_error() -> None:
    with pytest.raises(NoExchanges):
        plan_rounds([exchange(0, answer=None)])
    with pytest.raises(NoExchanges):
        plan_rounds([])


def test_the_document_of_a_plan() -> None:
    exchanges = [exchange(0), exchange(1)]
    first = plan_json(plan_rounds(exchanges, 200.0), exchanges)["rounds"][0]
    assert first["position"] == 1
    assert (
        set(first["question"])
        == set(first["answer"])
        == set(first["next_question"])
        == {"start", "end", "text"}
    )


@given(calls(), st.integers(1, 6), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_what_is_offered_is_shorter_and_only_where_it_does_not_fit(
    exchanges: list, count: int, minutes: float
) -> None:
    options = PlanOptions(count=count, minutes=minutes)
    plan = plan_rounds(exchanges, 5000.0, options)
    found = offers(plan, exchanges, options)
    assert plan.fits <= (not found)
    for offer in found:
        there = plan_rounds(exchanges, 5000.0, offer.options)
        assert there.seconds == pytest.approx(offer.seconds)
        assert offer.seconds < plan.seconds


def test_each_way_to_be_shorter() -> None:
    exchanges = [exchange(i, question=3, answer=20 if i % 2 else 6) for i in range(8)]
    options = PlanOptions(minutes=3)
    plan = plan_rounds(exchanges, None, options)
    assert not plan.fits
    found = offers(plan, exchanges, options)
    assert any(o.options.steps.answer < 15 for o in found), "less time to answer"
    assert any(o.options.count == 3 for o in found), "a round fewer"
    fitting = next(o for o in found if o.options.steps.answer < 15)
    assert plan_rounds(exchanges, None, fitting.options).fits


def test_four_minutes_give_a_round_sixty_seconds() -> None:
    minutes, steps = FOUR_MINUTES
    exchanges = [exchange(i, question=8, answer=20) for i in range(4)]
    plan = plan_rounds(exchanges, None, PlanOptions(minutes=minutes, steps=steps))
    assert plan.fits
    assert (steps.share, steps.guess, len(plan.rounds)) == (0, 0, 4)
