"""先找针对性的录音: where a team is weakest, whose calls to learn from, and tomorrow's pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from coach.acting.calls import Calls
from coach.acting.planning import Planning
from coach.bootstrap import now
from coach.errors import NoExchanges, NotFound
from coach.game.odds import Usual, usual
from coach.game.pack import Pack, PackWords
from coach.game.phases import Mode
from coach.game.rounds import Plan, PlanOptions, plan_rounds
from coach.library.benchmark import Standing
from coach.library.candidates import Candidate, ranked
from coach.library.nodes import Figure, Strong, Weak, strong_colleagues, weak_nodes
from coach.library.outcomes import Taken, names_of
from coach.library.outcomes import outcomes as outcomes_of
from coach.library.reports import Report, Sheet, figures, guess, read_sheet
from coach.people.rights import Right, Scope

LOOKED = 40  # calls cut into rounds to choose among: those with most benchmarks
NEAR = 20  # benchmarks about a topic whose calls are looked at


class Targeting(Calls, Planning):
    """Node reports, and what follows from them."""

    def next_nodes(self) -> dict[str, int]:
        """How many questions with one after it are known of each node, the most first."""
        self.who.need(Right.APPROVE)
        return self.services.nexts.nodes()

    def usual_next(self, node: str) -> list[Usual]:
        """What customers ask next there, most often first, masked; empty where too few are known."""
        self.who.need(Right.APPROVE)
        return usual(self.services.nexts.listed(node))

    def reports(self) -> list[Report]:
        """Node reports, newest first."""
        self.who.need(Right.PREPARE)
        return self.services.library.nodes.reports()

    def read_report(self, path: Path, name: str) -> tuple[Sheet, dict[str, str]]:
        """A report as it is, and which column is which as far as that is known. Raises BadReport."""
        self.who.need(Right.PREPARE)
        sheet = read_sheet(path, name=name)
        known = self.services.library.nodes.mapping(sheet.headings)
        return sheet, guess(sheet.headings) | known

    def take_report(self, sheet: Sheet, mapping: Mapping[str, str], name: str) -> int:
        """Store a report; how its columns map is remembered. Returns its lines. Raises BadReport."""
        self.who.need(Right.PREPARE)
        found = figures(sheet, mapping, name=name)
        self.services.library.nodes.map(sheet.headings, mapping)
        self.services.library.nodes.add(name, found, self.who.name)
        return len(found)

    def take_outcomes(self, path: Path, name: str) -> Taken:
        """What became of single calls, of one's own. Raises BadReport."""
        self.who.need(Right.PREPARE)
        mine = [(r.id, r.source_name, r.title) for r in self.recordings()]
        found, missed = outcomes_of(read_sheet(path, name=name, least=1), names_of(mine), name=name)
        self.services.library.outcomes.put(found)
        return Taken(len(found), tuple(missed))

    def remove_report(self, report_id: str) -> None:
        """Forget a report; whoever sees all teams may."""
        self.who.need(Right.PREPARE)
        if self.who.scope(Right.PREPARE) is Scope.ALL:
            self.services.library.nodes.remove(report_id)

    def weak(self, report_id: str, team: str = "") -> list[Weak]:
        """Where teams are weakest, most lost first; a leader sees their own teams'."""
        found = weak_nodes(self._figures(report_id), team)
        return [w for w in found if self.who.may(Right.PREPARE, team=w.team)]

    def strong(self, report_id: str, node: str) -> list[Strong]:
        """Who is strong on a node, by the names shown to others."""
        self.who.need(Right.PREPARE)
        found = strong_colleagues(self._figures(report_id), node)
        return [replace(x, agent=self.shown_as(x.agent)) for x in found]

    def nodes(self) -> list[str]:
        """What recordings call their nodes."""
        return sorted({r.meta.node for r in self.recordings() if r.meta.node})

    def our_node(self, reported: str) -> str:
        """What our recordings call a node of a report."""
        return self.services.library.nodes.names().get(reported, reported)

    def name_node(self, reported: str, node: str) -> None:
        """Say so, once."""
        self.who.need(Right.PREPARE)
        self.services.library.nodes.name(reported, node)

    def candidates(
        self, node: str, team: str, options: PlanOptions, report_id: str = "", topic: str = ""
    ) -> list[Candidate]:
        """Calls about a node, or about a topic, that this person may prepare, best first for the
        team."""
        strength = {
            x.agent: x.solved.shrunk
            for x in strong_colleagues(self._figures(report_id), node, count=1000)
        }
        ours, used = self.our_node(node), self._used(team)
        marks = self._marks()
        packs = {p.recording_id: p.id for p in self.ready() if p.team in ("", team)}
        near, outcomes = self._about(topic), self.services.library.outcomes.all()
        about = [r for r in self.transcribed() if (r.id in near if topic else r.meta.node == ours)]
        about.sort(key=lambda r: (-marks.get(r.id, 0), -strength.get(r.meta.agent, 0.0)))
        found = []
        for r in about[:LOOKED]:
            if not self.whole(r.id):
                continue
            try:
                plan = self.planned(r.id, options)
            except NoExchanges:
                continue
            found.append(
                Candidate(
                    r.id,
                    r.title,
                    self.shown_as(r.meta.agent),
                    r.meta.node,
                    marks.get(r.id, 0),
                    strength.get(r.meta.agent),
                    len(plan.rounds),
                    plan.seconds,
                    plan.fits,
                    used.get(r.id),
                    outcomes[r.id].worth if r.id in outcomes else 0.0,
                    packs.get(r.id, ""),
                )
            )
        return ranked(found, options.count, now())

    def planned(self, recording_id: str, options: PlanOptions) -> Plan:
        """The rounds of a call. Raises NotFound, NoExchanges."""
        self.recording(recording_id, Right.PREPARE)
        call = self.services.call(recording_id)
        return plan_rounds(call.exchanges, call.recording.duration, options)

    def tomorrow(
        self, candidate: Candidate, options: PlanOptions, team: str, why: str, day: date
    ) -> Pack:
        """A pack of a candidate, to be listened through and confirmed; on the team's agenda.

        Raises NotFound, NoExchanges, BadInput.
        """
        recording = self.recording(candidate.recording_id, Right.PREPARE)
        words = PackWords(
            title=recording.title, metric=why, alias=candidate.agent, why=why, team=team
        )
        pack = self.prepare(candidate.recording_id, options, words)
        if self.who.may(Right.LEAD, team=team) and pack.team in ("", team):
            self.plan(pack.id, team, day)
        return pack

    def _figures(self, report_id: str) -> list[Figure]:
        return self.services.library.nodes.figures(report_id) if report_id else []

    def _marks(self) -> dict[str, int]:
        count: dict[str, int] = {}
        for b in self.services.benchmarks.released():
            if b.standing is Standing.APPROVED:
                count[b.recording_id] = count.get(b.recording_id, 0) + 1
        return count

    def _about(self, topic: str) -> set[str]:
        """Calls with a benchmark whose question is near a topic."""
        found = self.services.search.find(topic, count=NEAR) if topic else None
        return {m.benchmark.recording_id for m in found.matches} if found else set()

    def _used(self, team: str) -> dict[str, datetime]:
        """When the team last played which call."""
        found: dict[str, datetime] = {}
        for session in self.services.host.listed():
            if session.mode is not Mode.TEAM or session.team_name != team:
                continue
            try:
                recording_id = self.services.packs.get(session.pack_id).recording_id
            except NotFound:
                continue
            found[recording_id] = max(
                session.created_at, found.get(recording_id, session.created_at)
            )
        return found
