"""Approved benchmarks outlive the calls they were cut from: the masked clip becomes a call of its own.

The original goes when its time is over, with everything that was unmasked. What stays is what the team
could hear anyway, until the benchmark is retired, has expired, or its agent withdraws.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import IO

from coach.bootstrap.services import Services, new_id, now
from coach.calls.cuts import Cut
from coach.calls.masking.clip import Clip, ClipState
from coach.calls.recording import CallMeta, Recording
from coach.calls.retention import BY
from coach.errors import WasErased
from coach.library.benchmark import Benchmark, Standing

ENDED = "标杆不再使用"


def own_call(
    s: Services, sound: IO[bytes], question: str, answer: str, asked: float, meta: CallMeta
) -> Recording | None:
    """A masked clip as a call of its own, with its two lines. None: it is there, or was deleted.

    Args:
        asked: seconds until the question ends.

    Raises:
        AudioError: it is no sound.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        with path.open("wb") as out:
            shutil.copyfileobj(sound, out)
        try:
            taken = s.intake.take(path, title=question[:40], meta=meta)
        except WasErased:
            return None
        if taken.known and s.benchmarks.listed(taken.recording.id):
            return None  # else an import was broken off there: it goes on
        lines = path.with_suffix(".json")
        document = _lines(question, answer, asked, taken.recording.duration)
        lines.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return s.intake.describe(taken.recording.id, lines)


def own_clip(s: Services, recording: Recording, state: ClipState, by: str) -> Clip:
    """The whole of such a call as a clip, looked at once more. Silent where its text shows
    something."""
    masked, call = s.gate.mask(s.call(recording.id)), s.call(recording.id)
    cut = Cut(0.0, recording.duration)
    text = " ".join(masked.text(p) for e in call.exchanges for p in (e.question, e.answer) if p)
    clip = Clip(new_id(), recording.id, cut, masked.windows, text, ClipState.MASKED)
    (looked,) = s.gate.look([clip])
    if state is ClipState.RELEASED and looked.state is ClipState.CHECKED:
        s.clips.add([looked], by)
        s.gate.release([looked.id], by, "kept")
    else:
        s.clips.add([looked], by)
    return looked


def keep_benchmarks(s: Services, recording_id: str) -> int:
    """Before a call goes: its approved benchmarks move to calls of their own; returns how many."""
    today = now().astimezone(s.zone).date()
    count = 0
    for b in s.benchmarks.released():
        if (
            b.recording_id != recording_id
            or b.standing is not Standing.APPROVED
            or b.expired(today)
        ):
            continue
        original = s.calls.get(recording_id)
        with s.hearing.opened(s.gate.hear(b.clip)) as sound:
            meta = original.meta
            kept = own_call(s, sound, b.question, b.answer, asked_of(s, b), meta)
        if kept is not None:
            s.calls.keep(kept.id)
            clip = own_clip(s, kept, ClipState.RELEASED, BY)
            s.benchmarks.move(b.id, kept.id, clip.id, kept.duration)
            count += 1
    return count


def drop_ended(s: Services) -> list[str]:
    """Calls that are only there for a benchmark go when nobody may find it any more."""
    today = now().astimezone(s.zone).date()
    found = {
        b.recording_id for b in s.benchmarks.listed() if b.standing.found and not b.expired(today)
    }
    ended = [r.id for r in s.calls.listed() if r.kept and r.id not in found]
    for recording_id in ended:
        s.erasing.erase(recording_id, BY, ENDED)
    return ended


def asked_of(s: Services, b: Benchmark) -> float:
    """Seconds into its clip at which a benchmark's question ends."""
    for exchange in s.call(b.recording_id).exchanges:
        if exchange.question.start == b.start and exchange.question.end is not None:
            return exchange.question.end - b.start
    return (b.end - b.start) / 2


def _lines(question: str, answer: str, asked: float, seconds: float) -> dict[str, object]:
    asked = min(max(asked, 0.1), seconds - 0.1)
    rows = (("customer", 0.0, asked, question), ("agent", asked, seconds, answer))
    return {
        "segments": [
            {"role": role, "speaker": role, "start": start, "end": end, "text": text}
            for role, start, end, text in rows
        ]
    }
