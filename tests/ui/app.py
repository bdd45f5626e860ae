"""Starts the real app on a free port with a data folder of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.bootstrap import Services, build
from coach.settings import Settings

ROOT = Path(__file__).parents[2]


@dataclass
class App:
    """A running app, and services over its data."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    services: Services

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int, **environment: str) -> subprocess.Popen[bytes]:
    """Start it, without a worker unless asked, and wait until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, "COACH_DATA_DIR": str(data), "COACH_WORKER": "elsewhere", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    end = time.monotonic() + 60
    pause = threading.Event()
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/health")
            if connection.getresponse().status == 200:
                return process
        pause.wait(0.1)
    process.kill()
    raise AssertionError("the app did not start")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running_app(template: Path, folder: Path, port: int = 0, **environment: str) -> Iterator[App]:
    data = folder / "data"
    shutil.copytree(template, data)
    port = port or free_port()
    process = start(data, port, **environment)
    services = build(Settings(data_dir=data))
    app = App(port, data, process, services)
    try:
        yield app
    finally:
        stop(app.process)
        services.engine.dispose()
