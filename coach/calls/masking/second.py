"""The second listening: another recogniser hears masked clips, and what it finds stops them.

The first recogniser may have missed what it did not write down; the rules only see what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach.calls.audio import resample
from coach.calls.masking.clip import Block, Clip, ClipState, ClipStore
from coach.calls.masking.findings import Said
from coach.calls.masking.gate import Gate
from coach.calls.master import Master
from coach.calls.recogniser import RATE, Recogniser
from coach.calls.sealing.keyring import Keyring
from coach.errors import NotReleased

MARK = "second:"  # what an event of this kind begins with; what was found, and when, follows
LONGEST = 300.0  # seconds given to the model at once

Progress = Callable[[float, float], None]


class SecondListening:
    """Runs in the worker's child, over the clips of one recording."""

    def __init__(
        self, clips: ClipStore, gate: Gate, keys: Keyring, load: Callable[[], Recogniser]
    ) -> None:
        self._clips, self._gate, self._keys, self._load = clips, gate, keys, load

    def run(self, recording_id: str, language: str | None, progress: Progress) -> int:
        """Listen to what nobody has listened to; returns how many clips were stopped.

        Raises ModelError, NotFound.
        """
        waiting = unlistened(self._clips, self._clips.of(recording_id))
        if not waiting:
            return 0
        recogniser, stopped, done = self._load(), 0, 0.0
        total = sum(c.cut.end - c.cut.start for c in waiting)
        for clip in waiting:
            found = self._found(clip, recogniser, language)
            done += clip.cut.end - clip.cut.start
            progress(done, total)
            state, block = (
                (ClipState.MASKED, Block.HEARD) if found else (ClipState.CHECKED, Block.NONE)
            )
            why = MARK + "；".join(found)
            moved = self._clips.put(clip.id, ClipState.CHECKED, state, block, recogniser.name, why)
            stopped += moved and bool(found)
        return stopped

    def _found(self, clip: Clip, recogniser: Recogniser, language: str | None) -> list[str]:
        """Kinds and seconds of the clip, never the words."""
        try:
            master = Master(self._gate.review(clip.id).path, self._keys)
        except NotReleased:  # spoilt meanwhile: it goes nowhere
            return []
        out, at = [], 0.0
        while at < master.duration:
            end = min(at + LONGEST, master.duration)
            samples = resample(master.read_mono(at, end, None), master.sample_rate, RATE)
            heard = recogniser.transcribe(samples, language=language, progress=lambda _: None)
            said = [Said("", s.text) for s in heard.segments]
            for f in self._gate.find(clip.recording_id, said):
                second = heard.segments[f.turn]
                out.append(f"{f.kind.value} {at + second.start:.1f}–{at + second.end:.1f}")
            at = end
        return out


def unlistened(clips: ClipStore, found: Sequence[Clip]) -> list[Clip]:
    """Those on their way to a team that no second recogniser has heard."""
    return [c for c in found if c.state is ClipState.CHECKED and told(clips, c.id) is None]


def told(clips: ClipStore, clip_id: str) -> str | None:
    """What the second listening found in a clip, "" where nothing; None where there was none."""
    events = [e.why for e in clips.events(clip_id) if e.why.startswith(MARK)]
    return events[-1].removeprefix(MARK) if events else None
