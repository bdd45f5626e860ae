"""The second listening: what another recogniser hears in masked sound stops the clip."""

from collections.abc import Sequence
from typing import Any

import pytest

from coach import errors
from coach.acting import Acting
from coach.bootstrap import SECOND, Services, build
from coach.bootstrap.speech import listen
from coach.calls.masking.clip import Block, ClipState
from coach.calls.masking.gate import Choice
from coach.calls.recogniser import Heard
from coach.calls.transcript import Segment
from coach.game.pack import Pack, PackWords
from coach.game.rounds import PlanOptions
from coach.jobs.queue import JobState
from coach.people.rights import LOCAL
from coach.settings import Settings
from tests.calls.test_gate import imported


class Hears:
    """Says the same about every clip, from the second second on."""

    name = "second-ear"

    def __init__(self, *texts: str) -> None:
        self.texts, self.clips = texts, 0

    def cost(self, term: str) -> int:
        return 1

    def transcribe(self, samples: Any, *, hotwords: Sequence[str] = (), **_: Any) -> Heard:
        self.clips += 1
        return Heard(tuple(Segment(2.0, 4.0, text) for text in self.texts), "zh")


@pytest.fixture
def s(services: Services) -> Services:
    services.engine.dispose()
    return build(Settings(data_dir=services.settings.data, second_model="other"))


def prepared(s: Services) -> Pack:
    return s.prepare(imported(s), PlanOptions(), PackWords())


def listened(s: Services, pack: Pack, ear: Hears) -> int:
    return listen(s, lambda: ear, pack.recording_id, lambda *_: None)


def test_preparing_queues_it_and_nobody_releases_before(s: Services) -> None:
    pack = prepared(s)
    (job,) = s.jobs.listed(pack.recording_id)
    assert (job.kind, job.state) == (SECOND, JobState.QUEUED)
    me = Acting(s, LOCAL)
    for clip in pack.clips:
        me.review(clip)
    with pytest.raises(errors.StillListening):
        me.release(pack.clips, "林晓")
    assert listened(s, pack, Hears("您好")) == 0
    me.release(pack.clips, "林晓")
    assert s.gate.released(pack.clips)


def test_what_it_hears_stops_the_clip_without_keeping_the_words(s: Services) -> None:
    pack = prepared(s)
    assert listened(s, pack, Hears("您好", "我手机幺三九二二三三四四五五")) == len(pack.clips)
    clips = s.gate.states(pack.clips).values()
    assert {(c.state, c.block) for c in clips} == {(ClipState.MASKED, Block.HEARD)}
    me = Acting(s, LOCAL)
    assert me.told(pack.clips[0]) == "手机号 2.0–4.0"
    assert "幺三九" not in str([s.clips.events(c) for c in pack.clips])
    for clip in pack.clips:
        me.review(clip)
    with pytest.raises(errors.Blocked):
        me.release(pack.clips, "林晓")


def test_somebody_can_vouch_by_name_and_reason(s: Services) -> None:
    pack = prepared(s)
    listened(s, pack, Hears("我手机幺三九二二三三四四五五"))
    me, first = Acting(s, LOCAL), pack.clips[0]
    for by, why in (("", "是公开号码"), ("林晓", " ")):
        with pytest.raises(errors.BadInput):
            me.vouch(first, by, why)
    me.vouch(first, "林晓", "是公开号码")
    assert s.clips.get(first).state is ClipState.CHECKED
    with pytest.raises(errors.Blocked):
        me.vouch(first, "林晓", "再来一次")
    assert listened(s, pack, Hears("我手机幺三九二二三三四四五五")) == 0, "it stays vouched for"
    assert [e.what for e in s.audit.latest() if e.what == "vouched"] == ["vouched"]


def test_what_is_waived_for_the_call_does_not_stop_it(s: Services) -> None:
    recording_id = imported(s)
    s.gate.decide(recording_id, Choice("幺三九二二三三四四五五", False, "林晓", "公开号码"))
    pack = s.prepare(recording_id, PlanOptions(), PackWords())
    assert listened(s, pack, Hears("我手机幺三九二二三三四四五五")) == 0


def test_each_clip_is_heard_once(s: Services) -> None:
    pack = prepared(s)
    ear = Hears("您好")
    listened(s, pack, ear)
    listened(s, pack, ear)
    assert ear.clips == len(pack.clips)


def test_without_a_second_model_nothing_waits(services: Services) -> None:
    pack = prepared(services)
    assert services.jobs.listed(pack.recording_id) == []
    me = Acting(services, LOCAL)
    for clip in pack.clips:
        me.review(clip)
    me.release(pack.clips, "林晓")
