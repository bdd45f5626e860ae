"""The glossary in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, select, update

from coach.calls.glossary import Term, joined
from coach.store.benchmarks import LIBRARY
from coach.store.engine import reading, touch, upsert
from coach.store.tables import term


class SqlGlossaryStore:
    """Implements ``coach.calls.glossary.GlossaryStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def listed(self) -> list[Term]:
        with reading(self._engine) as db:
            rows = db.execute(select(term).order_by(term.c.uses.desc(), term.c.text)).all()
        return [Term(r.text, r.node, tuple(r.wrong), r.uses, tuple(r.same)) for r in rows]

    def put(self, terms: Sequence[Term]) -> int:
        known = {t.text: t for t in self.listed()}
        with self._engine.begin() as db:
            for new in terms:
                kept = joined(known[new.text], new) if new.text in known else new
                values = {"node": kept.node, "wrong": list(kept.wrong), "uses": kept.uses}
                values["same"] = list(kept.same)
                values["created_at"] = self._now()
                upsert(db, term, {"text": kept.text}, values, keep="created_at")
            touch(db, LIBRARY)
        return len({t.text for t in terms} - set(known))

    def remove(self, text: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(term).where(term.c.text == text))
            touch(db, LIBRARY)

    def count(self, uses: dict[str, int]) -> None:
        with self._engine.begin() as db:
            for text, number in uses.items():
                more = term.c.uses + number
                db.execute(update(term).where(term.c.text == text).values(uses=more))
