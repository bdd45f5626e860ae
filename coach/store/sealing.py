"""Rows that say what was said, put under the newest key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Table, select, update

from coach.calls.sealing.keyring import Keyring
from coach.store.engine import empty_log, reading
from coach.store.tables import desk, mask_choice, recording, revision, transcript_part

DOCUMENTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (transcript_part, ("segments",)),
    (desk, ("lines",)),
    (revision, ("before", "after")),
)


class SqlSealedRows:
    """Implements ``coach.calls.sealing.rotation.SealedRows``."""

    def __init__(self, engine: Engine, keys: Keyring) -> None:
        self._engine, self._keys = engine, keys

    def stored(self) -> list[str]:
        with reading(self._engine) as db:
            return list(db.execute(select(recording.c.id).where(~recording.c.erased)).scalars())

    def reseal(self, recording_id: str) -> int:
        with self._engine.begin() as db:
            documents = sum(self._documents(db, t, c, recording_id) for t, c in DOCUMENTS)
            return documents + self._words(db, recording_id)

    def settle(self) -> bool:
        return empty_log(self._engine)

    def _documents(
        self, db: Connection, table: Table, columns: tuple[str, ...], recording_id: str
    ) -> int:
        count, keys = 0, self._keys
        for row in _rows(db, table, recording_id):
            old = {c: row[c] for c in columns if not keys.fresh(row[c])}
            if old:
                values = {c: keys.seal(keys.opened(doc)) for c, doc in old.items()}
                db.execute(update(table).where(*_this(table, row)).values(values))
                count += 1
        return count

    def _words(self, db: Connection, recording_id: str) -> int:
        count = 0
        for row in _rows(db, mask_choice, recording_id):
            text = self._keys.seal_word(self._keys.opened_word(row["text"]))
            if text != row["text"]:
                this = _this(mask_choice, row)
                db.execute(update(mask_choice).where(*this).values(text=text))
                count += 1
        return count


def _rows(db: Connection, table: Table, recording_id: str) -> list[Any]:
    query = select(table).where(table.c.recording_id == recording_id).with_for_update()
    return list(db.execute(query).mappings().all())


def _this(table: Table, row: Any) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]
