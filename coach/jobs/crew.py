"""Several workers in one process: what people wait for does not stand behind an hour of calls."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from coach.jobs.worker import ChildBroken, Worker


class Crew:
    """Runs its workers side by side; when one ends, all do."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers
        self._broken: ChildBroken | None = None

    def stop(self) -> None:
        """Finish soon."""
        for worker in self._workers:
            worker.stop()

    def run(self) -> None:
        """Work until ``stop``. Raises ChildBroken: a child could not start."""
        first, *others = self._workers
        threads = [threading.Thread(target=self._work, args=(w,), daemon=True) for w in others]
        for thread in threads:
            thread.start()
        self._work(first)
        for thread in threads:
            thread.join()
        if self._broken is not None:
            raise self._broken

    def _work(self, worker: Worker) -> None:
        try:
            worker.run()
        except ChildBroken as error:
            self._broken = error
        finally:
            self.stop()
