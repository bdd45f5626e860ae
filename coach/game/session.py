"""A session: one playing of a pack by a team or one person, and what people left in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from coach.game.phases import EntryKind, LogEntry, Mode, State

MOST_SEATS = 120  # of one session: a code that got about must not flood the leader's screen


@dataclass(frozen=True)
class Seat:
    """Someone present: a team's member, or a visitor by typed name (``person_id`` None)."""

    id: str
    name: str
    person_id: str | None = None
    at: datetime | None = None  # sat down after the session was opened

    @property
    def visitor(self) -> bool:
        return self.person_id is None


@dataclass(frozen=True)
class Entry:
    """An answer, guess, note or recall of one seat. An empty text is a tick: done aloud, or passed."""

    kind: EntryKind
    round: int  # 0-based, -1 for the whole session
    seat: str
    text: str
    at: datetime
    shared: bool = True  # else its writer's alone: a note on a phone
    passed: bool = False  # rather not


@dataclass(frozen=True)
class Session:
    """One playing of a pack."""

    id: str
    pack_id: str
    mode: Mode
    team_id: str | None
    team_name: str
    leader: str
    seats: tuple[Seat, ...]
    created_at: datetime
    state: State
    entries: tuple[Entry, ...] = field(default=())
    owner: str = ""  # id of the account that opened it
    version: int = 0  # grows with every change of state, seats or entries
    phase: int = 0  # grows with what every phone has to know: the step, and who is out
    retests: str = ""  # id of the session that is recalled here
    straight: bool = False  # played without stopping, to compare
    due: tuple[str, ...] = ()  # names of the team's members when it was opened
    named: bool = False  # the record says who wrote what: everybody agreed

    def of(self, kind: EntryKind, round_: int) -> list[Entry]:
        """Entries of one kind and round, in the order they were first written."""
        return [e for e in self.entries if e.kind is kind and e.round == round_]

    def given(self, kind: EntryKind, round_: int) -> list[Entry]:
        """Of these, what was written or said aloud: a pass is none."""
        return [e for e in self.of(kind, round_) if not e.passed]


class SessionStore(Protocol):
    """Where sessions are kept. Writes are safe against each other."""

    def add(self, session: Session) -> bool:
        """False where there is one with this id: it stays as it is."""

    def get(self, session_id: str) -> Session:
        """Raises NotFound."""

    def listed(self) -> list[Session]:
        """Newest first, without entries."""

    def step(
        self, session_id: str, change: Callable[[State], tuple[State, LogEntry | None]]
    ) -> tuple[State, LogEntry | None]:
        """Apply a pure change to the state in one transaction, and log it. Raises NotFound."""

    def write(
        self, session_id: str, entry: Entry, allowed: Callable[[State], bool]
    ) -> tuple[Entry | None, bool]:
        """Upsert an entry if the state allows it, in one transaction.

        Returns the entry it replaced, if any, and whether it was written. Raises NotFound: the session, or
        the seat in it.
        """

    def erase(self, session_id: str, entry: Entry, allowed: Callable[[State], bool]) -> bool:
        """Take a tick back if the state allows it; what was written stays."""

    def add_seat(self, session_id: str, seat: Seat, most: int) -> Seat | None:
        """Somebody came late; a member who has a seat takes that one, and who comes twice by the same id
        has one; None where ``most`` have one already. Raises NotFound."""

    def remove_seat(self, session_id: str, seat_id: str) -> bool:
        """Take a seat away that left nothing; one that did stays on record: False."""

    def touch(self, session_id: str) -> None:
        """What screens and phones show of it has changed."""

    def versions(self, session_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Version and phase of each; none where there is no such session."""

    def log(self, session_id: str) -> list[LogEntry]:
        """What happened, in order."""
