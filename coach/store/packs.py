"""Packs in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, insert, select

from coach.errors import NotFound
from coach.game.pack import Pack, pack_json, rounds_from_json
from coach.store.engine import reading, there
from coach.store.tables import pack


class SqlPackStore:
    """Implements ``coach.game.pack.PackStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Pack) -> None:
        row = {
            "id": new.id,
            "recording_id": new.recording_id,
            "title": new.title,
            "node": new.node,
            "metric": new.metric,
            "alias": new.alias,
            "why": new.why,
            "team": new.team,
            "seconds": new.seconds,
            "body": pack_json(new),
            "created_at": new.created_at,
        }
        with self._engine.begin() as db:
            there(db, new.recording_id)
            db.execute(insert(pack).values(row))

    def get(self, pack_id: str) -> Pack:
        with reading(self._engine) as db:
            row = db.execute(select(pack).where(pack.c.id == pack_id)).first()
        if row is None:
            raise NotFound(what="分享包", what_en="pack", key=pack_id)
        return _noun(row)

    def listed(self) -> list[Pack]:
        with reading(self._engine) as db:
            rows = db.execute(select(pack).order_by(pack.c.created_at.desc())).all()
        return [_noun(row) for row in rows]


def _noun(row: Any) -> Pack:
    steps, rounds = rounds_from_json(row.body)
    return Pack(
        id=row.id,
        recording_id=row.recording_id,
        title=row.title,
        node=row.node,
        metric=row.metric,
        alias=row.alias,
        why=row.why,
        steps=steps,
        rounds=rounds,
        created_at=row.created_at,
        seconds=row.seconds,
        team=row.team,
    )
