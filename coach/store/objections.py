"""Objections and aliases in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from coach.errors import NotFound
from coach.people.objection import Answer, Objection
from coach.store.engine import reading, there, upsert
from coach.store.tables import alias, objection


class SqlObjectionStore:
    """Implements ``coach.people.objection.ObjectionStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Objection) -> None:
        row = {c.name: getattr(new, c.name) for c in objection.columns}
        with self._engine.begin() as db:
            there(db, new.recording_id)
            db.execute(insert(objection).values({**row, "answer": new.answer.value}))

    def get(self, objection_id: str) -> Objection:
        for found in self.listed():
            if found.id == objection_id:
                return found
        raise NotFound(what="申诉", what_en="objection", key=objection_id)

    def listed(self) -> list[Objection]:
        with reading(self._engine) as db:
            rows = db.execute(select(objection).order_by(objection.c.at.desc())).all()
        return [_noun(row) for row in rows]

    def answer(self, objection_id: str, answer: Answer, by: str, because: str) -> None:
        mine = (objection.c.id == objection_id) & (objection.c.answer == Answer.OPEN.value)
        values = {"answer": answer.value, "answered_by": by, "because": because}
        with self._engine.begin() as db:
            if not db.execute(update(objection).where(mine).values(values)).rowcount:
                raise NotFound(what="申诉", what_en="objection", key=objection_id)

    def call_me(self, agent: str, name: str) -> None:
        with self._engine.begin() as db:
            if name:
                upsert(db, alias, {"agent": agent}, {"alias": name})
            else:
                db.execute(delete(alias).where(alias.c.agent == agent))

    def aliases(self) -> dict[str, str]:
        with reading(self._engine) as db:
            return {row.agent: row.alias for row in db.execute(select(alias)).all()}


def _noun(row: Any) -> Objection:
    return Objection(
        row.id,
        row.recording_id,
        row.by,
        row.why,
        row.at,
        Answer(row.answer),
        row.answered_by,
        row.because,
    )
