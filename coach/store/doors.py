"""Codes of sessions, and who came in by them, in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, update

from coach.game.joining import Guest
from coach.store.engine import reading, upsert
from coach.store.tables import door, guest, seat, session


class SqlDoorStore:
    """Implements ``coach.game.joining.DoorStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, session_id: str, code: str, at: datetime, *, unlock: bool) -> None:
        row = {"code": code, "open": True, "at": at}
        with self._engine.begin() as db:  # one that is there keeps its code
            if not upsert(
                db, door, {"session_id": session_id}, row, keep="code" if unlock else "*"
            ):
                mine = (door.c.session_id == session_id) & door.c.open
                db.execute(update(door).where(mine).values(at=at))  # it lives on from now

    def code(self, session_id: str) -> str | None:
        query = select(door.c.code).where(door.c.session_id == session_id, door.c.open)
        with reading(self._engine) as db:
            return db.execute(query).scalar()

    def session(self, code: str, since: datetime) -> str | None:
        query = select(door.c.session_id).where(door.c.code == code, door.c.open, door.c.at > since)
        with reading(self._engine) as db:
            return db.execute(query).scalar()

    def belongs(self, code: str, session_id: str) -> bool:
        query = select(door.c.code).where(door.c.session_id == session_id)
        with reading(self._engine) as db:
            return db.execute(query).scalar() == code

    def close(self, session_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(update(door).where(door.c.session_id == session_id).values(open=False))

    def enter(self, key: str, new: Guest, at: datetime, since: datetime) -> bool:
        mine = select(seat.c.id).where(seat.c.id == new.seat_id).with_for_update()
        held = select(guest.c.key).where(guest.c.seat_id == new.seat_id, guest.c.at > since)
        with self._engine.begin() as db:  # two at once queue up at the seat
            if db.execute(mine).first() is None or db.execute(held.limit(1)).first() is not None:
                return False
            db.execute(insert(guest).values(key=key, seat_id=new.seat_id, at=at))
            return True

    def taken(self, session_id: str, since: datetime) -> dict[str, datetime]:
        query = (
            select(guest.c.seat_id, func.min(guest.c.at).label("at"))
            .join(seat, seat.c.id == guest.c.seat_id)
            .where(seat.c.session_id == session_id, guest.c.at > since)
            .group_by(guest.c.seat_id)
        )
        with reading(self._engine) as db:
            return {row.seat_id: row.at for row in db.execute(query)}

    def leave(self, key: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(guest).where(guest.c.key == key))

    def guest(self, key: str, since: datetime) -> Guest | None:
        query = (
            select(seat.c.session_id, seat.c.id, seat.c.name, session.c.ended)
            .join(guest, guest.c.seat_id == seat.c.id)
            .join(session, session.c.id == seat.c.session_id)
            .where(guest.c.key == key, guest.c.at > since)
        )
        with reading(self._engine) as db:
            row = db.execute(query).first()
        return Guest(row.session_id, row.id, row.name, row.ended) if row else None
