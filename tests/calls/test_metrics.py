"""The figures of a call, each from turns that show one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.metrics import measure
from coach.calls.transcript import Role
from coach.calls.turns import Turn

A, C = Role.AGENT, Role.CUSTOMER


def turn(role: Role, start: float, end: float, text: str = "说了一句完整的话") -> Turn:
    return Turn(role, text, start, end)


def test_who_speaks_how_much() -> None:
    found = measure([turn(A, 0, 6), turn(C, 6, 8), turn(A, 9, 10)])
    assert found.talk == {A: 7, C: 2}
    assert found.agent_share == pytest.approx(7 / 9)
    assert found.longest == {A: 6, C: 2}


def test_silence_above_five_seconds_is_dead_air_unless_it_was_announced() -> None:
    found = measure([
        turn(C, 0, 2), turn(A, 2, 4, "请您稍等，我查一下"), turn(A, 14, 16, "让您久等了"),
        turn(C, 22.5, 24), turn(A, 28, 30),
    ])  # fmt: skip
    assert found.hold == 10
    assert [s.seconds for s in found.dead_air] == [6.5]


def test_a_nod_while_waiting_does_not_end_the_hold() -> None:
    found = measure([turn(A, 0, 2, "请稍等"), turn(C, 2.2, 2.5, "好"), turn(A, 12, 14)])
    assert found.hold == pytest.approx(9.5)


@pytest.mark.parametrize(
    ("start", "text", "count"),
    [
        (1.0, "我还没说完呢你听我说", 1),
        (1.0, "嗯嗯", 0),
        (2.9, "我还没说完呢你听我说", 0),
        (3.2, "我还没说完呢你听我说", 0),
    ],
)
def test_what_is_an_interruption(start: float, text: str, count: int) -> None:
    found = measure([turn(A, 0, 3), turn(C, start, start + 2, text)])
    assert found.interruptions == {A: 0, C: count}


def test_pace_is_of_the_agents_own_speech() -> None:
    found = measure([turn(A, 0, 6, "一二三四五六七八九十，一二三四五六七八九十。"), turn(C, 6, 30)])
    assert found.pace == pytest.approx(200)


def test_nobody_and_nothing_known() -> None:
    empty = measure(
        [Turn(Role.UNKNOWN, "喂", 0, 1), Turn(A, "您好"), Turn(A, "字幕", 3, 4, doubt="phantom")]
    )
    assert empty.agent_share is None
    assert empty.pace == 0
    assert empty.silences == ()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 50), st.floats(0.1, 20)), max_size=12))
def test_figures_are_never_negative_and_silences_do_not_overlap(
    rows: list[tuple[bool, float, float]],
) -> None:
    now, turns = 0.0, []
    for agent, gap, length in rows:
        turns.append(turn(A if agent else C, now + gap / 10, now + gap / 10 + length))
        now = turns[-1].start or 0.0
    found = measure(turns)
    assert all(s.end > s.start >= 0 for s in found.silences)
    edges = [x for s in found.silences for x in (s.start, s.end)]
    assert edges == sorted(edges)
    assert found.hold >= 0
