"""What is planned, in the database."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine, delete, select, update

from coach.meeting.agenda import Planned
from coach.store.engine import reading, upsert
from coach.store.tables import planned

_P = planned.c


class SqlAgenda:
    """Implements ``coach.meeting.agenda.Agenda``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, new: Planned) -> None:
        values = {"pack_id": new.pack_id, "by": new.by, "confirmed_by": "", "confirmed_at": None}
        with self._engine.begin() as db:
            upsert(db, planned, {"team": new.team, "day": new.day}, values)

    def listed(self, since: date) -> list[Planned]:
        query = select(planned).where(_P.day >= since).order_by(_P.day, _P.team)
        with reading(self._engine) as db:
            return [
                Planned(r.team, r.day, r.pack_id, r.by, r.confirmed_by, r.confirmed_at)
                for r in db.execute(query)
            ]

    def confirm(self, known: Planned, by: str, at: datetime) -> bool:
        this = (_P.team == known.team) & (_P.day == known.day) & (_P.pack_id == known.pack_id)
        values = {"confirmed_by": by, "confirmed_at": at}
        with self._engine.begin() as db:
            return bool(db.execute(update(planned).where(this).values(values)).rowcount)

    def remove(self, team: str, day: date) -> None:
        with self._engine.begin() as db:
            db.execute(delete(planned).where(_P.team == team, _P.day == day))
