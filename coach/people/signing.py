"""Signing in: passwords, visits, and who is behind a cookie."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from coach.errors import BadInput, NoAccount, NotAllowed, SignedOut, WrongPassword
from coach.people.account import (
    LONGEST_PASSWORD,
    Account,
    AccountStore,
    Secret,
    check_login,
    check_password,
)
from coach.people.audit import AuditLog
from coach.people.rights import LOCAL, Right, Role, Who
from coach.people.team import TeamStore

FIRST = "00000000-0000-4000-8000-000000000001"  # id of the first account: there is one only
_OFTEN = timedelta(minutes=1)  # how often it is written that a visit was seen


class Signing:
    """Accounts of this installation. Every success and failure is written into the audit log."""

    def __init__(
        self,
        accounts: AccountStore,
        teams: TeamStore,
        audit: AuditLog,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._accounts, self._teams, self._audit = accounts, teams, audit
        self._new_id, self._now = new_id, now
        self._open = True  # no accounts yet: asked until there is one, they never all go again

    @property
    def open(self) -> bool:
        """Whether there are no accounts yet."""
        if self._open:
            self._open = not self._accounts.any()
        return self._open

    def who(self, token: str) -> Who:
        """Whoever this cookie belongs to; whoever sits here while there are no accounts.

        Roles and teams are read each time. Raises SignedOut.
        """
        if self.open:
            return LOCAL
        key, now = _key(token), self._now()
        visit = self._accounts.visit(key) if token else None
        if visit is None:
            raise SignedOut()
        if visit.account.disabled or visit.over(now):
            self._accounts.leave(key)  # a clock set back does not bring it to life again
            raise SignedOut()
        if abs(now - visit.seen_at) > _OFTEN:
            self._accounts.seen(key, now)
        return self._who(visit.account)

    def first(self, login: str, name: str, password: str) -> str:
        """The first account, an admin's; returns a cookie. Raises BadInput."""
        if not self.open:
            raise BadInput(detail="已经有账号了", detail_en="there are accounts already")
        found = self._new(FIRST, login, name, Role.ADMIN, password)
        self._audit.add(found.name, "first admin", found.id, found.id)
        return self.enter(found)

    def add(
        self,
        by: Who,
        login: str,
        name: str,
        role: Role,
        password: str,
        *,
        teams: tuple[str, ...] = (),
    ) -> Account:
        """A further account.

        Raises NotAllowed, BadInput.
        """
        by.need(Right.ACCOUNTS)
        if self.open:
            raise BadInput(
                detail="请先建自己的管理员账号", detail_en="make your own admin account first"
            )
        found = self._new(self._new_id(), login, name, role, password, teams=teams)
        self._audit.add(by.name, "account added", found.id, by.id)
        return found

    def change(self, by: Who, account: Account) -> None:
        """Name, role, teams, disabled: in force with the next click. Raises NotAllowed, BadInput."""
        by.need(Right.ACCOUNTS)
        self._accounts.save(account)
        if account.disabled:
            self._accounts.leave_all(account.id)
        self._audit.add(by.name, f"account changed: {account.role.value}", account.id, by.id)

    def sign_in(self, login: str, password: str) -> str:
        """A cookie for login and password.

        Raises:
            WrongPassword: also for a login that there is not, or one that is locked for a while:
                nobody learns which there are.
        """
        account = self._accounts.find(login)
        if account is None or account.disabled or len(password) > LONGEST_PASSWORD:
            _right(_nobody(), "x")
            self._audit.add("", "sign-in failed", account.id if account else "unknown")
            raise WrongPassword()
        self._check(account, password)
        self._audit.add(account.name, "signed in", account.id, account.id)
        return self.enter(account)

    def _check(self, account: Account, password: str) -> None:
        """Raises WrongPassword."""
        secret = self._accounts.charge(account.id, self._now())
        if secret is None:
            _right(_nobody(), "x")
            self._audit.add("", "sign-in locked", account.id)
            raise WrongPassword()  # as for a login that there is not
        if not _right(secret.hash or _nobody(), password) or not secret.hash:
            self._audit.add("", "sign-in failed", account.id)
            raise WrongPassword()
        self._accounts.keep_secret(account.id, Secret(secret.hash))

    def enter(self, account: Account) -> str:
        """A visit for somebody whose identity is certain; returns the cookie."""
        token = secrets.token_urlsafe(32)
        self._accounts.enter(_key(token), account.id, self._now())
        return token

    def sign_out(self, token: str) -> None:
        """End this visit."""
        self._accounts.leave(_key(token))

    def end_visits(self, by: Who, account_id: str) -> int:
        """End all visits of an account. Raises NotAllowed."""
        if by.id != account_id:
            by.need(Right.ACCOUNTS)
        self._audit.add(by.name, "visits ended", account_id, by.id)
        return self._accounts.leave_all(account_id)

    def new_password(self, by: Who, account_id: str, password: str) -> None:
        """Set by an admin; every visit of the account ends. Raises NotAllowed, BadInput, NotFound."""
        by.need(Right.ACCOUNTS)
        account = self._accounts.get(account_id)
        check_password(password, account.login)
        self._accounts.keep_secret(account_id, Secret(_hash(password)))
        self._accounts.leave_all(account_id)
        self._audit.add(by.name, "password set", account_id, by.id)

    def own_password(self, by: Who, token: str, old: str, new: str) -> None:
        """Changed by its owner; other visits end. Raises NotAllowed, WrongPassword, BadInput."""
        if not by.id:
            raise NotAllowed(right="password")
        account = self._accounts.get(by.id)
        self._check(account, old[:LONGEST_PASSWORD])
        check_password(new, account.login)
        self._accounts.keep_secret(by.id, Secret(_hash(new)))
        self._accounts.leave_all(by.id, but=_key(token))
        self._audit.add(by.name, "password changed", by.id, by.id)

    def company(self, subject: str, email: str) -> str:
        """A cookie for whom the company's provider vouches for.

        The first time, the account whose login is their verified address becomes theirs.

        Raises:
            NoAccount: there is none, or it is disabled, or somebody else's.
        """
        found = self._accounts.of_subject(subject)
        if found is None and email:
            named = self._accounts.find(email)
            if named is not None and not named.subject and not named.disabled:
                found = replace(named, subject=subject)
                self._accounts.save(found)
                self._audit.add(found.name, "company account linked", found.id, found.id)
        if found is None or found.disabled:
            self._audit.add("", "sign-in failed", "company")
            raise NoAccount(who=email or subject.rpartition("|")[2])
        self._audit.add(found.name, "signed in", found.id, found.id)
        return self.enter(found)

    def known_as(self, name: str) -> bool:
        """Whether somebody of this name can sign in."""
        return any(a.name == name and not a.disabled for a in self._accounts.listed())

    def listed(self, by: Who) -> list[Account]:
        """All accounts. Raises NotAllowed."""
        by.need(Right.ACCOUNTS)
        return self._accounts.listed()

    def _who(self, account: Account) -> Who:
        mine = [t for t in self._teams.listed() if t.id in account.teams]
        members = {
            m.name: m.id for t in mine for m in t.members
        }  # the same name is the same person
        person = account.person_id or members.get(account.name)
        names = frozenset(t.name for t in mine)
        return Who(account.id, account.name, account.role, names, person)

    def _new(
        self,
        id_: str,
        login: str,
        name: str,
        role: Role,
        password: str,
        *,
        teams: tuple[str, ...] = (),
    ) -> Account:
        login = check_login(login)
        check_password(password, login)
        made = Account(id_, login, name.strip()[:40] or login, role, teams)
        self._accounts.add(made, _hash(password), self._now())
        return made


def _key(token: str) -> str:
    """What of a cookie is kept: somebody who reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(password: str) -> str:
    """argon2id with argon2-cffi's defaults (RFC 9106, low-memory profile)."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def _right(hash_: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHash

    try:
        return PasswordHasher().verify(hash_, password)
    except (Argon2Error, InvalidHash):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash of no password: an unknown login takes as long as a known one."""
    return _hash(secrets.token_urlsafe(32))
