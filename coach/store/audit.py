"""The audit log in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Engine, insert, select

from coach.people.audit import Act
from coach.store.engine import reading
from coach.store.tables import audit


class SqlAuditLog:
    """Implements ``coach.people.audit.AuditLog``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def add(self, by: str, what: str, about: str, by_id: str = "") -> None:
        with self._engine.begin() as db:
            row = {"at": self._now(), "by": by, "what": what, "about": about, "by_id": by_id}
            db.execute(insert(audit).values(row))

    def known(self, by_id: str, what: str, abouts: Collection[str]) -> set[str]:
        mine = (audit.c.by_id == by_id) & (audit.c.what == what) & audit.c.about.in_(list(abouts))
        with reading(self._engine) as db:
            return set(db.execute(select(audit.c.about).where(mine).distinct()).scalars())

    def latest(self, count: int = 200) -> list[Act]:
        with reading(self._engine) as db:
            rows = db.execute(select(audit).order_by(audit.c.number.desc()).limit(count)).all()
        return [Act(r.at, r.by, r.what, r.about, r.by_id) for r in rows]
