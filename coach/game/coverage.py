"""要点: which key points an answer makes, which it leaves out, what it adds. No score, nobody ranked. Pure.

A point is made by a clause that holds one of its phrasings, or a cue of the point's own kind, or is like
one of its phrasings: Dice's coefficient of character pairs (Dice 1945) from LIKE on. What people say about
a clause goes before all of that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coach.library.keypoints import KeyPoint, cue, kinds
from coach.library.wording import bare

LIKE = 0.5  # half of the pairs of characters are the same
SHORTEST = 3  # characters; what is shorter is like anything
LONGEST = 120  # characters of a wording that is learnt
_CLAUSE = re.compile(r"[^，。？！；、,.?!;\n]+")

Learned = Mapping[tuple[str, str], bool]  # point and bare clause → whether it makes the point


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


def mark(points: Sequence[KeyPoint], text: str, learned: Learned) -> Marked:
    """What an answer says, point by point."""
    found = {p.name: _made(p, text, learned) for p in points}
    made = tuple(m for m in found.values() if m is not None)
    missed = tuple(name for name, m in found.items() if m is None)
    names = set(found)
    added = tuple(name for name, pattern in kinds() if name not in names and pattern.search(text))
    return Marked(made, missed, added)


def coverage(points: Sequence[KeyPoint], answers: Sequence[Marked]) -> list[tuple[str, int]]:
    """How many answers make each point, in the benchmark's order."""
    return [(p.name, sum(a.makes(p.name) for a in answers)) for p in points]


def clause_of(text: str, made: Made | None) -> str:
    """What is learnt when somebody corrects a mark: the clause that was marked, else all of it."""
    return wording(text[made.start : made.end] if made else text)


def wording(text: str) -> str:
    """How a clause is known again."""
    return bare(text)[:LONGEST]


def _made(point: KeyPoint, text: str, learned: Learned) -> Made | None:
    if learned.get((point.name, wording(text))) is True:
        return Made(point.name, 0, len(text))
    pattern = cue(point.name)
    wanted = [w for w in (wording(p) for p in point.phrasings) if w]
    best: tuple[float, Made] | None = None
    for clause in _CLAUSE.finditer(text):
        said = wording(clause[0])
        known = learned.get((point.name, said))
        if known is False or not said:
            continue
        sure = (
            known or any(w in said for w in wanted) or bool(pattern and pattern.search(clause[0]))
        )
        like = 1.0 if sure else max((_alike(said, w) for w in wanted), default=0.0)
        if like >= LIKE and (best is None or like > best[0]):
            best = like, Made(point.name, clause.start(), clause.end())
    return best[1] if best else None


def _alike(a: str, b: str) -> float:
    """Dice's coefficient of the pairs of neighbouring characters."""
    if min(len(a), len(b)) < SHORTEST:
        return 0.0
    one, two = ({s[i : i + 2] for i in range(len(s) - 1)} for s in (a, b))
    return 2 * len(one & two) / (len(one) + len(two))
