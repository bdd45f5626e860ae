"""A benchmark (标杆): an exchange that is the best answer to its question, and how it becomes one.

nominated → approved, by somebody else → retired. Whatever is changed about it is a new version, which
needs its own approval; until then the approved one stays. Nothing is edited in place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from coach.library.index import Entry
from coach.library.keypoints import KeyPoint

WORTH_SCORED = 0.3  # of it is lost between the best score and the worst
WORTH_UNAPPROVED = 0.8  # in search, against an approved one that is as near


def content_hash(question: str) -> str:
    """By which a question's vector is kept."""
    return hashlib.sha256(question.encode()).hexdigest()


class Standing(StrEnum):
    """How far a version is."""

    NOMINATED = "nominated"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"  # by a later version
    RETIRED = "retired"

    @property
    def found(self) -> bool:
        """Whether a team may find it, once its clip is released."""
        return self in (Standing.NOMINATED, Standing.APPROVED)


@dataclass(frozen=True)
class CaseCard:
    """问题案例化: the exchange as a case."""

    scene: str = ""  # 场景
    conduct: str = ""  # 表现
    confirmed: str = ""  # 确认信息
    solution: str = ""  # 解决方案


@dataclass(frozen=True)
class Benchmark:
    """One version. Texts and times are copied when marked, so a later repair does not change them."""

    id: str
    recording_id: str
    question: str
    answer: str
    start: float  # seconds in the call
    end: float
    agent: str  # alias shown
    node: str
    tags: tuple[str, ...]
    marked_by: str
    created_at: datetime
    clip: str = ""  # what of it may be heard, once that is released
    team: str = ""
    points: tuple[KeyPoint, ...] = ()
    why: str = ""  # why it works
    card: CaseCard = CaseCard()
    until: date | None = None  # the last day it holds
    marked_by_id: str = ""  # account
    number: int = 1
    standing: Standing = Standing.NOMINATED
    decided_by: str = ""
    decided_at: datetime | None = None
    because: str = ""

    @property
    def content_hash(self) -> str:
        """Identifies what is embedded."""
        return content_hash(self.question)

    def entry(self, score: float | None = None) -> Entry:
        """What search holds of it. ``score``: what QA gave it, 0..100, if they did."""
        worth = 1.0 if self.standing is Standing.APPROVED else WORTH_UNAPPROVED
        if score is not None:
            worth *= 1 - WORTH_SCORED * (1 - score / 100)
        return Entry(
            self.id,
            self.question,
            self.content_hash,
            self.agent,
            self.node,
            self.team,
            self.recording_id,
            worth,
            self.until,
        )

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and self.until < today


def revised(base: Benchmark, changed: Benchmark, by: str, by_id: str, at: datetime) -> Benchmark:
    """The next version, not yet approved: what people wrote about the version they had before them.
    What was said, and its sound, stay together."""
    return replace(
        base,
        tags=changed.tags,
        points=changed.points,
        why=changed.why,
        card=changed.card,
        until=None,
        marked_by=by,
        marked_by_id=by_id,
        created_at=at,
        standing=Standing.NOMINATED,
        decided_by="",
        decided_at=None,
        because="",
    )


@dataclass(frozen=True)
class Match:
    """A benchmark found, with its similarity to the question asked."""

    benchmark: Benchmark
    similarity: float


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags from typed text, between commas or spaces; doubles dropped, at most 20."""
    found = (t.strip()[:20] for t in re.split(r"[\s,，、;；#]+", text))
    return tuple(dict.fromkeys(t for t in found if t))[:20]


class BenchmarkStore(Protocol):
    """Where benchmarks, their versions and vectors are kept."""

    def add(self, benchmark: Benchmark) -> Benchmark:
        """Store a new version of the benchmark of this exchange, or its first; returns it with its
        number. A version that still waited is replaced. Raises NotFound: the call is gone."""

    def decide(self, version: Benchmark, was: Standing) -> bool:
        """Store how a version stands now and who decided; False where it does not stand at ``was``."""

    def versions(self, benchmark_id: str) -> list[Benchmark]:
        """All of them, newest first. Raises NotFound."""

    def move(self, benchmark_id: str, recording_id: str, clip: str, seconds: float) -> None:
        """The version that counts is from now on the whole of another call, as this clip; older
        ones go."""

    def remove(self, benchmark_id: str) -> None:
        """Take the mark back, with all its versions."""

    def get(self, benchmark_id: str) -> Benchmark:
        """The version that counts: the approved one, else the newest. Raises NotFound."""

    def listed(self, recording_id: str = "") -> list[Benchmark]:
        """What counts of each, of one call or of all, newest first: for who prepares and
        releases."""

    def waiting(self) -> set[str]:
        """Ids of those with a version to be approved."""

    def released(self, ids: Sequence[str] | None = None) -> list[Benchmark]:
        """Those that a team may find and hear, newest first; with ``ids``, of these only."""

    def stamp(self) -> int:
        """Grows whenever what search finds may have changed."""

    def entries(self) -> list[Entry]:
        """What search holds in memory of those that are released."""

    def coverage(self) -> dict[str, int]:
        """Embedder's name → how many vectors of its are kept."""

    def vectors(self, embedder: str) -> dict[str, bytes]:
        """Content hash → float32 bytes."""

    def embedded(self, embedder: str) -> set[str]:
        """The content hashes it has read."""

    def save_vectors(self, embedder: str, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Store vectors by content hash; a known hash is left alone."""
