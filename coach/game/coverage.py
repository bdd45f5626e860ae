"""要点: which key points an answer makes, which it leaves out, what it adds. No score, nobody ranked. Pure.

A point is made where people said that these words make it, where the answer holds one of its phrasings, or
where it is likely to say the same in other words (``coach.library.saying``). People's word goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coach.library.keypoints import KeyPoint, cue
from coach.library.saying import LIMIT, likely, stretches, where, wording

TOLD = ("说清费用", "说清时间")  # kinds that are heard without a benchmark to compare with
SHORTEST = 2  # characters of a phrasing that is looked for as it is


class Learned:
    """What people said: which words make a point, and which do not."""

    def __init__(self, told: Mapping[tuple[str, str], bool] | None = None) -> None:
        """Args: told: by the point's key and the words."""
        self._yes: dict[str, set[str]] = {}
        self._no: dict[str, set[str]] = {}
        self._of: dict[str, set[str]] = {}
        for (key, words), counts in (told or {}).items():
            (self._yes if counts else self._no).setdefault(key, set()).add(words)
            if counts:
                self._of.setdefault(words, set()).add(key)

    def yes(self, key: str) -> frozenset[str]:
        """Words that make it."""
        return frozenset(self._yes.get(key, ()))

    def no(self, key: str) -> frozenset[str]:
        """Words that do not."""
        return frozenset(self._no.get(key, ()))

    def of(self, words: str) -> frozenset[str]:
        """Keys that these words make."""
        return frozenset(self._of.get(words, ()))


NOTHING = Learned()


@dataclass(frozen=True)
class Made:
    """A point and the words that make it, as places in the answer."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Marked:
    """One answer beside the benchmark's points."""

    made: tuple[Made, ...]
    missed: tuple[str, ...]
    added: tuple[str, ...]  # kinds of points that the benchmark does not make

    def makes(self, name: str) -> bool:
        return any(m.name == name for m in self.made)


def marks_json(marked: Marked) -> dict[str, Any]:
    """An answer's marks as plain values."""
    return {
        "made": [[m.name, m.start, m.end] for m in marked.made],
        "missed": list(marked.missed),
        "added": list(marked.added),
    }


class LearnedStore(Protocol):
    """Where people's corrections are kept, for every session."""

    def all(self) -> Learned:
        """Every one."""

    def put(self, point: str, words: str, counts: bool, by: str) -> None:
        """The last word counts."""

    def put_new(self, point: str, words: str, by: str) -> bool:
        """These words make it, unless something was said of them; False then."""


def mark(points: Sequence[KeyPoint], text: str, learned: Learned = NOTHING) -> Marked:
    """What an answer says, point by point."""
    found = {p.name: _made(p, text, learned) for p in points}
    made = tuple(m for m in found.values() if m is not None)
    missed = tuple(name for name, m in found.items() if m is None)
    added = tuple(n for n in TOLD if n not in found and (c := cue(n)) and c.search(text))
    return Marked(made, missed, added)


def coverage(points: Sequence[KeyPoint], answers: Sequence[Marked]) -> list[tuple[str, int]]:
    """How many answers make each point, in the benchmark's order."""
    return [(p.name, sum(a.makes(p.name) for a in answers)) for p in points]


def to_learn(point: KeyPoint, text: str, made: Made | None, learned: Learned = NOTHING) -> str:
    """What is learnt when somebody corrects a mark: the words marked, else those most like the point's;
    all of an answer in which something was said not to make it."""
    if made is None and _without(text, learned.no(point.key)) != text:
        return wording(text)
    start, end = (made.start, made.end) if made else where(point.phrasings or (point.name,), text)
    return wording(text[start:end])


def _made(point: KeyPoint, text: str, learned: Learned) -> Made | None:
    if wording(text) and wording(text) in learned.yes(
        point.key
    ):  # all of it: the last word about it
        return Made(point.name, 0, len(text))
    text = _without(text, learned.no(point.key))
    if not wording(text):
        return None
    span = _held(point, text, learned.yes(point.key))
    if span is None and likely(point.name, point.phrasings, text) >= LIMIT:
        span = where(point.phrasings, text)
    return Made(point.name, *span) if span else None


def _without(text: str, no: frozenset[str]) -> str:
    """With commas in place of what people said does not make the point."""
    for start, end, said in stretches(text) if no else ():
        if said in no:
            text = text[:start] + "，" * (end - start) + text[end:]
    return text


def _held(point: KeyPoint, text: str, yes: Iterable[str]) -> tuple[int, int] | None:
    """The shortest stretch that holds a phrasing, or words that people said make the point."""
    wanted = [w for w in (*map(wording, point.phrasings), *yes) if w]

    def holds(said: str) -> bool:
        return any(w == said or (len(w) >= SHORTEST and w in said) for w in wanted)

    held = [(b - a, a, b) for a, b, said in stretches(text) if holds(said)]
    return min(held)[1:] if held else None
