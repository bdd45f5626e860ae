"""Benchmarks: marking them, finding them."""

from __future__ import annotations

from dataclasses import replace

from coach.acting.base import Base
from coach.library.benchmark import Benchmark
from coach.library.search import Found
from coach.people.rights import Right


class Library(Base):
    """The benchmark library."""

    def marks(self) -> list[Benchmark]:
        """Benchmarks of calls that are this person's to decide about, in whatever state."""
        mine = {r.id for r in self.recordings()} if self.who.may(Right.RELEASE) else set()
        return [b for b in self.services.benchmarks.listed() if b.recording_id in mine]

    def mark(self, recording_id: str, index: int, tags: tuple[str, ...]) -> Benchmark:
        """Raises NotFound."""
        self.recording(recording_id, Right.MARK)
        return self.services.mark(recording_id, index, tags, self.who.name)

    def unmark(self, benchmark_id: str) -> None:
        """Raises NotFound."""
        found = self.services.benchmarks.get(benchmark_id)
        self.recording(found.recording_id, Right.MARK)
        self.services.withdraw_mark(found.recording_id, found.start, self.who.name)
        self.services.benchmarks.remove(benchmark_id)
        self.note("withdrawn", found.clip)

    def library(self) -> list[Benchmark]:
        """What is released, newest first."""
        self.who.need(Right.LIBRARY)
        return [self._named(b) for b in self.services.benchmarks.released()]

    def find(self, text: str, *, count: int = 3, without_recording: str = "") -> Found:
        """Search among what is released."""
        self.who.need(Right.LIBRARY)
        found = self.services.search.find(text, count=count, without_recording=without_recording)
        matches = tuple(replace(m, benchmark=self._named(m.benchmark)) for m in found.matches)
        return replace(found, matches=matches)

    def shown_as(self, agent: str) -> str:
        """What others see instead of an agent's name."""
        return self.services.objections.aliases().get(agent, agent)

    def _named(self, benchmark: Benchmark) -> Benchmark:
        return replace(benchmark, agent=self.shown_as(benchmark.agent))
