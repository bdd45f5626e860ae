"""Which call to play about a node: benchmarks in it, who answered, how it fits, not heard lately. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LATELY = timedelta(days=30)  # a call the team played since then is not played again
ENOUGH = 4  # approved benchmarks in a call: one for each round


@dataclass(frozen=True)
class Candidate:
    """A call that could be played. ``strength``: what its agent solves at once on the node, shrunk."""

    recording_id: str
    title: str
    agent: str
    node: str
    marks: int = 0  # approved benchmarks in it
    strength: float | None = None
    rounds: int = 0  # that can be cut from it
    seconds: float = 0.0
    fits: bool = True  # within the minutes
    used: datetime | None = None  # when this team played it last
    outcome: float = 0.0  # −1..1: solved at once and satisfied, where somebody asked
    pack_id: str = ""  # a released pack of it that the team may play

    def lately(self, now: datetime) -> bool:
        """Whether the team still remembers it."""
        return self.used is not None and now - self.used < LATELY


def ranked(candidates: Sequence[Candidate], wanted: int, now: datetime) -> list[Candidate]:
    """Best first: what the team has not played lately, what gives all rounds within the time, then
    most benchmarks and the strongest colleague."""
    return sorted(
        (c for c in candidates if c.rounds > 0),
        key=lambda c: (
            c.lately(now),
            c.rounds < wanted,
            not c.fits,
            -min(c.marks, ENOUGH) / ENOUGH - (c.strength or 0.0) - c.outcome,
            not c.pack_id,
            c.recording_id,
        ),
    )
