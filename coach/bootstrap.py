"""The one place that knows every part. ``build(settings)`` puts the services together."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Engine

from coach.calls.audio import AudioLimits
from coach.calls.call import Call, CallStore, assemble
from coach.calls.cuts import Cut
from coach.calls.erasing import Erasing
from coach.calls.glossary import GlossaryStore
from coach.calls.hearing import ClipFile, Hearing
from coach.calls.intake import Intake
from coach.calls.masking.clip import ClipStore
from coach.calls.masking.destroying import Destroying
from coach.calls.masking.gate import Gate
from coach.calls.models import find_model, installed
from coach.calls.recogniser import FasterWhisper, Recogniser, WhisperOptions
from coach.calls.recording import Recording
from coach.calls.repairing import Repairing
from coach.calls.retention import Retention
from coach.calls.sherpa import SherpaSpeakers
from coach.calls.speakers import LightSpeakers, SpeakerEngine
from coach.calls.transcribing import TranscribeOptions, Transcribing
from coach.errors import (
    JobRunning,
    ModelError,
    ModelNotFound,
    NoExchanges,
    NotFound,
    StillTranscribing,
)
from coach.game.host import Host
from coach.game.pack import Pack, PackStore, PackWords, make_pack
from coach.game.rounds import PlanOptions, plan_rounds
from coach.jobs.queue import Job, JobQueue
from coach.jobs.worker import Report, Runner, Worker
from coach.library.benchmark import Benchmark, BenchmarkStore
from coach.library.embedder import ResidentEmbedder
from coach.library.search import Search
from coach.people.audit import AuditLog
from coach.people.objection import ObjectionStore
from coach.people.signing import Signing
from coach.people.team import TeamStore
from coach.settings import Settings
from coach.store.accounts import SqlAccountStore
from coach.store.audit import SqlAuditLog
from coach.store.benchmarks import SqlBenchmarkStore
from coach.store.calls import SqlCallStore
from coach.store.clips import SqlChoiceStore, SqlClipStore
from coach.store.desk import SqlDeskStore
from coach.store.engine import migrate, open_engine
from coach.store.erasing import SqlEraseStore
from coach.store.glossary import SqlGlossaryStore
from coach.store.jobs import SqlJobQueue
from coach.store.objections import SqlObjectionStore
from coach.store.packs import SqlPackStore
from coach.store.people import SqlTeamStore
from coach.store.rewriting import SqlRewriter
from coach.store.sessions import SqlSessionStore

TRANSCRIBE, AGAIN = "transcribe", "again"
BUNDLED = "demo-zh"  # the model that ships: it knows the synthetic voices of the demo calls only


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
    gate: Gate
    clips: ClipStore
    audit: AuditLog
    signing: Signing
    objections: ObjectionStore
    erasing: Erasing
    retention: Retention
    destroying: Destroying
    host: Host
    search: Search
    zone: ZoneInfo

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
        if any(job.state.open for job in self.jobs.listed(recording_id)):
            raise JobRunning(name=self.calls.get(recording_id).title)
        kind = AGAIN if self.calls.whole(recording_id) else TRANSCRIBE
        return self.jobs.enqueue(kind, recording_id)

    def prepare(self, recording_id: str, plan: PlanOptions, words: PackWords, by: str = "") -> Pack:
        """Plan, mask, cut and store a pack; nobody may play it until it is released.

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
        )
        self.clips.add(self.gate.look(clips), by)
        self.packs.add(made)
        self.remask(recording_id, by)  # somebody may have decided meanwhile
        return made

    def _cleaned(self, words: PackWords, call: Call) -> PackWords:
        out = self.gate.cleaned
        return replace(
            words,
            title=out(words.title or call.recording.title),
            why=out(words.why),
            metric=out(words.metric),
        )

    def remask(self, recording_id: str, by: str = "") -> list[str]:
        """Clips that leave out less than has to go by now are no longer heard. Raises NotFound."""
        return self.gate.refresh(self.call(recording_id), by)

    def original(self, recording_id: str, cut: Cut, by: str = "", by_id: str = "") -> ClipFile:
        """A call as it was recorded, for preparing and repairing; who listened is written down.

        Raises NotFound, NotHearable.
        """
        what = f"{recording_id} {cut.start:.1f}-{cut.end:.1f}"
        self.audit.add(by, "heard original", what, by_id)
        return self.hearing.original(recording_id, cut)

    def mark(self, recording_id: str, index: int, tags: tuple[str, ...], by: str) -> Benchmark:
        """Mark an exchange as a benchmark, masked; the team finds it once it is released.

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
        found = Benchmark(
            id=new_id(),
            recording_id=recording_id,
            question=masked.text(exchange.question),
            answer=masked.text(exchange.answer),
            start=start,
            end=end,
            clip=clip.id,
            agent=call.recording.meta.agent,
            node=call.recording.meta.node,
            tags=tags,
            marked_by=by,
            created_at=now(),
        )
        stored = self.benchmarks.add(found)
        self.remask(recording_id, by)
        return stored

    def withdraw_mark(self, recording_id: str, start: float, by: str) -> None:
        """The clip of a benchmark that is taken down, or marked anew, is withdrawn."""
        for old in self.benchmarks.listed():
            if (old.recording_id, old.start) == (recording_id, start) and old.clip:
                self.gate.withdraw([old.clip], by)


def build(settings: Settings, *, migrated: bool = False) -> Services:
    """Open the database (migrating it unless told it is) and put the services together.

    Raises:
        DatabaseProblem.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(database(settings))
    if not migrated:
        migrate(engine, settings.data / "migrate.lock")
    calls, glossary = SqlCallStore(engine, now), SqlGlossaryStore(engine, now)
    packs, benchmarks = SqlPackStore(engine), SqlBenchmarkStore(engine)
    hearing = Hearing(settings.audio, settings.clips)
    limits = AudioLimits(most_hours=settings.max_hours)
    clips = SqlClipStore(engine, now)
    gate = Gate(clips, SqlChoiceStore(engine, now), hearing)
    teams, audit, signing = _people(engine)
    return Services(
        settings=settings,
        engine=engine,
        calls=calls,
        glossary=glossary,
        repairing=Repairing(calls, SqlDeskStore(engine, now), glossary, new_id=new_id),
        teams=teams,
        packs=packs,
        benchmarks=benchmarks,
        jobs=SqlJobQueue(engine, lease=settings.lease, new_id=new_id, now=now),
        hearing=hearing,
        intake=Intake(calls, hearing, settings.incoming, limits, new_id=new_id, now=now),
        gate=gate,
        clips=clips,
        audit=audit,
        signing=signing,
        objections=SqlObjectionStore(engine),
        erasing=(erasing := Erasing(SqlEraseStore(engine, now), hearing)),
        destroying=Destroying(calls, SqlRewriter(engine), hearing, audit),
        retention=Retention(calls, erasing, settings.keep_days, now=now, monotonic=time.monotonic),
        host=Host(SqlSessionStore(engine), packs, gate, new_id=new_id, now=now),
        search=Search(benchmarks, _embedder(settings)),
        zone=ZoneInfo(settings.time_zone),
    )


