"""排期: which pack a team plays on which day, and who confirmed it the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True)
class Planned:
    """One team, one day, one pack."""

    team: str  # its name; "" where the site has no teams
    day: date  # where the site is
    pack_id: str
    by: str
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


class Agenda(Protocol):
    """Where it is kept."""

    def put(self, planned: Planned) -> None:
        """In place of what the team had on that day."""

    def listed(self, since: date) -> list[Planned]:
        """From a day on, in order."""

    def confirm(self, planned: Planned, by: str, at: datetime) -> bool:
        """False where another pack is planned by now."""

    def remove(self, team: str, day: date) -> None: ...
