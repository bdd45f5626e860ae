"""A second pair of eyes: who nominated a benchmark never approves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from coach.errors import AlreadyDecided, BadInput, NotReleased, SamePerson
from coach.library.benchmark import Benchmark, BenchmarkStore, Standing, revised


class Approving:
    """Moves benchmarks through their life.

    Args:
        released: whether a team may hear all of these clips.
        today: the date where the site is.
    """

    def __init__(
        self,
        store: BenchmarkStore,
        released: Callable[[Sequence[str]], bool],
        now: Callable[[], datetime],
        today: Callable[[], date],
    ) -> None:
        self._store, self._released, self._now, self._today = store, released, now, today

    def revise(self, changed: Benchmark, by: str, by_id: str = "") -> Benchmark:
        """Store what somebody changed about a version as the next one, to be approved.

        Raises NotFound, AlreadyDecided: there is no such version any more.
        """
        base = self._version(changed.id, changed.number)
        return self._store.add(revised(base, changed, by, by_id, self._now()))

    def approve(
        self, benchmark_id: str, number: int, by: str, by_id: str = "", until: date | None = None
    ) -> None:
        """Let a nominated version count, until a day or until somebody retires it.

        Raises:
            NotFound.
            BadInput: nobody's name.
            SamePerson: they nominated it themselves.
            NotReleased: nobody may hear it yet.
            AlreadyDecided: somebody was faster.
        """
        self._named(by)
        version = self._version(benchmark_id, number)
        known = by_id and version.marked_by_id
        own = by_id == version.marked_by_id if known else by.strip() == version.marked_by.strip()
        if own:
            raise SamePerson()
        if not self._released([version.clip]):
            raise NotReleased()
        decided = self._decided(version, Standing.APPROVED, by, "")
        self._put(replace(decided, until=until), Standing.NOMINATED)

    def decline(self, benchmark_id: str, number: int, by: str, why: str) -> None:
        """A nominated version is not good enough. Raises NotFound, BadInput, AlreadyDecided."""
        self._because(why)
        version = self._version(benchmark_id, number)
        self._put(self._decided(version, Standing.DECLINED, by, why), Standing.NOMINATED)

    def retire(self, benchmark_id: str, by: str, why: str) -> None:
        """Nobody finds it any more. Raises NotFound, BadInput, AlreadyDecided."""
        self._because(why)
        current = self._store.get(benchmark_id)
        self._put(self._decided(current, Standing.RETIRED, by, why), current.standing)

    def policy_changed(self, tag: str, by: str) -> list[str]:
        """What was said under a tag holds no longer: every approved benchmark with it ends
        yesterday, until somebody approves it anew. Returns their ids. Raises BadInput."""
        today = self._today()
        yesterday = date.fromordinal(today.toordinal() - 1)
        ended = []
        for b in self._store.listed():
            if tag in b.tags and b.standing is Standing.APPROVED and not b.expired(today):
                decided = self._decided(b, Standing.APPROVED, by, f"政策变了 policy changed: {tag}")
                if self._store.decide(replace(decided, until=yesterday), Standing.APPROVED):
                    ended.append(b.id)
        return ended

    def _version(self, benchmark_id: str, number: int) -> Benchmark:
        found = {v.number: v for v in self._store.versions(benchmark_id)}
        if number not in found:
            raise AlreadyDecided()
        return found[number]

    def _decided(self, version: Benchmark, standing: Standing, by: str, why: str) -> Benchmark:
        self._named(by)
        return replace(
            version,
            standing=standing,
            decided_by=by.strip()[:40],
            decided_at=self._now(),
            because=why.strip()[:200],
        )

    def _put(self, version: Benchmark, was: Standing) -> None:
        if not was.found or not self._store.decide(version, was):
            raise AlreadyDecided()

    @staticmethod
    def _named(by: str) -> None:
        if not by.strip():
            raise BadInput(detail="请写谁决定的", detail_en="who decides?")

    @staticmethod
    def _because(why: str) -> None:
        if not why.strip():
            raise BadInput(detail="请写理由", detail_en="a reason is needed")
