"""Reading with the model, beside the request that went on a step: the screen does not wait for it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from coach.game.host import Host

log = logging.getLogger("coach.reading")


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "reading")  # the model answers one at a time


def read_soon(host: Host, session_id: str) -> None:
    """Read what the step shows; screens are told when there is something new."""

    def read() -> None:
        try:
            host.read(session_id)
        except Exception:
            log.exception("a step could not be read")

    if host.reads:
        _pool().submit(read)
