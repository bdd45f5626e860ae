"""Sessions, seats, entries and their log in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from coach.errors import NotFound
from coach.game.phases import Action, EntryKind, LogEntry, Mode, State
from coach.game.session import Entry, Seat, Session
from coach.store.engine import reading, upsert
from coach.store.tables import entry, guest, pick, seat, session, session_log


class SqlSessionStore:
    """Implements ``coach.game.session.SessionStore``.

    A change locks the session's row (PostgreSQL) or the file (SQLite), so two at once queue up.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite makes a second writer sleep and try again: threads of one process queue up here
        # instead, so that a hundred answers at once take a hundred writes and no naps
        sqlite = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = Lock() if sqlite else nullcontext()

    def add(self, new: Session) -> bool:
        row = {
            "pack_id": new.pack_id,
            "mode": new.mode.value,
            "team_id": new.team_id,
            "team_name": new.team_name,
            "leader": new.leader,
            "owner": new.owner,
            "named": new.named,
            "retests": new.retests,
            "straight": new.straight,
            "due": list(new.due),
            "created_at": new.created_at,
            **_state_row(new.state),
        }
        with self._engine.begin() as db:
            if not upsert(db, session, {"id": new.id}, row, keep="*"):
                return False
            for place, one in enumerate(new.seats):
                db.execute(insert(seat).values(_seat_row(new.id, one, place)))
            return True

    def get(self, session_id: str) -> Session:
        with reading(self._engine) as db:
            row = db.execute(select(session).where(session.c.id == session_id)).first()
            if row is None:
                raise NotFound(what="分享会", what_en="session", key=session_id)
            return _noun(row, _seats(db, session_id), _entries(db, session_id))

    def listed(self) -> list[Session]:
        with reading(self._engine) as db:
            rows = db.execute(select(session).order_by(session.c.created_at.desc())).all()
            seats: dict[str, list[Seat]] = {}
            for row in db.execute(select(seat).order_by(seat.c.place)):
                one = Seat(row.id, row.name, row.person_id, row.at)
                seats.setdefault(row.session_id, []).append(one)
            return [_noun(row, tuple(seats.get(row.id, ())), ()) for row in rows]

    def step(
        self, session_id: str, change: Callable[[State], tuple[State, LogEntry | None]]
    ) -> tuple[State, LogEntry | None]:
        with self._engine.begin() as db:
            state, log = change(self._locked(db, session_id))
            if log is not None:
                mine = update(session).where(session.c.id == session_id)
                db.execute(mine.values(_state_row(state)))
                changed(db, session_id, phase=True)
                last = select(func.max(session_log.c.number)).where(
                    session_log.c.session_id == session_id
                )
                number = (db.execute(last).scalar() or 0) + 1
                db.execute(
                    insert(session_log).values(
                        session_id=session_id,
                        number=number,
                        at=log.at,
                        action=log.action.value,
                        step=log.step,
                    )
                )
            return state, log

    def write(
        self, session_id: str, new: Entry, allowed: Callable[[State], bool]
    ) -> tuple[Entry | None, bool]:
        with self._turn, self._engine.begin() as db:
            state = self._locked(db, session_id)
            mine = (seat.c.id == new.seat) & (seat.c.session_id == session_id)
            if db.execute(select(seat.c.id).where(mine)).first() is None:
                raise NotFound(what="座位", what_en="seat", key=new.seat)
            if not allowed(state):
                return None, False
            old = db.execute(select(entry).where(*_key(session_id, new))).first()
            key = {
                "session_id": session_id,
                "kind": new.kind.value,
                "round": new.round,
                "seat_id": new.seat,
            }
            values = {**_entry_row(new, old), "at": new.at, "first_at": new.at}
            upsert(db, entry, key, values, keep="first_at")
            changed(db, session_id)
            return (_entry(old) if old else None), True

    def erase(self, session_id: str, old: Entry, allowed: Callable[[State], bool]) -> bool:
        with self._engine.begin() as db:
            if not allowed(self._locked(db, session_id)):
                return False
            db.execute(delete(entry).where(*_key(session_id, old), entry.c.text == ""))
            changed(db, session_id)
            return True

    def add_seat(self, session_id: str, new: Seat, most: int) -> Seat | None:
        with self._engine.begin() as db:
            self._locked(db, session_id)
            seats = _seats(db, session_id)
            for known in seats:
                mine = new.person_id is not None and known.person_id == new.person_id
                if mine or known.id == new.id:
                    return known
            if len(seats) >= most:
                return None
            last = select(func.max(seat.c.place)).where(seat.c.session_id == session_id)
            place = (db.execute(last).scalar() or 0) + 1
            db.execute(insert(seat).values(_seat_row(session_id, new, place)))
            changed(db, session_id)
        return new

    def remove_seat(self, session_id: str, seat_id: str) -> bool:
        mine = (seat.c.id == seat_id) & (seat.c.session_id == session_id)
        left = select(entry.c.seat_id).where(entry.c.seat_id == seat_id).limit(1)
        asked = pick.c.seat_id == seat_id
        with self._engine.begin() as db:
            self._locked(db, session_id)
            # nobody sits down meanwhile
            db.execute(select(seat.c.id).where(mine).with_for_update())
            db.execute(delete(guest).where(guest.c.seat_id == seat_id))
            changed(db, session_id, phase=True)
            if db.execute(left).first() is not None:
                return False
            db.execute(delete(pick).where(asked))
            return bool(db.execute(delete(seat).where(mine)).rowcount)

    def touch(self, session_id: str) -> None:
        with self._engine.begin() as db:
            changed(db, session_id, phase=True)

    def versions(self, session_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        query = select(session.c.id, session.c.version, session.c.phase)
        with reading(self._engine) as db:
            rows = db.execute(query.where(session.c.id.in_(list(session_ids))))
            return {row.id: (row.version, row.phase) for row in rows}

    def log(self, session_id: str) -> list[LogEntry]:
        query = (
            select(session_log)
            .where(session_log.c.session_id == session_id)
            .order_by(session_log.c.number)
        )
        with reading(self._engine) as db:
            return [LogEntry(r.at, Action(r.action), r.step) for r in db.execute(query)]

    @staticmethod
    def _locked(db: Connection, session_id: str) -> State:
        query = select(session).where(session.c.id == session_id).with_for_update()
        row = db.execute(query).first()
        if row is None:
            raise NotFound(what="分享会", what_en="session", key=session_id)
        return _state(row)


def changed(db: Connection, session_id: str, *, phase: bool = False) -> None:
    """Whoever looks at the session is told."""
    mine = update(session).where(session.c.id == session_id)
    db.execute(
        mine.values(version=session.c.version + 1, phase=session.c.phase + (1 if phase else 0))
    )


def _key(session_id: str, one: Entry) -> tuple[Any, ...]:
    return (
        entry.c.session_id == session_id,
        entry.c.kind == one.kind.value,
        entry.c.round == one.round,
        entry.c.seat_id == one.seat,
    )


def _seats(db: Connection, session_id: str) -> tuple[Seat, ...]:
    query = select(seat).where(seat.c.session_id == session_id).order_by(seat.c.place)
    return tuple(Seat(r.id, r.name, r.person_id, r.at) for r in db.execute(query))


def _entries(db: Connection, session_id: str) -> tuple[Entry, ...]:
    query = select(entry).where(entry.c.session_id == session_id).order_by(entry.c.first_at)
    return tuple(_entry(row) for row in db.execute(query))


def _entry(row: Any) -> Entry:
    kind = EntryKind(row.kind)
    return Entry(kind, row.round, row.seat_id, row.text, row.at, row.shared, row.passed)


def _entry_row(new: Entry, old: Any) -> dict[str, Any]:
    """A tick never wipes what was written, nor shows what was kept to oneself; a pass takes it back."""
    ticked = old is not None and old.text and not new.text and not new.passed
    shown = old if ticked else new
    return {"text": shown.text, "shared": shown.shared, "passed": new.passed}


def _seat_row(session_id: str, one: Seat, place: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "session_id": session_id,
        "person_id": one.person_id,
        "name": one.name,
        "place": place,
        "at": one.at,
    }


def _state_row(state: State) -> dict[str, Any]:
    return {
        "revision": state.revision,
        "cursor": state.cursor,
        "reached": state.reached,
        "heard": sorted(state.heard),
        "paused": state.paused,
        "ended": state.ended,
        "since": state.since,
        "moved": state.moved,
        "spent": [round(s, 3) for s in state.spent],
    }


def _state(row: Any) -> State:
    return State(
        cursor=row.cursor,
        reached=row.reached,
        heard=frozenset(row.heard),
        paused=row.paused,
        ended=row.ended,
        since=row.since,
        moved=row.moved,
        spent=tuple(row.spent),
        revision=row.revision,
    )


def _noun(row: Any, seats: tuple[Seat, ...], entries: tuple[Entry, ...]) -> Session:
    return Session(
        id=row.id,
        pack_id=row.pack_id,
        mode=Mode(row.mode),
        team_id=row.team_id,
        team_name=row.team_name,
        leader=row.leader,
        seats=seats,
        created_at=row.created_at,
        state=_state(row),
        entries=entries,
        owner=row.owner,
        version=row.version,
        phase=row.phase,
        named=row.named,
        retests=row.retests,
        straight=row.straight,
        due=tuple(row.due),
    )
