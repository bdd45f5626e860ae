"""成效: what sessions taught, and paused against straight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coach.acting.sessions import Sessions
from coach.errors import CoachError, NotAllowed
from coach.game.phases import Mode
from coach.game.recalling import When, days_since, recallable, recalled, recalls, window
from coach.game.table import Table
from coach.meeting.proof import (
    Compared,
    Kept,
    Played,
    Recalled,
    compare,
    half_life,
    kept,
    played,
    recalled_by,
)
from coach.people.rights import Right, Scope

LOOKED = 200  # newest sessions that are read


@dataclass(frozen=True)
class Proof:
    """Of one team, newest LOOKED sessions."""

    played: list[Played]
    recalled: list[Recalled]
    points: dict[str, tuple[int, int]]  # recalled at once: how many of how many, by key point
    compared: list[Compared]
    half_life: tuple[float, int] | None
    kept: list[Kept]  # how recall goes down
    sessions: int


class Proving(Sessions):
    """What a leader may know about a team; of nobody by name."""

    def comparing(self, team: str) -> bool:
        """Whether the team's packs are played paused or straight by chance."""
        self.who.need(Right.LEAD, team=team)
        state = self.services.experiments.state(team)
        return state is not None and state[0]

    def compare(self, team: str, *, on: bool, by: str = "") -> None:
        """Switch the comparison on or off; what was played stays. Raises NotAllowed."""
        self.who.need(Right.LEAD, team=team)
        self.services.experiments.switch(team, on, self.name(by))
        self.note("comparison on" if on else "comparison off", team, by)

    def proof(self, team: str = "") -> Proof:
        """Of a team; of all of them together for who leads them all. Raises NotAllowed."""
        self.who.need(Right.LEAD, team=team or None)
        if not team and self.who.scope(Right.LEAD) is not Scope.ALL:
            raise NotAllowed(right=Right.LEAD.value)
        mine = [x for x in self.sessions() if team in ("", x.team_name) and x.mode is not Mode.SOLO]
        tables = [t for t in (self._table(x.id) for x in mine[:LOOKED] if x.state.ended) if t]
        firsts = {t.session.id: t for t in tables if t.session.mode is Mode.TEAM}
        learned = self.services.host.learned()
        found: list[Recalled] = []
        points: dict[str, tuple[int, int]] = {}
        for table in tables:
            found += self._recalled(table, firsts)
        for table in firsts.values():
            texts = recalls(table.session)
            known = recallable(table.pack, table.steps, table.session.state)
            for row in recalled(known, texts, learned)["points"]:
                made, of = points.get(row["name"], (0, 0))
                points[row["name"]] = made + row["made"], of + row["of"]
        went = [p for p in (played(t, learned) for t in firsts.values()) if p is not None]
        since = {i for i, t in firsts.items() if self._compared(t)}
        there = [r for r in found if r.session in since]
        compared = [c for c in (compare(there, when) for when in When) if c is not None]
        return Proof(went, found, points, compared, half_life(found), kept(found), len(firsts))

    def _recalled(self, table: Table, firsts: dict[str, Table]) -> list[Recalled]:
        session, learned = table.session, self.services.host.learned()
        if session.mode is Mode.TEAM:
            return recalled_by(table, table, When.CLOSING, lambda _: 0, learned)
        first = firsts.get(session.retests)
        if first is None:
            return []
        zone = self.services.zone

        def days(at: datetime) -> int:
            return days_since(first.session, zone, at.astimezone(zone).date())

        when = window(days(session.created_at))
        if when is None:
            return []
        return recalled_by(table, first, when, days, learned)

    def _compared(self, table: Table) -> bool:
        """Played since its team compares."""
        state = self.services.experiments.state(table.session.team_name)
        return state is not None and table.session.created_at >= state[1]

    def _table(self, session_id: str) -> Table | None:
        try:
            return self.record(session_id)
        except CoachError:
            return None
