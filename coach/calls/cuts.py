"""Where a clip starts, stops and is muted, so that nothing is heard before its time. Pure.

A question's clip holds 0 ms of the answer; an answer's clip holds 0 ms of the next question. With
two channels the other side is muted from the moment it starts; with one, the cut itself moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.calls.exchanges import Part


@dataclass(frozen=True)
class CutOptions:
    """Seconds around speech."""

    lead: float = 0.12  # before the first word
    tail: float = 0.25  # after the last word
    guard: float = 0.06  # kept clear before what must not be heard yet
    look_back: float = 1.0  # a recogniser may time a start this late
    least: float = 0.3  # a clip is at least this long


@dataclass(frozen=True)
class Mute:
    """One channel is silent in [start, end), seconds from the start of the call."""

    channel: int
    start: float
    end: float


@dataclass(frozen=True)
class Cut:
    """[start, end) of a call, seconds from its start, with what is muted inside."""

    start: float
    end: float
    mutes: tuple[Mute, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "mutes": [[m.channel, round(m.start, 3), round(m.end, 3)] for m in self.mutes],
        }

    @classmethod
    def from_json(cls, doc: dict[str, Any]) -> Cut:
        return cls(
            float(doc["start"]),
            float(doc["end"]),
            tuple(Mute(int(c), float(a), float(b)) for c, a, b in doc["mutes"]),
        )


@dataclass(frozen=True)
class Sounds:
    """Where each channel sounds: booles per frame, shape (frames, channels), from ``fit.active``."""

    frames: npt.NDArray[np.bool_]
    frame: float = 0.01

    def onset(self, time: float, channel: int | None, options: CutOptions) -> float:
        """When the sound that is under way at ``time`` on a channel began.

        Walks back from ``time`` over sound (gaps up to 60 ms belong to it), at most
        ``look_back`` seconds; ``time`` itself where the channel is silent there.
        """
        if channel is None or channel >= self.frames.shape[1]:
            return time
        column = self.frames[:, channel]
        at = min(int(time / self.frame), len(column) - 1)
        if at < 0 or not column[max(0, at - 5) : at + 6].any():
            return time
        onset, gap = time, 0
        for i in range(at, max(-1, at - int(options.look_back / self.frame)), -1):
            if column[i]:
                onset, gap = min(onset, i * self.frame), 0
            else:
                gap += 1
                if gap > 6:
                    break
        return onset


def cut_before(
    part: Part,
    hidden: Part | None,
    *,
    hidden_channel: int | None,
    sounds: Sounds,
    duration: float,
    options: CutOptions = CutOptions(),
) -> Cut:
    """The clip of ``part`` that holds nothing of ``hidden``, which is what comes next.

    Args:
        part: what is to be heard; its times must be known.
        hidden: what must not be heard yet, None where nothing follows.
        hidden_channel: the channel it is spoken on; None for a call on one channel.
        sounds: where the channels sound, to find the true start of ``hidden``.
        duration: length of the call in seconds.
    """
    if part.start is None or part.end is None:
        raise ValueError("a clip needs times")
    start = max(0.0, part.start - options.lead)
    end = min(duration, part.end + options.tail)
    if hidden is None or hidden.start is None:
        return Cut(start, end)
    secret = max(0.0, sounds.onset(hidden.start, hidden_channel, options) - options.guard)
    if secret >= end:
        return Cut(start, end)
    if hidden_channel is None:
        return Cut(start, max(start, secret))
    return Cut(start, end, (Mute(hidden_channel, max(start, secret), end),))
