"""猜下一问: what people guessed, put together by meaning, and what customers asked next elsewhere. Pure.

The base rate is counted in the site's own calls, without the one that is played: after questions like
this round's where there are enough of them, else after all questions of its node. Intervals are Wilson's
(1927), 90 %; below LEAST exchanges nothing is shown.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from coach.calls.call import Call
from coach.calls.masking.clip import MaskedCall
from coach.game.coverage import Learned
from coach.library.grouping import SAME, across, grouped
from coach.library.saying import wording

LEAST = 8  # exchanges below which a share says nothing
_MEANS = "="  # begins such a name
MOST = 1000  # of the newest that are looked at
Z = 1.645  # 90 %


class Basis(StrEnum):
    """After which questions it was counted."""

    QUESTION = "question"  # like the one that was played
    NODE = "node"  # of the same node
    ALL = "all"  # of all calls: the node has too few


@dataclass(frozen=True)
class Next:
    """A customer's question and the one after it, masked."""

    question: str
    then: str


@dataclass(frozen=True)
class Share:
    """How often, of how many, with its interval; 0..1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    def to_json(self) -> dict[str, Any]:
        shown = {"share": self.share, "low": self.low, "high": self.high}
        return {"count": self.count, "of": self.of, **{k: round(v, 3) for k, v in shown.items()}}


@dataclass(frozen=True)
class Base:
    """What customers asked next after something alike."""

    thens: tuple[str, ...] = ()
    basis: Basis = Basis.NODE


class NextStore(Protocol):
    """Where it is kept what was asked after what."""

    def put(self, recording_id: str, found: Sequence[Next]) -> None:
        """Of a call, in place of what was known of it."""

    def listed(self, node: str, without: str = "") -> list[Next]:
        """Of a node ("" = all), the newest calls first, MOST at most."""

    def nodes(self) -> dict[str, int]:
        """How many are known of each node."""


def nexts(call: Call, masked: MaskedCall) -> list[Next]:
    """Each question of a call and the one after it, masked."""
    asked = [masked.text(e.question) for e in call.exchanges]
    return [Next(a, b) for a, b in zip(asked, asked[1:], strict=False)]


def base(store: NextStore, node: str, without: str, question: str) -> Base:
    """What customers asked after questions like this one; after all of the node where that are too few,
    after all there are where that are too few still."""
    known = store.listed(node, without)
    found = _base(known, question)
    if node and len(found.thens) < LEAST:
        return replace(_base(store.listed("", without), question), basis=Basis.ALL)
    return found


def _base(known: Sequence[Next], question: str) -> Base:
    alike = across([question], [n.question for n in known])[0]
    close = tuple(n.then for n, a in zip(known, alike, strict=True) if a >= SAME)
    if len(close) >= LEAST:
        return Base(close, Basis.QUESTION)
    return Base(tuple(n.then for n in known), Basis.NODE)


def wilson(count: int, of: int) -> Share:
    """Wilson's score interval of a share."""
    p, z2 = count / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Share(count, of, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Guessed:
    """A group of guesses that mean the same. ``right``: the customer asked just that."""

    texts: tuple[str, ...]  # the one that the group is called by first
    right: bool
    share: Share | None  # None where too few are known


@dataclass(frozen=True)
class Odds:
    """What was guessed, and how usual what the customer really asked is."""

    guessed: tuple[Guessed, ...]
    really: Share | None
    known: int  # exchanges that were counted
    basis: Basis

    def to_json(self) -> dict[str, Any]:
        def share(found: Share | None) -> dict[str, Any] | None:
            return found.to_json() if found else None

        return {
            "groups": [
                {"texts": list(g.texts), "right": g.right, "share": share(g.share)}
                for g in self.guessed
            ],
            "really": share(self.really),
            "known": self.known,
            "least": LEAST,
            "basis": self.basis.value,
        }


def odds(texts: Sequence[str], really: str, learned: Learned, known: Base) -> Odds:
    """Guesses by meaning, the largest group first. People's word about a guess goes first."""
    key = asking(really)
    means = [{k for k in learned.of(w) if k.startswith(_MEANS)} for w in map(wording, texts)]
    together = frozenset(
        (i, j) for i, a in enumerate(means) for j, b in enumerate(means[:i]) if a & b
    )
    return _odds(tuple(texts), really, learned.yes(key), learned.no(key), together, known)


@lru_cache(maxsize=64)
def _odds(
    texts: tuple[str, ...],
    really: str,
    yes: frozenset[str],
    no: frozenset[str],
    together: frozenset[tuple[int, int]],
    known: Base,
) -> Odds:
    alike = across([really], texts)[0]
    said = [wording(text) for text in texts]
    right = [w in yes or (w not in no and bool(alike[i] >= SAME)) for i, w in enumerate(said)]
    enough = len(known.thens) >= LEAST
    asked = across([really, *texts], known.thens if enough else []) >= SAME

    def share(rows: Sequence[int]) -> Share | None:
        return wilson(int(asked[rows].any(axis=0).sum()), len(known.thens)) if enough else None

    groups = [
        Guessed(
            tuple(texts[i] for i in (g.name, *(m for m in g.members if m != g.name))),
            any(right[i] for i in g.members),
            share([i + 1 for i in g.members]),
        )
        for g in grouped(texts, together=together)
    ]
    return Odds(tuple(groups), share([0]), len(known.thens), known.basis)


def meaning(words: Sequence[str]) -> str:
    """The name under which it is kept that all of these wordings mean the same."""
    return f"{_MEANS}{hashlib.sha256('|'.join(sorted(words)).encode()).hexdigest()[:39]}"


def asking(question: str) -> str:
    """The name under which it is learnt which words ask this."""
    return f"?{wording(question)[:39]}"


@dataclass(frozen=True)
class Usual:
    """What customers ask next: one meaning, in masked words, and how often."""

    text: str
    share: Share


def usual(known: Sequence[Next], most: int = 12) -> list[Usual]:
    """The table of a node: what customers ask next, most often first; empty below LEAST."""
    thens = tuple(n.then for n in known)
    if len(thens) < LEAST:
        return []
    groups = grouped(thens)[:most]
    return [Usual(thens[g.name], wilson(len(g.members), len(thens))) for g in groups]
