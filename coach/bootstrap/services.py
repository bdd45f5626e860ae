"""The services that screens and commands work with, and what takes several of them."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from coach.bootstrap.library import LibraryStores
from coach.bootstrap.searching import unembedded
from coach.calls.call import Call, CallStore, assemble
from coach.calls.cuts import Cut
from coach.calls.erasing import Erasing
from coach.calls.glossary import GlossaryStore
from coach.calls.hearing import ClipFile, Hearing
from coach.calls.intake import Intake
from coach.calls.masking.clip import ClipStore
from coach.calls.masking.destroying import Destroying
from coach.calls.masking.gate import Gate
from coach.calls.masking.second import unlistened
from coach.calls.recording import Recording
from coach.calls.repairing import Repairing
from coach.calls.retention import Retention
from coach.calls.sealing.rotation import Rotation
from coach.calls.spoken import Dictation
from coach.errors import (
    JobRunning,
    NoExchanges,
    NotFound,
    StillTranscribing,
)
from coach.game.host import Host
from coach.game.joining import Joining
from coach.game.odds import NextStore, nexts
from coach.game.pack import Pack, PackStore, PackWords, Poor, make_pack
from coach.game.rounds import PlanOptions, plan_rounds
from coach.jobs.queue import Job, JobQueue
from coach.library.benchmark import Benchmark, BenchmarkStore, Standing
from coach.library.counterpart import Consent
from coach.library.keypoints import KeyPoint, suggest
from coach.library.search import Search
from coach.meeting.agenda import Agenda
from coach.meeting.proof import ExperimentStore
from coach.meeting.signed import FormStore
from coach.people.audit import AuditLog
from coach.people.objection import ObjectionStore
from coach.people.signing import Signing
from coach.people.team import TeamStore
from coach.settings import Settings

TRANSCRIBE, AGAIN, SECOND, EMBED, SPOKEN = "transcribe", "again", "second", "embed", "spoken"


def new_id() -> str:
    """A fresh UUID."""
    return str(uuid.uuid4())


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Everything that a screen or a command works with."""

    settings: Settings
    engine: Engine
    calls: CallStore
    glossary: GlossaryStore
    repairing: Repairing
    teams: TeamStore
    packs: PackStore
    benchmarks: BenchmarkStore
    jobs: JobQueue
    hearing: Hearing
    intake: Intake
    dictation: Dictation
    gate: Gate
    clips: ClipStore
    audit: AuditLog
    signing: Signing
    objections: ObjectionStore
    erasing: Erasing
    retention: Retention
    destroying: Destroying
    rotation: Rotation
    agenda: Agenda
    forms: FormStore
    experiments: ExperimentStore
    nexts: NextStore
    host: Host
    joining: Joining
    search: Search
    library: LibraryStores
    zone: ZoneInfo

    def today(self) -> date:
        """The date where the site is."""
        return now().astimezone(self.zone).date()

    def call(self, recording_id: str) -> Call:
        """A recording with its turns and exchanges. Raises NotFound."""
        return assemble(self.calls.get(recording_id), self.calls.segments(recording_id))

    def put_transcript(self, recording_id: str, file: Path, name: str) -> Recording:
        """A transcript from elsewhere in place of what is there; a running job is cancelled.

        Raises:
            NotFound, TranscriptError.
        """
        recording = self.intake.describe(recording_id, file, name=name)
        for job in self.jobs.listed(recording_id):
            if job.state.open:
                self.jobs.cancel(job.id)
        self.arrived(recording_id)
        return recording

    def arrived(self, recording_id: str) -> None:
        """A new transcript is there: card codes go for good, clips that leave out less are stale."""
        self.destroying.destroy(recording_id)
        self.remask(recording_id)

    def transcribe(self, recording_id: str) -> Job:
        """Queue a transcription, anew where there is a whole one. Raises NotFound, JobRunning."""
        self.calls.get(recording_id)
        if any(
            job.state.open and job.kind in (TRANSCRIBE, AGAIN)
            for job in self.jobs.listed(recording_id)
        ):
            raise JobRunning(name=self.calls.get(recording_id).title)
        kind = AGAIN if self.calls.whole(recording_id) else TRANSCRIBE
        return self.jobs.enqueue(kind, recording_id)

    def prepare(
        self,
        recording_id: str,
        plan: PlanOptions,
        words: PackWords,
        by: str = "",
        *,
        contrast: bool = False,
    ) -> Pack:
        """Plan, mask, cut and store a pack; nobody may play it until it is released.

        Args:
            contrast: rounds whose benchmark has a weaker answer beside it play that too.

        Raises NotFound, NoExchanges, StillTranscribing.
        """
        self.destroying.destroy(recording_id)
        call = self.call(recording_id)
        if call.turns and not self.calls.whole(recording_id):
            raise StillTranscribing()
        made, clips = make_pack(
            call,
            plan_rounds(call.exchanges, call.recording.duration, plan),
            self.hearing.sounds(recording_id),
            self._cleaned(words, call),
            plan.steps,
            self.gate.mask(call),
            new_id=new_id,
            now=now(),
            points=self._points(call),
            poor=self.poor(call) if contrast else {},
        )
        self.clips.add(self.gate.look(clips), by)
        self.packs.add(made)
        self.remask(recording_id, by)  # somebody may have decided meanwhile
        self.second(recording_id)
        return made

    def poor(self, call: Call) -> dict[int, Poor]:
        """Weaker answers that may stand beside a call's exchanges, by their place in it."""
        at = {b.id: round(b.start, 1) for b in self.benchmarks.listed(call.recording.id)}
        found = {
            at[i]: Poor(c.clip, c.answer, c.end - c.start, c.differs, c.consent is Consent.VOICE)
            for i, c in self.library.counterparts.of(list(at)).items()
            if c.consent.given and self.gate.released([c.clip])
        }
        starts = [(i, e.question.start) for i, e in enumerate(call.exchanges)]
        return {i: found[round(s, 1)] for i, s in starts if s is not None and round(s, 1) in found}

    def _points(self, call: Call) -> dict[int, tuple[KeyPoint, ...]]:
        """Key points of the exchanges of a call that are benchmarks, by their place in it."""
        listed = self.benchmarks.listed(call.recording.id)
        marks = {round(b.start, 1): b.points for b in listed if b.standing.found}
        starts = enumerate(e.question.start for e in call.exchanges)
        found = {i: marks.get(round(at, 1), ()) for i, at in starts if at is not None}
        return {i: points for i, points in found.items() if points}

    def second(self, recording_id: str) -> bool:
        """Queue the second listening where one is set and clips wait for it; whether they do."""
        waiting = self.settings.second_model and unlistened(self.clips, self.clips.of(recording_id))
        if waiting:
            with suppress(JobRunning):
                self.jobs.enqueue(SECOND, recording_id)
        return bool(waiting)

    def embed_soon(self) -> bool:
        """Queue the reading of questions that the embedding model does not know yet; whether there
        are any."""
        waiting = unembedded(self.settings, self.benchmarks)
        if waiting:
            with suppress(JobRunning):
                self.jobs.enqueue(EMBED)
        return bool(waiting)

    def _cleaned(self, words: PackWords, call: Call) -> PackWords:
        out = self.gate.cleaned
        return replace(
            words,
            title=out(words.title or call.recording.title),
            why=out(words.why),
            metric=out(words.metric),
        )

    def remask(self, recording_id: str, by: str = "") -> list[str]:
        """Clips that leave out less than has to go by now are no longer heard; so for what customers
        asked next. Raises NotFound."""
        call = self.call(recording_id)
        if self.calls.whole(recording_id):
            self.nexts.put(recording_id, nexts(call, self.gate.mask(call)))
        return self.gate.refresh(call, by)

    def original(self, recording_id: str, cut: Cut, by: str = "", by_id: str = "") -> ClipFile:
        """A call as it was recorded, for preparing and repairing; who listened is written down.

        Raises NotFound, NotHearable.
        """
        what = f"{recording_id} {cut.start:.1f}-{cut.end:.1f}"
        self.audit.add(by, "heard original", what, by_id)
        return self.hearing.original(recording_id, cut)

    def mark(
        self, recording_id: str, index: int, tags: tuple[str, ...], by: str, by_id: str = ""
    ) -> Benchmark:
        """Nominate an exchange as a benchmark, masked; the team finds it once it is released.

        Raises NotFound.
        """
        call = self.call(recording_id)
        exchange = call.exchanges[index] if 0 <= index < len(call.exchanges) else None
        if exchange is None or exchange.answer is None:
            raise NotFound(what="问答", what_en="exchange", key=str(index + 1))
        masked = self.gate.mask(call)
        start, end = exchange.question.start, exchange.answer.end
        if start is None or end is None:
            raise NoExchanges(detail="没有时间 no times")
        parts = [exchange.question, exchange.answer]
        clip = masked.clip(new_id(), recording_id, Cut(start, end), parts)
        self.clips.add(self.gate.look([clip]), by)
        self.withdraw_mark(recording_id, start, by)
        answer = masked.text(exchange.answer)
        found = Benchmark(
            id=new_id(),
            recording_id=recording_id,
            question=masked.text(exchange.question),
            answer=answer,
            points=suggest(answer, self.good_answers(call.recording.meta.node)),
            marked_by_id=by_id,
            start=start,
            end=end,
            clip=clip.id,
            agent=call.recording.meta.agent,
            node=call.recording.meta.node,
            team=call.recording.meta.team,
            tags=tags,
            marked_by=by,
            created_at=now(),
        )
        stored = self.benchmarks.add(found)
        self.remask(recording_id, by)
        self.second(recording_id)
        return stored

    def good_answers(self, node: str) -> list[str]:
        """Approved answers about the same, from which key points are suggested."""
        return [
            b.answer
            for b in self.benchmarks.released()
            if b.standing is Standing.APPROVED and (not node or b.node == node)
        ][:50]

    def withdraw_mark(self, recording_id: str, start: float, by: str) -> None:
        """The clip of a benchmark that is taken down, or marked anew, is withdrawn; an approved one
        stays until the new one is approved."""
        for old in self.benchmarks.listed(recording_id):
            if old.start == start and old.clip and old.standing is not Standing.APPROVED:
                self.gate.withdraw([old.clip], by)
