"""The door of a session: phones come in by its code, for this session only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from coach.errors import BadInput, DoorLocked, NameTaken, SessionEnded, SignedOut, WrongCode
from coach.game.host import Host
from coach.game.phases import Mode
from coach.game.session import Session

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
LIFE = timedelta(hours=12)  # of a code and of a way in, for sessions that nobody ended
KEPT = 3  # ways in that one phone keeps: into the meeting, and re-tests beside it
LENGTH = 6  # signs: a thousand million codes


@dataclass(frozen=True)
class Guest:
    """Somebody who came in by a code: a seat of one session."""

    session_id: str
    seat_id: str
    name: str
    ended: bool = False  # the session; it may be gone on with


class DoorStore(Protocol):
    """Where codes and those who used them are kept."""

    def open(self, session_id: str, code: str, at: datetime, *, unlock: bool) -> None:
        """Open a session's door; it keeps the code it has. One that somebody closed opens with
        ``unlock`` only."""

    def code(self, session_id: str) -> str | None:
        """The code of a session whose door is open."""

    def session(self, code: str, since: datetime) -> str | None:
        """The session whose door this code opens, if it was opened after ``since``."""

    def belongs(self, code: str, session_id: str) -> bool:
        """Whether this is the code of that session, its door open or not."""

    def close(self, session_id: str) -> None:
        """Nobody comes in any more; who is in stays."""

    def enter(self, key: str, guest: Guest, at: datetime, since: datetime) -> bool:
        """Somebody is in; ``key`` is all that is kept of their cookie. False where somebody who came
        after ``since`` holds that seat, or it is gone."""

    def guest(self, key: str, since: datetime) -> Guest | None:
        """Whose cookie this is, if they came after ``since``."""

    def leave(self, key: str) -> None:
        """This cookie is worth nothing any more."""

    def taken(self, session_id: str, since: datetime) -> dict[str, datetime]:
        """Seats that somebody holds by a cookie, and since when."""


class Joining:
    """Lets visitors in."""

    def __init__(self, host: Host, doors: DoorStore, *, now: Callable[[], datetime]) -> None:
        self._host, self._doors, self._now = host, doors, now

    def open(self, session_id: str, *, unlock: bool = True) -> str:
        """The code that lets people in, the same each time.

        Raises NotFound, SessionEnded; DoorLocked: somebody closed it, and this does not ``unlock`` it.
        """
        session = self._host.table(session_id).session
        if session.state.ended or session.mode is Mode.SOLO:
            raise SessionEnded()
        self._doors.open(session_id, new_code(), self._now(), unlock=unlock)
        if not (code := self.code(session_id)):
            raise DoorLocked()
        return code

    def code(self, session_id: str) -> str:
        """The code of an open door, "" where it is closed."""
        return self._doors.code(session_id) or ""

    def close(self, session_id: str) -> None:
        """Lock the door."""
        self._doors.close(session_id)

    def returning(self, typed: str, cookie: str) -> tuple[str, Guest] | None:
        """The way that a phone has already into the session of this code, its door locked or not, the
        session over or not."""
        for token, found in self._ways(cookie):
            if self._doors.belongs(read_code(typed), found.session_id):
                return token, found
        return None

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

    def expected(self, session: Session) -> set[str] | None:
        """Persons who alone may come in: of a re-test, those who were there; None: everybody may."""
        if session.mode is not Mode.RETEST:
            return None
        first = self._host.table(session.retests).session
        return {x.person_id for x in first.seats if x.person_id is not None}

    def join(self, typed: str, name: str, person_id: str | None = None) -> str:
        """Take a seat; returns a cookie.

        Args:
            person_id: a member of the session's team; None for a visitor.

        Raises:
            WrongCode: as ``find``.
            NameTaken: another phone holds that member's seat.
            BadInput: no name, or no seat is left; a re-test of a session that they were not at.
        """
        session, now = self.find(typed), self._now()
        expected = self.expected(session)
        if expected is not None and person_id not in expected:
            raise BadInput(
                detail="复测是给那一场到场的人做的",
                detail_en="a re-test is for those who were there",
            )
        seat = self._host.join(session.id, name, person_id, self._left(session, name, person_id))
        token = secrets.token_urlsafe(32)
        if not self._doors.enter(
            _key(token), Guest(session.id, seat.id, seat.name), now, now - LIFE
        ):
            raise NameTaken(name=seat.name)
        return token

    def _left(self, session: Session, name: str, person_id: str | None) -> str:
        """The seat of a visitor by that name that no phone holds: typed on the stage, or freed. Who comes
        back is counted once."""
        if person_id is not None:
            return ""
        taken = self.taken(session)
        same = (x.id for x in session.seats if x.visitor and x.name == name.strip())
        return next((i for i in same if i not in taken), "")

    def guest(self, cookie: str, session_id: str = "") -> Guest:
        """Whose cookie this is: of several ways in, the one into this session, or the first into one that
        still runs.

        Raises SignedOut: of none, or their session is over.
        """
        for _, found in self._ways(cookie):
            if not found.ended and session_id in ("", found.session_id):
                return found
        raise SignedOut()

    def keep(self, cookie: str, token: str) -> str:
        """The cookie with this way in before the others. Where there are too many, one into a session that
        is over goes first; its seat is free again."""
        others = [(t, g) for t, g in self._ways(cookie) if t != token]
        others.sort(key=lambda x: x[1].ended)
        for old, _ in others[KEPT - 1 :]:
            self._doors.leave(_key(old))
        return ".".join([token, *(old for old, _ in others[: KEPT - 1])])

    def _ways(self, cookie: str) -> list[tuple[str, Guest]]:
        since = self._now() - LIFE
        found = ((t, self._doors.guest(_key(t), since)) for t in cookie.split(".")[:KEPT] if t)
        return [(token, guest) for token, guest in found if guest is not None]


def new_code() -> str:
    """Six signs that nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """A code as people type it: small letters, blanks and dashes do not count."""
    return "".join(c for c in typed.upper() if c.isalnum())[:LENGTH]


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
