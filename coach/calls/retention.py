"""Calls are kept for so many days after they came in, then deleted wholly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from coach.calls.call import CallStore
from coach.calls.erasing import Erasing
from coach.calls.recording import Recording

BY, WHY = "保存期 retention", "保存期到了"
WAIT = 3600.0  # seconds between finding a call due and deleting it


class Retention:
    """Finds what is due and deletes it, unless the clock was wrong.

    A clock that jumps ahead makes every call look old: what is due is deleted only when it still is
    after WAIT seconds by a clock that cannot be set.
    """

    def __init__(
        self,
        calls: CallStore,
        erasing: Erasing,
        days: int,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._calls, self._erasing = calls, erasing
        self._days, self._now, self._monotonic = days, now, monotonic
        self._since: dict[str, float] = {}

    def until(self, recording: Recording) -> datetime | None:
        """When it goes; None: it is kept until somebody deletes it."""
        if recording.kept or not self._days:
            return None
        return recording.created_at + timedelta(days=self._days)

    def due(self) -> list[Recording]:
        """Those whose time is over, as the clock stands."""
        now = self._now()
        ends = ((r, self.until(r)) for r in self._calls.listed())
        return [r for r, end in ends if end is not None and end <= now]

    def look(self, before: Callable[[str], object] = lambda recording_id: None) -> list[str]:
        """Delete what was due at an earlier look as well, each after ``before``; returns the ids."""
        at = self._monotonic()
        due = {r.id for r in self.due()}
        self._since = {i: self._since.get(i, at) for i in due}
        gone = [i for i, since in self._since.items() if at - since >= WAIT]
        for recording_id in gone:
            before(recording_id)
            self._erasing.erase(recording_id, BY, WHY)
        return gone
