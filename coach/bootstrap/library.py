"""The library's stores, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from coach.calls.masking.gate import Gate
from coach.library.approving import Approving
from coach.library.benchmark import BenchmarkStore
from coach.library.calibration import CalibrationStore
from coach.library.collections import CollectionStore
from coach.library.counterpart import CounterpartStore
from coach.library.limits import LimitStore
from coach.library.outcomes import OutcomeStore
from coach.library.reports import NodeStore
from coach.library.reviewing import Reviewing
from coach.library.rubrics import RubricStore
from coach.library.unanswered import UnansweredStore
from coach.store.collections import SqlCollectionStore
from coach.store.counterparts import SqlCounterpartStore
from coach.store.nodes import SqlNodeStore
from coach.store.outcomes import SqlOutcomeStore
from coach.store.reviewing import SqlReviewStore, SqlTagStore
from coach.store.scoring import SqlCalibrationStore, SqlRubricStore
from coach.store.searching import SqlLimitStore, SqlUnansweredStore


@dataclass(frozen=True)
class LibraryStores:
    """What the library keeps besides its benchmarks."""

    limits: LimitStore
    unanswered: UnansweredStore
    approving: Approving
    nodes: NodeStore
    reviewing: Reviewing
    outcomes: OutcomeStore
    collections: CollectionStore
    rubrics: RubricStore
    calibrations: CalibrationStore
    counterparts: CounterpartStore


def library_stores(
    engine: Engine,
    benchmarks: BenchmarkStore,
    gate: Gate,
    *,
    new_id: Callable[[], str],
    now: Callable[[], datetime],
    today: Callable[[], date],
) -> LibraryStores:
    """The stores on one database."""
    return LibraryStores(
        limits=SqlLimitStore(engine, now),
        unanswered=SqlUnansweredStore(engine, now),
        approving=Approving(benchmarks, gate.released, now, today),
        nodes=SqlNodeStore(engine, new_id, now),
        outcomes=SqlOutcomeStore(engine),
        collections=SqlCollectionStore(engine),
        rubrics=SqlRubricStore(engine, now),
        calibrations=SqlCalibrationStore(engine),
        counterparts=SqlCounterpartStore(engine),
        reviewing=Reviewing(SqlReviewStore(engine), SqlTagStore(engine), new_id, now),
    )
