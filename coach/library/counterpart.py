"""对照: an answer to the same question that went less well, shown beside a benchmark.

Nobody is shown so without having agreed to it. No name stands beside it, and whoever agreed decides
whether colleagues may hear the voice or read the words only. What must be said word by word (合规) is
shown in its good form only (Baldwin 1992: mixed models transfer best, but not for set wording).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

COMPLIANCE = frozenset(
    {"合规", "合规用语", "禁语", "compliance"}
)  # tags with which only the good is shown


class Consent(StrEnum):
    """What its agent says."""

    ASKED = "asked"
    TEXT = "text"  # colleagues may read it
    VOICE = "voice"  # and hear it
    REFUSED = "refused"

    @property
    def given(self) -> bool:
        return self in (Consent.TEXT, Consent.VOICE)


@dataclass(frozen=True)
class Counterpart:
    """One answer, beside one benchmark. Texts are masked; times are seconds in its call."""

    id: str
    benchmark_id: str
    recording_id: str
    start: float
    end: float
    question: str
    answer: str
    clip: str
    agent: str  # who is asked; never shown to the team
    differs: str  # what the other does better
    consent: Consent
    asked_by: str
    asked_at: datetime
    said_by: str = ""  # the agent, or who has it on paper
    said_at: datetime | None = None


def only_good(tags: Iterable[str]) -> bool:
    """Whether a benchmark with these tags has no counterpart."""
    return bool({tag.casefold() for tag in tags} & COMPLIANCE)


class CounterpartStore(Protocol):
    """Where they are kept."""

    def put(self, counterpart: Counterpart) -> None:
        """In place of the one that its benchmark had. Raises NotFound: a call is gone."""

    def get(self, counterpart_id: str) -> Counterpart:
        """Raises NotFound."""

    def of(self, benchmark_ids: Sequence[str]) -> dict[str, Counterpart]:
        """By benchmark."""

    def asked(self, agent: str) -> list[Counterpart]:
        """Those of one agent, newest first."""

    def of_clip(self, clip_id: str) -> Counterpart | None:
        """The one whose sound this is."""

    def listed(self) -> list[Counterpart]:
        """All, newest first."""

    def say(self, counterpart_id: str, consent: Consent, by: str, at: datetime) -> None:
        """Raises NotFound."""

    def remove(self, counterpart_id: str) -> None: ...
