"""术语表: the team's own words, how a recogniser gets them wrong, and which to give it. Pure.

Two uses: before recognition the best terms go in as hot words (as many as fit), after it what is
known to be heard wrong is put right. Corrections are plain text, never patterns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from coach.calls.transcript import Segment, rewrite
from coach.errors import BadGlossary

LONGEST_TERM = 40
MOST_TERMS = 20_000


@dataclass(frozen=True)
class Term:
    """A word of the team's. ``wrong``: what a recogniser writes instead."""

    text: str
    node: str = ""  # of which business node; empty: of all
    wrong: tuple[str, ...] = ()
    uses: int = 0  # how often transcripts had it
    same: tuple[str, ...] = ()  # other words customers use for it: search takes them as one


class GlossaryStore(Protocol):
    """Where terms are kept. A term is its text."""

    def listed(self) -> list[Term]:
        """All terms, the most used first."""

    def put(self, terms: Sequence[Term]) -> int:
        """Add terms; a known one gets the new node and more ``wrong``. Returns how many are new."""

    def remove(self, text: str) -> None:
        """Forget a term; nothing happens where there is none."""

    def count(self, uses: dict[str, int]) -> None:
        """Add to the uses of terms."""


def choose(terms: Iterable[Term], *, node: str, cost: Callable[[str], int], room: int) -> list[str]:
    """The terms to give the recogniser for a call, best first, together at most ``room``.

    Those of the call's node first, then those of no node, then the rest; the most used first.
    What does not fit is left out and smaller ones may still follow. The recogniser itself would
    cut silently.
    """
    ranked = sorted(
        {t.text: t for t in terms}.values(),
        key=lambda t: (0 if node and t.node == node else 1 if not t.node else 2, -t.uses, t.text),
    )
    chosen: list[str] = []
    left = room
    for term in ranked:
        if left <= 0:
            break
        price = cost(term.text)
        if price <= left:
            chosen.append(term.text)
            left -= price
    return chosen


class Corrections:
    """Puts right what is known to be heard wrong, the longest first; built once per glossary."""

    def __init__(self, terms: Iterable[Term]) -> None:
        right = {w: t.text for t in terms for w in t.wrong if w and w != t.text}
        self._right = right
        alternatives = sorted(map(re.escape, right), key=len, reverse=True)
        self._pattern = re.compile("|".join(alternatives)) if right else None

    def apply(self, segment: Segment) -> Segment:
        """The corrected segment; words and times are kept."""
        if self._pattern is None:
            return segment
        edits = [
            (m.start(), m.end(), self._right[m[0]])
            for m in self._pattern.finditer(segment.text)
            if not _already(segment.text, m, self._right[m[0]])
        ]
        return rewrite(segment, edits) if edits else segment


def _already(text: str, match: re.Match[str], right: str) -> bool:
    """The wrong form is only part of the right one here (宽带 in 宽带包)."""
    at = right.find(match[0])
    return at >= 0 and text[match.start() - at :][: len(right)] == right and match.start() >= at


def uses(terms: Iterable[Term], text: str) -> dict[str, int]:
    """How often each term occurs in a transcript, those that do."""
    found = {t.text: text.count(t.text) for t in terms}
    return {term: n for term, n in found.items() if n}


def read_terms(raw: str, *, name: str = "") -> list[Term]:
    """Terms from CSV or plain lines: ``term, node, heard wrong | heard wrong, same | same``.

    A heading line is optional. Duplicates are joined.

    Raises:
        BadGlossary: a term is too long, there are too many, or none.
    """
    found: dict[str, Term] = {}
    for number, row in enumerate(_rows(raw, name), start=1):
        cells = [c.strip() for c in row]
        if not cells or not cells[0] or (number == 1 and cells[0] in ("术语", "term")):
            continue
        if len(cells[0]) > LONGEST_TERM:
            raise BadGlossary(name=name, line=number, detail=cells[0][:20] + "…")
        wrong, same = (_several(cells[i]) if len(cells) > i else () for i in (2, 3))
        term = Term(cells[0], cells[1] if len(cells) > 1 else "", wrong, same=same)
        known = found.get(term.text)
        found[term.text] = joined(known, term) if known else term
    if not found or len(found) > MOST_TERMS:
        raise BadGlossary(name=name, line=0, detail=str(len(found)))
    return list(found.values())


def _several(cell: str) -> tuple[str, ...]:
    return tuple(w for w in map(str.strip, re.split(r"[|｜]", cell)) if w)


def _rows(raw: str, name: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(raw.lstrip("\ufeff"))))
    except csv.Error as error:
        raise BadGlossary(name=name, line=0, detail=str(error)) from error


def joined(known: Term, new: Term) -> Term:
    """A known term with what a newer line says of it."""
    wrong = tuple(dict.fromkeys([*known.wrong, *new.wrong]))
    same = tuple(dict.fromkeys([*known.same, *new.same]))
    return replace(known, node=new.node or known.node, wrong=wrong, same=same)
