"""Promises and signed record forms in the database."""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from coach.errors import NotFound
from coach.meeting.signed import Note, Promise, Signed
from coach.store.engine import reading, upsert
from coach.store.tables import form_note, promise, session, signed_form

_P, _S = promise.c, signed_form.c


class SqlFormStore:
    """Implements ``coach.meeting.signed.FormStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def promises(self, session_id: str) -> list[Promise]:
        query = select(promise).where(_P.session_id == session_id).order_by(_P.place)
        with reading(self._engine) as db:
            return [Promise(r.id, r.who, r.what, r.until) for r in db.execute(query)]

    def promise(self, session_id: str, new: Promise) -> None:
        known = select(session.c.id).where(session.c.id == session_id).with_for_update()
        last = select(func.max(_P.place)).where(_P.session_id == session_id)
        row = {"session_id": session_id, "who": new.who, "what": new.what, "until": new.until}
        with self._engine.begin() as db:
            if db.execute(known).first() is None:
                raise NotFound(what="分享会", what_en="session", key=session_id)
            place = (db.execute(last).scalar() or 0) + 1
            upsert(db, promise, {"id": new.id}, {**row, "place": place}, keep="*")

    def unpromise(self, session_id: str, promise_id: str) -> None:
        mine = (_P.session_id == session_id) & (_P.id == promise_id)
        with self._engine.begin() as db:
            db.execute(delete(promise).where(mine))

    def notes(self, session_id: str) -> dict[str, Note]:
        query = select(form_note).where(form_note.c.session_id == session_id)
        with reading(self._engine) as db:
            return {r.name: Note(r.text, r.by, r.at) for r in db.execute(query)}

    def note(self, session_id: str, name: str, new: Note) -> None:
        key = {"session_id": session_id, "name": name}
        mine = (form_note.c.session_id == session_id) & (form_note.c.name == name)
        with self._engine.begin() as db:
            if db.execute(select(session.c.id).where(session.c.id == session_id)).first() is None:
                raise NotFound(what="分享会", what_en="session", key=session_id)
            if new.text:
                upsert(db, form_note, key, {"text": new.text, "by": new.by, "at": new.at})
            else:
                db.execute(delete(form_note).where(mine))

    def versions(self, session_id: str) -> list[Signed]:
        query = select(signed_form).where(_S.session_id == session_id).order_by(_S.number.desc())
        with reading(self._engine) as db:
            return [Signed(r.number, r.by, r.at, r.why, r.body) for r in db.execute(query)]

    def sign(self, session_id: str, new: Signed) -> bool:
        row = {"number": new.number, "by": new.by, "at": new.at, "why": new.why}
        try:
            with self._engine.begin() as db:
                if (
                    db.execute(select(session.c.id).where(session.c.id == session_id)).first()
                    is None
                ):
                    raise NotFound(what="分享会", what_en="session", key=session_id)
                values = {"session_id": session_id, "body": dict(new.body), **row}
                db.execute(insert(signed_form).values(values))
        except IntegrityError:
            return False
        return True
