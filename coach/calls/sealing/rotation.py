"""Everything under the newest key: after the first key was set, and after each change of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from coach.calls.hearing import Hearing
from coach.calls.sealing.keyring import Keyring
from coach.errors import KeyMissing, SealingError

log = logging.getLogger("coach.sealing")


class SealedRows(Protocol):
    """The database's part: what transcripts and people's decisions say."""

    def stored(self) -> list[str]:
        """The ids of the recordings that have rows."""

    def reseal(self, recording_id: str) -> int:
        """Put a recording's rows under the first key, all or none; returns how many changed.

        Raises:
            KeyMissing, SealBroken: nothing was changed.
        """

    def settle(self) -> bool:
        """Whether what was overwritten is out of the database's log as well."""


@dataclass(frozen=True)
class Rotated:
    """One recording's turn: rows and files changed, or what stood in the way."""

    recording_id: str
    rows: int = 0
    sound: bool = False
    problem: SealingError | None = None


class Rotation:
    """Changes keys while everything is in use: each recording by itself, old keys still open.

    The note beside the data says which key seals. It is how a forgotten key is noticed before
    anything is written in the clear.
    """

    def __init__(self, keys: Keyring, note: Path, rows: SealedRows, hearing: Hearing) -> None:
        self.keys, self._note, self._rows, self._hearing = keys, note, rows, hearing

    def check(self) -> None:
        """Whether the keys are those of this data. Raises KeyMissing."""
        noted = self._noted()
        if noted is not None:
            self.keys.key(noted[0])
        first = self.keys.first
        if first is not None and (noted is None or noted[0] != first.id):
            self._write(first.id, finished=False)

    @property
    def finished(self) -> bool:
        """Whether all there was has been under the first key once; what is new always is."""
        first, noted = self.keys.first, self._noted()
        return first is None or noted == (first.id, True)

    def run(self) -> Iterator[Rotated]:
        """One recording after the other; one that cannot be opened is left and told of."""
        first, whole = self.keys.first, True
        if first is None:
            return
        for recording_id in sorted({*self._rows.stored(), *self._hearing.stored()}):
            try:
                rows, sound = self._rows.reseal(recording_id), self._hearing.reseal(recording_id)
            except SealingError as error:
                whole = False
                yield Rotated(recording_id, problem=error)
                continue
            if rows or sound:
                yield Rotated(recording_id, rows, sound)
        if self._rows.settle() and whole:
            self._write(first.id, finished=True)

    def look(self) -> int:
        """Run if there is anything to do; returns how many recordings changed."""
        if self.finished:
            return 0
        done = list(self.run())
        for one in done:
            if one.problem is not None:
                log.warning(
                    "%s is not under the newest key: %s", one.recording_id, one.problem.code
                )
        return sum(one.problem is None for one in done)

    def _noted(self) -> tuple[str, bool] | None:
        try:
            found = json.loads(self._note.read_text("utf-8"))
            return str(found["key"]), bool(found["finished"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise KeyMissing(key="?") from error

    def _write(self, key_id: str, *, finished: bool) -> None:
        draft = self._note.with_suffix(".part")
        draft.write_text(json.dumps({"key": key_id, "finished": finished}), "utf-8")
        draft.replace(self._note)
