"""合集: benchmarks put together by hand, or by a saved filter that stays current. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.library.benchmark import Benchmark, Standing


@dataclass(frozen=True)
class Rule:
    """A saved filter; empty means any."""

    nodes: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    approved: bool = True

    def holds(self, b: Benchmark) -> bool:
        """Whether a benchmark belongs to it now."""
        return (
            (not self.nodes or b.node in self.nodes)
            and (not self.teams or b.team in self.teams)
            and (not self.tags or bool(self.tags & set(b.tags)))
            and (not self.approved or b.standing is Standing.APPROVED)
        )


@dataclass(frozen=True)
class Collection:
    """``rule``: None where its benchmarks were put in by hand, in this order."""

    id: str
    name: str
    by: str
    rule: Rule | None = None
    members: tuple[str, ...] = ()

    def of(self, library: Sequence[Benchmark]) -> list[Benchmark]:
        """What is in it, of what a team may find."""
        if self.rule is not None:
            return [b for b in library if self.rule.holds(b)]
        by_id = {b.id: b for b in library}
        return [by_id[i] for i in self.members if i in by_id]


class CollectionStore(Protocol):
    """Where collections are kept."""

    def listed(self) -> list[Collection]:
        """By name."""

    def put(self, collection: Collection) -> None:
        """Store one, new or changed."""

    def add(self, collection_id: str, benchmark_id: str, inside: bool) -> None:
        """Put a benchmark in at the end, or take it out. Raises NotFound."""

    def remove(self, collection_id: str) -> None:
        """Forget a collection; its benchmarks stay."""
