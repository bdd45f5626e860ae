"""What people said, in the database, for a day at most."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from coach.calls.sealing.keyring import Keyring
from coach.calls.spoken import Spoken
from coach.errors import NotFound
from coach.store.engine import reading
from coach.store.tables import spoken


class SqlSpokenStore:
    """Implements ``coach.calls.spoken.SpokenStore``."""

    def __init__(self, engine: Engine, keys: Keyring) -> None:
        self._engine, self._keys = engine, keys

    def add(self, new: Spoken) -> None:
        row = {c.name: getattr(new, c.name) for c in spoken.columns if c.name != "text"}
        with self._engine.begin() as db:
            db.execute(insert(spoken).values(row))

    def get(self, spoken_id: str) -> Spoken:
        with reading(self._engine) as db:
            row = db.execute(select(spoken).where(spoken.c.id == spoken_id)).first()
        if row is None:
            raise NotFound(what="口述", what_en="recording", key=spoken_id)
        text = None if row.text is None else str(self._keys.opened(row.text, row.id))
        return Spoken(row.id, row.by, row.seconds, text, row.at)

    def write(self, spoken_id: str, text: str) -> None:
        mine = spoken.c.id == spoken_id
        with self._engine.begin() as db:
            sealed = self._keys.seal(text, spoken_id)
            db.execute(update(spoken).where(mine).values(text=sealed))

    def remove(self, spoken_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(spoken).where(spoken.c.id == spoken_id))

    def of(self, by: str) -> list[str]:
        query = select(spoken.c.id).where(spoken.c.by == by).order_by(spoken.c.at.desc())
        with reading(self._engine) as db:
            return list(db.execute(query).scalars())

    def before(self, at: datetime) -> list[str]:
        with reading(self._engine) as db:
            return list(db.execute(select(spoken.c.id).where(spoken.c.at < at)).scalars())
