"""Recordings, transcripts, repairs and jobs, as one person may use them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coach.acting.base import Base
from coach.bootstrap import SECOND
from coach.calls.call import Call
from coach.calls.cuts import Cut
from coach.calls.hearing import ClipFile
from coach.calls.master import Master
from coach.calls.recording import CallMeta, Recording
from coach.calls.repairing import Repairing
from coach.errors import NotAllowed
from coach.jobs.queue import Job
from coach.people.rights import Right, Scope


class Calls(Base):
    """Calls and their jobs."""

    def transcribed(self) -> list[Recording]:
        """Those of them that have text."""
        done = self.services.calls.transcribed()
        return [r for r in self.recordings() if r.id in done]

    def whole(self, recording_id: str) -> bool:
        """Whether all of it is transcribed. Raises NotFound."""
        self.recording(recording_id)
        return bool(self.services.calls.whole(recording_id))

    def call(self, recording_id: str) -> Call:
        """With its unmasked turns and exchanges. Raises NotFound."""
        self.recording(recording_id)
        return self.services.call(recording_id)

    def original(self, recording_id: str, cut: Cut) -> ClipFile:
        """A call as it was recorded; written down. Raises NotFound, NotHearable."""
        self.recording(recording_id)
        return self.services.original(recording_id, cut, self.who.name, self.who.id)

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
        if changed.meta.team != self.services.calls.get(changed.id).meta.team:
            self.note(f"moved to {changed.meta.team}"[:40], changed.id)
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

        def allowed(known: Recording) -> None:
            self.who.need(Right.IMPORT, team=known.meta.team)

        taken = self.services.intake.take(path, name=name, meta=self.of_mine(meta), allowed=allowed)
        self.services.arrived(taken.recording.id)
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
        """Of the calls this person may see; of one call, what transcribes it."""
        mine = {r.id for r in self.recordings()}
        found = [j for j in self.services.jobs.listed(recording_id) if j.recording_id in mine]
        return [j for j in found if recording_id is None or j.kind != SECOND]

    def cancel(self, job_id: str) -> None:
        """Raises NotFound."""
        self.recording(self.services.jobs.get(job_id).recording_id)
        self.services.jobs.cancel(job_id)

    def retry(self, job_id: str) -> None:
        """Raises NotFound, JobRunning."""
        self.recording(self.services.jobs.get(job_id).recording_id)
        self.services.jobs.retry(job_id)
