"""Runners for worker tests: importable, since the child is spawned. The argument is a folder."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from coach.errors import ModelNotFound
from coach.jobs.queue import Job
from coach.jobs.worker import Report, Runner


def staged(folder: str) -> Runner:
    """Three stages, each a file made once; waits in stage 2 while ``hold`` is there."""

    def run(job: Job, report: Report) -> None:
        for stage in range(3):
            mark = Path(folder) / f"{job.recording_id}-{stage}"
            if not mark.exists():
                with (Path(folder) / "log").open("a") as log:
                    log.write(f"{job.recording_id} {stage} {os.getpid()}\n")
                mark.touch()
            report(stage + 1.0, 3.0)
            while stage == 1 and (Path(folder) / "hold").exists():
                threading.Event().wait(0.02)

    return run


def poison(folder: str) -> Runner:
    """Kills its own process for rec-1; does rec-2."""

    def run(job: Job, report: Report) -> None:
        if job.recording_id == "rec-1":
            os.kill(os.getpid(), signal.SIGKILL)
        (Path(folder) / "good").touch()

    return run


def without_model(_: Any) -> Runner:
    def run(job: Job, report: Report) -> None:
        raise ModelNotFound(model="small", folder="models/small", command="coach models pull small")

    return run


def broken(_: Any) -> Runner:
    raise ImportError("half installed")


def marking(folder: str) -> Runner:
    """Leaves a file named for what the job is about, with the number of its process."""

    def run(job: Job, report: Report) -> None:
        (Path(folder) / job.about).write_text(str(os.getpid()))

    return run
