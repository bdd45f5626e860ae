"""What one person may see and do with calls and packs. Pages and routes go through here, so that
the table of rights is asked each time; nobody else hands them a recording, a clip or a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.bootstrap import Services, new_id
from coach.calls.call import Call
from coach.calls.cuts import Cut
from coach.calls.erasing import Erasure
from coach.calls.hearing import ClipFile
from coach.calls.masking.clip import Clip, ClipEvent, MaskedCall
from coach.calls.masking.gate import ANY_LANGUAGE, Choice, everywhere
from coach.calls.master import Master
from coach.calls.recording import CallMeta, Recording
from coach.calls.repairing import Repairing
from coach.errors import BadInput, NotAllowed, NotFound
from coach.game.host import Host, Table
from coach.game.pack import Pack, PackWords
from coach.game.phases import Mode
from coach.game.rounds import PlanOptions
from coach.game.session import Session
from coach.jobs.queue import Job
from coach.library.benchmark import Benchmark
from coach.library.search import Found
from coach.people.rights import Right, Role, Scope, Who
from coach.people.team import Person, Team


@dataclass(frozen=True)
class Acting:
    """The services as ``who`` may use them. Everything here raises NotAllowed where they may not."""

    services: Services
    who: Who

    def name(self, typed: str = "") -> str:
        """Who is written down: the one signed in; without accounts, who they say they are."""
        return self.who.name or typed.strip()[:40]

    # calls

    def recordings(self) -> list[Recording]:
        """Those whose originals this person may hear, newest first."""
        every = self.services.calls.listed()
        return [r for r in every if self.who.may(Right.ORIGINALS, team=r.meta.team)]

    def transcribed(self) -> list[Recording]:
        """Those of them that have text."""
        done = self.services.calls.transcribed()
        return [r for r in self.recordings() if r.id in done]

    def whole(self, recording_id: str) -> bool:
        """Whether all of it is transcribed. Raises NotFound."""
        self.recording(recording_id)
        return bool(self.services.calls.whole(recording_id))

    def recording(self, recording_id: str, right: Right = Right.ORIGINALS) -> Recording:
        """Raises NotFound."""
        found = self.services.calls.get(recording_id)
        self.who.need(right, team=found.meta.team)
        return found

    def call(self, recording_id: str) -> Call:
        """With its unmasked turns and exchanges. Raises NotFound."""
        self.recording(recording_id)
        return self.services.call(recording_id)

    def original(self, recording_id: str, cut: Cut) -> ClipFile:
        """A call as it was recorded; written down. Raises NotFound, NotHearable."""
        self.recording(recording_id)
        return self.services.original(recording_id, cut, self.who.name)

    def master(self, recording_id: str) -> Master:
        """The whole sound, for its outline. Raises NotFound."""
        self.recording(recording_id)
        return self.services.hearing.master(recording_id)

    def repairing(self, recording_id: str) -> Repairing:
        """The repair desk of one call. Raises NotFound."""
        self.recording(recording_id)
        return self.services.repairing

    def save(self, changed: Recording) -> None:
        """Title, agent, team, node. A leader cannot give a call away. Raises NotFound."""
        self.recording(changed.id)
        self.services.calls.save(replace(changed, meta=self.of_mine(changed.meta)))

    def of_mine(self, meta: CallMeta) -> CallMeta:
        """For a leader: of a team of theirs, whatever was typed."""
        if self.who.scope(Right.IMPORT) is not Scope.TEAM or meta.team in self.who.teams:
            return meta
        if not self.who.teams:
            raise NotAllowed(right=Right.IMPORT.value)
        return replace(meta, team=min(self.who.teams))

    def import_call(self, path: Path, name: str, meta: CallMeta) -> tuple[Recording, bool]:
        """Take a recording in; whether it was known. A known one of another team stays theirs."""
        self.who.need(Right.IMPORT)
        taken = self.services.intake.take(path, name=name, meta=self.of_mine(meta))
        self.who.need(Right.IMPORT, team=taken.recording.meta.team)
        return taken.recording, taken.known

    def put_transcript(self, recording_id: str, path: Path, name: str) -> Recording:
        """A transcript made elsewhere. Raises NotFound, TranscriptError."""
        self.recording(recording_id)
        return self.services.put_transcript(recording_id, path, name)

    def transcribe(self, recording_id: str) -> Job:
        """Raises NotFound, JobRunning."""
        self.recording(recording_id)
        return self.services.transcribe(recording_id)

    def jobs(self, recording_id: str | None = None) -> list[Job]:
        """Of the calls this person may see."""
        mine = {r.id for r in self.recordings()}
        return [j for j in self.services.jobs.listed(recording_id) if j.recording_id in mine]

    def cancel(self, job_id: str) -> None:
        """Raises NotFound."""
        self.recording(self.services.jobs.get(job_id).recording_id)
        self.services.jobs.cancel(job_id)

    def retry(self, job_id: str) -> None:
        """Raises NotFound, JobRunning."""
        self.recording(self.services.jobs.get(job_id).recording_id)
        self.services.jobs.retry(job_id)

    def erase(self, recording_id: str, by: str, why: str) -> Erasure:
        """Delete a call. Raises NotFound, BadInput."""
        self.recording(recording_id, Right.ERASE)
        done = self.services.erasing.erase(recording_id, self.name(by), why)
        self.services.audit.add(self.name(by), "erased", recording_id)
        return done

    # benchmarks

    def marks(self) -> list[Benchmark]:
        """Benchmarks of calls that are this person's to decide about, in whatever state."""
        mine = {r.id for r in self.recordings()} if self.who.may(Right.RELEASE) else set()
        return [b for b in self.services.benchmarks.listed() if b.recording_id in mine]

    def mark(self, recording_id: str, index: int, tags: tuple[str, ...]) -> Benchmark:
        """Raises NotFound."""
        self.recording(recording_id, Right.MARK)
        return self.services.mark(recording_id, index, tags, self.who.name)

    def unmark(self, benchmark_id: str) -> None:
        """Raises NotFound."""
        found = self.services.benchmarks.get(benchmark_id)
        self.recording(found.recording_id, Right.MARK)
        self.services.unheard_again(found.recording_id, found.start, self.who.name)
        self.services.benchmarks.remove(benchmark_id)

    def library(self) -> list[Benchmark]:
        """What is released, newest first."""
        self.who.need(Right.LIBRARY)
        return self.services.benchmarks.released()

    def find(self, text: str, *, count: int = 3, without_recording: str = "") -> Found:
        """Search among what is released."""
        self.who.need(Right.LIBRARY)
        return self.services.search.find(text, count=count, without_recording=without_recording)

    # packs and the gate

    def packs(self, right: Right = Right.PRACTISE) -> list[Pack]:
        """Those this person may play or decide about; one of no team is for every team."""
        if not self.who.may(right):
            return []
        there = {r.id for r in self.services.calls.listed()}
        every = [p for p in self.services.packs.listed() if p.recording_id in there]
        if right is Right.RELEASE:
            mine = {r.id for r in self.recordings()}
            return [p for p in every if p.recording_id in mine]
        return [p for p in every if self._playable(p)]

    def ready(self, right: Right = Right.PRACTISE) -> list[Pack]:
        """Those of them that are released."""
        return [p for p in self.packs(right) if self.released(p)]

    def released(self, pack: Pack) -> bool:
        """Whether a team may hear all of it."""
        return self.services.gate.released(pack.clips)

    def events(self, clip_id: str) -> list[ClipEvent]:
        """What happened to a clip. Raises NotFound."""
        self._deciding([clip_id])
        return self.services.clips.events(clip_id)

    def prepare(self, recording_id: str, plan: PlanOptions, words: PackWords) -> Pack:
        """Raises NotFound, NoExchanges, StillTranscribing."""
        team = self.recording(recording_id, Right.PREPARE).meta.team
        if self.who.scope(Right.PREPARE) is Scope.TEAM:
            words = replace(words, team=team)  # a leader prepares for that team only
        return self.services.prepare(recording_id, plan, words, self.who.name)

    def masked(self, call: Call) -> MaskedCall:
        """A call with what is taken out."""
        self.who.need(Right.PREPARE, team=call.recording.meta.team)
        return self.services.gate.mask(call)

    def decide(self, recording_id: str, choice: Choice) -> None:
        """What is masked too, or waived; written down. Raises NotFound, BadInput."""
        self.recording(recording_id, Right.PREPARE)
        named = replace(choice, by=self.name(choice.by))
        texts = [turn.text for turn in self.services.call(recording_id).turns]
        if choice.text.strip() not in ("", ANY_LANGUAGE) and not everywhere(choice.text, texts):
            raise BadInput(
                detail=f"文字稿里没有“{choice.text.strip()}”",
                detail_en=f"“{choice.text.strip()}” is not in the transcript",
            )
        self.services.gate.decide(recording_id, named)
        self.services.remask(recording_id, named.by)
        self.services.audit.add(named.by, "mask" if choice.mask else "waive", recording_id)

    def clips(self, ids: Sequence[str]) -> dict[str, Clip]:
        """Clips to decide about, by id."""
        found = self.services.gate.states(ids)
        return {i: c for i, c in found.items() if self._decides(c)}

    def review(self, clip_id: str) -> ClipFile:
        """The masked sound of a clip that is not released yet. Raises NotReleased, NotFound."""
        self._deciding([clip_id])
        return self.services.gate.review(clip_id)

    def hear(self, clip_id: str) -> ClipFile:
        """A released clip. Raises NotReleased, NotFound."""
        self.who.need(Right.LIBRARY)
        return self.services.gate.hear(clip_id)

    def release(self, ids: Sequence[str], by: str, why: str = "") -> None:
        """Somebody listened through and answers for it. Raises BadInput, Blocked, NotFound."""
        self._deciding(ids)
        for recording_id in {c.recording_id for c in self.clips(ids).values()}:
            self.services.remask(recording_id, self.who.name)
        self.services.gate.release(ids, self.name(by), why)
        self.services.audit.add(self.name(by), "released", " ".join(ids)[:2000])

    def withdraw(self, ids: Sequence[str], by: str) -> None:
        """Nobody hears them from now on. Raises NotFound."""
        self._deciding(ids)
        self.services.gate.withdraw(ids, self.name(by))
        self.services.audit.add(self.name(by), "withdrawn", " ".join(ids)[:2000])

    # sessions

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
            self.who.need(Right.LEAD, team=session.team_name, owner=session.owner)
        return self.services.host

    def step_clip(self, session_id: str, clip_id: str) -> ClipFile:
        """What sounds in a session now. Raises NotFound, NotHearable, NotReleased."""
        session = self.services.host.table(session_id).session
        if session.mode is Mode.SOLO:
            self._own(session)
        else:
            seated = self.who.person_id and any(
                seat.person_id == self.who.person_id for seat in session.seats
            )
            owner = self.who.id if seated else session.owner
            self.who.need(Right.LISTEN, team=session.team_name, owner=owner)
        return self.services.host.clip(session_id, clip_id)

    def open(
        self,
        pack_id: str,
        seats: Sequence[tuple[str | None, str]],
        *,
        mode: Mode = Mode.TEAM,
        team: Team | None = None,
        leader: str = "",
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
            leader=self.name(leader),
            owner=self.who.id,
        )

    # the rest

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

    def _playable(self, pack: Pack) -> bool:
        everywhere = self.who.role in (Role.ADMIN, Role.QA)
        return everywhere or not pack.team or pack.team in self.who.teams

    def _reads(self, session: Session) -> bool:
        if session.mode is Mode.SOLO:  # practice is one's own; without accounts nobody's
            return session.owner == self.who.id
        return self.who.may(Right.RECORDS, team=session.team_name, owner=session.owner)

    def _own(self, session: Session) -> None:
        if session.owner != self.who.id:
            raise NotAllowed(right=Right.PRACTISE.value)

    def _decides(self, clip: Clip) -> bool:
        team = self.services.calls.get(clip.recording_id).meta.team
        return self.who.may(Right.RELEASE, team=team)

    def _deciding(self, ids: Sequence[str]) -> None:
        found = self.services.gate.states(ids)
        for i in ids:
            if i not in found:
                raise NotFound(what="片段", what_en="clip", key=i)
            if not self._decides(found[i]):
                raise NotAllowed(right=Right.RELEASE.value)
