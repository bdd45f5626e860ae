"""Where a clip starts, stops and is muted, so that nothing is heard before its time. Pure.

A question's clip holds 0 ms of the answer; an answer's clip holds 0 ms of the next question. With
two channels the other side is muted from the moment it starts; with one, the cut itself moves.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    apart: float = 26.0  # dB between the channels below which they do not separate two voices


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
    """Where each channel sounds, and how loud: shape (frames, channels) both."""

    frames: npt.NDArray[np.bool_]
    levels: npt.NDArray[np.float32]  # RMS, 0..1
    frame: float = 0.01

    def separated(self, turns: Sequence[tuple[int, float, float]], options: CutOptions) -> bool:
        """Do two channels really keep two voices apart?

        ``turns`` are (channel, start, end). Over the frames in which one voice alone speaks, its
        own channel must be ``apart`` dB louder than the other: the same signal twice or a loud
        cross-talk does not count as two channels, since muting one would leave the voice on the
        other.
        """
        if self.frames.shape[1] != 2:
            return False
        owner = np.zeros((len(self.frames), 2), bool)
        for channel, start, end in turns:
            owner[int(start / self.frame) : int(end / self.frame), channel] = True
        for channel in (0, 1):
            alone = owner[:, channel] & ~owner[:, 1 - channel] & self.frames[:, channel]
            power = (
                (self.levels[alone].astype(np.float64) ** 2).mean(axis=0) if alone.any() else None
            )
            if power is None:
                continue
            loss = 10 * np.log10(max(power[channel], 1e-12) / max(power[1 - channel], 1e-12))
            if loss < options.apart:
                return False
        return True

    def first_sound(
        self, allowed_until: float, time: float, channel: int | None, options: CutOptions
    ) -> float:
        """When what starts at ``time`` may really have begun; a transcript may time it late.

        On its own channel: the first sound after ``allowed_until``, at most ``look_back`` seconds
        before ``time``. On a shared channel the allowed voice may still be sounding: the first
        sound after the first pause; with no pause, ``allowed_until``.
        """
        if channel is not None and channel < self.frames.shape[1]:
            column = self.frames[:, channel]
        else:
            column = np.asarray(self.frames.any(axis=1))
        first = max(0, round(max(allowed_until, time - options.look_back) / self.frame))
        part = column[first : max(first, round(time / self.frame))]
        if channel is None:
            pauses = np.flatnonzero(~part)
            if len(part) and not len(pauses):
                return min(time, max(allowed_until, first * self.frame))
            skip = int(pauses[0]) if len(pauses) else 0
            first, part = first + skip, part[skip:]
        heard = np.flatnonzero(part)
        return (first + int(heard[0])) * self.frame if len(heard) else time


def cut_before(
    part: Part,
    hidden: Part | None,
    *,
    hidden_channel: int | None,
    allowed_until: float,
    sounds: Sounds,
    duration: float,
    options: CutOptions = CutOptions(),
) -> Cut:
    """The clip of ``part`` that holds nothing of ``hidden``, which is what comes next.

    Args:
        part: what is to be heard; its times must be known.
        hidden: what must not be heard yet, None where nothing follows.
        hidden_channel: the channel it alone is spoken on; None where channels do not separate.
        allowed_until: until when the hidden speaker may be heard, seconds; nothing of that
            speaker after it is let through. At or before ``part.start``: the channel is silent.
        sounds: where the channels sound, to find the true start of ``hidden``.
        duration: length of the call in seconds.
    """
    if part.start is None or part.end is None:
        raise ValueError("a clip needs times")
    start = max(0.0, part.start - options.lead)
    end = min(duration, part.end + options.tail)
    if hidden is None or hidden.start is None:
        return Cut(start, end)
    if hidden_channel is not None and allowed_until <= part.start:
        return Cut(start, end, (Mute(hidden_channel, start, end),))
    limit = allowed_until if hidden_channel is not None else part.end
    began = sounds.first_sound(limit, hidden.start, hidden_channel, options)
    secret = max(0.0, min(began, hidden.start) - options.guard)
    if secret >= end:
        return Cut(start, end)
    if hidden_channel is None:
        return Cut(start, max(start, secret))
    return Cut(start, end, (Mute(hidden_channel, max(start, secret), end),))
