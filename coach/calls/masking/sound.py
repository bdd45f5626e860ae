"""Findings as stretches of time, and those stretches taken out of the sound.

A stretch is wider than the words by PAD on each side and is taken out of every channel: what the
customer says, the agent repeats. The length stays the same to the sample, so all times stay true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.calls.fit import stretches
from coach.calls.masking.findings import Finding
from coach.calls.turns import Turn

PAD = 0.25  # seconds on each side
STRAY = 1.0  # seconds a turn may run past the end of the call
SLIP = 0.25  # seconds a word's time may lie outside its turn before nothing of it is believed
QUICKEST = 0.05  # seconds a character takes at least
BESIDE = 0.35  # seconds around a turn that are still its own
UNHEARD = 0.5  # seconds of sound beside every turn that may be speech nobody wrote down
BREAK = 0.2  # seconds of silence within such a stretch
TONE = 440.0  # Hz
TONE_LEVEL = 0.05
Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Window:
    """[start, end), seconds from the start of the call: nothing of it may be heard."""

    start: float
    end: float


@dataclass(frozen=True)
class Located:
    """Where findings sound. ``lost``: turns with a finding of which nobody knows when it was said."""

    windows: tuple[Window, ...]
    lost: tuple[int, ...]


def locate(turns: Sequence[Turn], findings: Sequence[Finding], duration: float) -> Located:
    """Stretches of time for findings, joined where they touch.

    By the times of the words where those were measured and make sense, else the whole turn.
    """
    spans: list[tuple[float, float]] = []
    lost: set[int] = set()
    for f in findings:
        span = _span(turns[f.turn], f, duration)
        if span is None or min(duration, span[1] + PAD) <= max(0.0, span[0] - PAD):
            lost.add(f.turn)
        else:
            spans.append((max(0.0, span[0] - PAD), min(duration, span[1] + PAD)))
    return Located(joined(spans), tuple(sorted(lost)))


def joined(spans: Iterable[tuple[float, float]]) -> tuple[Window, ...]:
    """Stretches of time in order, those that touch as one."""
    windows: list[Window] = []
    for start, end in sorted(spans):
        if windows and start <= windows[-1].end:
            windows[-1] = Window(windows[-1].start, max(end, windows[-1].end))
        else:
            windows.append(Window(start, end))
    return tuple(windows)


def unheard(
    turns: Sequence[Turn], frames: npt.NDArray[np.bool_], frame: float = 0.01
) -> list[tuple[float, float]]:
    """Stretches that sound and are in no turn: what is said there was never looked at.

    Under somebody else's words it is not found: where a turn is, its time is covered.

    Args:
        frames: shape (frames, channels), whether there is sound.
        frame: seconds.
    """
    sound: npt.NDArray[np.bool_] = np.asarray(frames.any(axis=1))
    for turn in turns:
        if turn.start is not None and turn.end is not None:
            first = max(0, int((turn.start - BESIDE) / frame))
            sound[first : max(first, int((turn.end + BESIDE) / frame) + 1)] = False
    return stretches(sound, frame=frame, gap=BREAK, least=UNHEARD)


def _span(turn: Turn, finding: Finding, duration: float) -> tuple[float, float] | None:
    if turn.start is None or turn.end is None or not turn.start < turn.end <= duration + STRAY:
        return None
    least = QUICKEST * (finding.end - finding.start)
    if turn.end - turn.start < least:
        return None  # nobody says it in that time: nor are the turn's own times any good
    owners = _owners(turn)
    words = (
        [turn.words[i] for i in sorted(set(owners[finding.start : finding.end]) - {-1})]
        if owners
        else []
    )
    low, high = turn.start - SLIP, turn.end + SLIP
    whole = turn.start, turn.end
    if not words or not all(low <= w.start < w.end <= high for w in words):
        return whole
    ordered = all(a.start <= b.start for a, b in zip(turn.words, turn.words[1:], strict=False))
    first, last = min(w.start for w in words), max(w.end for w in words)
    return (first, last) if ordered and last - first >= least else whole


def _owners(turn: Turn) -> list[int]:
    """Per character of the text, the word it is in, -1 for spaces; empty where they do not agree."""
    if not turn.located or not turn.words:
        return []
    letters = [(c, i) for i, w in enumerate(turn.words) for c in w.text if not c.isspace()]
    if [c for c, _ in letters] != [c for c in turn.text if not c.isspace()]:
        return []
    owners = iter(i for _, i in letters)
    return [-1 if c.isspace() else next(owners) for c in turn.text]


def silence(
    pcm: Pcm, rate: int, windows: Sequence[Window], *, origin: float = 0.0, tone: bool = False
) -> Pcm:
    """A copy of (samples, channels) whose windows are silent, or hold a tone of ours.

    Args:
        pcm: samples from ``origin`` seconds of the call on.
        rate: Hz.
        windows: what to take out, seconds from the start of the call.
        origin: seconds.
        tone: a tone instead of silence; nothing of the original is left under it.
    """
    out = pcm.copy()
    for window in windows:
        first = max(0, int(np.floor((window.start - origin) * rate)))
        last = min(len(out), int(np.ceil((window.end - origin) * rate)))
        if window.start >= window.end or first >= last:
            continue
        if tone:
            t = (np.arange(first, last) + round(origin * rate)) / rate
            out[first:last] = (np.sin(2 * np.pi * TONE * t) * TONE_LEVEL * 32767)[:, None].astype(
                np.int16
            )
        else:
            out[first:last] = 0
    return out
