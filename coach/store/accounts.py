"""Accounts and visits in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from coach.errors import BadInput, NotFound
from coach.people.account import Account, Secret, Visit
from coach.people.rights import Role
from coach.store.engine import reading
from coach.store.tables import account, account_team, visit


class SqlAccountStore:
    """Implements ``coach.people.account.AccountStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def any(self) -> bool:
        with reading(self._engine) as db:
            return db.execute(select(account.c.id).limit(1)).first() is not None

    def add(self, new: Account, hash_: str, now: datetime) -> None:
        values = {
            "id": new.id,
            "login": new.login,
            "login_key": new.login.casefold(),
            "name": new.name,
            "role": new.role.value,
            "person_id": new.person_id,
            "subject": new.subject or None,
            "disabled": new.disabled,
            "hash": hash_,
            "failures": 0,
            "created_at": now,
        }
        try:
            with self._engine.begin() as db:
                db.execute(insert(account).values(values))
                self._teams(db, new)
        except IntegrityError as error:
            raise BadInput(
                detail=f"账号“{new.login}”已经有了", detail_en=f"“{new.login}” exists already"
            ) from error

    def get(self, account_id: str) -> Account:
        for found in self._accounts(select(account).where(account.c.id == account_id)):
            return found
        raise NotFound(what="账号", what_en="account", key=account_id)

    def find(self, login: str) -> Account | None:
        query = select(account).where(account.c.login_key == login.strip().casefold()[:64])
        return next(iter(self._accounts(query)), None)

    def of_subject(self, subject: str) -> Account | None:
        query = select(account).where(account.c.subject == subject[:200])
        return next(iter(self._accounts(query)), None)

    def listed(self) -> list[Account]:
        return self._accounts(select(account).order_by(account.c.login_key))

    def save(self, changed: Account) -> None:
        with self._engine.begin() as db:
            db.execute(select(account.c.id).where(_admins).with_for_update()).all()
            db.execute(
                update(account)
                .where(account.c.id == changed.id)
                .values(
                    name=changed.name,
                    role=changed.role.value,
                    disabled=changed.disabled,
                    subject=changed.subject or None,
                    person_id=changed.person_id,
                )
            )
            if db.execute(select(account.c.id).where(_admins).limit(1)).first() is None:
                raise BadInput(
                    detail="至少要留一个管理员", detail_en="at least one admin has to remain"
                )
            self._teams(db, changed)

    def charge(self, account_id: str, now: datetime) -> Secret | None:
        with self._engine.begin() as db:
            mine = select(account).where(account.c.id == account_id).with_for_update()
            row = db.execute(mine).first()
            if row is None:
                raise NotFound(what="账号", what_en="account", key=account_id)
            secret = Secret(row.hash, row.failures, row.locked_until)
            if secret.locked(now):
                _keep(db, account_id, secret.shortened(now))
                return None
            _keep(db, account_id, secret.failed(now))
        return secret

    def keep_secret(self, account_id: str, secret: Secret) -> None:
        with self._engine.begin() as db:
            _keep(db, account_id, secret)

    def enter(self, key: str, account_id: str, now: datetime) -> None:
        values = {"key": key, "account_id": account_id, "created_at": now, "seen_at": now}
        with self._engine.begin() as db:
            db.execute(insert(visit).values(values))

    def visit(self, key: str) -> Visit | None:
        with reading(self._engine) as db:
            row = db.execute(select(visit).where(visit.c.key == key)).first()
        if row is None:
            return None
        return Visit(self.get(row.account_id), row.created_at, row.seen_at)

    def seen(self, key: str, now: datetime) -> None:
        with self._engine.begin() as db:
            db.execute(update(visit).where(visit.c.key == key).values(seen_at=now))

    def leave(self, key: str) -> None:
        with self._engine.begin() as db:
            db.execute(delete(visit).where(visit.c.key == key))

    def leave_all(self, account_id: str, but: str = "") -> int:
        mine = (visit.c.account_id == account_id) & (visit.c.key != but)
        with self._engine.begin() as db:
            return db.execute(delete(visit).where(mine)).rowcount

    @staticmethod
    def _teams(db: Connection, of: Account) -> None:
        db.execute(delete(account_team).where(account_team.c.account_id == of.id))
        for team_id in dict.fromkeys(of.teams):
            db.execute(insert(account_team).values(account_id=of.id, team_id=team_id))

    def _accounts(self, query: Select[tuple[object, ...]]) -> list[Account]:
        with reading(self._engine) as db:
            rows = db.execute(query).all()
            ids = [row.id for row in rows]
            teams: dict[str, list[str]] = {}
            for link in db.execute(
                select(account_team).where(account_team.c.account_id.in_(ids))
            ).all():
                teams.setdefault(link.account_id, []).append(link.team_id)
        return [
            Account(
                row.id,
                row.login,
                row.name,
                Role(row.role),
                tuple(sorted(teams.get(row.id, []))),
                row.person_id,
                row.subject or "",
                row.disabled,
            )
            for row in rows
        ]


_admins = (account.c.role == Role.ADMIN.value) & account.c.disabled.is_(False)


def _keep(db: Connection, account_id: str, secret: Secret) -> None:
    values = {
        "hash": secret.hash,
        "failures": secret.failures,
        "locked_until": secret.locked_until,
    }
    db.execute(update(account).where(account.c.id == account_id).values(values))
