"""What people said about marks, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from coach.game.coverage import Learned
from coach.store.engine import reading, upsert
from coach.store.tables import point_wording


class SqlLearnedStore:
    """Implements ``coach.game.coverage.LearnedStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def all(self) -> Learned:
        with reading(self._engine) as db:
            rows = db.execute(select(point_wording))
            return Learned({(r.point, r.words): r.counts for r in rows})

    def put_new(self, point: str, words: str, by: str) -> bool:
        key, row = {"point": point, "words": words}, {"counts": True, "by": by, "at": self._now()}
        with self._engine.begin() as db:
            return upsert(db, point_wording, key, row, keep="*")

    def put(self, point: str, words: str, counts: bool, by: str) -> None:
        key = {"point": point, "words": words}
        with self._engine.begin() as db:
            upsert(db, point_wording, key, {"counts": counts, "by": by, "at": self._now()})
