"""The door of a session: phones come in by its code, for this session only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from coach.errors import BadInput, NameTaken, SessionEnded, SignedOut, WrongCode
from coach.game.host import Host
from coach.game.phases import Mode
from coach.game.session import Session

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
LIFE = timedelta(hours=12)  # of a code and of a way in, for sessions that nobody ended
MOST = 120  # seats: a code that got about must not flood the leader's screen
LENGTH = 6  # signs: a thousand million codes


@dataclass(frozen=True)
class Guest:
    """Somebody who came in by a code: a seat of one session."""

    session_id: str
    seat_id: str
    name: str


class DoorStore(Protocol):
    """Where codes and those who used them are kept."""

    def open(self, session_id: str, code: str, at: datetime) -> str:
        """Keep a session's code; returns the one it has already, where it has one."""

    def code(self, session_id: str) -> str | None:
        """The code of a session whose door is open."""

    def session(self, code: str, since: datetime) -> str | None:
        """The session whose door this code opens, if it was opened after ``since``."""

    def close(self, session_id: str) -> None:
        """Nobody comes in any more; who is in stays."""

    def enter(self, key: str, guest: Guest, at: datetime) -> None:
        """Somebody is in; ``key`` is all that is kept of their cookie."""

    def guest(self, key: str, since: datetime) -> Guest | None:
        """Whose cookie this is, while their session runs, if they came after ``since``."""

    def taken(self, session_id: str, since: datetime) -> dict[str, datetime]:
        """Seats that somebody holds by a cookie, and since when."""


class Joining:
    """Lets visitors in."""

    def __init__(self, host: Host, doors: DoorStore, *, now: Callable[[], datetime]) -> None:
        self._host, self._doors, self._now = host, doors, now

    def open(self, session_id: str) -> str:
        """The code that lets people in, the same each time. Raises NotFound, SessionEnded."""
        session = self._host.table(session_id).session
        if session.state.ended or session.mode is Mode.SOLO:
            raise SessionEnded()
        return self._doors.open(session_id, new_code(), self._now())

    def code(self, session_id: str) -> str:
        """The code of an open door, "" where it is closed."""
        return self._doors.code(session_id) or ""

    def close(self, session_id: str) -> None:
        """Lock the door."""
        self._doors.close(session_id)

    def find(self, typed: str) -> Session:
        """The session that a code leads to. Raises WrongCode: no session has it, or it has ended, or
        its door is locked: all alike."""
        session_id = self._doors.session(read_code(typed), self._now() - LIFE)
        session = self._host.table(session_id).session if session_id else None
        if session is None or session.state.ended:
            raise WrongCode()
        return session

    def taken(self, session: Session) -> set[str]:
        """Seats that somebody's phone holds."""
        return set(self._doors.taken(session.id, self._now() - LIFE))

    def join(self, typed: str, name: str, person_id: str | None = None) -> str:
        """Take a seat; returns a cookie.

        Args:
            person_id: a member of the session's team; None for a visitor.

        Raises:
            WrongCode: as ``find``.
            NameTaken: another phone holds that member's seat.
            BadInput: no name, or no seat is left.
        """
        session = self.find(typed)
        session_id, mine = session.id, None
        if person_id is not None:
            mine = next((s for s in session.seats if s.person_id == person_id), None)
        if mine is None and len(session.seats) >= MOST:
            raise BadInput(detail="这场已经坐满了", detail_en="this session is full")
        if mine is not None and mine.id in self.taken(session):
            raise NameTaken(name=mine.name)
        seat = self._host.join(session_id, name, person_id)
        token = secrets.token_urlsafe(32)
        self._doors.enter(_key(token), Guest(session_id, seat.id, seat.name), self._now())
        return token

    def guest(self, token: str) -> Guest:
        """Who has this cookie. Raises SignedOut: nobody, or their session is over."""
        found = self._doors.guest(_key(token), self._now() - LIFE) if token else None
        if found is None:
            raise SignedOut()
        return found


def new_code() -> str:
    """Six signs that nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """A code as people type it: small letters, blanks and dashes do not count."""
    return "".join(c for c in typed.upper() if c.isalnum())[:LENGTH]


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
