"""复测: yesterday's pack, and last week's, recalled again at the beginning of a meeting."""

from __future__ import annotations

from typing import Any

from coach.acting.sessions import Sessions
from coach.errors import BadInput, NotFound
from coach.game.phases import Mode
from coach.game.recalling import Due, due, points_of, recalled, recalls
from coach.game.session import Session
from coach.people.rights import Right


class Retesting(Sessions):
    """Re-tests of sessions that were played."""

    def retests(self) -> list[Due]:
        """What the teams that this person leads are to recall today; the call is still released."""
        packs = {p.id for p in self.ready()}
        return [
            x
            for x in due(self.sessions(), self.services.zone, self.services.today())
            if x.session.pack_id in packs and self.who.may(Right.LEAD, team=x.session.team_name)
        ]

    def retest(self, session_id: str, leader: str = "") -> Session:
        """Open it for the members who were there; with a door where there was one.

        Raises NotFound, NotAllowed, NotReleased; BadInput: only visitors were there.
        """
        first = self.record(session_id).session
        self.who.need(Right.LEAD, team=first.team_name)
        if first.mode is not Mode.TEAM:
            raise NotFound(what="分享会", what_en="session", key=session_id)
        people = [(s.person_id, s.name) for s in first.seats if not s.visitor]
        if not people:
            raise BadInput(detail="那一场只有访客", detail_en="only visitors were there")
        opened = self.services.host.open(
            first.pack_id,
            people,
            mode=Mode.RETEST,
            team_id=first.team_id,
            team_name=first.team_name,
            leader=self.name(leader),
            owner=self.who.id,
            retests=first.id,
        )
        if self.who.id:
            self.services.joining.open(opened.id)
        return opened

    def retested(self, session_id: str) -> list[tuple[Session, dict[str, Any]]]:
        """The re-tests of a session, oldest first, beside what was recalled at its end.

        Raises NotFound, NotAllowed.
        """
        table = self.record(session_id)
        points, learned = points_of(table.pack), self.services.host.learned()
        first, found = recalls(table.session), []
        for x in self.sessions():
            if x.retests == session_id and x.state.ended:
                texts = recalls(self.record(x.id).session)
                found.append((x, recalled(points, texts, learned, first)))
        return found[::-1]
