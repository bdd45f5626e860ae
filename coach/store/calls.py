"""Recordings and transcripts in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from coach.calls.call import IMPORTED
from coach.calls.recording import CallMeta, Recording
from coach.calls.sealing.keyring import OPEN, Keyring
from coach.calls.transcript import Role, Segment
from coach.errors import AlreadyImported, DiskFull, NotFound, WasErased
from coach.store.desk import DROPPED, current
from coach.store.engine import reading, upsert
from coach.store.tables import desk, recording, recording_hash, revision, transcript_part


class SqlCallStore:
    """Implements ``coach.calls.call.CallStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], keys: Keyring = OPEN) -> None:
        self._engine, self._now, self._keys = engine, now, keys

    def add(
        self, found: Recording, hashes: dict[str, str], segments: Sequence[Segment] = ()
    ) -> None:
        try:
            with self._engine.begin() as db:
                row = _row(found) | {"transcript": IMPORTED if segments else ""}
                db.execute(insert(recording).values(row))
                db.execute(
                    insert(recording_hash),
                    [{"hash": h, "kind": k, "recording_id": found.id} for h, k in hashes.items()],
                )
                if segments:
                    self._put(db, found.id, IMPORTED, IMPORTED, segments)
        except IntegrityError as error:
            raise AlreadyImported(name=found.source_name, recording_id="?") from error
        except OperationalError as error:
            if "full" in str(error.orig).lower():  # SQLITE_FULL; PostgreSQL 53100 disk_full
                raise DiskFull(name=found.source_name) from error
            raise

    def get(self, recording_id: str) -> Recording:
        with reading(self._engine) as db:
            row = db.execute(select(recording).where(recording.c.id == recording_id)).first()
        if row is None or row.erased:
            raise NotFound(what="录音", what_en="recording", key=recording_id)
        return _noun(row)

    def keep(self, recording_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(update(recording).where(recording.c.id == recording_id).values(kept=True))

    def listed(self) -> list[Recording]:
        with reading(self._engine) as db:
            rows = db.execute(
                select(recording)
                .where(~recording.c.erased)
                .order_by(recording.c.created_at.desc(), recording.c.title)
            )
            return [_noun(row) for row in rows]

    def by_hash(self, *hashes: str) -> Recording | None:
        query = (
            select(recording)
            .join(recording_hash, recording_hash.c.recording_id == recording.c.id)
            .where(recording_hash.c.hash.in_(hashes))
        )
        with reading(self._engine) as db:
            row = db.execute(query).first()
        if row is not None and row.erased:
            raise WasErased()
        return _noun(row) if row else None

    def save(self, found: Recording) -> None:
        fixed = ("id", "source_name", "duration", "sample_rate", "channels", "created_at")
        values = {k: v for k, v in _row(found).items() if k not in fixed}
        with self._engine.begin() as db:
            db.execute(update(recording).where(recording.c.id == found.id).values(values))

    def save_segments(
        self, recording_id: str, part: str, options: str, segments: Sequence[Segment]
    ) -> None:
        mine = recording.c.id == recording_id
        with self._engine.begin() as db:
            row = db.execute(select(recording.c.erased).where(mine).with_for_update()).first()
            if row is None or row.erased:  # deleted while it was being transcribed
                raise NotFound(what="录音", what_en="recording", key=recording_id)
            self._put(db, recording_id, part, options, segments)

    def _put(
        self,
        db: Connection,
        recording_id: str,
        part: str,
        options: str,
        segments: Sequence[Segment],
    ) -> None:
        docs = self._keys.seal([s.to_json() for s in segments], recording_id)
        body = {"segments": docs, "created_at": self._now()}
        key = {"recording_id": recording_id, "part": part, "options": options}
        upsert(db, transcript_part, key, body)

    def replace_transcript(self, recording_id: str, options: str) -> None:
        table = transcript_part
        with self._engine.begin() as db:
            db.execute(
                delete(table).where(
                    table.c.recording_id == recording_id, table.c.options != options
                )
            )
            db.execute(
                update(recording).where(recording.c.id == recording_id).values(transcript=options)
            )
            old = desk.c.recording_id == recording_id
            if options != IMPORTED:  # an import is new whatever it is called
                old &= desk.c.options != options
            if db.execute(delete(desk).where(old)).rowcount:
                repairs = revision.c.recording_id == recording_id
                db.execute(update(revision).where(repairs).values(state=DROPPED))

    def whole(self, recording_id: str) -> str:
        query = select(recording.c.transcript).where(recording.c.id == recording_id)
        with reading(self._engine) as db:
            return str(db.execute(query).scalar() or "")

    def parts_done(self, recording_id: str, options: str) -> set[str]:
        table = transcript_part
        query = select(table.c.part).where(
            table.c.recording_id == recording_id, table.c.options == options
        )
        with reading(self._engine) as db:
            return set(db.execute(query).scalars())

    def parts(self, recording_id: str, options: str) -> dict[str, list[Segment]]:
        table = transcript_part
        query = (
            select(table.c.part, table.c.segments)
            .where(table.c.recording_id == recording_id, table.c.options == options)
            .order_by(table.c.part)
        )
        with reading(self._engine) as db:
            rows = db.execute(query).all()
        docs = {r.part: self._keys.opened(r.segments, recording_id) for r in rows}
        return {part: [Segment.from_json(d) for d in found] for part, found in docs.items()}

    def transcribed(self) -> set[str]:
        with reading(self._engine) as db:
            return set(db.execute(select(transcript_part.c.recording_id).distinct()).scalars())

    def segments(self, recording_id: str) -> list[Segment]:
        """In time order, as repaired; while a new transcript is under way the whole one answers."""
        with reading(self._engine) as db:
            return current(db, recording_id, self._keys).segments


def _row(found: Recording) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "source_name": found.source_name,
        "duration": found.duration,
        "sample_rate": found.sample_rate,
        "channels": found.channels,
        "agent": found.meta.agent,
        "team": found.meta.team,
        "node": found.meta.node,
        "called_at": found.meta.called_at,
        "language": found.language,
        "roles": {k: r.value for k, r in found.roles.items()},
        "role_confidence": found.role_confidence,
        "roles_by": found.roles_by,
        "layout": found.layout,
        "created_at": found.created_at,
    }


def _noun(row: Any) -> Recording:
    return Recording(
        id=row.id,
        title=row.title,
        source_name=row.source_name,
        duration=row.duration,
        sample_rate=row.sample_rate,
        channels=row.channels,
        created_at=row.created_at,
        meta=CallMeta(row.agent, row.team, row.called_at, row.node),
        language=row.language,
        roles={k: Role(v) for k, v in row.roles.items()},
        role_confidence=row.role_confidence,
        roles_by=row.roles_by,
        layout=row.layout,
        kept=row.kept,
    )
