"""Deletions in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update

from coach.calls.erasing import Erasure
from coach.calls.masking.clip import ClipState
from coach.errors import NotFound
from coach.library.benchmark import content_hash
from coach.store import tables as t
from coach.store.benchmarks import LIBRARY
from coach.store.engine import empty_log, reading, touch

NAMELESS: dict[str, Any] = {
    "title": "已删除的录音", "source_name": "", "agent": "", "team": "", "node": "",
    "called_at": None, "roles": {}, "roles_by": "", "transcript": "", "language": "",
    "erased": True,
}  # fmt: skip


class SqlEraseStore:
    """Implements ``coach.calls.erasing.EraseStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def begin(self, recording_id: str, by: str, why: str) -> None:
        mine = t.recording.c.id == recording_id
        with self._engine.begin() as db:
            row = db.execute(select(t.recording.c.erased).where(mine).with_for_update()).first()
            known = select(t.erasure).where(t.erasure.c.recording_id == recording_id)
            if row is None or (row.erased and db.execute(known).first() is None):
                raise NotFound(what="录音", what_en="recording", key=recording_id)
            db.execute(
                update(t.clip)
                .where(t.clip.c.recording_id == recording_id)
                .values(state=ClipState.DRAFT.value)
            )
            touch(db, LIBRARY)
            db.execute(update(t.recording).where(mine).values(erased=True))
            if db.execute(known).first() is None:
                values = {"recording_id": recording_id, "at": self._now(), "by": by, "why": why}
                db.execute(insert(t.erasure).values(**values, gone={}, finished=False))

    def wipe(self, recording_id: str) -> dict[str, int]:
        with self._engine.begin() as db:
            clips = select(t.clip.c.id).where(t.clip.c.recording_id == recording_id)
            marks = select(t.benchmark.c.id).where(t.benchmark.c.recording_id == recording_id)
            db.execute(delete(t.clip_event).where(t.clip_event.c.clip_id.in_(clips)))
            _unjudge(db, recording_id)
            _uncalibrate(db, recording_id)
            items = select(t.review_item.c.id).where(t.review_item.c.recording_id == recording_id)
            db.execute(delete(t.tagging).where(t.tagging.c.review_item_id.in_(items)))
            for table in (t.benchmark_tag, t.benchmark_version, t.counterpart):
                db.execute(delete(table).where(table.c.benchmark_id.in_(marks)))
            gone = {
                table.name: _clear(db, table, recording_id)
                for table in (
                    t.transcript_part, t.next_asked, t.desk, t.revision, t.mask_choice, t.clip, t.counterpart, t.benchmark, t.job, t.objection,
                    t.review_item, t.review_seen, t.score, t.outcome,
                )
            }  # fmt: skip
            gone["vector"] = self._vectors(db)
            touch(db, LIBRARY)
            packs = select(t.pack.c.id).where(t.pack.c.recording_id == recording_id)
            db.execute(update(t.session).where(t.session.c.pack_id.in_(packs)).values(ended=True))
            unsaid = {"title": "（已删除）", "alias": "", "why": ""}
            _unsign(db, recording_id, unsaid)
            db.execute(update(t.pack).where(t.pack.c.recording_id == recording_id).values(unsaid))
            mine = t.recording.c.id == recording_id
            db.execute(update(t.recording).where(mine).values(NAMELESS))
        return {name: count for name, count in gone.items() if count}

    def _vectors(self, db: Connection) -> int:
        """Those of no benchmark's question any more."""
        kept = {content_hash(q) for q in db.execute(select(t.benchmark.c.question)).scalars()}
        found = set(db.execute(select(t.vector.c.content_hash).distinct()).scalars())
        gone = found - kept
        for one in gone:
            db.execute(delete(t.vector).where(t.vector.c.content_hash == one))
        return len(gone)

    def finish(self, recording_id: str, gone: dict[str, int]) -> None:
        mine = t.erasure.c.recording_id == recording_id
        with self._engine.begin() as db:
            row = db.execute(select(t.erasure.c.gone).where(mine).with_for_update()).first()
            before: dict[str, int] = row.gone if row else {}
            total = {k: before.get(k, 0) + gone.get(k, 0) for k in {*before, *gone}}
            db.execute(update(t.erasure).where(mine).values(gone=total))
        if empty_log(self._engine):
            with self._engine.begin() as db:
                db.execute(update(t.erasure).where(mine).values(finished=True))

    def records(self) -> list[Erasure]:
        with reading(self._engine) as db:
            rows = db.execute(select(t.erasure).order_by(t.erasure.c.at.desc())).all()
        return [_noun(row) for row in rows]


def _unjudge(db: Connection, recording_id: str) -> None:
    """What people said about the questions of its benchmarks, every version's."""
    bodies = select(t.benchmark_version.c.body).join(
        t.benchmark, t.benchmark.c.id == t.benchmark_version.c.benchmark_id
    )
    mine = bodies.where(t.benchmark.c.recording_id == recording_id)
    for question in {row.body["question"] for row in db.execute(mine)}:
        db.execute(delete(t.judged_pair).where(t.judged_pair.c.question == question))


def _unsign(db: Connection, recording_id: str, unsaid: dict[str, str]) -> None:
    """Signed forms of what was played of it name neither call nor agent any more."""
    played = (
        select(t.signed_form)
        .join(t.session, t.session.c.id == t.signed_form.c.session_id)
        .join(t.pack, t.pack.c.id == t.session.c.pack_id)
        .where(t.pack.c.recording_id == recording_id)
    )
    for row in db.execute(played).all():
        this = (t.signed_form.c.session_id == row.session_id) & (
            t.signed_form.c.number == row.number
        )
        db.execute(update(t.signed_form).where(this).values(body={**row.body, **unsaid}))


def _uncalibrate(db: Connection, recording_id: str) -> None:
    """Its exchanges, and what was agreed on about them, leave calibrations."""
    items = select(t.review_item.c.id).where(t.review_item.c.recording_id == recording_id)
    gone = set(db.execute(items).scalars())
    for row in db.execute(select(t.calibration).with_for_update()).all():
        if gone & {*row.items}:
            left = [i for i in row.items if i not in gone]
            finals = {i: marks for i, marks in row.finals.items() if i not in gone}
            this = t.calibration.c.id == row.id
            db.execute(update(t.calibration).where(this).values(items=left, finals=finals))


def _clear(db: Connection, table: Table, recording_id: str) -> int:
    mine = table.c.recording_id == recording_id
    count = db.execute(select(func.count()).select_from(table).where(mine)).scalar() or 0
    db.execute(delete(table).where(mine))
    return int(count)


def _noun(row: Any) -> Erasure:
    return Erasure(row.recording_id, row.at, row.by, row.why, dict(row.gone), row.finished)
