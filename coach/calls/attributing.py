"""Words to speakers: what was recognised on one channel, told apart by who spoke when. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from coach.calls.roles import wording
from coach.calls.speakers import Hint, Span
from coach.calls.transcript import Segment, Word, share_words


def hints(segments: Sequence[Segment]) -> list[Hint]:
    """What the wording of each segment says about its speaker."""
    found = (Hint(s.start, s.end, wording(s.text)) for s in segments if not s.doubt)
    return [hint for hint in found if hint.agent]


def attribute(segments: Sequence[Segment], spans: Sequence[Span]) -> list[Segment]:
    """Each word goes to the span it overlaps most, or the nearest; segments are cut where it changes.

    No word is lost and none changes its place.
    """
    if not spans:
        return list(segments)
    starts = [span.start for span in spans]
    out: list[Segment] = []
    for segment in segments:
        timed = share_words(segment)
        if not timed.words:
            out.append(_given(segment, _span(segment.start, segment.end, spans, starts)))
            continue
        runs: list[tuple[Span, list[Word]]] = []
        for word in timed.words:
            span = _span(word.start, word.end, spans, starts)
            if runs and runs[-1][0].speaker == span.speaker:
                runs[-1][1].append(word)
            else:
                runs.append((span, [word]))
        out += [_cut(timed, span, words) for span, words in _settled(runs)]
    return sorted(out, key=lambda s: (s.start, s.end))


def _span(start: float, end: float, spans: Sequence[Span], starts: Sequence[float]) -> Span:
    at = bisect_right(starts, (start + end) / 2)
    near = spans[max(0, at - 2) : at + 2]
    return max(near, key=lambda s: min(end, s.end) - max(start, s.start))


def _settled(runs: list[tuple[Span, list[Word]]]) -> list[tuple[Span, list[Word]]]:
    """One character between two runs of the other speaker is not a turn: it joins them."""
    out: list[tuple[Span, list[Word]]] = []
    for i, (span, words) in enumerate(runs):
        lone = len("".join(w.text for w in words).strip("，。？！ ")) <= 1
        if (lone and out and i + 1 < len(runs)) or (out and out[-1][0].speaker == span.speaker):
            out[-1][1].extend(words)
        else:
            out.append((span, words))
    return out


def _cut(segment: Segment, span: Span, words: list[Word]) -> Segment:
    part = replace(
        segment,
        start=words[0].start,
        end=max(w.end for w in words),
        text="".join(w.text for w in words).strip(),
        words=tuple(words),
    )
    return _given(part, span)


def _given(segment: Segment, span: Span) -> Segment:
    return replace(segment, speaker=span.speaker, sure=span.sure)
