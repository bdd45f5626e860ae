"""Rubrics, scores and calibrations in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update

from coach.errors import NotFound
from coach.library.calibration import Calibration
from coach.library.rubrics import Criterion, Mark, Rubric, Score
from coach.store.benchmarks import LIBRARY
from coach.store.engine import reading, there, touch, upsert
from coach.store.tables import calibration, rubric, score


class SqlRubricStore:
    """Implements ``coach.library.rubrics.RubricStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def rubrics(self) -> list[Rubric]:
        with reading(self._engine) as db:
            rows = db.execute(select(rubric).order_by(rubric.c.name, rubric.c.number)).all()
        newest = {row.id: _rubric(row) for row in rows}
        return list(newest.values())

    def rubric(self, rubric_id: str, number: int) -> Rubric:
        this = (rubric.c.id == rubric_id) & (rubric.c.number == number)
        with reading(self._engine) as db:
            row = db.execute(select(rubric).where(this)).first()
        if row is None:
            raise NotFound(what="评分表", what_en="rubric", key=rubric_id)
        return _rubric(row)

    def add(self, new: Rubric) -> Rubric:
        last = select(func.max(rubric.c.number)).where(rubric.c.id == new.id)
        criteria = [[c.name, c.weight, list(c.levels), c.fatal] for c in new.criteria]
        with self._engine.begin() as db:
            number = (db.execute(last).scalar() or 0) + 1
            values = {"id": new.id, "number": number, "name": new.name, "criteria": criteria}
            db.execute(insert(rubric).values(**values, by=new.by, at=self._now()))
        return self.rubric(new.id, number)

    def put(self, new: Score) -> None:
        thing = (
            new.rater,
            new.recording_id,
            new.item_id,
            new.rubric_id,
            new.calibration_id,
        )
        key = hashlib.sha256("\n".join(thing).encode()).hexdigest()
        values = {c.name: getattr(new, c.name) for c in score.columns if c.name != "key"}
        values["marks"] = marks_json(new.marks)
        with self._engine.begin() as db:
            there(db, new.recording_id)
            upsert(db, score, {"key": key}, values, keep="id")
            touch(db, LIBRARY)

    def scores(self, recording_id: str = "", calibration_id: str = "") -> list[Score]:
        query = select(score).order_by(score.c.at.desc())
        if recording_id:
            query = query.where(score.c.recording_id == recording_id)
        query = query.where(score.c.calibration_id == calibration_id)
        with reading(self._engine) as db:
            return [_score(row) for row in db.execute(query)]

    def totals(self) -> dict[str, float]:
        query = (
            select(score.c.item_id, func.avg(score.c.total))
            .where(score.c.calibration_id == "", score.c.item_id != "", score.c.total.is_not(None))
            .group_by(score.c.item_id)
        )
        with reading(self._engine) as db:
            return {item: float(value) for item, value in db.execute(query)}


class SqlCalibrationStore:
    """Implements ``coach.library.calibration.CalibrationStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Calibration) -> None:
        values = {c.name: getattr(new, c.name) for c in calibration.columns}
        with self._engine.begin() as db:
            db.execute(
                insert(calibration).values({**values, "items": list(new.items), "finals": {}})
            )

    def get(self, calibration_id: str) -> Calibration:
        found = [c for c in self.listed() if c.id == calibration_id]
        if not found:
            raise NotFound(what="校准", what_en="calibration", key=calibration_id)
        return found[0]

    def listed(self) -> list[Calibration]:
        with reading(self._engine) as db:
            rows = db.execute(select(calibration).order_by(calibration.c.at.desc())).all()
        return [_calibration(row) for row in rows]

    def close(self, calibration_id: str) -> None:
        with self._engine.begin() as db:
            this = calibration.c.id == calibration_id
            db.execute(update(calibration).where(this).values(closed=True))

    def settle(self, calibration_id: str, item_id: str, marks: Sequence[Mark]) -> None:
        this = calibration.c.id == calibration_id
        with self._engine.begin() as db:
            row = db.execute(select(calibration.c.finals).where(this).with_for_update()).first()
            if row is None:
                raise NotFound(what="校准", what_en="calibration", key=calibration_id)
            finals = {**row.finals, item_id: marks_json(marks)}
            db.execute(update(calibration).where(this).values(finals=finals))


def marks_json(marks: Sequence[Mark]) -> list[list[Any]]:
    """Marks as they are stored."""
    return [[m.level, m.comment, m.moment] for m in marks]


def _marks(stored: Sequence[Sequence[Any]]) -> tuple[Mark, ...]:
    return tuple(Mark(level, comment, moment) for level, comment, moment in stored)


def _rubric(row: Row[Any]) -> Rubric:
    criteria = tuple(Criterion(n, w, tuple(levels), fatal) for n, w, levels, fatal in row.criteria)
    return Rubric(row.id, row.number, row.name, criteria, row.by, row.at)


def _score(row: Row[Any]) -> Score:
    values = {c: getattr(row, c) for c in Score.__dataclass_fields__ if c != "marks"}
    return Score(**values, marks=_marks(row.marks))


def _calibration(row: Row[Any]) -> Calibration:
    finals = {item: _marks(marks) for item, marks in row.finals.items()}
    return Calibration(
        row.id, row.title, row.rubric_id, row.number, tuple(row.items), row.by, row.at, row.closed,
        finals,
    )  # fmt: skip
