"""Findings as stretches of time, and those stretches taken out of the sound.

A stretch is wider than the words by PAD on each side and is taken out of every channel: what the
customer says, the agent repeats. The length stays the same to the sample, so all times stay true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.calls.masking.findings import Finding
from coach.calls.turns import Turn

PAD = 0.25  # seconds on each side
STRAY = 1.0  # seconds a word's time may lie outside its turn before nothing of it is believed
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
        if span is None:
            lost.add(f.turn)
        else:
            spans.append((max(0.0, span[0] - PAD), min(duration, span[1] + PAD)))
    windows: list[Window] = []
    for start, end in sorted(spans):
        if windows and start <= windows[-1].end:
            windows[-1] = Window(windows[-1].start, max(end, windows[-1].end))
        else:
            windows.append(Window(start, end))
    return Located(tuple(windows), tuple(sorted(lost)))


def _span(turn: Turn, finding: Finding, duration: float) -> tuple[float, float] | None:
    if turn.start is None or turn.end is None or not turn.start < turn.end <= duration + STRAY:
        return None
    owners = _owners(turn)
    words = (
        [turn.words[i] for i in sorted(set(owners[finding.start : finding.end]) - {-1})]
        if owners
        else []
    )
    low, high = turn.start - STRAY, turn.end + STRAY
    if not words or not all(low <= w.start <= w.end <= high for w in words):
        return turn.start, turn.end
    ordered = all(a.start <= b.start for a, b in zip(turn.words, turn.words[1:], strict=False))
    if not ordered:
        return turn.start, turn.end
    return min(w.start for w in words), max(w.end for w in words)


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
