"""The worker with real processes: killed with −9 at any stage, nothing is lost or done twice."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from coach.bootstrap import Services, database, make_worker, new_id, now
from coach.jobs.crew import Crew
from coach.jobs.queue import JobState
from coach.jobs.supervisor import Supervisor
from coach.jobs.worker import ChildBroken, Worker
from coach.store.jobs import SqlJobQueue
from tests.factories import recording
from tests.jobs import runners
from tests.waiting import PATIENCE, until


@pytest.fixture
def queue(services: Services) -> SqlJobQueue:
    for i in (1, 2):
        services.calls.add(recording(f"rec-{i}"), {str(i) * 64: "file"})
    return SqlJobQueue(services.engine, lease=2.0, new_id=new_id, now=now)


@contextlib.contextmanager
def running(worker: Worker) -> Iterator[None]:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def stages(folder: Path) -> list[str]:
    log = folder / "log"
    return [line.rsplit(" ", 1)[0] for line in log.read_text().splitlines()] if log.exists() else []


def test_a_job_is_done_with_its_progress(queue: SqlJobQueue, tmp_path: Path) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    with running(Worker(queue, runners.staged, str(tmp_path))):
        until(lambda: queue.get(job.id).state is JobState.DONE, "done")
    assert queue.get(job.id).done == 3.0
    assert stages(tmp_path) == ["rec-1 0", "rec-1 1", "rec-1 2"]


def test_what_somebody_waits_for_does_not_stand_behind_a_call(
    queue: SqlJobQueue, tmp_path: Path
) -> None:
    (tmp_path / "hold").touch()
    call, said = queue.enqueue("transcribe", "rec-1"), queue.enqueue("spoken", about="words")
    quick = frozenset({"spoken"})
    crew = Crew(
        [
            Worker(queue, runners.staged, str(tmp_path), but=quick),
            Worker(queue, runners.marking, str(tmp_path), only=quick, idle=1.0),
        ]
    )
    thread = threading.Thread(target=crew.run)
    thread.start()
    try:
        until(lambda: queue.get(said.id).state is JobState.DONE, "the words")
        assert queue.get(call.id).state is JobState.RUNNING or queue.get(call.id).done < 3.0
        child = int((tmp_path / "words").read_text())
        until(lambda: not psutil.pid_exists(child), "the idle child gone")
    finally:
        (tmp_path / "hold").unlink()
        crew.stop()
        thread.join(PATIENCE)


def test_a_worker_killed_in_stage_two_is_taken_over_and_no_stage_is_redone(
    queue: SqlJobQueue, services: Services, tmp_path: Path
) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    (tmp_path / "hold").touch()
    first = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.jobs.worker_main",
            str(database(services.settings)),
            str(tmp_path),
        ],
        cwd=Path(__file__).parents[2],
    )
    until(lambda: (tmp_path / "rec-1-1").exists(), "stage two")
    child = int((tmp_path / "log").read_text().split()[-1])
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(
        lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie",
        "no orphan",
    )
    (tmp_path / "hold").unlink()
    with running(Worker(queue, runners.staged, str(tmp_path))):
        until(lambda: queue.get(job.id).state is JobState.DONE, "taken over")
    assert stages(tmp_path) == ["rec-1 0", "rec-1 1", "rec-1 2"]


def test_a_cancelled_job_is_killed_without_its_help(queue: SqlJobQueue, tmp_path: Path) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    (tmp_path / "hold").touch()
    with running(Worker(queue, runners.staged, str(tmp_path))):
        until(lambda: (tmp_path / "rec-1-1").exists(), "stage two")
        queue.cancel(job.id)
        other = queue.enqueue("transcribe", "rec-2")
        (tmp_path / "hold").unlink()
        until(lambda: queue.get(other.id).state is JobState.DONE, "the next job")
    assert queue.get(job.id).state is JobState.CANCELLED


def test_a_worker_asked_to_stop_gives_its_job_back(queue: SqlJobQueue, tmp_path: Path) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    (tmp_path / "hold").touch()
    with running(Worker(queue, runners.staged, str(tmp_path))):
        until(lambda: (tmp_path / "rec-1-1").exists(), "stage two")
    assert queue.get(job.id).state is JobState.QUEUED
    assert queue.get(job.id).tries == 0


def test_a_poison_job_blocks_nobody_and_is_set_aside(
    queue: SqlJobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.store.jobs.PAUSE", (0.1, 0.1, 0.1))
    bad = queue.enqueue("transcribe", "rec-1")
    good = queue.enqueue("transcribe", "rec-2")
    with running(Worker(queue, runners.poison, str(tmp_path))):
        until(lambda: queue.get(good.id).state is JobState.DONE, "the good one")
        until(lambda: queue.get(bad.id).state is JobState.FAILED, "set aside")
    assert queue.get(bad.id).crashes == 3


def test_an_error_with_a_code_is_kept_for_the_screen_and_not_retried(queue: SqlJobQueue) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    with running(Worker(queue, runners.without_model, None)):
        until(lambda: queue.get(job.id).state is JobState.FAILED, "failed")
    found = queue.get(job.id)
    assert found.tries == 1
    assert found.error_code == "model.not_found"
    assert "coach models pull small" in found.error


def test_a_broken_installation_fails_the_worker_not_the_job(queue: SqlJobQueue) -> None:
    job = queue.enqueue("transcribe", "rec-1")
    with pytest.raises(ChildBroken):
        Worker(queue, runners.broken, None).run()
    assert queue.get(job.id).state is JobState.QUEUED
    assert queue.get(job.id).tries == 0


def test_the_supervisor_restarts_a_killed_worker_and_takes_it_along(tmp_path: Path) -> None:
    code = "import sys\nwhile sys.stdin.buffer.read(1): pass"
    supervisor = Supervisor([sys.executable, "-c", code])
    supervisor.start()
    until(lambda: supervisor.pid, "started")
    first = supervisor.pid
    assert first
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.pid not in (None, first), "restarted")
    second = supervisor.pid
    supervisor.stop()
    assert second
    assert not psutil.pid_exists(second)


def test_the_real_worker_command_ends_when_its_app_does(services: Services) -> None:
    environment = {**os.environ, "COACH_DATA_DIR": str(services.settings.data)}
    process = subprocess.Popen(
        [sys.executable, "-m", "coach", "worker", "--attached"],
        stdin=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def test_the_real_worker_transcribes_with_a_real_model(services: Services, tmp_path: Path) -> None:
    """Audio → queue → worker → child → faster-whisper → stored transcript; the model means nothing."""
    from tests.factories import tone_wav
    from tests.tiny_whisper import build as build_model

    recording_id = services.intake.take(tone_wav(tmp_path / "a.wav", 2)).recording.id
    model = build_model(tmp_path / "tiny", ends=True)
    settings = services.settings.model_copy(update={"model": str(model)})
    job = services.transcribe(recording_id)
    with running(make_worker(settings)):
        until(lambda: not services.jobs.get(job.id).state.open, "transcribed")
    found = services.jobs.get(job.id)
    assert (found.state, found.error) == (JobState.DONE, "")
    assert found.done == pytest.approx(2.0, abs=0.1), "two seconds, whatever the channels"
    assert services.calls.get(recording_id).language == "zh"


def test_the_real_worker_without_a_model_says_what_to_do(
    services: Services, tmp_path: Path
) -> None:
    from tests.factories import tone_wav

    recording_id = services.intake.take(tone_wav(tmp_path / "a.wav", 2)).recording.id
    job = services.transcribe(recording_id)
    with running(make_worker(services.settings)):
        until(lambda: not services.jobs.get(job.id).state.open, "failed")
    assert services.jobs.get(job.id).error_code == "model.not_found"
