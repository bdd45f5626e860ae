"""Outcomes of calls in the database."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import Engine, select

from coach.errors import NotFound
from coach.library.outcomes import Outcome
from coach.store.engine import reading, there, upsert
from coach.store.tables import outcome


class SqlOutcomeStore:
    """Implements ``coach.library.outcomes.OutcomeStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, outcomes: Mapping[str, Outcome]) -> None:
        with self._engine.begin() as db:
            for recording_id, found in outcomes.items():
                with suppress(NotFound):  # it was deleted meanwhile
                    there(db, recording_id)
                    values = {"solved": found.solved, "satisfied": found.satisfied}
                    upsert(db, outcome, {"recording_id": recording_id}, values)

    def all(self) -> dict[str, Outcome]:
        with reading(self._engine) as db:
            rows = db.execute(select(outcome)).all()
        return {row.recording_id: Outcome(row.solved, row.satisfied) for row in rows}
