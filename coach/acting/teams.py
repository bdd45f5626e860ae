"""Teams and their members."""

from __future__ import annotations

from coach.acting.base import Base
from coach.bootstrap import new_id
from coach.errors import NotAllowed
from coach.people.rights import Right, Scope
from coach.people.team import Person, Team


class Teams(Base):
    """Teams."""

    def teams(self, right: Right = Right.LEAD) -> list[Team]:
        """Those this person leads, or all."""
        return [t for t in self.services.teams.listed() if self.who.may(right, team=t.name)]

    def add_team(self, name: str) -> None:
        """A new team. Raises BadInput: the name is taken."""
        if self.who.scope(Right.MEMBERS) is not Scope.ALL:
            raise NotAllowed(right=Right.MEMBERS.value)
        self.services.teams.add(Team(new_id(), name))

    def add_members(self, team: Team, names: list[str]) -> list[Person]:
        """Returns the new ones. Raises NotFound."""
        self.who.need(Right.MEMBERS, team=team.name)
        return self.services.teams.add_members(team.id, names)

    def remove_member(self, team: Team, person_id: str) -> None:
        """The person stays on record."""
        self.who.need(Right.MEMBERS, team=team.name)
        self.services.teams.remove_member(team.id, person_id)
