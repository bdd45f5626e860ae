"""Who looks at a session is told when it changed: the database's version is watched, nothing is shared
in memory, so another process's change and a restart are noticed too."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator

from starlette.concurrency import run_in_threadpool

log = logging.getLogger("coach.push")
LOOK = 0.1  # seconds between two looks, while anybody watches
Versions = Callable[
    [list[str]], dict[str, tuple[int, int]]
]  # of each session: all of it, its phase


class Watch:
    """One who watches a session: ``changed`` waits for a version that is not the one known."""

    def __init__(self, version: int, *, phase: bool) -> None:
        self.version, self._phase, self._event = version, phase, asyncio.Event()

    def tell(self, versions: tuple[int, int]) -> None:
        """The session is at these: all of it, and its phase."""
        version = versions[self._phase]
        if version != self.version:
            self.version = version
            self._event.set()

    async def changed(self) -> int:
        """The next version; those in between are left out."""
        await self._event.wait()
        self._event.clear()
        return self.version


class Push:
    """Watches sessions for all who look at them, with one query for all."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._watched: dict[str, set[Watch]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def watching(self, session_id: str, version: int, *, phase: bool = False) -> Iterator[Watch]:
        """Be told of versions other than ``version`` until the end of the block; of every change, or
        of the ``phase`` only, which a hundred answers do not touch."""
        mine = Watch(version, phase=phase)
        self._watched.setdefault(session_id, set()).add(mine)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield mine
        finally:
            self._watched[session_id].discard(mine)
            if not self._watched[session_id]:
                del self._watched[session_id]

    async def _look(self) -> None:
        while self._watched:
            try:
                found = await run_in_threadpool(self._versions, list(self._watched))
            except Exception:
                log.exception("versions could not be read")
                found = {}
            for session_id, versions in found.items():
                for watch in self._watched.get(session_id, ()):
                    watch.tell(versions)
            await asyncio.sleep(LOOK)
