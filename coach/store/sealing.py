"""Rows that say what was said, put under the newest key; and which key that is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, String, Table, cast, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import ColumnElement

from coach.calls.sealing.keyring import BODY, SEALED, Keyring
from coach.errors import DatabaseProblem
from coach.store.engine import empty_log, reading, upsert
from coach.store.tables import (
    desk,
    mask_choice,
    next_asked,
    recording,
    revision,
    sealing,
    transcript_part,
)

DOCUMENTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (transcript_part, ("segments",)),
    (desk, ("lines",)),
    (revision, ("before", "after")),
    (next_asked, ("pairs",)),
)


class SqlSealedRows:
    """Implements ``coach.calls.sealing.rotation.SealedRows``."""

    def __init__(self, engine: Engine, keys: Keyring) -> None:
        self._engine, self._keys = engine, keys

    def noted(self) -> tuple[str, bool] | None:
        with reading(self._engine) as db:
            row = db.execute(select(sealing.c.key, sealing.c.finished)).first()
        return (row.key, row.finished) if row else None

    def note(self, key_id: str, *, finished: bool) -> None:
        with self._engine.begin() as db:
            upsert(db, sealing, {"id": 1}, {"key": key_id, "finished": finished})

    def stale(self) -> list[str]:
        found: set[str] = set()
        with reading(self._engine) as db:
            for table, columns in DOCUMENTS:
                for name in columns:
                    query = select(table.c.recording_id).where(self._old(table.c[name]))
                    found |= set(db.execute(query.distinct()).scalars())
            words = select(mask_choice.c.recording_id).where(self._old_word()).distinct()
            return sorted(found | set(db.execute(words).scalars()))

    def reseal(self, recording_id: str) -> int:
        mine = recording.c.id == recording_id
        try:
            with self._engine.begin() as db:
                db.execute(select(recording.c.id).where(mine).with_for_update())
                documents = sum(self._documents(db, t, c, recording_id) for t, c in DOCUMENTS)
                return documents + self._words(db, recording_id)
        except SQLAlchemyError as error:
            raise DatabaseProblem(detail=type(error).__name__) from error

    def settle(self) -> bool:
        return empty_log(self._engine)

    def _start(self) -> str:
        """How a document under the first key begins: ``json.dumps`` writes its keys in order."""
        assert self._keys.first is not None
        return f'{{"{SEALED}": "{self._keys.first.id}", "{BODY}"'

    def _old(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        start = self._start()
        return func.substr(cast(column, String), 1, len(start)) != start

    def _old_word(self) -> ColumnElement[bool]:
        assert self._keys.first is not None
        start = f"{SEALED}:{self._keys.first.id}:"
        return func.substr(mask_choice.c.text, 1, len(start)) != start

    def _documents(
        self, db: Connection, table: Table, columns: tuple[str, ...], recording_id: str
    ) -> int:
        count, keys = 0, self._keys
        for name in columns:
            wanted = self._old(table.c[name])
            for row in _rows(db, table, recording_id, wanted):
                value = keys.seal(keys.opened(row[name], recording_id), recording_id)
                db.execute(update(table).where(*_this(table, row)).values({name: value}))
                count += 1
        return count

    def _words(self, db: Connection, recording_id: str) -> int:
        count = 0
        for row in _rows(db, mask_choice, recording_id, self._old_word()):
            word = self._keys.opened_word(row["text"], recording_id)
            this, text = _this(mask_choice, row), self._keys.seal_word(word, recording_id)
            db.execute(update(mask_choice).where(*this).values(text=text))
            count += 1
        return count


def _rows(
    db: Connection, table: Table, recording_id: str, wanted: ColumnElement[bool]
) -> list[Any]:
    query = select(table).where(table.c.recording_id == recording_id, wanted).with_for_update()
    return list(db.execute(query).mappings().all())


def _this(table: Table, row: Any) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]
