"""Deleting a call: its sound, texts, clips and benchmarks go; what sessions wrote down stays, masked.

A deletion is written down before it begins and finished on the next start if it is broken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coach.calls.hearing import Hearing
from coach.errors import BadInput


@dataclass(frozen=True)
class Erasure:
    """A deletion: who, why, and how much of what is gone. ``gone`` is empty until it is finished."""

    recording_id: str
    at: datetime
    by: str
    why: str
    gone: dict[str, int]
    finished: bool


class EraseStore(Protocol):
    """The database's part of a deletion. Every step may be done again."""

    def begin(self, recording_id: str, by: str, why: str) -> None:
        """Write it down; from now on none of its clips may be heard. Raises NotFound."""

    def wipe(self, recording_id: str) -> dict[str, int]:
        """Delete its rows; the recording's own stays without a name, so that it is not taken in
        again. Returns how many of what."""

    def finish(self, recording_id: str, gone: dict[str, int]) -> None:
        """It is done; ``gone`` is added to what a broken-off try had counted."""

    def records(self) -> list[Erasure]:
        """All deletions, newest first."""


class Erasing:
    """Deletes calls, each wholly."""

    def __init__(self, store: EraseStore, hearing: Hearing) -> None:
        self._store, self._hearing = store, hearing

    def erase(self, recording_id: str, by: str, why: str) -> Erasure:
        """Delete a call and say what is gone.

        Raises:
            NotFound.
            BadInput: no name or no reason.
        """
        if not by.strip():
            raise BadInput(detail="请写谁决定的", detail_en="who decides?")
        if not why.strip():
            raise BadInput(detail="请写理由", detail_en="a reason is needed")
        self._store.begin(recording_id, by.strip()[:40], why.strip()[:200])
        self._carry_on(recording_id)
        return next(r for r in self._store.records() if r.recording_id == recording_id)

    def resume(self) -> int:
        """Finish what was broken off; returns how many there were."""
        left = [r for r in self._store.records() if not r.finished]
        for record in left:
            self._carry_on(record.recording_id)
        return len(left)

    def records(self) -> list[Erasure]:
        """All deletions, newest first."""
        return self._store.records()

    def _carry_on(self, recording_id: str) -> None:
        files = self._hearing.forget(recording_id)
        self._store.finish(recording_id, {**self._store.wipe(recording_id), "files": files})
