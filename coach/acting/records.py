"""The record form of a session: promises, signing, what goes on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from coach.acting.retesting import Retesting
from coach.bootstrap import new_id, now
from coach.errors import AlreadyDecided, BadInput, NotFound
from coach.game.phases import Mode
from coach.game.recalling import days_since
from coach.game.session import Session
from coach.game.table import Table
from coach.meeting.following import FollowUp, again_of, follow_up
from coach.meeting.form import (
    Beside,
    Figures,
    RecordForm,
    counted_before,
    make_form,
    same,
    without_withdrawn,
)
from coach.meeting.signed import (
    ABSENT,
    LONGEST,
    MOST_PROMISES,
    REVIEWED,
    TYPED,
    Note,
    Promise,
    Signed,
)
from coach.people.rights import Right

LONGEST_WHY = 200  # characters
LOOKED = 5  # meetings back, for one in which people were asked


@dataclass(frozen=True)
class Paper:
    """What is printed and carried away: as it was signed, else as it stands, and what came after."""

    fields: dict[str, Any]
    after: FollowUp
    signed: Signed | None
    changed: bool  # since it was signed
    zone: tzinfo

    def to_json(self) -> dict[str, Any]:
        """The form, what came after, who signed it, when, and why anew."""
        s = self.signed
        told = (
            {
                "version": s.number,
                "by": s.by,
                "at": s.at.astimezone(self.zone).isoformat(),
                "why": s.why,
            }
            if s
            else None
        )
        return {**self.fields, **self.after.fields(), "signed": told}


class Records(Retesting):
    """Record forms."""

    def form(self, session_id: str) -> RecordForm:
        """As it stands now. Raises NotFound, NotAllowed."""
        table, s = self.record(session_id), self.services
        teams = [x for x in s.teams.listed() if x.id == table.session.team_id]
        beside = Beside(
            [m.name for team in teams for m in team.members],
            s.gate.released(table.pack.clips),
            s.host.begun(session_id),
            s.forms.promises(session_id),
            s.forms.notes(session_id),
            self._previous(table),
        )
        return make_form(table, s.zone, s.host.learned(), beside)

    def paper(self, session_id: str) -> Paper:
        """As it was signed, or as it stands. Raises NotFound, NotAllowed."""
        signed = next(iter(self.services.forms.versions(session_id)), None)
        now_, zone = self._fields(session_id, signed), self.services.zone
        # a field that came with a later version of the program is as it stands
        body = without_withdrawn({**now_, **signed.body}, now_) if signed else now_
        changed = signed is not None and not same(body, now_)
        return Paper(body, self._after(session_id, signed), signed, changed, zone)

    def _fields(self, session_id: str, signed: Signed | None) -> dict[str, Any]:
        """As they stand now, with what is counted in words that were taken back as it was signed."""
        now_ = self.form(session_id).fields()
        return counted_before(signed.body, now_) if signed else now_

    def signed_versions(self, session_id: str) -> list[Signed]:
        """What was signed, newest first. Raises NotFound, NotAllowed."""
        self.record(session_id)
        return self.services.forms.versions(session_id)

    def fill(
        self,
        session_id: str,
        typed: dict[str, str],
        by: str = "",
        seen: dict[str, str] | None = None,
    ) -> None:
        """Fields that only people know, by their names; the others stay as they are.

        Args:
            seen: what the page showed: a field that somebody else filled in meanwhile stays theirs.

        Raises NotFound, NotAllowed; BadInput: no such field, too long, or somebody else was faster.
        """
        self.host(session_id)
        known = self.services.forms.notes(session_id)
        for name, text in typed.items():
            text = self.services.gate.cleaned(text.strip())
            if name not in TYPED and not name.startswith(ABSENT):
                raise NotFound(what="栏目", what_en="field", key=name)
            if len(text) > LONGEST or len(name) > 60:
                raise BadInput(
                    detail=f"最多 {LONGEST} 个字", detail_en=f"at most {LONGEST} characters"
                )
            theirs = known[name].text if name in known else ""
            if seen is not None and theirs not in (seen.get(name, ""), text):
                raise BadInput(
                    detail=f"刚才有人改成了“{theirs}”；您写的“{text}”没有存",
                    detail_en=f"somebody made it “{theirs}” just now; your “{text}” was not kept",
                )
            self.services.forms.note(session_id, name, Note(text, self.name(by), now()))

    def countersign(self, session_id: str, version: int, by: str = "") -> None:
        """QA has read this version of the form that the leader signed.

        Raises NotFound, NotAllowed; BadInput: nobody's name, or it is not signed; AlreadyDecided: the
        leader signed another one meanwhile.
        """
        self.record(session_id)
        self.who.need(Right.APPROVE)
        signed = self.services.forms.versions(session_id)
        if not self.name(by) or not signed:
            raise BadInput(
                detail="签过字的才能审阅，并写上名字", detail_en="a signed form, and a name"
            )
        if signed[0].number != version:
            raise AlreadyDecided()
        note = Note(str(version), self.name(by), now())
        self.services.forms.note(session_id, REVIEWED, note)
        self.note("record reviewed", session_id, by)

    def _after(self, session_id: str, signed: Signed | None) -> FollowUp:
        s, first = self.services, self.record(session_id).session
        again = [
            again_of(days_since(first, s.zone, x.created_at.astimezone(s.zone).date()), found["points"])
            for x, found in self.retested(session_id)
        ]  # fmt: skip
        return follow_up(again, s.forms.notes(session_id), signed.number if signed else 0, s.zone)

    def _previous(self, table: Table) -> Figures | None:
        """The figures of the team's session before this one in which people were asked."""
        this, s = table.session, self.services
        before = [
            x for x in self.sessions()
            if x.mode is Mode.TEAM and x.team_name == this.team_name and x.state.ended
            and x.created_at < this.created_at
        ]  # fmt: skip
        for x in before[:LOOKED] if this.team_name else ():
            found = make_form(self.record(x.id), s.zone, s.host.learned()).figures
            if found.participation is not None:
                return found
        return None

    def promise(
        self, session_id: str, who: str, what: str, until: date | None, id_: str = ""
    ) -> None:
        """Who does what by when; by the same id it is one. Raises NotFound, NotAllowed, BadInput."""
        self.host(session_id)
        who, what = who.strip()[:40], self.services.gate.cleaned(what.strip()[:LONGEST])
        if not who or not what:
            raise BadInput(detail="请写谁、做什么", detail_en="who does what?")
        known = {p.id for p in self.services.forms.promises(session_id)}
        if len(known) >= MOST_PROMISES and id_ not in known:
            raise BadInput(
                detail=f"最多 {MOST_PROMISES} 条承诺", detail_en=f"{MOST_PROMISES} promises at most"
            )
        self.services.forms.promise(session_id, Promise(id_ or new_id(), who, what, until))

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
        body = self._fields(session_id, before[0] if before else None)
        made = Signed(number, self.name(by), now(), reason, body)
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
