"""Keeps one ``coach worker`` running beside the app, and ends it with the app."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

log = logging.getLogger("coach.supervisor")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between restarts


class Supervisor:
    """Starts the worker's command and restarts it when it ends.

    The worker reads its standard input: when this process dies, even by kill −9, the pipe closes
    and the worker stops.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = list(command or [sys.executable, "-m", "coach", "worker", "--attached"])
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self, wait: float = 5.0) -> None:
        """End the worker; after ``wait`` seconds by force."""
        self._stop.set()
        process = self._process
        if process is not None and process.poll() is None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join(wait)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            started = time.monotonic()
            code = self._run_once()
            if self._stop.is_set():
                return
            if time.monotonic() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE  # it had run well
            log.warning("worker ended with %s; again in %.0f s", code, pause)
            self._stop.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def _run_once(self) -> int | None:
        """The worker's exit status; None when it could not be started."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        try:
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=environment)
        except OSError:
            log.exception("worker could not be started")
            return None
        self._process = process
        code = process.wait()
        if process.stdin is not None:
            process.stdin.close()
        return code
