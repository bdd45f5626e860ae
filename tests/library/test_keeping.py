"""An approved benchmark outlives its call, masked; and goes with its approval."""

from datetime import timedelta

from coach.bootstrap import Services, drop_ended, keep_benchmarks, now
from coach.calls.retention import WAIT, Retention
from coach.library.benchmark import Benchmark


def old(demo: Services, days: int = 100) -> Retention:
    """Retention as it looks so many days later, twice, an hour apart."""
    steady = iter((0.0, WAIT + 1, 2 * WAIT + 2, 3 * WAIT + 3))
    later = now() + timedelta(days=days)
    return Retention(
        demo.calls, demo.erasing, 90, now=lambda: later, monotonic=lambda: next(steady)
    )


def one(demo: Services) -> Benchmark:
    return demo.benchmarks.released()[0]


def test_the_original_goes_and_the_benchmark_stays(demo: Services) -> None:
    b = one(demo)
    seconds = demo.gate.hear(b.clip).duration
    retention = old(demo)
    for _ in range(2):
        retention.look(lambda recording_id: keep_benchmarks(demo, recording_id))
    kept = demo.benchmarks.get(b.id)
    assert kept.recording_id != b.recording_id
    assert (kept.question, kept.answer, kept.points, kept.standing) == (
        b.question, b.answer, b.points, b.standing,
    )  # fmt: skip
    assert abs(demo.gate.hear(kept.clip).duration - seconds) < 0.01
    assert demo.search.find(b.question).matches[0].benchmark.id == b.id
    assert all(r.kept for r in demo.calls.listed())
    assert not list(demo.settings.audio.glob(f"{b.recording_id}*"))
    assert retention.due() == []  # it is no original


def test_what_is_not_approved_goes_with_its_call(demo: Services) -> None:
    b = one(demo)
    demo.library.approving.retire(b.id, "质检", "旧了")
    count = len([x for x in demo.benchmarks.released() if x.recording_id == b.recording_id])
    assert keep_benchmarks(demo, b.recording_id) == count
    demo.erasing.erase(b.recording_id, "质检", "保存期到了")
    assert b.id not in [x.id for x in demo.benchmarks.listed()]


def test_a_kept_clip_goes_when_its_benchmark_does(demo: Services) -> None:
    b = one(demo)
    keep_benchmarks(demo, b.recording_id)
    demo.erasing.erase(b.recording_id, "质检", "保存期到了")
    kept = demo.benchmarks.get(b.id)
    assert drop_ended(demo) == []
    demo.library.approving.retire(b.id, "质检", "旧了")
    assert drop_ended(demo) == [kept.recording_id]
    assert not list(demo.settings.audio.glob(f"{kept.recording_id}*"))


def test_an_agent_s_withdrawal_reaches_what_was_kept(demo: Services) -> None:
    b = one(demo)
    keep_benchmarks(demo, b.recording_id)
    demo.erasing.erase(b.recording_id, "质检", "保存期到了")
    kept = demo.calls.get(demo.benchmarks.get(b.id).recording_id)
    assert kept.meta.agent == b.agent
    demo.erasing.erase(kept.id, "质检", "坐席撤回同意")
    assert demo.search.find(b.question).matches == () or b.id not in [
        m.benchmark.id for m in demo.search.find(b.question).matches
    ]
