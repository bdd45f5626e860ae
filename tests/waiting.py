"""Waiting for a condition instead of sleeping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE = 30.0  # seconds


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fail loudly when it never comes."""
    end = time.monotonic() + PATIENCE
    wait = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"never happened: {what}"
        wait.wait(0.05)
