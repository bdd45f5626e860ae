"""The record form of a session: promises, signing, what goes on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from coach.acting.sessions import Sessions
from coach.bootstrap import new_id, now
from coach.errors import AlreadyDecided, BadInput
from coach.game.phases import Mode
from coach.game.session import Session
from coach.meeting.form import LONGEST, MOST_PROMISES, Promise, RecordForm, Signed, make_form

LONGEST_WHY = 200  # characters


@dataclass(frozen=True)
class Paper:
    """What is printed and carried away: as it was signed, else as it stands."""

    fields: dict[str, Any]
    signed: Signed | None
    changed: bool  # since it was signed

    def to_json(self) -> dict[str, Any]:
        """The form, who signed it, when, and why anew."""
        s = self.signed
        told = (
            {"version": s.number, "by": s.by, "at": s.at.isoformat(), "why": s.why} if s else None
        )
        return {**self.fields, "signed": told}


class Records(Sessions):
    """Record forms."""

    def form(self, session_id: str) -> RecordForm:
        """As it stands now. Raises NotFound, NotAllowed."""
        table = self.record(session_id)
        teams = [x for x in self.services.teams.listed() if x.id == table.session.team_id]
        members = [m.name for team in teams for m in team.members]
        promises = self.services.forms.promises(session_id)
        learned = self.services.host.learned()
        return make_form(table, self.services.zone, members, learned, promises)

    def paper(self, session_id: str) -> Paper:
        """As it was signed, or as it stands. Raises NotFound, NotAllowed."""
        now_ = self.form(session_id).fields()
        signed = next(iter(self.services.forms.versions(session_id)), None)
        body = dict(signed.body) if signed else now_
        return Paper(body, signed, signed is not None and body != now_)

    def signed_versions(self, session_id: str) -> list[Signed]:
        """What was signed, newest first. Raises NotFound, NotAllowed."""
        self.record(session_id)
        return self.services.forms.versions(session_id)

    def promise(self, session_id: str, who: str, what: str, until: date | None) -> None:
        """Who does what by when. Raises NotFound, NotAllowed, BadInput."""
        self.host(session_id)
        who, what = who.strip()[:40], self.services.gate.cleaned(what.strip()[:LONGEST])
        if not who or not what:
            raise BadInput(detail="请写谁、做什么", detail_en="who does what?")
        if len(self.services.forms.promises(session_id)) >= MOST_PROMISES:
            raise BadInput(
                detail=f"最多 {MOST_PROMISES} 条承诺", detail_en=f"{MOST_PROMISES} promises at most"
            )
        self.services.forms.promise(session_id, Promise(new_id(), who, what, until))

    def unpromise(self, session_id: str, promise_id: str) -> None:
        """Take one back. Raises NotFound, NotAllowed."""
        self.host(session_id)
        self.services.forms.unpromise(session_id, promise_id)

    def sign(self, session_id: str, by: str = "", why: str = "") -> Signed:
        """The form as it stands; what was signed before stays.

        Raises:
            NotFound, NotAllowed.
            BadInput: the session still runs, nobody's name, or a correction without a reason.
            AlreadyDecided: somebody signed meanwhile.
        """
        self.host(session_id)
        if not self.record(session_id).session.state.ended:
            raise BadInput(detail="分享会还没结束", detail_en="the session still runs")
        if not self.name(by):
            raise BadInput(detail="请写谁签字", detail_en="who signs?")
        before = self.services.forms.versions(session_id)
        if before and not why.strip():
            raise BadInput(detail="改签字过的记录要写理由", detail_en="a correction needs a reason")
        reason = self.services.gate.cleaned(why.strip()[:LONGEST_WHY]) if before else ""
        number = before[0].number + 1 if before else 1
        made = Signed(number, self.name(by), now(), reason, self.form(session_id).fields())
        if not self.services.forms.sign(session_id, made):
            raise AlreadyDecided()
        self.note("record signed", f"{session_id} {made.number}", by)
        return made

    def month(self, year: int, month: int) -> list[Session]:
        """The team sessions of a month that this person may read, in order."""
        zone = self.services.zone
        found = [x for x in self.sessions() if x.mode is Mode.TEAM]
        days = {x.id: x.created_at.astimezone(zone) for x in found}
        mine = [x for x in found if (days[x.id].year, days[x.id].month) == (year, month)]
        return sorted(mine, key=lambda x: x.created_at)
