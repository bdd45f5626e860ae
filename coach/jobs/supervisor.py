"""Keeps one ``coach worker`` running beside the app, and ends it with the app."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
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
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
            code = self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            if self._stop.is_set():
                return
            log.warning("worker ended with %s; again in %.0f s", code, pause)
            self._stop.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
