"""Node reports in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from coach.library.nodes import Figure
from coach.library.reports import Report
from coach.store.engine import reading, upsert
from coach.store.tables import column_map, node_figure, node_name, node_report

BATCH = 5_000  # rows written at once


class SqlNodeStore:
    """Implements ``coach.library.reports.NodeStore``."""

    def __init__(
        self, engine: Engine, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._engine, self._new_id, self._now = engine, new_id, now

    def add(self, name: str, figures: Sequence[Figure], by: str) -> str:
        report_id = self._new_id()
        with self._engine.begin() as db:
            row = {"id": report_id, "name": name, "by": by, "at": self._now()}
            db.execute(insert(node_report).values(row))
            for start in range(0, len(figures), BATCH):
                db.execute(
                    insert(node_figure),
                    [
                        {
                            "node_report_id": report_id,
                            "place": start + i,
                            "node": f.node,
                            "team": f.team,
                            "agent": f.agent,
                            "calls": f.calls,
                            "solved": f.solved,
                            "satisfied": f.satisfied,
                        }
                        for i, f in enumerate(figures[start : start + BATCH])
                    ],
                )
        return report_id

    def reports(self) -> list[Report]:
        with reading(self._engine) as db:
            rows = db.execute(select(node_report).order_by(node_report.c.at.desc())).all()
        return [Report(r.id, r.name, r.by, r.at) for r in rows]

    def figures(self, report_id: str) -> list[Figure]:
        f = node_figure.c
        query = select(f.node, f.team, f.agent, f.calls, f.solved, f.satisfied)
        mine = query.where(f.node_report_id == report_id).order_by(f.place)
        with reading(self._engine) as db:
            return [Figure(*row) for row in db.execute(mine)]

    def remove(self, report_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(node_figure).where(node_figure.c.node_report_id == report_id))
            db.execute(delete(node_report).where(node_report.c.id == report_id))

    def mapping(self, headings: Sequence[str]) -> dict[str, str]:
        query = select(column_map.c.fields).where(column_map.c.headings == _key(headings))
        with reading(self._engine) as db:
            return dict(db.execute(query).scalar() or {})

    def map(self, headings: Sequence[str], fields: Mapping[str, str]) -> None:
        with self._engine.begin() as db:
            upsert(db, column_map, {"headings": _key(headings)}, {"fields": dict(fields)})

    def names(self) -> dict[str, str]:
        with reading(self._engine) as db:
            rows = db.execute(select(node_name.c.reported, node_name.c.node)).all()
        return dict(tuple(row) for row in rows)

    def name(self, reported: str, node: str) -> None:
        with self._engine.begin() as db:
            upsert(db, node_name, {"reported": reported[:80]}, {"node": node})


def _key(headings: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(headings), ensure_ascii=False).encode()).hexdigest()
