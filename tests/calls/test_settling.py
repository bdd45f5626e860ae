"""Segments moved to where their channel speaks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.settling import settle
from coach.calls.transcript import Segment, Word

FRAME = 0.01


def sound(*runs: tuple[float, float], length: float = 30.0) -> np.ndarray:
    out = np.zeros(int(length / FRAME), bool)
    for start, end in runs:
        out[int(start / FRAME) : int(end / FRAME)] = True
    return out


def said(start: float, end: float, text: str) -> Segment:
    step = (end - start) / len(text)
    words = tuple(Word(start + i * step, start + (i + 1) * step, c) for i, c in enumerate(text))
    return Segment(start, end, text, 0, words=words)


def spans(segments: list[Segment]) -> list[tuple[float, float, str]]:
    return [(round(s.start, 1), round(s.end, 1), s.text) for s in segments]


CASES = {
    "right already": ([said(2, 4, "你好")], [(2, 4)], [(1.9, 4.1, "你好")]),
    "ends too early": ([said(5, 9.2, "怎么收费贵不贵")], [(5, 11.3)], [(4.9, 11.4, "怎么收费贵不贵")]),
    "begins too early": ([said(5, 13, "能用的")], [(11.7, 13)], [(11.6, 13.1, "能用的")]),
    "beside its speech": ([said(5, 5.6, "不收钱")], [(6, 9)], [(5.9, 9.1, "不收钱")]),
    "far from any speech": ([said(5, 6, "字幕")], [(20, 22)], [(5, 6, "字幕")]),
    "a breath within": ([said(2, 6, "好的请稍等")], [(2, 3.5), (3.9, 6)], [(1.9, 6.1, "好的请稍等")]),
    "two turns in one": (
        [said(2, 12, "好的行吗一二")],
        [(2, 5), (9, 12)],
        [(1.9, 5.1, "好的行"), (8.9, 12.1, "吗一二")],
    ),
    "two segments in one run": (
        [said(2, 4, "你好"), said(4, 6, "请问")],
        [(2, 6)],
        [(1.9, 4.1, "你好"), (3.9, 6.1, "请问")],
    ),
    "a click is no speech": ([said(2, 4, "你好")], [(2, 4), (4.8, 4.9)], [(1.9, 4.1, "你好")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where_it_is_said(name: str) -> None:
    given_, runs, wanted = CASES[name]
    found = spans(settle(given_, sound(*runs)))
    assert len(found) == len(wanted)
    for have, want in zip(found, wanted, strict=True):
        assert have == pytest.approx((*want[:2], have[2]), abs=0.11)
        assert have[2] == want[2]


def test_times_of_words_that_moved_far_are_not_believed() -> None:
    (near,) = settle([said(2, 4, "你好")], sound((2.2, 4.3)))
    assert near.located
    (far,) = settle([said(5, 9.2, "怎么收费")], sound((5, 11.3)))
    assert not far.located
    assert far.words[-1].end == pytest.approx(11.3, abs=0.1)


def test_seconds_are_the_call_s_whatever_window_the_sound_is_of() -> None:
    (moved,) = settle([said(105, 109, "怎么收费")], sound((5, 11)), origin=100.0)
    assert spans([moved])[0][:2] == pytest.approx((104.9, 111.1), abs=0.11)


def test_without_sound_nothing_moves() -> None:
    assert settle([said(2, 4, "你好")], sound()) == [said(2, 4, "你好")]
    assert settle([], sound((1, 2))) == []


runs = st.lists(st.tuples(st.floats(0, 28), st.floats(0.05, 6)), max_size=6)


@given(
    st.lists(st.tuples(st.floats(0, 27), st.floats(0.1, 8), st.integers(1, 12)), max_size=6), runs
)
def test_no_character_is_lost_and_nothing_ends_before_it_begins(
    pieces: list[tuple[float, float, int]], speech: list[tuple[float, float]]
) -> None:
    segments = [said(a, a + d, "一二三四五六七八九十百千"[:n]) for a, d, n in sorted(pieces)]
    moved = settle(segments, sound(*((a, min(29.9, a + d)) for a, d in speech)))
    assert "".join(s.text for s in moved) == "".join(s.text for s in segments)
    assert "".join(w.text for s in moved for w in s.words) == "".join(s.text for s in segments)
    assert all(0 <= s.start < s.end for s in moved)
    assert all(w.start <= w.end for s in moved for w in s.words)
