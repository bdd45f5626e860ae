"""A benchmark (标杆): an exchange that QA marked as worth learning from, with its tags."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coach.library.index import Entry


def content_hash(question: str) -> str:
    """By which a question's vector is kept."""
    return hashlib.sha256(question.encode()).hexdigest()


@dataclass(frozen=True)
class Benchmark:
    """Texts and times are copied when marked, so a later repair does not change them."""

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

    @property
    def content_hash(self) -> str:
        """Identifies what is embedded."""
        return content_hash(self.question)


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
    """Where benchmarks and their vectors are kept."""

    def add(self, benchmark: Benchmark) -> Benchmark:
        """Store it; one exchange is marked once: marking again updates its tags."""

    def remove(self, benchmark_id: str) -> None:
        """Take the mark back."""

    def get(self, benchmark_id: str) -> Benchmark:
        """Raises NotFound."""

    def listed(self) -> list[Benchmark]:
        """All of them, newest first: for who prepares and releases."""

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
