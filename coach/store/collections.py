"""Collections of benchmarks in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, delete, func, null, select

from coach.errors import NotFound
from coach.library.collections import Collection, Rule
from coach.store.engine import reading, upsert
from coach.store.tables import collection, collection_member

_M = collection_member.c


class SqlCollectionStore:
    """Implements ``coach.library.collections.CollectionStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self) -> list[Collection]:
        with reading(self._engine) as db:
            rows = db.execute(select(collection).order_by(collection.c.name)).all()
            members: dict[str, list[str]] = {}
            for row in db.execute(select(collection_member).order_by(_M.place)):
                members.setdefault(row.collection_id, []).append(row.benchmark_id)
        return [
            Collection(r.id, r.name, r.by, _rule(r.rule), tuple(members.get(r.id, ())))
            for r in rows
        ]

    def put(self, new: Collection) -> None:
        rule: Any = null()
        if new.rule is not None:
            names = ("nodes", "teams", "tags")
            rule = {n: sorted(getattr(new.rule, n)) for n in names} | {
                "approved": new.rule.approved
            }
        with self._engine.begin() as db:
            values = {"name": new.name, "by": new.by, "rule": rule}
            upsert(db, collection, {"id": new.id}, values)

    def add(self, collection_id: str, benchmark_id: str, inside: bool) -> None:
        this = (_M.collection_id == collection_id) & (_M.benchmark_id == benchmark_id)
        known = select(collection.c.id).where(collection.c.id == collection_id).with_for_update()
        with self._engine.begin() as db:
            if db.execute(known).first() is None:
                raise NotFound(what="合集", what_en="collection", key=collection_id)
            if not inside:
                db.execute(delete(collection_member).where(this))
                return
            last = select(func.max(_M.place)).where(_M.collection_id == collection_id)
            key = {"collection_id": collection_id, "benchmark_id": benchmark_id}
            place = (db.execute(last).scalar() or 0) + 1
            upsert(db, collection_member, key, {"place": place}, keep="place")

    def remove(self, collection_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(collection_member).where(_M.collection_id == collection_id))
            db.execute(delete(collection).where(collection.c.id == collection_id))


def _rule(stored: dict[str, Any] | None) -> Rule | None:
    if stored is None:
        return None
    sets = {name: frozenset(stored[name]) for name in ("nodes", "teams", "tags")}
    return Rule(**sets, approved=bool(stored["approved"]))
