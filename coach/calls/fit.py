"""Does a transcript fit its audio? Times, channels, and whether it is of this call at all. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coach.calls.transcript import Segment
from coach.errors import BadTranscript, TranscriptMismatch, TranscriptTimes

Envelope = npt.NDArray[np.float32]  # RMS, shape (frames, channels)


@dataclass(frozen=True)
class FitOptions:
    """Parameters; seconds and shares."""

    slack: float = 0.75  # a transcript may run this far past the audio
    least_contrast: float = 0.4  # right pairs measured ≥ .61, wrong ones ≤ .35 (docs/methods.md)
    frame: float = 0.01


def check_times(segments: Sequence[Segment], duration: float, *, name: str, slack: float) -> None:
    """Refuse times that no call can have.

    Raises:
        TranscriptTimes: a segment ends before it starts, starts below zero or ends after the
            audio, or the segments run backwards.
    """
    for s in segments:
        if not 0 <= s.start <= s.end < float("inf"):
            raise TranscriptTimes(name=name, detail=f"{s.start:.2f} → {s.end:.2f} s: {s.text[:20]}")
        if s.end > duration + slack:
            raise TranscriptTimes(name=name, detail=f"{s.end:.2f} s > {duration:.2f} s")
    steps = [b.start - a.start for a, b in zip(segments, segments[1:], strict=False)]
    if len(steps) > 2 and sum(step < 0 for step in steps) > len(steps) / 2:
        raise TranscriptTimes(name=name, detail="run backwards / 时间倒着走")


def active(envelope: Envelope) -> npt.NDArray[np.bool_]:
    """Which frames carry sound, per channel: 6 dB above the noise floor and not far below speech.

    The floor is the 10th percentile, speech the 95th (energy detection with adaptive threshold).
    """
    floor = np.percentile(envelope, 10, axis=0)
    speech = np.percentile(envelope, 95, axis=0)
    threshold = np.maximum.reduce([2 * floor, 0.08 * speech, np.full_like(floor, 0.0008)])
    return np.asarray(envelope > threshold)


def stretches(
    sound: npt.NDArray[np.bool_], *, frame: float, gap: float, least: float
) -> list[tuple[float, float]]:
    """Where there is sound: [start, end) in seconds, over silences up to ``gap`` seconds, those
    shorter than ``least`` seconds left out."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], sound.astype(np.int8), [0]]))) * frame
    found: list[tuple[float, float]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [s for s in found if s[1] - s[0] >= least]


def timed(segments: Sequence[Segment], frames: int, frame: float) -> npt.NDArray[np.bool_]:
    """Which frames the transcript says are speech."""
    out = np.zeros(frames, bool)
    for s in segments:
        out[int(s.start / frame) : max(int(s.start / frame) + 1, int(s.end / frame))] = True
    return out


def place_channels(
    segments: Sequence[Segment], envelope: Envelope, frame: float, *, name: str
) -> list[Segment]:
    """Segments with channels of this recording.

    Channels counted from 1 are counted from 0; on one channel there is nothing to tell. A speaker
    without a channel gets the one that is loudest while that speaker speaks; speech without a
    speaker goes by its own loudest channel.

    Raises:
        BadTranscript: channel numbers that the recording does not have.
    """
    if envelope.shape[1] != 2:
        return [replace(s, channel=None) for s in segments]
    numbers = {s.channel for s in segments if s.channel is not None}
    if numbers and not numbers <= {0, 1}:
        if not numbers <= {1, 2}:
            raise BadTranscript(name=name, detail=f"channel {max(numbers)}")
        segments = [replace(s, channel=s.channel - 1) if s.channel else s for s in segments]
    without = [s for s in segments if s.channel is None]
    if not without:
        return list(segments)
    by_speaker = {
        speaker: _loudest([s for s in without if s.speaker == speaker], envelope, frame)
        for speaker in {s.speaker for s in without if s.speaker}
    }
    if len(by_speaker) > 1 and len(set(by_speaker.values())) == 1:
        return list(segments)  # no contrast between the channels: a mixed recording
    placed = []
    for s in segments:
        if s.channel is None and s.speaker:
            s = replace(s, channel=by_speaker[s.speaker])
        elif s.channel is None:
            channel = _loudest([s], envelope, frame)
            s = replace(s, channel=channel, speaker=f"ch{channel}")
        placed.append(s)
    return placed


def _loudest(segments: Sequence[Segment], envelope: Envelope, frame: float) -> int:
    mask = timed(segments, len(envelope), frame)
    return int(envelope[mask].sum(axis=0).argmax()) if mask.any() else 0


def check_fit(
    segments: Sequence[Segment],
    envelope: Envelope,
    *,
    name: str,
    options: FitOptions = FitOptions(),
) -> None:
    """Refuse a transcript of another call.

    Compares, per channel where the transcript has channels, how often there is sound inside the
    timed spans with how often there is outside them.

    Raises:
        TranscriptMismatch: the contrast is below ``least_contrast``.
    """
    sound = active(envelope)
    inside = outside = inside_sound = outside_sound = 0
    channels = sorted({s.channel for s in segments if s.channel is not None})
    if not channels or any(s.channel is None for s in segments):
        groups = [(list(segments), np.asarray(sound.any(axis=1)))]
    else:
        groups = [([s for s in segments if s.channel == c], sound[:, c]) for c in channels]
    for group, heard in groups:
        mask = timed(group, len(heard), options.frame)
        inside += int(mask.sum())
        outside += int((~mask).sum())
        inside_sound += int((mask & heard).sum())
        outside_sound += int((~mask & heard).sum())
    hit = inside_sound / max(1, inside)
    miss = outside_sound / outside if outside else 0.0
    if hit - miss < options.least_contrast and outside > 0.05 * (inside + outside):
        raise TranscriptMismatch(name=name, share=1 - hit)
    if hit < 0.3:
        raise TranscriptMismatch(name=name, share=1 - hit)
