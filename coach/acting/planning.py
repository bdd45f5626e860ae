"""排期: tomorrow's pack, confirmed the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from coach.acting.packs import Packs
from coach.bootstrap import now
from coach.errors import AlreadyDecided, BadInput, NotReleased
from coach.game.pack import Pack
from coach.meeting.agenda import Planned
from coach.people.rights import Right

FARTHEST = 31  # days ahead


@dataclass(frozen=True)
class OnAgenda:
    """What is planned, with its pack; ``ready``: the team may hear all of it."""

    planned: Planned
    pack: Pack
    ready: bool

    @property
    def confirmed(self) -> bool:
        """Somebody confirmed it, and it still may be heard."""
        return self.ready and self.planned.confirmed_at is not None


class Planning(Packs):
    """The agenda."""

    def plan(self, pack_id: str, team: str, day: date, by: str = "") -> Planned:
        """Put a pack on a team's day, in place of what was there. Raises NotFound, BadInput."""
        self.who.need(Right.LEAD, team=team)
        today = self.services.today()
        if not today <= day <= today + timedelta(days=FARTHEST):
            raise BadInput(
                detail=f"日期要在今天和 {FARTHEST} 天之内",
                detail_en=f"the day must be today or within {FARTHEST} days",
            )
        pack = next((p for p in self.packs() if p.id == pack_id), None)
        if pack is None or pack.team not in ("", team):
            raise BadInput(detail="这个分享包不是这个班组的", detail_en="not a pack of this team")
        new = Planned(team, day, pack_id, self.name(by))
        self.services.agenda.put(new)
        return new

    def agenda(self) -> list[OnAgenda]:
        """From today on, for the teams this person leads; a team's agent sees theirs."""
        packs = {p.id: p for p in self.packs()}
        return [
            OnAgenda(x, packs[x.pack_id], self.released(packs[x.pack_id]))
            for x in self.services.agenda.listed(self.services.today())
            if x.pack_id in packs and (self._leads(x.team) or x.team in self.who.teams)
        ]

    def confirm(self, planned: Planned, by: str = "") -> None:
        """This is what the team will play. Raises NotReleased, BadInput; AlreadyDecided: another
        pack is planned by now."""
        self.who.need(Right.LEAD, team=planned.team)
        if not self.released(self.services.packs.get(planned.pack_id)):
            raise NotReleased()
        if not self.name(by):
            raise BadInput(detail="请写谁确认", detail_en="who confirms?")
        if not self.services.agenda.confirm(planned, self.name(by), now()):
            raise AlreadyDecided()

    def unplan(self, planned: Planned) -> None:
        """Off the agenda; the pack stays."""
        self.who.need(Right.LEAD, team=planned.team)
        self.services.agenda.remove(planned.team, planned.day)

    def _leads(self, team: str) -> bool:
        return self.who.may(Right.LEAD, team=team)
