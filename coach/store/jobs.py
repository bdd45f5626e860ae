"""The lease queue: one row per job, claimed by one UPDATE. See docs/architecture.md, Jobs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from coach.errors import JobRunning, NotFound, UnexpectedProblem
from coach.jobs.queue import ANY, Job, JobState
from coach.store.engine import reading
from coach.store.tables import job

MOST_CRASHES = 3  # a job that killed its worker this often is set aside
MOST_TRIES = 4
_LOST = UnexpectedProblem(detail="worker process ended / 处理进程中断")
PAUSE = (2.0, 10.0, 60.0)  # seconds before the next try


class SqlJobQueue:
    """Implements ``coach.jobs.queue.JobQueue`` on SQLite or PostgreSQL."""

    def __init__(
        self,
        engine: Engine,
        *,
        lease: float,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._engine, self._lease = engine, lease
        self._new_id, self._now = new_id, now

    def enqueue(self, kind: str, recording_id: str = "", about: str = "") -> Job:
        now = self._now()
        row = {
            "id": self._new_id(),
            "kind": kind,
            "recording_id": recording_id or None,
            "about": about,
            "state": JobState.QUEUED.value,
            "run_at": now,
            "created_at": now,
            "open_key": f"{kind}/{recording_id or about}",
        }
        try:
            with self._engine.begin() as db:
                db.execute(insert(job).values(row))
        except IntegrityError as error:
            raise JobRunning() from error
        return self.get(str(row["id"]))

    def claim(
        self, owner: str, *, only: frozenset[str] = ANY, but: frozenset[str] = ANY
    ) -> Job | None:
        now = self._now()
        with self._engine.begin() as db:
            self._expire(db, now)
            waiting = and_(job.c.state == JobState.QUEUED.value, job.c.run_at <= now)
            if only:
                waiting = and_(waiting, job.c.kind.in_(only))
            waiting = and_(waiting, job.c.kind.not_in(but))
            choice = (
                select(job.c.id)
                .where(waiting)
                .order_by(job.c.crashes, job.c.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            claimed = (
                update(job)
                .where(job.c.id == choice.scalar_subquery())
                .values(
                    state=JobState.RUNNING.value,
                    owner=owner,
                    lease_until=now + timedelta(seconds=self._lease),
                    tries=job.c.tries + 1,
                    started_at=now,
                    started_done=job.c.done,
                    error_code="",
                    error="",
                )
                .returning(job)
            )
            row = db.execute(claimed).first()
        return _noun(row) if row else None

    def _expire(self, db: Connection, now: datetime) -> None:
        """Lost leases: back to the queue, or aside after too many crashes."""
        lost = and_(job.c.state == JobState.RUNNING.value, job.c.lease_until < now)
        aside = and_(lost, job.c.crashes + 1 >= MOST_CRASHES)
        db.execute(
            update(job)
            .where(aside)
            .values(
                state=JobState.FAILED.value,
                crashes=job.c.crashes + 1,
                open_key=None,
                owner="",
                error_code="job.crashed",
                error=json.dumps(_LOST.as_dict(), ensure_ascii=False),
            )
        )
        db.execute(
            update(job)
            .where(lost)
            .values(state=JobState.QUEUED.value, crashes=job.c.crashes + 1, owner="", run_at=now)
        )

    def beat(self, mine: Job, done: float, total: float) -> bool:
        until = self._now() + timedelta(seconds=self._lease)
        return self._fenced(mine, {"lease_until": until, "done": done, "total": total})

    def finish(self, mine: Job) -> bool:
        values = {"state": JobState.DONE.value, "open_key": None, "owner": "", "done": job.c.total}
        return self._fenced(mine, values)

    def fail(self, mine: Job, code: str, message: str, *, retry: bool) -> bool:
        crashed = code == "job.crashed"
        crashes = mine.crashes + crashed
        again = retry and mine.tries < MOST_TRIES and crashes < MOST_CRASHES
        pause = PAUSE[min(mine.tries - 1, len(PAUSE) - 1)]
        values: dict[str, Any] = {
            "state": (JobState.QUEUED if again else JobState.FAILED).value,
            "owner": "",
            "crashes": crashes,
            "error_code": code,
            "error": message,
        }
        if again:
            values["run_at"] = self._now() + timedelta(seconds=pause)
        else:
            values["open_key"] = None
        return self._fenced(mine, values)

    def release(self, mine: Job) -> None:
        values = {"state": JobState.QUEUED.value, "owner": "", "tries": mine.tries - 1}
        self._fenced(mine, values)

    def _fenced(self, mine: Job, values: dict[str, Any]) -> bool:
        ours = and_(
            job.c.id == mine.id,
            job.c.owner == mine.owner,
            job.c.started_at == mine.started_at,  # this claim, not a later one of the same worker
            job.c.state == JobState.RUNNING.value,
        )
        with self._engine.begin() as db:
            return db.execute(update(job).where(ours).values(values)).rowcount == 1

    def cancel(self, job_id: str) -> None:
        open_states = [s.value for s in JobState if s.open]
        values = {"state": JobState.CANCELLED.value, "open_key": None, "owner": ""}
        self._where(and_(job.c.id == job_id, job.c.state.in_(open_states)), values)

    def retry(self, job_id: str) -> None:
        found = self.get(job_id)
        values = {
            "state": JobState.QUEUED.value,
            "tries": 0,
            "crashes": 0,
            "run_at": self._now(),
            "open_key": f"{found.kind}/{found.recording_id or found.about}",
        }
        shut = or_(job.c.state == JobState.FAILED.value, job.c.state == JobState.CANCELLED.value)
        try:
            self._where(and_(job.c.id == job_id, shut), values)
        except IntegrityError as error:
            raise JobRunning() from error

    def _where(self, condition: ColumnElement[bool], values: dict[str, Any]) -> None:
        with self._engine.begin() as db:
            db.execute(update(job).where(condition).values(values))

    def get(self, job_id: str) -> Job:
        with reading(self._engine) as db:
            row = db.execute(select(job).where(job.c.id == job_id)).first()
        if row is None:
            raise NotFound(what="任务", what_en="job", key=job_id)
        return _noun(row)

    def listed(self, recording_id: str | None = None, about: str = "") -> list[Job]:
        query = select(job).order_by(job.c.created_at.desc())
        if about:
            query = query.where(job.c.about == about)
        if recording_id is not None:
            query = query.where(job.c.recording_id == recording_id)
        with reading(self._engine) as db:
            return [_noun(row) for row in db.execute(query)]

    def forget(self, about: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(job).where(job.c.about == about, job.c.about != ""))

    def free_dead(self, host: str, alive: list[int]) -> None:
        running = [j for j in self.listed() if j.state is JobState.RUNNING]
        for found in running:
            owner_host, _, pid = found.owner.rpartition(":")
            if owner_host.partition("/")[0] == host and pid.isdigit() and int(pid) not in alive:
                past = self._now() - timedelta(seconds=1)
                self._fenced(found, {"lease_until": past})


def _noun(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        recording_id=row.recording_id or "",
        about=row.about,
        state=JobState(row.state),
        created_at=row.created_at,
        owner=row.owner,
        tries=row.tries,
        crashes=row.crashes,
        done=row.done,
        total=row.total,
        started_at=row.started_at,
        started_done=row.started_done,
        error_code=row.error_code,
        error=row.error,
    )
