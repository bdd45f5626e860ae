"""The queue's port: what a job is and what a queue can do. Leases make kill −9 harmless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

ANY: frozenset[str] = frozenset()  # kinds, where it does not matter


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """Work on one recording, or about something else. ``done`` and ``total`` are seconds of audio
    times channels."""

    id: str
    kind: str
    recording_id: str  # "" for none
    state: JobState
    created_at: datetime
    owner: str = ""
    tries: int = 0
    crashes: int = 0
    done: float = 0.0
    total: float = 0.0
    started_at: datetime | None = None
    started_done: float = 0.0
    error_code: str = ""
    error: str = ""
    about: str = ""  # what else it is about

    def seconds_left(self, now: datetime) -> float | None:
        """ETA from the pace of this run; None until there is one."""
        if self.started_at is None or self.done <= self.started_done or self.total <= 0:
            return None
        pace = (now - self.started_at).total_seconds() / (self.done - self.started_done)
        return max(0.0, (self.total - self.done) * pace)


class JobQueue(Protocol):
    """A durable queue. Every write after a claim is fenced by owner and state."""

    def enqueue(self, kind: str, recording_id: str = "", about: str = "") -> Job:
        """Raises JobRunning when one of this kind is open for the same."""

    def claim(
        self, owner: str, *, only: frozenset[str] = ANY, but: frozenset[str] = ANY
    ) -> Job | None:
        """Take the next job: fewest crashes first, then oldest; of some kinds only, or of all but
        some. Expired leases count as a crash."""

    def beat(self, job: Job, done: float, total: float) -> bool:
        """Renew the lease and store progress; False when the job is no longer ours."""

    def finish(self, job: Job) -> bool: ...

    def fail(self, job: Job, code: str, message: str, *, retry: bool) -> bool:
        """Give the job back for another try, or set it aside."""

    def release(self, job: Job) -> None:
        """Back to the queue untouched: the worker is asked to stop."""

    def cancel(self, job_id: str) -> None: ...

    def retry(self, job_id: str) -> None:
        """Queue a failed or cancelled job again, counts reset."""

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""

    def listed(self, recording_id: str | None = None, about: str = "") -> list[Job]:
        """Newest first; of one recording, or about one thing."""

    def forget(self, about: str) -> None:
        """What was about this is gone."""

    def free_dead(self, host: str, alive: list[int]) -> None:
        """Expire leases of this host's dead processes at once."""
