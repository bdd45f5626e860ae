"""Who may do what: one table of rights by role, asked by pages, services and routes alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coach.errors import NotAllowed


class Role(StrEnum):
    """What a person is in the centre."""

    ADMIN = "admin"
    QA = "qa"  # 质检
    LEADER = "leader"  # 班长
    AGENT = "agent"  # 班员
    VISITOR = "visitor"  # joined one session by its code


class Right(StrEnum):
    """Something that is done."""

    IMPORT = "import"  # recordings and transcripts
    ORIGINALS = "originals"  # hear and read a call as it was recorded, transcribe and repair it
    PREPARE = "prepare"  # make packs, decide what is masked
    MARK = "mark"  # nominate benchmarks, and say what is good about them
    APPROVE = "approve"  # benchmarks that somebody else nominated; retire them
    RELEASE = "release"  # hear what is masked and let the team hear it, or take that back
    LEAD = "lead"  # open and steer a session of a team
    LISTEN = "listen"  # hear the current step of a session one sits in
    PRACTISE = "practise"  # play a released pack alone
    LIBRARY = "library"  # find and hear released benchmarks
    RECORDS = "records"  # read and export what sessions left
    MEMBERS = "members"  # who is in a team
    GLOSSARY = "glossary"
    ERASE = "erase"  # delete calls, a customer's or an agent's
    ACCOUNTS = "accounts"
    AUDIT = "audit"
    SYSTEM = "system"


class Scope(StrEnum):
    """Of whose things."""

    ALL = "all"
    TEAM = "team"  # of the teams one leads
    SELF = "self"  # one's own


_ALL, _TEAM, _SELF = Scope.ALL, Scope.TEAM, Scope.SELF
_A, _Q, _L, _G, _V = Role.ADMIN, Role.QA, Role.LEADER, Role.AGENT, Role.VISITOR
RIGHTS: dict[Right, dict[Role, Scope]] = {
    Right.IMPORT: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.ORIGINALS: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.PREPARE: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.MARK: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.APPROVE: {_A: _ALL, _Q: _ALL},
    Right.RELEASE: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.LEAD: {_A: _ALL, _Q: _ALL, _L: _TEAM},
    Right.LISTEN: {_A: _ALL, _Q: _ALL, _L: _TEAM, _G: _SELF, _V: _SELF},
    Right.PRACTISE: {_A: _ALL, _Q: _ALL, _L: _ALL, _G: _ALL},
    Right.LIBRARY: {_A: _ALL, _Q: _ALL, _L: _ALL, _G: _ALL},
    Right.RECORDS: {_A: _ALL, _Q: _ALL, _L: _TEAM, _G: _SELF},
    Right.MEMBERS: {_A: _ALL, _L: _TEAM},
    Right.GLOSSARY: {_A: _ALL, _Q: _ALL, _L: _ALL},
    Right.ERASE: {_A: _ALL, _Q: _ALL},
    Right.ACCOUNTS: {_A: _ALL},
    Right.AUDIT: {_A: _ALL},
    Right.SYSTEM: {_A: _ALL},
}
"""What each role may do; what is not in the table nobody may."""


@dataclass(frozen=True)
class Who:
    """The one who acts. ``teams``: names of the teams they lead, or belong to as an agent."""

    id: str  # of the account; "" where there are no accounts yet
    name: str
    role: Role
    teams: frozenset[str] = frozenset()
    person_id: str | None = None
    session: str = ""  # the only one that a visitor sees anything of

    def scope(self, right: Right) -> Scope | None:
        """Of whose things this person may do it; None: of nobody's."""
        return RIGHTS[right].get(self.role)

    def may(self, right: Right, *, team: str | None = None, owner: str | None = None) -> bool:
        """Whether they may do it to a thing of this team, or of this account.

        With neither: whether to anything at all. A thing of no team ("") belongs to no leader.
        """
        scope = self.scope(right)
        if scope is None or scope is Scope.ALL:
            return scope is Scope.ALL
        if team is None and owner is None:
            return True
        if scope is Scope.SELF:
            return owner is not None and owner == self.id
        return bool(team) and team in self.teams

    def need(self, right: Right, *, team: str | None = None, owner: str | None = None) -> None:
        """Raises NotAllowed."""
        if not self.may(right, team=team, owner=owner):
            raise NotAllowed(right=right.value)


LOCAL = Who("", "", Role.ADMIN)
"""Whoever sits at this machine while there are no accounts."""
