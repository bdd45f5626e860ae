"""What an agent may say about calls of their own: object to their use, and choose a name for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    UPHELD = "upheld"  # the call is not used
    DISMISSED = "dismissed"  # it may be released again


@dataclass(frozen=True)
class Objection:
    """An agent (申诉) does not want a call of theirs to be played."""

    id: str
    recording_id: str
    by: str
    why: str
    at: datetime
    answer: Answer = Answer.OPEN
    answered_by: str = ""
    because: str = ""


class ObjectionStore(Protocol):
    """Where objections and the names that agents chose are kept."""

    def add(self, objection: Objection) -> None:
        """Raises NotFound: the call was deleted."""

    def get(self, objection_id: str) -> Objection:
        """Raises NotFound."""

    def listed(self) -> list[Objection]:
        """Newest first."""

    def answer(self, objection_id: str, answer: Answer, by: str, because: str) -> None:
        """Raises NotFound: there is none, or it has its answer."""

    def call_me(self, agent: str, alias: str) -> None:
        """What others see instead of an agent's name; "" for the name itself."""

    def aliases(self) -> dict[str, str]:
        """By the agent's name."""
