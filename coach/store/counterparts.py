"""Counterparts in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update

from coach.errors import NotFound
from coach.library.counterpart import Consent, Counterpart
from coach.store.engine import reading, there
from coach.store.tables import benchmark, counterpart

_C = counterpart.c
_NAMES = [f.name for f in fields(Counterpart)]


class SqlCounterpartStore:
    """Implements ``coach.library.counterpart.CounterpartStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, new: Counterpart) -> None:
        row = {name: getattr(new, name) for name in _NAMES} | {"consent": new.consent.value}
        with self._engine.begin() as db:
            there(db, new.recording_id)
            known = select(benchmark.c.id).where(benchmark.c.id == new.benchmark_id)
            if db.execute(known.with_for_update()).first() is None:
                raise NotFound(what="标杆", what_en="benchmark", key=new.benchmark_id)
            db.execute(delete(counterpart).where(_C.benchmark_id == new.benchmark_id))
            db.execute(insert(counterpart).values(row))

    def get(self, counterpart_id: str) -> Counterpart:
        found = self._read(_C.id == counterpart_id)
        if not found:
            raise NotFound(what="对照", what_en="counterpart", key=counterpart_id)
        return found[0]

    def of(self, benchmark_ids: Sequence[str]) -> dict[str, Counterpart]:
        return {c.benchmark_id: c for c in self._read(_C.benchmark_id.in_(list(benchmark_ids)))}

    def asked(self, agent: str) -> list[Counterpart]:
        return self._read(_C.agent == agent)

    def of_clip(self, clip_id: str) -> Counterpart | None:
        return next(iter(self._read(_C.clip == clip_id)), None)

    def listed(self) -> list[Counterpart]:
        return self._read(_C.id.is_not(None))

    def say(self, counterpart_id: str, consent: Consent, by: str, at: datetime) -> None:
        values = {"consent": consent.value, "said_by": by, "said_at": at}
        with self._engine.begin() as db:
            mine = update(counterpart).where(_C.id == counterpart_id)
            if not db.execute(mine.values(values)).rowcount:
                raise NotFound(what="对照", what_en="counterpart", key=counterpart_id)

    def remove(self, counterpart_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(counterpart).where(_C.id == counterpart_id))

    def _read(self, wanted: ColumnElement[bool]) -> list[Counterpart]:
        query = select(counterpart).where(wanted).order_by(_C.asked_at.desc(), _C.id)
        with reading(self._engine) as db:
            return [_noun(row) for row in db.execute(query)]


def _noun(row: Any) -> Counterpart:
    values = {name: getattr(row, name) for name in _NAMES}
    return Counterpart(**values | {"consent": Consent(row.consent)})
