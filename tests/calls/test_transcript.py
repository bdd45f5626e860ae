"""Segments, words and turns: nothing said is lost, no order changed."""

from hypothesis import given
from hypothesis import strategies as st

from coach.calls.transcript import Role, Segment, Word, join_text, share_words, units
from coach.calls.turns import TurnOptions, build_turns

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@given(texts)
def test_units_give_the_text_back(text: str) -> None:
    assert "".join(units(text)) == text


@given(texts.filter(str.strip), st.floats(0, 1e4), st.floats(0, 60))
def test_shared_words_cover_the_segment_and_are_marked_as_not_located(
    text: str, start: float, length: float
) -> None:
    segment = share_words(Segment(start, start + length, text))
    assert not segment.located
    assert "".join(w.text for w in segment.words) == text
    assert segment.words[0].start == start
    assert abs(segment.words[-1].end - segment.end) < 1e-6
    assert all(
        a.end <= b.start + 1e-9 for a, b in zip(segment.words, segment.words[1:], strict=False)
    )


def test_words_of_one_s_own_are_kept() -> None:
    segment = Segment(0, 1, "你好", words=(Word(0, 1, "你好"),))
    assert share_words(segment) is segment


def test_chinese_closes_up_and_english_keeps_its_spaces() -> None:
    assert join_text(["你好，", "我想问"]) == "你好，我想问"
    assert join_text(["i lost", "my card"]) == "i lost my card"
    assert join_text(["", "  ", "好"]) == "好"


@st.composite
def _segments(draw: st.DrawFn) -> list[Segment]:
    found = []
    for i in range(draw(st.integers(0, 12))):
        start = draw(st.floats(0, 100))
        speaker = draw(st.sampled_from(["a", "b"]))
        found.append(Segment(start, start + draw(st.floats(0.1, 5)), f"t{i};", speaker=speaker))
    return found


@given(_segments())
def test_turns_lose_no_text_and_keep_the_order(segments: list[Segment]) -> None:
    turns = build_turns(segments, {"a": Role.AGENT})
    said = sorted(t for s in segments for t in s.text.split(";") if t)
    assert sorted(t.strip() for turn in turns for t in turn.text.split(";") if t.strip()) == said
    starts = [turn.start for turn in turns]
    assert starts == sorted(starts)


def test_a_pause_of_one_speaker_cuts_the_turn_and_a_short_one_does_not() -> None:
    words = (Word(0, 1, "先"), Word(1.3, 2, "说"), Word(4, 5, "后说"))
    turns = build_turns([Segment(0, 5, "先说后说", words=words)], {}, TurnOptions(split_gap=1.2))
    assert [t.text for t in turns] == ["先说", "后说"]


def test_words_without_measured_times_never_cut_a_turn() -> None:
    words = (Word(0, 1, "先"), Word(4, 5, "后"))
    turns = build_turns([Segment(0, 5, "先后", words=words, located=False)], {})
    assert [t.text for t in turns] == ["先后"]
