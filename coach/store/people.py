"""Persons and teams in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from coach.errors import BadInput, NotFound
from coach.people.team import Person, Team
from coach.store.engine import reading
from coach.store.tables import member, person, team


class SqlTeamStore:
    """Implements ``coach.people.team.TeamStore``."""

    def __init__(
        self, engine: Engine, *, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._engine, self._new_id, self._now = engine, new_id, now

    def add(self, new: Team) -> None:
        try:
            with self._engine.begin() as db:
                db.execute(insert(team).values(id=new.id, name=new.name, created_at=self._now()))
        except IntegrityError as error:
            raise BadInput(
                detail=f"班组“{new.name}”已经有了", detail_en=f"team “{new.name}” exists already"
            ) from error

    def get(self, team_id: str) -> Team:
        for found in self._teams(team_id):
            return found
        raise NotFound(what="班组", what_en="team", key=team_id)

    def listed(self) -> list[Team]:
        return self._teams(None)

    def add_members(self, team_id: str, names: list[str]) -> list[Person]:
        with self._engine.begin() as db:
            locked = select(team.c.id).where(team.c.id == team_id).with_for_update()
            if db.execute(locked).first() is None:
                raise NotFound(what="班组", what_en="team", key=team_id)
            known = set(
                db.execute(
                    select(person.c.name)
                    .join(member, member.c.person_id == person.c.id)
                    .where(member.c.team_id == team_id)
                ).scalars()
            )
            added = [Person(self._new_id(), n) for n in dict.fromkeys(names) if n not in known]
            first = self._size(db, team_id)
            for place, new in enumerate(added, start=first):
                db.execute(insert(person).values(id=new.id, name=new.name, created_at=self._now()))
                db.execute(insert(member).values(team_id=team_id, person_id=new.id, place=place))
        return added

    def remove_member(self, team_id: str, person_id: str) -> None:
        with self._engine.begin() as db:
            db.execute(
                delete(member).where(member.c.team_id == team_id, member.c.person_id == person_id)
            )

    @staticmethod
    def _size(db: Connection, team_id: str) -> int:
        last = select(func.max(member.c.place)).where(member.c.team_id == team_id)
        value = db.execute(last).scalar()
        return 0 if value is None else int(value) + 1

    def _teams(self, team_id: str | None) -> list[Team]:
        query = (
            select(
                team.c.id, team.c.name, person.c.id.label("person_id"), person.c.name.label("who")
            )
            .outerjoin(member, member.c.team_id == team.c.id)
            .outerjoin(person, person.c.id == member.c.person_id)
            .order_by(team.c.name, member.c.place)
        )
        if team_id is not None:
            query = query.where(team.c.id == team_id)
        found: dict[str, tuple[str, list[Person]]] = {}
        with reading(self._engine) as db:
            for row in db.execute(query):
                _, members = found.setdefault(row.id, (row.name, []))
                if row.person_id is not None:
                    members.append(Person(row.person_id, row.who))
        return [Team(key, name, tuple(members)) for key, (name, members) in found.items()]
