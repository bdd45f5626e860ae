"""A question's clip holds nothing of the answer: by rule, by property, and in the sound itself."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.bootstrap import Services
from coach.calls.cuts import Cut, Sounds, cut_before
from coach.calls.exchanges import Part
from coach.calls.master import Master
from coach.calls.transcript import Role
from coach.game.rounds import PlanOptions
from tests.conftest import DEMO

QUIET = Sounds(np.zeros((10000, 2), bool))


def part(start: float, end: float) -> Part:
    return Part((), "", start, end)


def test_with_two_channels_the_answer_is_muted_where_it_overlaps() -> None:
    cut = cut_before(part(10, 14), part(13, 20), hidden_channel=1, sounds=QUIET, duration=60)
    assert cut.end > 14
    (mute,) = cut.mutes
    assert mute.channel == 1
    assert mute.start < 13
    assert mute.end == cut.end


def test_with_one_channel_the_cut_moves() -> None:
    cut = cut_before(part(10, 14), part(13, 20), hidden_channel=None, sounds=QUIET, duration=60)
    assert cut.end < 13
    assert cut.mutes == ()


def test_a_late_start_in_the_transcript_is_found_in_the_sound() -> None:
    frames = np.zeros((3000, 2), bool)
    frames[1250:2000, 1] = True  # the agent really starts at 12.5 s; the words say 13
    cut = cut_before(
        part(10, 13.5), part(13, 20), hidden_channel=1, sounds=Sounds(frames), duration=60
    )
    assert cut.mutes[0].start < 12.5


times = st.floats(0, 50)


@given(times, st.floats(0.1, 10), times, st.sampled_from([None, 0, 1]))
def test_nothing_hidden_is_ever_heard(
    start: float, length: float, secret: float, channel: int | None
) -> None:
    cut = cut_before(
        part(start, start + length), part(secret, secret + 5),
        hidden_channel=channel, sounds=QUIET, duration=70,
    )  # fmt: skip
    for moment in np.linspace(secret, secret + 5, 50):
        heard = cut.start <= moment < cut.end
        muted = any(m.channel == channel and m.start <= moment < m.end for m in cut.mutes)
        assert not heard or muted


@given(times, times)
def test_a_cut_survives_json(start: float, end: float) -> None:
    cut = Cut(round(start, 3), round(end, 3))
    assert Cut.from_json(json.loads(json.dumps(cut.to_json()))) == cut


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
    agent, customer = call.channel_of(Role.AGENT), call.channel_of(Role.CUSTOMER)
    master = demo.hearing.master(found.id)
    for r in pack.rounds:
        opening = next(e for e in call.exchanges if e.question.text == r.question.text)
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
