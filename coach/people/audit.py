"""Who did what: an append-only log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Act:
    """Something that somebody did. ``about`` names it by id, never by what was said."""

    at: datetime
    by: str
    what: str
    about: str
    by_id: str = ""  # of the account: names may be equal


class AuditLog(Protocol):
    """Where acts are kept; nothing is ever changed or taken away."""

    def add(self, by: str, what: str, about: str, by_id: str = "") -> None:
        """Write one down."""

    def known(self, by_id: str, what: str, abouts: Collection[str]) -> set[str]:
        """About which of these somebody has done that."""

    def latest(self, count: int = 200) -> list[Act]:
        """Newest first."""
