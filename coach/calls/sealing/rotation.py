"""Everything under the newest key: after the first key was set, and after each change of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from coach.calls.hearing import Hearing
from coach.calls.sealing.keyring import Keyring
from coach.errors import CoachError, UnexpectedProblem

log = logging.getLogger("coach.sealing")


class SealedRows(Protocol):
    """The database's part: what transcripts and people's decisions say, and which key is in force."""

    def noted(self) -> tuple[str, bool] | None:
        """The key that seals by now, and whether all was under it once; None: there never was one."""

    def note(self, key_id: str, *, finished: bool) -> None:
        """Write that down."""

    def stale(self) -> list[str]:
        """The ids of the recordings that have rows not under the first key."""

    def reseal(self, recording_id: str) -> int:
        """Put a recording's rows under the first key, all or none; returns how many changed.

        Raises:
            KeyMissing, SealBroken, DatabaseProblem: nothing was changed.
        """

    def settle(self) -> bool:
        """Whether what was overwritten is out of the database's log as well."""


@dataclass(frozen=True)
class Rotated:
    """One recording's turn: rows and files changed, or what stood in the way."""

    recording_id: str
    rows: int = 0
    sound: bool = False
    problem: CoachError | None = None


class Rotation:
    """Changes keys while everything is in use: each recording by itself, old keys still open.

    The note in the database says which key seals. It is how a forgotten key is noticed before
    anything is written in the clear, and how processes with old keys are stopped.
    """

    def __init__(self, keys: Keyring, rows: SealedRows, hearing: Hearing) -> None:
        self.keys, self._rows, self._hearing = keys, rows, hearing
        self._looked = False  # whether this process has seen that all is under the first key
        self._bad: set[str] = set()  # what could not be changed: not tried again by itself

    def check(self) -> None:
        """Whether the keys are those of this data. Raises KeyMissing."""
        noted, first = self._rows.noted(), self.keys.first
        if noted is not None:
            self.keys.key(noted[0])
        if first is not None and (noted is None or noted[0] != first.id):
            self._rows.note(first.id, finished=False)

    def noted(self) -> str | None:
        """The id of the key in force."""
        found = self._rows.noted()
        return found[0] if found else None

    @property
    def finished(self) -> bool:
        """Whether all there was has been under the first key; what is new always is."""
        first = self.keys.first
        return first is None or self._rows.noted() == (first.id, True)

    def run(self, without: frozenset[str] = frozenset()) -> Iterator[Rotated]:
        """One recording after the other; one that cannot be changed is left and told of."""
        first, whole = self.keys.first, not without
        if first is None:
            return
        for recording_id in sorted({*self._rows.stale(), *self._hearing.stale()} - without):
            try:
                rows, sound = self._rows.reseal(recording_id), self._hearing.reseal(recording_id)
            except (CoachError, OSError) as error:
                whole = False
                known = isinstance(error, CoachError)
                problem = error if known else UnexpectedProblem(detail=type(error).__name__)
                yield Rotated(recording_id, problem=problem)  # type: ignore[arg-type]
                continue
            yield Rotated(recording_id, rows, sound)
        if self._rows.settle() and whole:
            self._rows.note(first.id, finished=True)
            self._looked = True

    def look(self) -> int:
        """Run if there may be anything to do, and once in each process; returns how many changed."""
        if self.finished and (self._looked or self.keys.first is None):
            return 0
        done = list(self.run(frozenset(self._bad)))
        for one in done:
            if one.problem is not None:
                self._bad.add(one.recording_id)
                log.warning(
                    "%s is not under the newest key: %s", one.recording_id, one.problem.code
                )
        return sum(one.problem is None for one in done)
