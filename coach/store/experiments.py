"""Which teams compare paused with straight, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from coach.store.engine import reading, upsert
from coach.store.tables import experiment


class SqlExperimentStore:
    """Implements ``coach.meeting.proof.ExperimentStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def state(self, team: str) -> tuple[bool, datetime] | None:
        with reading(self._engine) as db:
            row = db.execute(select(experiment).where(experiment.c.team == team)).first()
        return (row.on, row.at) if row else None

    def switch(self, team: str, on: bool, by: str) -> None:
        with self._engine.begin() as db:
            values = {"on": on, "by": by, "at": self._now()}
            upsert(db, experiment, {"team": team}, values, keep="at")
