"""复测: yesterday's pack, and last week's, recalled again: together in a meeting, or everybody by a link."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from coach.acting.sessions import Sessions
from coach.bootstrap import Services
from coach.errors import BadInput, NotDue, NotFound, NotReleased, SessionEnded
from coach.game.phases import Action, EntryKind, Mode
from coach.game.recalling import (
    Due,
    days_since,
    due,
    opens,
    recallable,
    recalled,
    recalls,
    retest_id,
    window,
)
from coach.game.session import Session
from coach.game.table import Table
from coach.people.rights import Right


class Retesting(Sessions):
    """Re-tests of sessions that were played."""

    def retests(self) -> list[Due]:
        """What the teams that this person leads are to recall today; the call is still released."""
        packs = {p.id for p in self.ready()}
        return [
            x
            for x in due(self.sessions(), self.services.zone, self.services.today())
            if x.session.pack_id in packs
            and self.who.may(Right.LEAD, team=x.session.team_name)
            and has_points(self.services.host.table(x.session.id))
        ]

    def my_retests(self) -> list[Session]:
        """Sessions that this person was at and is to recall today, and has not yet."""
        if self.who.person_id is None:
            return []
        packs = {p.id for p in self.ready()}
        return [
            x
            for x in self.services.host.listed()
            if x.mode is Mode.TEAM and x.state.ended and x.pack_id in packs
            and any(seat.person_id == self.who.person_id for seat in x.seats)
            and self._open_to_me(x) and has_points(self.services.host.table(x.id))
        ]  # fmt: skip

    def recalled_by_now(self, session_id: str) -> int:
        """How many have recalled by now. Raises NotFound, NotAllowed."""
        return len(self.record(session_id).session.of(EntryKind.RECALL, -1))

    def may_retest(self, session_id: str) -> bool:
        """Whether there is a re-test to come, for members and by this person's word."""
        s, table = self.services, self.record(session_id)
        x = table.session
        to_come = opens(x, s.zone, s.today()) is not None
        led = self.who.may(Right.LEAD, team=x.team_name)
        members = not all(i.visitor for i in x.seats)
        return led and x.mode is Mode.TEAM and to_come and members and has_points(table)

    def retest(self, session_id: str, leader: str = "") -> Session:
        """Open it for the members who were there, or go on with the one that some answered by link.

        Raises NotFound, NotAllowed, NotReleased; NotDue; SessionEnded: it was done; BadInput: only
        visitors were there.
        """
        first = self.record(session_id)
        self.who.need(Right.LEAD, team=first.session.team_name)
        found = opened(self.services, first, self.name(leader), self.who.id)
        if self.who.id:
            self.services.joining.open(found.id)
        return found

    def retested(self, session_id: str) -> list[tuple[Session, dict[str, Any]]]:
        """The re-tests of a session, oldest first, beside what was recalled at its end.

        Raises NotFound, NotAllowed.
        """
        self.record(session_id)
        return results(self.services, session_id)

    def _open_to_me(self, first: Session) -> bool:
        s = self.services
        when = window(days_since(first, s.zone, s.today()))
        if when is None:
            return False
        try:
            again = s.host.table(retest_id(first.id, when)).session
        except NotFound:
            return True
        mine = {x.id for x in again.seats if x.person_id == self.who.person_id}
        return not again.state.ended and not any(e.seat in mine for e in again.entries)


def has_points(table: Table) -> bool:
    """Whether there is something to recall: a benchmark with key points was heard."""
    return bool(recallable(table.pack, table.steps, table.session.state))


def todays_retest(s: Services, table: Table) -> str:
    """The id of today's re-test of a session, opened yet or not.

    Raises NotFound, NotReleased, NotDue; SessionEnded: it was done; BadInput: only visitors were there.
    """
    first = table.session
    when = window(days_since(first, s.zone, s.today()))
    if first.mode is not Mode.TEAM:
        raise NotFound(what="分享会", what_en="session", key=first.id)
    if not s.gate.released(table.pack.clips):
        raise NotReleased()
    if when is None or not first.state.ended or not has_points(table):
        raise NotDue()
    if all(x.visitor for x in first.seats):
        raise BadInput(detail="那一场只有访客", detail_en="only visitors were there")
    found = retest_id(first.id, when)
    with suppress(NotFound):
        if s.host.table(found).session.state.ended:
            raise SessionEnded()
    return found


def opened(s: Services, table: Table, leader: str, owner: str) -> Session:
    """Today's re-test of a session: one for all, whoever opens it first. Raises as ``todays_retest``."""
    first = table.session
    return s.host.open(
        first.pack_id,
        [(x.person_id, x.name) for x in first.seats if not x.visitor],
        id=todays_retest(s, table),
        mode=Mode.RETEST,
        team_id=first.team_id,
        team_name=first.team_name,
        leader=leader,
        owner=owner,
        retests=first.id,
    )


def by_link(s: Services, session_id: str) -> str:
    """The code by which whoever has the link recalls a session on their own: at its step at once.

    Raises as ``todays_retest``; DoorLocked.
    """
    first = s.host.table(session_id)
    found = opened(s, first, first.session.leader, first.session.owner)
    if found.state.reached == 0:
        s.host.act(found.id, Action.NEXT, seen=found.state.revision)
    return s.joining.open(found.id, unlock=False)


def results(s: Services, session_id: str) -> list[tuple[Session, dict[str, Any]]]:
    """The re-tests of a session that are over, oldest first, beside what was recalled at its end; nobody
    by name. Raises NotFound."""
    table, learned = s.host.table(session_id), s.host.learned()
    points, first = recallable(table.pack, table.steps, table.session.state), recalls(table.session)
    again = [x for x in s.host.listed() if x.retests == session_id and x.state.ended]
    texts = [(x, recalls(s.host.table(x.id).session)) for x in again[::-1]]
    return [(x, recalled(points, said, learned, first)) for x, said in texts if said]


def close_old(s: Services) -> None:
    """Re-tests whose days are over end, whoever has not answered."""
    listed = s.host.listed()
    firsts = {x.id: x for x in listed}
    for x in listed:
        first = firsts.get(x.retests)
        if x.mode is Mode.RETEST and not x.state.ended and first is not None:
            when = window(days_since(first, s.zone, s.today()))
            if when is None or x.id != retest_id(first.id, when):
                s.host.act(x.id, Action.END)
