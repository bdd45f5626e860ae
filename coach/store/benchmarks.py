"""Benchmarks, their tags and vectors in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, select

from coach.calls.masking.clip import ClipState
from coach.errors import NotFound
from coach.library.benchmark import Benchmark, content_hash
from coach.library.index import Entry
from coach.store.engine import reading, stamped, there, touch, upsert
from coach.store.tables import benchmark, benchmark_tag, clip, vector

LIBRARY = "library"  # the stamp that grows with whatever search holds in memory
MANY = 500
_FREE = clip.c.state == ClipState.RELEASED.value


class SqlBenchmarkStore:
    """Implements ``coach.library.benchmark.BenchmarkStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Benchmark) -> Benchmark:
        key = {"recording_id": new.recording_id, "start": new.start}
        row = {c.name: getattr(new, c.name) for c in benchmark.columns}
        values = {k: v for k, v in row.items() if k not in key}
        with self._engine.begin() as db:
            there(db, new.recording_id)
            upsert(db, benchmark, key, values, keep="id")
            same = select(benchmark.c.id).where(
                benchmark.c.recording_id == new.recording_id, benchmark.c.start == new.start
            )
            new = replace(new, id=db.execute(same).scalar_one())
            db.execute(delete(benchmark_tag).where(benchmark_tag.c.benchmark_id == new.id))
            for place, tag in enumerate(new.tags):
                upsert(db, benchmark_tag, {"benchmark_id": new.id, "tag": tag}, {"place": place})
            touch(db, LIBRARY)
        return new

    def remove(self, benchmark_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(benchmark_tag).where(benchmark_tag.c.benchmark_id == benchmark_id))
            db.execute(delete(benchmark).where(benchmark.c.id == benchmark_id))
            touch(db, LIBRARY)

    def get(self, benchmark_id: str) -> Benchmark:
        for found in self.listed():
            if found.id == benchmark_id:
                return found
        raise NotFound(what="标杆", what_en="benchmark", key=benchmark_id)

    def listed(self) -> list[Benchmark]:
        return self._read(select(benchmark))

    def released(self, ids: Sequence[str] | None = None) -> list[Benchmark]:
        query = select(benchmark).join(clip, benchmark.c.clip == clip.c.id).where(_FREE)
        return self._read(query if ids is None else query.where(benchmark.c.id.in_(list(ids))))

    def stamp(self) -> int:
        return stamped(self._engine, LIBRARY)

    def entries(self) -> list[Entry]:
        b = benchmark.c
        columns = (b.id, b.question, b.agent, b.node, b.team, b.recording_id)
        query = select(*columns).join(clip, b.clip == clip.c.id).where(_FREE).order_by(b.id)
        with reading(self._engine) as db:
            return [
                Entry(row.id, row.question, content_hash(row.question), *row[2:])
                for row in db.execute(query)
            ]

    def _read(self, query: Select[Any]) -> list[Benchmark]:
        with reading(self._engine) as db:
            rows = db.execute(query.order_by(benchmark.c.created_at.desc())).all()
            tags = _tags(db, [row.id for row in rows])
        return [_noun(row, tuple(tags.get(row.id, ()))) for row in rows]

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
            for content_hash, data in dict(vectors).items():
                key = {"embedder": embedder, "content_hash": content_hash}
                upsert(db, vector, key, {"data": data}, keep="data")
            touch(db, LIBRARY)

    def coverage(self) -> dict[str, int]:
        count = select(vector.c.embedder, func.count()).group_by(vector.c.embedder)
        with reading(self._engine) as db:
            return {name: int(n) for name, n in db.execute(count)}


def _tags(db: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(benchmark_tag).order_by(benchmark_tag.c.place)
    if len(ids) < MANY:  # databases take only so many values in one question
        query = query.where(benchmark_tag.c.benchmark_id.in_(ids))
    for row in db.execute(query):
        found.setdefault(row.benchmark_id, []).append(row.tag)
    return found


def _noun(row: Any, tags: tuple[str, ...]) -> Benchmark:
    return Benchmark(
        id=row.id,
        recording_id=row.recording_id,
        question=row.question,
        answer=row.answer,
        start=row.start,
        end=row.end,
        agent=row.agent,
        node=row.node,
        team=row.team,
        tags=tags,
        marked_by=row.marked_by,
        created_at=row.created_at,
        clip=row.clip,
    )
