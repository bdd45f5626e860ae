"""Segments moved to where their channel truly speaks. Pure.

A recogniser hears the words and errs about their times, small models by seconds; on a channel of
one's own the sound itself says when somebody speaks. What was moved far keeps its text but its
words' times are no longer believed: nothing is cut or masked by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coach.calls.fit import stretches
from coach.calls.transcript import Segment, Word, join_text


@dataclass(frozen=True)
class SettleOptions:
    """Parameters, in seconds."""

    gap: float = 0.45  # a breath within a run of speech
    least: float = 0.15  # shorter sound is a click
    reach: float = 1.5  # from a segment to speech that it may still be the text of
    trust: float = 0.5  # a bound that moved further takes the words' times with it
    quickest: float = 0.06  # a character takes at least this long
    hole: float = 1.0  # silence that ends one segment and begins another
    margin: float = 0.05


Run = tuple[float, float]


def settle(
    segments: Sequence[Segment],
    sound: npt.NDArray[np.bool_],
    *,
    frame: float = 0.01,
    origin: float = 0.0,
    options: SettleOptions = SettleOptions(),
) -> list[Segment]:
    """Segments of one channel in time order, each over the speech it is the text of.

    Args:
        sound: per frame, whether this channel's own speaker is heard.
        frame: seconds.
        origin: where ``sound`` begins, seconds of the call.
    """
    found = stretches(sound, frame=frame, gap=options.gap, least=options.least)
    runs = [(start + origin, end + origin) for start, end in found]
    if not runs or not segments:
        return list(segments)
    owned: dict[int, list[Run]] = {}
    for run in runs:
        near = [i for i, s in enumerate(segments) if _apart(s, run) <= options.reach]
        inside = [i for i in near if _apart(segments[i], run) < 0]
        for i, part in _shares(run, [segments[i] for i in inside], inside, options):
            owned.setdefault(i, []).append(part)
        if near and not inside:
            owned.setdefault(min(near, key=lambda i: _apart(segments[i], run)), []).append(run)
    out: list[Segment] = []
    for i, segment in enumerate(segments):
        out += _placed(segment, sorted(owned[i]), options) if i in owned else [segment]
    return out


def _apart(segment: Segment, run: Run) -> float:
    """Seconds between them; below zero where they overlap."""
    return max(run[0] - segment.end, segment.start - run[1])


def _shares(
    run: Run, segments: Sequence[Segment], numbers: Sequence[int], options: SettleOptions
) -> list[tuple[int, Run]]:
    """A run of speech dealt out to the segments within it: from one's start to the next one's, or
    by their length in characters where that would leave one too little time to be said."""
    starts = [max(run[0], s.start) for s in segments[1:]]
    edges = [run[0], *(min(run[1], s) for s in starts), run[1]]
    sizes = [max(1, len(s.text)) for s in segments]
    if any(b - a < options.quickest * n for a, b, n in zip(edges, edges[1:], sizes, strict=False)):
        ends = np.cumsum(sizes) / sum(sizes) * (run[1] - run[0]) + run[0]
        edges = [run[0], *(float(e) for e in ends)]
    return [(n, (a, b)) for n, a, b in zip(numbers, edges, edges[1:], strict=False) if b > a]


def _placed(segment: Segment, runs: Sequence[Run], options: SettleOptions) -> list[Segment]:
    """The segment over its runs of speech: one, or one for each stretch between long silences."""
    ends = (runs[0][0] - segment.start, runs[-1][1] - segment.end)
    far = max(map(abs, ends)) > options.trust
    words = _spread(segment.words, segment, runs) if far else segment.words
    whole = replace(segment, words=words, located=segment.located and not far)
    stretches: list[Run] = []
    for start, end in runs:
        if stretches and start - stretches[-1][1] <= options.hole:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    owned: dict[int, list[Word]] = {}
    for word in words:
        middle = (word.start + word.end) / 2
        near = min(range(len(stretches)), key=lambda i: _outside(middle, stretches[i]))
        owned.setdefault(max(near, *owned, 0) if owned else near, []).append(word)
    if len(owned) < 2:
        return [_bounded(whole, runs[0][0], runs[-1][1], options)]
    spans = {i: stretches[i] for i in owned}
    for start, end in (s for i, s in enumerate(stretches) if i not in owned):  # of no word: nearest
        i = min(spans, key=lambda i: _outside((start + end) / 2, spans[i]))
        spans[i] = (min(start, spans[i][0]), max(end, spans[i][1]))
    return [
        _bounded(
            replace(whole, text=join_text(w.text for w in mine).strip(), words=tuple(mine)),
            *spans[i],
            options,
        )
        for i, mine in sorted(owned.items())
    ]


def _outside(at: float, run: Run) -> float:
    return max(run[0] - at, at - run[1], 0.0)


def _bounded(segment: Segment, start: float, end: float, options: SettleOptions) -> Segment:
    return replace(segment, start=max(0.0, start - options.margin), end=end + options.margin)


def _spread(words: Sequence[Word], segment: Segment, runs: Sequence[Run]) -> tuple[Word, ...]:
    """Words shared out over the time that was spoken, in proportion to where they were."""
    lengths = [end - start for start, end in runs]
    spoken = sum(lengths)

    def at(time: float) -> float:
        span = max(segment.end - segment.start, 0.01)
        left = min(1.0, max(0.0, (time - segment.start) / span)) * spoken
        for (start, _), length in zip(runs, lengths, strict=True):
            if left <= length:
                return start + left
            left -= length
        return runs[-1][1]

    return tuple(replace(w, start=at(w.start), end=at(w.end)) for w in words)