def _embedder(settings: Settings) -> ResidentEmbedder | None:
    folder = embedding_folder(settings)
    return ResidentEmbedder(folder) if folder else None


def _people(engine: Engine) -> tuple[SqlTeamStore, SqlAuditLog, Signing]:
    teams, audit = SqlTeamStore(engine, new_id=new_id, now=now), SqlAuditLog(engine, now)
    return teams, audit, Signing(SqlAccountStore(engine), teams, audit, new_id=new_id, now=now)


def database(settings: Settings) -> str | URL:
    """The URL set, or that of the SQLite file in the data folder, whatever its name holds."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return URL.create("sqlite", database=str(settings.data / "coach.db"))


def embedding_folder(settings: Settings) -> Path | None:
    """The embedding model's folder, if one is there."""
    named = Path(settings.embedder).expanduser()
    candidates = [named] if named.is_absolute() else []
    candidates += [folder / settings.embedder for folder in settings.model_folders]
    return next((c for c in candidates if (c / "modules.json").is_file()), None)


def is_demo(settings: Settings, recording: Recording) -> bool:
    """One of the bundled calls."""
    return (settings.demo / recording.source_name).is_file()


def is_bundled(settings: Settings, recording: Recording) -> bool:
    """Whether it is transcribed by the model that ships and knows synthetic voices only."""
    try:
        return speech_model(settings, recording).name == BUNDLED
    except ModelError:
        return False


def speech_model(
    settings: Settings, recording: Recording | None = None, *, download: bool = False
) -> Path:
    """The folder of the model that a recording is transcribed with.

    The demo calls have one that ships, for machines where no other is. Raises ModelError.
    """
    allowed = download and settings.allow_download and not settings.offline
    bundled = recording is not None and is_demo(settings, recording)
    try:
        return find_model(settings.model, settings.model_folders, download=allowed and not bundled)
    except ModelNotFound:
        shipped = [m.folder for m in installed(settings.model_folders) if m.name == BUNDLED]
        if not bundled or not shipped:
            raise
        return shipped[0]


def load_recogniser(folder: Path, settings: Settings) -> Recogniser:
    """A speech model. Slow, and not for the web process. Raises ModelError."""
    options = WhisperOptions(settings.model_device, settings.model_compute, settings.model_threads)
    if folder.name == BUNDLED:  # synthetic voices sound less like speech to the detector
        options = replace(options, vad=0.2)
    return FasterWhisper(folder, options)


def recognisers(settings: Settings) -> Callable[[Recording], Recogniser]:
    """Loads the model for a recording; the last one used is kept."""
    kept: dict[Path, Recogniser] = {}

    def load(recording: Recording) -> Recogniser:
        folder = speech_model(settings, recording, download=True)
        if folder not in kept:
            kept.clear()  # two models at once may be more than the machine has memory for
            kept[folder] = load_recogniser(folder, settings)
        return kept[folder]

    return load


def speaker_engine(settings: Settings) -> SpeakerEngine:
    """Who tells two speakers on one channel apart. Raises ModelIncomplete."""
    if settings.speakers == "light":
        return LightSpeakers()
    return SherpaSpeakers(Path(settings.speakers).expanduser())


def transcribing(services: Services, load: Callable[[Recording], Recogniser]) -> Transcribing:
    """The transcription service with a given way to load the model."""
    options = TranscribeOptions(
        window=services.settings.window, language=services.settings.speech_language
    )
    return Transcribing(
        services.calls,
        services.glossary,
        services.hearing,
        load,
        options,
        speaker_engine(services.settings),
    )


def make_runner(settings: Settings) -> Runner:
    """Called in the worker's child. The model is loaded by the first job and kept."""
    services = build(settings, migrated=True)
    load = recognisers(settings)

    def run(job: Job, report: Report) -> None:
        again = job.id if job.kind == AGAIN else ""
        transcribing(services, load).run(job.recording_id, report, again=again)
        services.arrived(job.recording_id)

    return run


def make_worker(settings: Settings) -> Worker:
    """A worker on this machine."""
    return Worker(build(settings).jobs, make_runner, settings)
