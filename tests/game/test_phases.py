"""The phase machine: its table, and what holds whatever the order of events."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.game.pack import Pack
from coach.game.phases import (
    Action,
    EntryKind,
    Event,
    Kind,
    Mode,
    State,
    apply,
    begin,
    may_hear,
    may_write,
    program,
)
from coach.game.rounds import StepTimes
from coach.game.session import Entry, Session
from coach.game.view import stage_view
from tests.factories import START, pack, session

K = Kind


def run(steps, actions, state: State | None = None, gap: float = 1.0) -> State:
    state = state or begin(START)
    at = state.moved or START
    for action in actions:
        at += timedelta(seconds=gap)
        state, _ = apply(steps, state, Event(action, at))
    return state


def kinds(mode: Mode, found: Pack) -> list[tuple[str, int]]:
    return [(s.kind.value, s.round) for s in program(found, mode)]


def test_the_steps_of_a_team() -> None:
    assert kinds(Mode.TEAM, pack(2)) == [
        ("opening", -1),
        ("question", 0), ("answer", 0), ("share", 0), ("benchmark", 0), ("note", 0), ("guess", 0),
        ("question", 1), ("answer", 1), ("share", 1), ("benchmark", 1), ("note", 1), ("follow", 1),
        ("recall", -1), ("summary", -1),
    ]  # fmt: skip


def test_alone_there_is_nothing_to_share_and_a_step_of_no_time_is_left_out() -> None:
    assert K.SHARE not in [s.kind for s in program(pack(2), Mode.SOLO)]
    no_guess = program(pack(2, steps=StepTimes(guess=0)), Mode.TEAM)
    assert K.GUESS not in [s.kind for s in no_guess]


TEAM = program(pack(2), Mode.TEAM)


@pytest.mark.parametrize(
    ("actions", "cursor"),
    [
        ([Action.NEXT], 1),
        ([Action.NEXT, Action.NEXT], 1),  # the question has not sounded
        ([Action.NEXT, Action.HEARD, Action.NEXT], 2),
        ([Action.NEXT, Action.SKIP], 2),  # a skip passes it
        ([Action.NEXT, Action.PAUSE, Action.HEARD, Action.NEXT], 1),  # paused: nothing moves
        ([Action.NEXT, Action.PAUSE, Action.RESUME, Action.HEARD, Action.NEXT], 2),
        ([Action.BACK], 0),
        ([Action.NEXT, Action.HEARD, Action.NEXT, Action.BACK], 1),
        ([Action.NEXT, Action.HEARD, Action.NEXT, Action.BACK, Action.NEXT], 2),
        ([Action.END, Action.NEXT], 0),
        ([Action.END, Action.REOPEN, Action.NEXT], 1),
    ],
)
def test_what_each_action_does(actions: list[Action], cursor: int) -> None:
    assert run(TEAM, actions).cursor == cursor


def test_a_second_press_within_the_debounce_is_the_same_press() -> None:
    assert run(TEAM, [Action.SKIP] * 3, gap=0.2).cursor == 1 + 1
    assert run(TEAM, [Action.SKIP] * 3, gap=0.5).cursor == 3


def test_a_tab_that_saw_an_older_state_is_ignored() -> None:
    state = run(TEAM, [Action.NEXT])
    same, log = apply(TEAM, state, Event(Action.SKIP, START + timedelta(seconds=9), seen=0))
    assert same is state
    assert log is None


def test_the_last_step_stays() -> None:
    state = run(TEAM, [Action.SKIP] * 99)
    assert TEAM[state.cursor].kind is K.SUMMARY


def test_time_is_counted_while_running_and_clocks_may_jump() -> None:
    state = run(TEAM, [Action.NEXT, Action.PAUSE, Action.RESUME, Action.SKIP, Action.END])
    assert sum(state.spent) == pytest.approx(4.0), "one second of five was paused"
    state, _ = apply(TEAM, run(TEAM, [Action.NEXT]), Event(Action.END, START - timedelta(days=1)))
    assert all(s >= 0 for s in state.spent)
    state, _ = apply(TEAM, run(TEAM, [Action.NEXT]), Event(Action.END, START + timedelta(days=3)))
    assert sum(state.spent) < 1000, "a laptop closed for three days"


@pytest.mark.parametrize(
    ("kind", "at", "open_"),
    [
        (EntryKind.ANSWER, K.QUESTION, False),
        (EntryKind.ANSWER, K.ANSWER, True),
        (EntryKind.ANSWER, K.SHARE, False),  # they lock when all are shown
        (EntryKind.ANSWER, K.BENCHMARK, False),
        (EntryKind.GUESS, K.NOTE, False),
        (EntryKind.GUESS, K.GUESS, True),
        (EntryKind.NOTE, K.SHARE, False),
        (EntryKind.NOTE, K.BENCHMARK, True),
        (EntryKind.NOTE, K.GUESS, True),
    ],
)
def test_when_what_may_be_written(kind: EntryKind, at: Kind, open_: bool) -> None:
    place = next(i for i, s in enumerate(TEAM) if s.kind is at and s.round == 0)
    assert may_write(TEAM, State(cursor=place, reached=place), kind, 0) is open_


def test_a_guess_locks_when_the_customer_speaks_and_an_ended_session_is_shut() -> None:
    place = next(i for i, s in enumerate(TEAM) if s.kind is K.QUESTION and s.round == 1)
    assert not may_write(TEAM, State(reached=place), EntryKind.GUESS, 0)
    assert not may_write(TEAM, State(reached=len(TEAM) - 1, ended=True), EntryKind.NOTE, 0)


actions = st.lists(st.sampled_from(list(Action)), max_size=60)
modes = st.sampled_from(list(Mode))


@given(actions, modes, st.floats(0, 3))
def test_whatever_happens_the_view_holds_nothing_unrevealed(
    events: list[Action], mode: Mode, gap: float
) -> None:
    """No text, clip or words of a step not reached; no answer of a colleague before 大家说."""
    found = pack(3)
    steps = program(found, mode)
    state, at = begin(START), START
    secrets = {
        line.clip: line for r in found.rounds for line in (r.question, r.answer, r.follow) if line
    }
    for action in events:
        at += timedelta(seconds=gap)
        state, _ = apply(steps, state, Event(action, at))
        played = replace(session(mode), state=state, entries=_written(steps, session(mode), at))
        shown = json.dumps(stage_view(found, steps, played, at), ensure_ascii=False)
        reached = {s.clip for s in steps[: state.reached + 1]}
        for clip, line in secrets.items():
            if clip not in reached:
                assert clip not in shown
                assert line.text not in shown
                assert not may_hear(steps, state, clip)
        for i in range(3):
            share = next(
                (n for n, s in enumerate(steps) if s.kind is K.SHARE and s.round == i), None
            )
            if share is not None and state.reached < share:
                assert f"colleague {i}" not in shown


def _written(steps, played: Session, at) -> tuple[Entry, ...]:
    return tuple(
        Entry(EntryKind.ANSWER, i, played.seats[0].id, f"colleague {i}", at) for i in range(3)
    )


@given(actions)
def test_what_is_revealed_stays_revealed_and_the_cursor_never_passes_it(
    events: list[Action],
) -> None:
    state, at = begin(START), START
    for action in events:
        at += timedelta(seconds=0.5)
        before = state
        state, log = apply(TEAM, state, Event(action, at))
        assert state.reached >= before.reached
        assert 0 <= state.cursor <= state.reached < len(TEAM)
        assert state.revision == before.revision + (log is not None)
        assert before.heard <= state.heard


@given(st.integers(0, 10), st.integers(0, 10))
def test_stepping_back_and_forth_loses_nothing(forward: int, back: int) -> None:
    there = run(TEAM, [Action.SKIP] * forward)
    back = min(back, there.reached)
    again = run(TEAM, [*[Action.BACK] * back, *[Action.NEXT] * back], there)
    assert again.reached == there.reached
    assert again.cursor == there.cursor


def test_the_guess_is_left_out_from_the_note_and_from_itself() -> None:
    noted = run(TEAM, [Action.SKIP] * 5)
    assert TEAM[noted.reached].kind is K.NOTE
    assert TEAM[run(TEAM, [Action.NO_GUESS], noted).reached].kind is K.QUESTION
    guess = run(TEAM, [Action.SKIP], noted)
    assert TEAM[run(TEAM, [Action.NO_GUESS], guess).reached].round == 1
    early = run(TEAM, [Action.SKIP] * 2)
    assert run(TEAM, [Action.NO_GUESS], early) == early, "no guess ahead"
    looking_back = run(TEAM, [Action.BACK], noted)
    assert run(TEAM, [Action.NO_GUESS], looking_back).reached == noted.reached


def test_played_straight_nothing_stops_but_the_recall_comes() -> None:
    assert [s.kind for s in program(pack(2), Mode.TEAM, straight=True)] == [
        K.OPENING, K.QUESTION, K.BENCHMARK, K.QUESTION, K.BENCHMARK, K.FOLLOW, K.RECALL, K.SUMMARY,
    ]  # fmt: skip
