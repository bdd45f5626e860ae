"""Benchmarks, their versions, tags and vectors in the database.

Table ``benchmark`` holds, for queries, what counts of each; the versions hold everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from coach.calls.masking.clip import ClipState
from coach.errors import NotFound
from coach.library.benchmark import Benchmark, CaseCard, Standing, content_hash
from coach.library.index import Entry
from coach.library.keypoints import KeyPoint
from coach.store.engine import reading, stamped, there, touch, upsert
from coach.store.tables import (
    benchmark,
    benchmark_tag,
    benchmark_version,
    clip,
    counterpart,
    review_item,
    score,
    vector,
)

LIBRARY = "library"  # the stamp that grows with whatever search holds in memory
_FREE = (clip.c.state == ClipState.RELEASED.value) & benchmark.c.standing.in_(
    [s.value for s in Standing if s.found]
)
_VERSION = benchmark_version.c
_ALL: Select[Any] = select(
    benchmark.c.id, benchmark.c.recording_id, _VERSION.number, _VERSION.standing, _VERSION.body
)
_COUNTS: Select[Any] = _ALL.join(
    benchmark_version,
    (_VERSION.benchmark_id == benchmark.c.id) & (_VERSION.number == benchmark.c.number),
)


class SqlBenchmarkStore:
    """Implements ``coach.library.benchmark.BenchmarkStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: tuple[int, list[Benchmark]] = (-1, [])  # what is released, at a stamp

    def add(self, new: Benchmark) -> Benchmark:
        mine = (benchmark.c.recording_id == new.recording_id) & (benchmark.c.start == new.start)
        with self._engine.begin() as db:
            there(db, new.recording_id)
            first = _columns(new)
            key = {"recording_id": new.recording_id, "start": new.start}
            upsert(db, benchmark, key, {k: v for k, v in first.items() if k not in key}, keep="*")
            known = db.execute(select(benchmark.c.id).where(mine).with_for_update()).scalar_one()
            last = select(func.max(_VERSION.number)).where(_VERSION.benchmark_id == known)
            number = (db.execute(last).scalar() or 0) + 1
            new = replace(new, id=known, number=number, standing=Standing.NOMINATED)
            db.execute(
                update(benchmark_version)
                .where(
                    _VERSION.benchmark_id == known, _VERSION.standing == Standing.NOMINATED.value
                )
                .values(standing=Standing.REPLACED.value)
            )
            db.execute(insert(benchmark_version).values(_version(new)))
            _settle(db, known)
        return new

    def decide(self, version: Benchmark, was: Standing) -> bool:
        this = (_VERSION.benchmark_id == version.id) & (_VERSION.number == version.number)
        with self._engine.begin() as db:
            there(db, version.recording_id)
            change = update(benchmark_version).where(this, _VERSION.standing == was.value)
            values = {k: v for k, v in _version(version).items() if k in ("standing", "body")}
            if not db.execute(change.values(values)).rowcount:
                return False
            if version.standing is Standing.RETIRED:  # nor does what waits take its place
                db.execute(
                    update(benchmark_version)
                    .where(
                        _VERSION.benchmark_id == version.id,
                        _VERSION.standing == Standing.NOMINATED.value,
                    )
                    .values(standing=Standing.REPLACED.value)
                )
            if version.standing is Standing.APPROVED:
                others = (_VERSION.benchmark_id == version.id) & (_VERSION.number != version.number)
                db.execute(
                    update(benchmark_version)
                    .where(others, _VERSION.standing == Standing.APPROVED.value)
                    .values(standing=Standing.REPLACED.value)
                )
            _settle(db, version.id)
        return True

    def versions(self, benchmark_id: str) -> list[Benchmark]:
        query = _ALL.join(benchmark_version, _VERSION.benchmark_id == benchmark.c.id)
        mine = query.where(benchmark.c.id == benchmark_id).order_by(_VERSION.number.desc())
        with reading(self._engine) as db:
            found = [_noun(row) for row in db.execute(mine)]
        if not found:
            raise NotFound(what="标杆", what_en="benchmark", key=benchmark_id)
        return found

    def move(self, benchmark_id: str, recording_id: str, clip: str, seconds: float) -> None:
        counts = self.get(benchmark_id)
        moved = replace(counts, recording_id=recording_id, clip=clip, start=0.0, end=seconds)
        mine = _VERSION.benchmark_id == benchmark_id
        with self._engine.begin() as db:
            there(db, recording_id)
            db.execute(delete(benchmark_version).where(mine, _VERSION.number != counts.number))
            body = _version(moved)["body"]
            db.execute(update(benchmark_version).where(mine).values(body=body))
            place = {"recording_id": recording_id, "start": 0.0}
            db.execute(update(benchmark).where(benchmark.c.id == benchmark_id).values(place))
            _settle(db, benchmark_id)

    def remove(self, benchmark_id: str) -> None:
        with self._engine.begin() as db:
            for table in (benchmark_tag, benchmark_version, counterpart):
                db.execute(delete(table).where(table.c.benchmark_id == benchmark_id))
            db.execute(delete(benchmark).where(benchmark.c.id == benchmark_id))
            touch(db, LIBRARY)

    def get(self, benchmark_id: str) -> Benchmark:
        found = self._read(_COUNTS.where(benchmark.c.id == benchmark_id))
        if not found:
            raise NotFound(what="标杆", what_en="benchmark", key=benchmark_id)
        return found[0]

    def listed(self, recording_id: str = "") -> list[Benchmark]:
        mine = benchmark.c.recording_id == recording_id
        return self._read(_COUNTS.where(mine) if recording_id else _COUNTS)

    def waiting(self) -> set[str]:
        nominated = _VERSION.standing == Standing.NOMINATED.value
        with reading(self._engine) as db:
            return set(db.execute(select(_VERSION.benchmark_id).where(nominated)).scalars())

    def released(self, ids: Sequence[str] | None = None) -> list[Benchmark]:
        query = _COUNTS.join(clip, benchmark.c.clip == clip.c.id).where(_FREE)
        if ids is not None:
            return self._read(query.where(benchmark.c.id.in_(list(ids))))
        stamp, held = self._held
        now = self.stamp()  # asked each time: a withdrawal counts at once, in any process
        if stamp != now:
            held = self._read(query)
            self._held = now, held
        return list(held)

    def stamp(self) -> int:
        return stamped(self._engine, LIBRARY)

    def entries(self) -> list[Entry]:
        query = _COUNTS.join(clip, benchmark.c.clip == clip.c.id).where(_FREE)
        scored = (
            select(review_item.c.recording_id, review_item.c.start, func.avg(score.c.total))
            .join(score, score.c.item_id == review_item.c.id)
            .where(score.c.total.is_not(None), score.c.calibration_id == "")
            .group_by(review_item.c.recording_id, review_item.c.start)
        )
        with reading(self._engine) as db:
            totals = {(row[0], round(row[1], 1)): float(row[2]) for row in db.execute(scored)}
            found = [_noun(row) for row in db.execute(query.order_by(benchmark.c.id))]
        return [b.entry(totals.get((b.recording_id, round(b.start, 1)))) for b in found]

    def _read(self, query: Select[Any]) -> list[Benchmark]:
        newest = benchmark.c.created_at.desc(), benchmark.c.id
        with reading(self._engine) as db:
            return [_noun(row) for row in db.execute(query.order_by(*newest))]

    def vectors(self, embedder: str) -> dict[str, bytes]:
        query = select(vector.c.content_hash, vector.c.data).where(vector.c.embedder == embedder)
        with reading(self._engine) as db:
            return {row.content_hash: bytes(row.data) for row in db.execute(query)}

    def embedded(self, embedder: str) -> set[str]:
        query = select(vector.c.content_hash).where(vector.c.embedder == embedder)
        with reading(self._engine) as db:
            return set(db.execute(query).scalars())

    def save_vectors(self, embedder: str, vectors: Sequence[tuple[str, bytes]]) -> None:
        with self._engine.begin() as db:
            wanted = {content_hash(q) for q in db.execute(select(benchmark.c.question)).scalars()}
            for known, data in dict(vectors).items():
                if known not in wanted:  # its call was deleted meanwhile
                    continue
                key = {"embedder": embedder, "content_hash": known}
                upsert(db, vector, key, {"data": data}, keep="data")
            touch(db, LIBRARY)

    def coverage(self) -> dict[str, int]:
        count = select(vector.c.embedder, func.count()).group_by(vector.c.embedder)
        with reading(self._engine) as db:
            return {name: int(n) for name, n in db.execute(count)}


