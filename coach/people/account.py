"""Accounts: who signs in, with what, as what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from coach.errors import BadInput
from coach.people.rights import Role

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256  # hashing a book would keep the server busy
FAILURES = 5  # wrong passwords in a row until the account is locked
LOCKED = timedelta(minutes=1)  # doubles with every further failure
LONGEST_LOCK = timedelta(hours=1)
IDLE = timedelta(hours=12)  # a shift
LIFE = timedelta(days=7)
_LOGIN = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in. ``subject`` names them at the company's sign-in, else ""."""

    id: str
    login: str
    name: str
    role: Role
    teams: tuple[str, ...] = ()  # ids of the teams led, or belonged to
    person_id: str | None = None
    subject: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class Secret:
    """What an account's password is checked against, and how often it was wrong in a row."""

    hash: str  # argon2id, PHC string; "" = no password
    failures: int = 0
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        """Whether it is locked."""
        return self.locked_until is not None and now < self.locked_until

    def shortened(self, now: datetime) -> Secret:
        """Locked no longer than any lock lasts: further ahead it is the fault of a clock."""
        if self.locked_until is None or self.locked_until <= now + LONGEST_LOCK:
            return self
        return Secret(self.hash, self.failures, now + LONGEST_LOCK)

    def failed(self, now: datetime) -> Secret:
        """After one more wrong password."""
        failures = self.failures + 1
        if failures < FAILURES:
            return Secret(self.hash, failures, None)
        wait = min(LOCKED * 2 ** min(failures - FAILURES, 10), LONGEST_LOCK)
        return Secret(self.hash, failures, now + wait)


@dataclass(frozen=True)
class Visit:
    """A browser that signed in: one row in the database, so that it can be ended from there."""

    account: Account
    created_at: datetime
    seen_at: datetime

    def over(self, now: datetime) -> bool:
        """Idle for a shift, a week old, or from a clock that was set back since."""
        return not (
            timedelta(0) <= now - self.seen_at + timedelta(minutes=5) <= IDLE + timedelta(minutes=5)
            and now - self.created_at <= LIFE
        )


class AccountStore(Protocol):
    """Where accounts and visits are kept. Visits are known by the SHA-256 of their token."""

    def any(self) -> bool:
        """Whether there is an account at all."""

    def add(self, account: Account, hash_: str, now: datetime) -> None:
        """Raises BadInput: the id or login is taken."""

    def get(self, account_id: str) -> Account:
        """Raises NotFound."""

    def find(self, login: str) -> Account | None:
        """By login, upper or lower case."""

    def of_subject(self, subject: str) -> Account | None:
        """By the name at the company's sign-in."""

    def listed(self) -> list[Account]:
        """By login."""

    def save(self, account: Account) -> None:
        """Name, role, teams, disabled. Raises BadInput: it would leave no admin."""

    def charge(self, account_id: str, now: datetime) -> Secret | None:
        """What a password is checked against, after the try was counted as a failure: many tries at
        once cannot outrun the count. None while it is locked. Raises NotFound."""

    def keep_secret(self, account_id: str, secret: Secret) -> None:
        """A new password, or the count begins anew."""

    def enter(self, key: str, account_id: str, now: datetime) -> None:
        """A visit begins."""

    def visit(self, key: str) -> Visit | None: ...

    def seen(self, key: str, now: datetime) -> None: ...

    def leave(self, key: str) -> None:
        """A visit ends."""

    def leave_all(self, account_id: str, but: str = "") -> int:
        """All visits of an account end, but one; returns how many."""


def check_login(login: str) -> str:
    """The login as it is kept. Raises BadInput."""
    found = login.strip()
    if not _LOGIN.fullmatch(found):
        raise BadInput(
            detail="账号用字母、数字、点、下划线或 @，不超过 64 个",
            detail_en="a login has letters, digits, . _ - @ only, at most 64",
        )
    return found


def check_password(password: str, login: str) -> None:
    """Raises BadInput: too short, too long, or the login itself."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            detail=f"密码要 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符",
            detail_en=f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
        )
    if login.casefold() in password.casefold() or len(set(password)) < 5:
        raise BadInput(
            detail="密码太好猜：不要包含账号，也不要总是那几个字符",
            detail_en="the password is too easy: it holds the login, or few different characters",
        )
