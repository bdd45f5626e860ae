"""征集: questions for which nobody was found. QA looks for a colleague who answers them well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Unanswered:
    """A question asked in vain, masked; how often, by whom and when last."""

    key: str
    question: str
    times: int
    by: str
    first_at: datetime
    at: datetime


class UnansweredStore(Protocol):
    """The recruiting list."""

    def ask(self, question: str, by: str) -> None:
        """Put a masked question on the list; the same again counts, and opens it again."""

    def listed(self) -> list[Unanswered]:
        """Those still open, the most asked first."""

    def close(self, key: str, by: str) -> None:
        """Somebody answered it, or it is none. Nothing happens where there is none."""
