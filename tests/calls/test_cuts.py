"""A question's clip holds nothing of the answer: by rule, by property, and in the sound itself."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.bootstrap import Services
from coach.calls.cuts import Cut, CutOptions, Mute, Sounds, cut_before
from coach.calls.exchanges import Part
from coach.calls.master import Master
from coach.calls.transcript import Role
from coach.game.rounds import PlanOptions
from tests.conftest import DEMO


def sounding(*spans: tuple[float, float, int], channels: int = 2) -> Sounds:
    """Sound in the given (start, end, channel) spans of a minute, silence elsewhere."""
    levels = np.full((7000, channels), 0.0001, np.float32)
    for start, end, channel in spans:
        levels[round(start * 100) : round(end * 100), channel] = 0.2
    return Sounds(levels > 0.01, levels)


def part(start: float, end: float) -> Part:
    return Part((), "", start, end)


def cut(asked: Part, secret: Part, channel: int | None, sounds: Sounds, until: float = 0.0) -> Cut:
    return cut_before(
        asked, secret, hidden_channel=channel, allowed_until=until, sounds=sounds, duration=60
    )


def test_in_a_question_the_agent_s_channel_is_silent_throughout() -> None:
    found = cut(part(10, 14), part(13, 20), 1, sounding())
    assert found.end > 14
    assert found.mutes == (Mute(1, found.start, found.end),)


def test_in_an_answer_the_customer_may_agree_but_not_ask_on() -> None:
    sounds = sounding((12, 12.5, 0), (17.6, 22, 0))  # a nod; the question really starts at 17.6
    found = cut(part(10, 18), part(18.1, 22), 0, sounds, until=12.6)
    (mute,) = found.mutes
    assert 12.6 < mute.start < 17.6
    assert mute.end == found.end


def test_with_one_channel_the_cut_moves() -> None:
    found = cut(part(10, 14), part(13, 20), None, sounding((10, 20, 0), channels=1))
    assert found.end < 13
    assert found.mutes == ()


def test_with_one_channel_a_late_time_in_the_transcript_leaks_nothing() -> None:
    sounds = sounding((10, 14, 0), (14.05, 20, 0), channels=1)  # the transcript says 14.55
    assert cut(part(10, 14), part(14.55, 20), None, sounds).end < 14.05


def test_with_one_channel_and_no_pause_the_question_loses_its_end_rather_than_leak() -> None:
    sounds = sounding((10, 20, 0), channels=1)
    assert cut(part(10, 14), part(14.5, 20), None, sounds).end <= 14


@pytest.mark.parametrize(
    ("leak", "apart"), [(0.0001, True), (0.2, False), (0.02, False), (0.005, True)]
)
def test_channels_that_carry_both_voices_do_not_separate_them(leak: float, apart: bool) -> None:
    """Fake stereo, and cross-talk of −20 dB: muting one channel would leave the voice on the other."""
    levels = np.full((7000, 2), 0.0001, np.float32)
    levels[1000:1400] = [0.2, leak]
    levels[1500:2000] = [leak, 0.2]
    sounds = Sounds(levels > 0.01, levels)
    turns = [(0, 10.0, 14.0), (1, 15.0, 20.0)]
    assert sounds.separated(turns, CutOptions()) is apart


times = st.floats(0, 50)


@given(times, st.floats(0.1, 10), times, st.sampled_from([None, 0, 1]), times)
def test_nothing_hidden_is_ever_heard(
    start: float, length: float, secret: float, channel: int | None, until: float
) -> None:
    found = cut(part(start, start + length), part(secret, secret + 5), channel, sounding(), until)
    for moment in np.linspace(secret, secret + 5, 50):
        heard = found.start <= moment < found.end
        muted = any(m.channel == channel and m.start <= moment < m.end for m in found.mutes)
        assert not heard or muted


@given(times, times)
def test_a_cut_survives_json(start: float, end: float) -> None:
    found = Cut(round(start, 3), round(end, 3), (Mute(1, round(start, 3), round(end, 3)),))
    assert Cut.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_demo_clip_holds_a_sample_of_what_comes_next(demo: Services, index: int) -> None:
    """Against the synthesis truth: between the muted span and the truth not one sample differs
    from silence on the hidden speaker's channel."""
    transcript = sorted(DEMO.glob("*.transcript.json"))[index]
    truth = json.loads(transcript.read_text("utf-8"))["segments"]
    title = json.loads(Path(str(transcript).replace("transcript", "meta")).read_text("utf-8"))[
        "title"
    ]
    found = next(r for r in demo.calls.listed() if r.title == title)
    call = demo.call(found.id)
    from coach.game.pack import PackWords

    pack = demo.prepare(found.id, PlanOptions(count=6), PackWords())
    masked = demo.gate.mask(call)
    agent, customer = call.channel_of(Role.AGENT), call.channel_of(Role.CUSTOMER)
    master = demo.hearing.master(found.id)
    for r in pack.rounds:
        opening = next(e for e in call.exchanges if masked.text(e.question) == r.question.text)
        assert opening.answer is not None
        _assert_unheard(master, r.question.cut, agent, opening.answer.start or 0, truth)
        position = call.exchanges.index(opening)
        if position + 1 < len(call.exchanges):
            following = call.exchanges[position + 1].question.start or 0
            _assert_unheard(master, r.answer.cut, customer, following, truth)


def _assert_unheard(
    master: Master, cut: Cut, channel: int | None, secret: float, truth: list[dict]
) -> None:
    from coach.calls.hearing import _muted

    rows = [s for s in truth if s["channel"] == channel and s["start"] >= secret - 0.01]
    pcm = _muted(master, cut)[:, channel or 0]
    for row in rows:
        first = round((row["start"] - cut.start) * master.sample_rate)
        last = round((row["end"] - cut.start) * master.sample_rate)
        inside = pcm[max(0, first) : max(0, min(last, len(pcm)))]
        assert not inside.any(), f"{len(inside)} samples of “{row['text']}” can be heard"


def test_an_overlap_is_among_the_demo_calls_so_that_the_above_can_fail(demo: Services) -> None:
    gaps = [
        e.gap for r in demo.calls.listed() for e in demo.call(r.id).exchanges if e.gap is not None
    ]
    overlaps = [
        (a["start"], b["end"])
        for path in DEMO.glob("*.transcript.json")
        for rows in [json.loads(path.read_text("utf-8"))["segments"]]
        for b, a in zip(rows, rows[1:], strict=False)
        if a["start"] < b["end"] and a.get("part") == "question"
    ]
    assert gaps
    assert overlaps