_ORDER = (Standing.APPROVED, Standing.NOMINATED, Standing.RETIRED, Standing.DECLINED)


def _settle(db: Connection, benchmark_id: str) -> None:
    """What counts: the approved version, else the one that waits, else the newest there was."""
    mine = _ALL.join(benchmark_version, _VERSION.benchmark_id == benchmark.c.id)
    rows = db.execute(mine.where(benchmark.c.id == benchmark_id)).all()
    versions = sorted((_noun(row) for row in rows), key=lambda v: -v.number)
    counts = next(
        (v for standing in _ORDER for v in versions if v.standing is standing), versions[0]
    )
    kept = {k: v for k, v in _columns(counts).items() if k not in ("id", "recording_id", "start")}
    db.execute(update(benchmark).where(benchmark.c.id == benchmark_id).values(kept))
    db.execute(delete(benchmark_tag).where(benchmark_tag.c.benchmark_id == benchmark_id))
    for place, tag in enumerate(counts.tags):
        upsert(db, benchmark_tag, {"benchmark_id": benchmark_id, "tag": tag}, {"place": place})
    touch(db, LIBRARY)


def _columns(b: Benchmark) -> dict[str, Any]:
    row = {c.name: getattr(b, c.name) for c in benchmark.columns}
    return row | {"standing": b.standing.value}


_IN_BODY = (
    "question", "answer", "start", "end", "agent", "node", "team", "clip", "why", "marked_by",
    "marked_by_id", "decided_by", "because",
)  # fmt: skip


def _version(b: Benchmark) -> dict[str, Any]:
    body = {name: getattr(b, name) for name in _IN_BODY}
    body |= {
        "tags": list(b.tags),
        "points": [[p.name, list(p.phrasings)] for p in b.points],
        "card": [b.card.scene, b.card.conduct, b.card.confirmed, b.card.solution],
        "until": b.until.isoformat() if b.until else None,
        "created_at": b.created_at.astimezone(UTC).isoformat(),
        "decided_at": b.decided_at.astimezone(UTC).isoformat() if b.decided_at else None,
    }
    return {"benchmark_id": b.id, "number": b.number, "standing": b.standing.value, "body": body}


def _noun(row: Row[Any]) -> Benchmark:
    body = row.body
    return Benchmark(
        **{name: body[name] for name in _IN_BODY if name in body},
        id=row.id,
        recording_id=row.recording_id,
        tags=tuple(body["tags"]),
        points=tuple(KeyPoint(name, tuple(said)) for name, said in body.get("points", ())),
        card=CaseCard(*body.get("card", ())),
        until=date.fromisoformat(body["until"]) if body.get("until") else None,
        created_at=_when(body["created_at"]),
        decided_at=_when(body["decided_at"]) if body.get("decided_at") else None,
        number=row.number,
        standing=Standing(row.standing),
    )


def _when(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
