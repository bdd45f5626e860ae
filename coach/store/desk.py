"""Lines and revisions in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from coach.calls.desk import ROLES, Repair, apply
from coach.calls.repairing import Revision
from coach.calls.sealing.keyring import OPEN, Keyring
from coach.calls.transcript import Role, Segment
from coach.errors import NotFound, RepairConflict
from coach.store.engine import reading, upsert
from coach.store.tables import desk, recording, revision, transcript_part

STANDING, UNDONE, DROPPED = "standing", "undone", "dropped"


class SqlDeskStore:
    """Implements ``coach.calls.repairing.DeskStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], keys: Keyring = OPEN) -> None:
        self._engine, self._now, self._keys = engine, now, keys

    def lines(
        self, recording_id: str, make: Callable[[list[Segment]], list[Segment]]
    ) -> list[Segment]:
        with reading(self._engine) as db:
            found = current(db, recording_id, self._keys)
        if found.settled:
            return found.segments
        with self._engine.begin() as db:  # read again, now that nobody else writes
            found = current(db, recording_id, self._keys, lock=True)
            if found.settled:
                return found.segments
            made = [Segment.from_json(line.to_json()) for line in make(found.segments)]
            values = {
                "options": found.options,
                "covered": found.parts,
                "lines": self._keys.seal(_docs(made), recording_id),
            }
            upsert(db, desk, {"recording_id": recording_id}, values)
        return made

    def commit(self, recording_id: str, repair: Repair, by: str) -> None:
        try:
            with self._engine.begin() as db:
                self._change(db, recording_id, repair)
                undone = (revision.c.recording_id == recording_id) & (revision.c.state == UNDONE)
                db.execute(update(revision).where(undone).values(state=DROPPED))
                newest = select(func.max(revision.c.number)).where(
                    revision.c.recording_id == recording_id
                )
                row = {
                    "recording_id": recording_id,
                    "number": (db.execute(newest).scalar() or 0) + 1,
                    "at": self._now(),
                    "by": by,
                    "kind": repair.kind,
                    "before": self._keys.seal(
                        _side(repair, repair.before, repair.was), recording_id
                    ),
                    "after": self._keys.seal(_side(repair, repair.after, repair.now), recording_id),
                    "state": STANDING,
                }
                db.execute(insert(revision).values(row))
        except IntegrityError as error:
            raise RepairConflict() from error

    def step(self, recording_id: str, *, back: bool) -> Repair | None:
        wanted = STANDING if back else UNDONE
        order = revision.c.number.desc() if back else revision.c.number
        query = select(revision).where(
            revision.c.recording_id == recording_id, revision.c.state == wanted
        )
        with self._engine.begin() as db:
            row = db.execute(query.order_by(order).limit(1)).first()
            if row is None:
                return None
            repair = self._repair(row).undone if back else self._repair(row)
            self._change(db, recording_id, repair)
            this = (revision.c.recording_id == recording_id) & (revision.c.number == row.number)
            db.execute(update(revision).where(this).values(state=UNDONE if back else STANDING))
        return repair

    def steps(self, recording_id: str) -> tuple[int, int]:
        query = (
            select(revision.c.state, func.count())
            .where(revision.c.recording_id == recording_id)
            .group_by(revision.c.state)
        )
        with reading(self._engine) as db:
            counts = {row[0]: int(row[1]) for row in db.execute(query)}
        return counts.get(STANDING, 0), counts.get(UNDONE, 0)

    def revisions(self, recording_id: str) -> list[Revision]:
        query = select(revision).where(
            revision.c.recording_id == recording_id, revision.c.state != DROPPED
        )
        with reading(self._engine) as db:
            rows = db.execute(query.order_by(revision.c.number)).all()
        return [Revision(r.number, r.at, r.by, self._repair(r), r.state == STANDING) for r in rows]

    def _change(self, db: Connection, recording_id: str, repair: Repair) -> None:
        """Read, compare and write under one lock. Raises RepairConflict."""
        if repair.kind == ROLES:
            _give_roles(db, recording_id, repair)
            return
        mine = desk.c.recording_id == recording_id
        row = db.execute(select(desk.c.lines).where(mine).with_for_update()).first()
        if row is None:
            raise RepairConflict()
        docs = self._keys.opened(row.lines, recording_id)
        lines = apply([Segment.from_json(doc) for doc in docs], repair)
        db.execute(
            update(desk).where(mine).values(lines=self._keys.seal(_docs(lines), recording_id))
        )

    def _repair(self, row: Row[Any]) -> Repair:
        opened, about = self._keys.opened, row.recording_id
        sides = opened(row.before, about), opened(row.after, about)
        if row.kind == ROLES:
            was, now = ({k: Role(v) for k, v in side[0].items()} for side in sides)
            return Repair(ROLES, (), (), was, now)
        before, after = (tuple(Segment.from_json(d) for d in docs) for docs in sides)
        return Repair(row.kind, before, after)


@dataclass(frozen=True)
class Current:
    """The transcript that counts: its options, its parts, those that are lines, its segments."""

    options: str
    parts: list[str]
    covered: list[str]
    segments: list[Segment]

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be made into lines."""
        return not self.segments or set(self.parts) <= set(self.covered)


def current(db: Connection, recording_id: str, keys: Keyring, *, lock: bool = False) -> Current:
    """While a new transcript is under way the whole one still answers. Raises NotFound."""
    query = select(recording.c.transcript).where(recording.c.id == recording_id)
    row = db.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(what="录音", what_en="recording", key=recording_id)
    part = transcript_part
    rows = db.execute(
        select(part.c.part, part.c.options, part.c.segments)
        .where(part.c.recording_id == recording_id)
        .order_by(part.c.created_at, part.c.part)
    ).all()
    options = row.transcript or (rows[-1].options if rows else "")
    mine = desk.c.recording_id == recording_id
    kept = db.execute(select(desk).where(mine)).first()
    known = kept is not None and kept.options == options
    covered = list(kept.covered) if kept is not None and known else []
    docs = list(keys.opened(kept.lines, recording_id)) if kept is not None and known else []
    parts = sorted(found.part for found in rows if found.options == options)
    for found in rows:
        if found.options == options and found.part not in covered:
            docs += keys.opened(found.segments, recording_id)
    segments = sorted((Segment.from_json(d) for d in docs), key=lambda s: (s.start, s.end, s.id))
    return Current(options, parts, covered, segments)


def _docs(lines: Sequence[Segment]) -> list[dict[str, Any]]:
    return [line.to_json() for line in lines]


def _side(
    repair: Repair, lines: Sequence[Segment], roles: Mapping[str, Role]
) -> list[dict[str, Any]]:
    """One side of a repair as it is stored: lines, or one document of roles."""
    if repair.kind == ROLES:
        return [{speaker: role.value for speaker, role in roles.items()}]
    return _docs(lines)


def _give_roles(db: Connection, recording_id: str, repair: Repair) -> None:
    mine = recording.c.id == recording_id
    row = db.execute(select(recording.c.roles).where(mine).with_for_update()).first()
    if row is None or row.roles != {k: r.value for k, r in repair.was.items()}:
        raise RepairConflict()
    db.execute(
        update(recording).where(mine).values(roles={k: r.value for k, r in repair.now.items()})
    )
