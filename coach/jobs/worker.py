"""The worker: leases a job, runs it in one child process, beats, and kills.

The parent never imports a model. The child is spawned, says "ready" after its imports, and runs
one job at a time; kill −9 of either loses nothing, since every finished stage is stored.
"""

from __future__ import annotations

import json
import logging
import multiprocessing as mp
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from coach.errors import CoachError, UnexpectedProblem
from coach.jobs.queue import ANY, Job, JobQueue

log = logging.getLogger("coach.worker")
BEAT = 0.5  # seconds between looks at the child and the lease

Report = Callable[[float, float], None]  # seconds done, seconds in all
Runner = Callable[[Job, Report], None]


class ChildBroken(Exception):
    """The child died before it was ready: the installation is at fault, not the job."""


class Worker:
    """Runs jobs until told to stop.

    Args:
        queue: where jobs come from.
        make_runner: importable, called in the child; returns what runs a job.
        argument: passed to ``make_runner``; must be picklable.
        only, but: kinds of jobs that it takes, or leaves.
        idle: seconds without work after which the child goes, and its model's memory with it.
    """

    def __init__(
        self,
        queue: JobQueue,
        make_runner: Callable[[Any], Runner],
        argument: Any,
        *,
        only: frozenset[str] = ANY,
        but: frozenset[str] = ANY,
        idle: float = float("inf"),
    ) -> None:
        self._queue, self._make_runner, self._argument = queue, make_runner, argument
        self._only, self._but, self._idle = only, but, idle
        self._host = socket.gethostname()
        kinds = f"/{'+'.join(sorted(only))}" if only else ""
        self.owner = f"{self._host}{kinds}:{os.getpid()}"
        self._stop = threading.Event()
        self._child: Any = None
        self._conn: Any = None
        self._ready = False

    def stop(self) -> None:
        """Finish soon: the running job goes back to the queue at its last finished stage."""
        self._stop.set()

    def run(self) -> None:
        """Work until ``stop``.

        Raises:
            ChildBroken: the child could not start.
        """
        self._queue.free_dead(self._host, alive_pids())
        busy = time.monotonic()
        try:
            while not self._stop.is_set():
                if self.run_one():
                    busy = time.monotonic()
                    continue
                self._stop.wait(BEAT)
                if time.monotonic() - busy > self._idle:
                    self._kill()
        finally:
            self._kill()

    def run_one(self) -> bool:
        """Run one job if there is one."""
        job = self._queue.claim(self.owner, only=self._only, but=self._but)
        if job is None:
            return False
        log.info("job %s: try %d", job.id, job.tries)
        try:
            if not self._ensure_child(job):
                return True
        except ChildBroken:
            self._queue.release(job)
            raise
        try:
            self._conn.send(job)
        except OSError:
            self._crashed(job)
            return True
        self._watch(job)
        return True

    def _ensure_child(self, job: Job) -> bool:
        """A child that is ready; the lease is renewed while it starts. False: the job is gone."""
        if self._child is None or not self._child.is_alive():
            self._kill()
            context = mp.get_context("spawn")
            self._conn, theirs = context.Pipe()
            self._child = context.Process(
                target=child_main,
                args=(theirs, self._make_runner, self._argument),
                name="coach-job",
            )
            self._child.start()
            theirs.close()
        while not self._ready:
            if self._stop.is_set():
                self._kill()
                self._queue.release(job)
                return False
            if not self._queue.beat(job, job.done, job.total):
                return False
            try:
                self._ready = self._conn.poll(BEAT) and self._conn.recv() == ("ready",)
            except (EOFError, OSError) as error:
                raise ChildBroken() from error
        return True

    def _crashed(self, job: Job) -> None:
        self._kill()
        self._queue.fail(job, "job.crashed", _crash_text(), retry=True)

    def _watch(self, job: Job) -> None:
        """Until the job ends one way or another. Progress moves on; the lease is renewed."""
        done, total = job.done, job.total
        while True:
            if self._stop.is_set():
                self._kill()
                self._queue.release(job)
                return
            try:
                message = self._conn.recv() if self._conn.poll(BEAT) else None
            except (EOFError, OSError):
                self._crashed(job)
                return
            if message is None or message[0] == "progress":
                if message is not None:
                    done, total = message[1], message[2]
                if not self._queue.beat(job, done, total):
                    self._kill()  # cancelled, or taken by another worker
                    return
                continue
            self._settle(job, message, total)
            return

    def _settle(self, job: Job, message: tuple[Any, ...], total: float) -> None:
        if message[0] == "done":
            self._queue.beat(job, total, total)
            self._queue.finish(job)
        else:
            _, code, text, retry = message
            self._queue.fail(job, code, text, retry=retry)

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._conn.close()
            self._child = self._conn = None
            self._ready = False


def child_main(conn: Any, make_runner: Callable[[Any], Runner], argument: Any) -> None:
    """The child's main: never outlives its parent, never lets an error through unreported."""
    parent = mp.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    _offer_to_oom_killer()
    runner = make_runner(argument)
    conn.send(("ready",))
    while True:
        try:
            job = conn.recv()
        except EOFError:
            return
        try:
            runner(job, lambda done, total: conn.send(("progress", done, total)))
        except CoachError as error:
            conn.send(
                ("failed", error.code, json.dumps(error.as_dict(), ensure_ascii=False), False)
            )
        except Exception as error:
            log.exception("job %s failed", job.id)
            problem = UnexpectedProblem(detail=type(error).__name__)
            text = json.dumps(problem.as_dict(), ensure_ascii=False)
            conn.send(("failed", problem.code, text, True))
        else:
            conn.send(("done",))


def _die_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _offer_to_oom_killer() -> None:
    """Out of memory, the kernel should take the child, not the worker or the app."""
    if sys.platform == "linux":
        try:
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write("1000")
        except OSError:
            log.debug("oom_score_adj not writable")


def _crash_text() -> str:
    problem = UnexpectedProblem(detail="worker process ended / 处理进程中断")
    return json.dumps(problem.as_dict(), ensure_ascii=False)


def alive_pids() -> list[int]:
    """Processes alive on this machine, where the system tells; else all that could be."""
    import psutil

    return list(psutil.pids())
