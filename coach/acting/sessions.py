"""Sessions: opening, steering, hearing, reading their records."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from coach.acting.packs import Packs
from coach.calls.hearing import ClipFile
from coach.errors import BadInput, NotAllowed, NotHearable
from coach.game.host import Host
from coach.game.phases import EntryKind, Mode
from coach.game.session import Session
from coach.game.table import Shown, Table
from coach.meeting.proof import assign
from coach.people.rights import Right, Role, Scope
from coach.people.team import Team


class Sessions(Packs):
    """Sessions; which packs may be played is asked of ``Packs``."""

    def sessions(self) -> list[Session]:
        """Those whose records this person may read, newest first."""
        return [x for x in self.services.host.listed() if self._reads(x)]

    def record(self, session_id: str) -> Table:
        """A session to read. Raises NotFound."""
        table = self.services.host.table(session_id)
        if not self._reads(table.session):
            raise NotAllowed(right=Right.RECORDS.value)
        return table

    def host(self, session_id: str) -> Host:
        """The host of a session that this person leads, or practises in. Raises NotFound."""
        session = self.services.host.table(session_id).session
        if session.mode is Mode.SOLO:
            self._own(session)
        else:
            self.who.need(Right.LEAD, team=session.team_name)
        return self.services.host

    def teaches(self, session_id: str) -> None:
        """What this person says about marks counts in every session. Raises NotFound, NotAllowed."""
        session = self.services.host.table(session_id).session
        self.who.need(Right.LEAD, team=session.team_name)

    def step_clip(self, session_id: str, clip_id: str) -> ClipFile:
        """What sounds in a session now. Raises NotFound, NotHearable, NotReleased."""
        session = self.services.host.table(session_id).session
        if self.who.role is Role.VISITOR:
            here = self.room(session_id).get("clip", {})
            if here.get("id") != clip_id:  # what the room is at, nothing before it
                raise NotHearable()
        elif session.mode is Mode.SOLO:
            self._own(session)
        else:
            seated = self.who.person_id and any(
                seat.person_id == self.who.person_id for seat in session.seats
            )
            owner = self.who.id if seated else "somebody else"
            self.who.need(Right.LISTEN, team=session.team_name, owner=owner)
        return self.services.host.clip(session_id, clip_id)

    def room(self, session_id: str, shown: Shown | None = None) -> dict[str, Any]:
        """What a phone shows: the step the room is at, and what its owner wrote.

        ``shown``: read for all phones at once, where it was. Raises NotFound, NotAllowed.
        """
        self._visits(session_id)
        return self.services.host.seat(session_id, self.who.id, shown)

    def room_write(
        self,
        session_id: str,
        kind: EntryKind,
        round_: int,
        text: str,
        *,
        shared: bool = True,
        passed: bool = False,
    ) -> None:
        """Answer, guess, note or recall of the phone's own seat, or a pass.

        Raises NotFound, NotAllowed, StepLocked, SessionEnded, BadInput.
        """
        self._visits(session_id)
        self.services.host.write(
            session_id, kind, round_, self.who.id, text, shared=shared, passed=passed
        )

    def free(self, session_id: str, seat_id: str) -> None:
        """A phone out of the room; what it wrote stays. Raises NotFound, NotAllowed."""
        self.host(session_id).remove(session_id, seat_id)
        self.note("seat freed", session_id)

    def door(self, session_id: str) -> str:
        """Open the door; returns the code. Raises NotFound, NotAllowed, SessionEnded."""
        self.host(session_id)
        return self.services.joining.open(session_id)

    def lock(self, session_id: str) -> None:
        """Nobody comes in any more. Raises NotFound, NotAllowed."""
        self.host(session_id)
        self.services.joining.close(session_id)

    def _visits(self, session_id: str) -> None:
        if self.who.role is not Role.VISITOR or self.who.session != session_id:
            raise NotAllowed(right=Right.LISTEN.value)

    def open(
        self,
        pack_id: str,
        seats: Sequence[tuple[str | None, str]],
        *,
        mode: Mode = Mode.TEAM,
        team: Team | None = None,
        leader: str = "",
        named: bool = False,
    ) -> Session:
        """Start a session of one's team, or practise. Raises NotFound, BadInput, NotReleased."""
        right = Right.LEAD if mode is Mode.TEAM else Right.PRACTISE
        if mode is Mode.TEAM and self.who.scope(right) is Scope.TEAM and team is None:
            raise BadInput(detail="请先选班组", detail_en="choose a team first")
        self.who.need(right, team=team.name if team else None)
        if not self._playable(self.services.packs.get(pack_id)):
            raise NotAllowed(right=right.value)
        return self.services.host.open(
            pack_id,
            seats,
            mode=mode,
            team_id=team.id if team else None,
            team_name=team.name if team else "",
            due=tuple(m.name for m in team.members) if team else (),
            leader=self.name(leader),
            owner=self.who.id,
            named=named or mode is Mode.SOLO,
            straight=mode is Mode.TEAM and bool(team) and self._straight(team.name if team else ""),
        )

    def _straight(self, team: str) -> bool:
        """By chance and balanced, where the team compares."""
        state = self.services.experiments.state(team)
        if state is None or not state[0]:
            return False
        mine = [x for x in self.services.host.listed() if x.team_name == team]
        past = [x.straight for x in mine if x.mode is Mode.TEAM and x.created_at >= state[1]]
        return assign(past, secrets.randbelow)

    def _reads(self, session: Session) -> bool:
        if session.mode is Mode.SOLO:  # practice is one's own; without accounts nobody's
            return session.owner == self.who.id
        return self.who.may(Right.RECORDS, team=session.team_name)

    def _own(self, session: Session) -> None:
        if session.owner != self.who.id:
            raise NotAllowed(right=Right.PRACTISE.value)
