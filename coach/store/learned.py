"""What people said about marks, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from coach.game.coverage import Learned
from coach.store.engine import reading, stamped, touch, upsert
from coach.store.tables import point_wording

_STAMP = "learned"


class SqlLearnedStore:
    """Implements ``coach.game.coverage.LearnedStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now
        self._held = (-1, Learned())  # as it was at that stamp: each phone asks at each step

    def all(self) -> Learned:
        number = stamped(self._engine, _STAMP)
        if number != self._held[0]:
            with reading(self._engine) as db:
                rows = db.execute(select(point_wording))
                self._held = number, Learned({(r.point, r.words): r.counts for r in rows})
        return self._held[1]

    def put_new(self, point: str, words: str, by: str) -> bool:
        key, row = {"point": point, "words": words}, {"counts": True, "by": by, "at": self._now()}
        with self._engine.begin() as db:
            if not upsert(db, point_wording, key, row, keep="*"):
                return False
            touch(db, _STAMP)
            return True

    def put(self, point: str, words: str, counts: bool, by: str) -> None:
        key = {"point": point, "words": words}
        with self._engine.begin() as db:
            touch(db, _STAMP)
            upsert(db, point_wording, key, {"counts": counts, "by": by, "at": self._now()})
