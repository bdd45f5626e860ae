"""What people add to a record form: promises, fields they type, signatures. Their shapes and their store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

MOST_PROMISES = 12
LONGEST = 200  # characters of a promise or a field
TYPED = ("venue", "bulletin", "sentence", "check_by", "check_result")
REVIEWED = "reviewed"  # by whom in QA, and when: its writer and time; its text: which version
ABSENT = "absent "  # and a name: why they are not there


@dataclass(frozen=True)
class Promise:
    """承诺: who does what by when."""

    id: str
    who: str
    what: str
    until: date | None = None


@dataclass(frozen=True)
class Note:
    """A field that somebody typed."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Signed:
    """One version of a form as somebody signed it. ``body``: its fields."""

    number: int
    by: str
    at: datetime
    why: str  # the reason of a correction; "" for the first
    body: Mapping[str, Any] = field(repr=False)


class FormStore(Protocol):
    """Where promises, typed fields and signed versions are kept."""

    def promises(self, session_id: str) -> list[Promise]:
        """In the order they were made."""

    def promise(self, session_id: str, promise: Promise) -> None:
        """One that is there already stays. Raises NotFound."""

    def unpromise(self, session_id: str, promise_id: str) -> None: ...

    def notes(self, session_id: str) -> dict[str, Note]:
        """By the names of the fields."""

    def note(self, session_id: str, name: str, note: Note) -> None:
        """In place of what was there; without a text it is empty again. Raises NotFound."""

    def versions(self, session_id: str) -> list[Signed]:
        """Newest first."""

    def sign(self, session_id: str, signed: Signed) -> bool:
        """False where that number is there already: somebody else was faster. Raises NotFound."""
