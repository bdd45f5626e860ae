"""Who was asked by chance, in the database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, func, select

from coach.store.engine import reading, upsert
from coach.store.sessions import changed
from coach.store.tables import pick, seat, session

MONTH = timedelta(days=31)


class SqlPickStore:
    """Implements ``coach.game.picking.PickStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, session_id: str, step: int, seat_id: str) -> None:
        with self._engine.begin() as db:
            upsert(db, pick, {"session_id": session_id, "step": step}, {"seat_id": seat_id})
            changed(db, session_id)

    def of(self, session_id: str) -> dict[int, str]:
        query = select(pick.c.step, pick.c.seat_id).where(pick.c.session_id == session_id)
        with reading(self._engine) as db:
            return {row.step: row.seat_id for row in db.execute(query)}

    def month(self, session_id: str) -> dict[str, int]:
        with reading(self._engine) as db:
            this = db.execute(select(session).where(session.c.id == session_id)).first()
            if this is None:
                return {}
            recent = session.c.created_at.between(this.created_at - MONTH, this.created_at)
            query = (
                select(seat.c.name, func.count())
                .select_from(pick.join(seat).join(session, pick.c.session_id == session.c.id))
                .where(session.c.team_name == this.team_name, recent)
                .group_by(seat.c.name)
            )
            return {name: int(count) for name, count in db.execute(query)}
