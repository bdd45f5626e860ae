"""The one place that knows every part. ``build(settings)`` puts the services together."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Engine

from coach.calls.audio import AudioLimits
from coach.calls.call import Call, CallStore, assemble, with_roles_swapped
from coach.calls.glossary import GlossaryStore
from coach.calls.hearing import Hearing
from coach.calls.intake import Intake
from coach.calls.models import find_model
from coach.calls.recogniser import FasterWhisper, Recogniser, WhisperOptions
from coach.calls.recording import CallMeta, Recording, parse_when
from coach.calls.repairing import Repairing
from coach.calls.speakers import LightSpeakers
from coach.calls.transcribing import TranscribeOptions, Transcribing
from coach.errors import NotFound, StillTranscribing
from coach.game.host import Host
from coach.game.pack import Pack, PackStore, PackWords, make_pack
from coach.game.rounds import PlanOptions, plan_rounds
from coach.jobs.queue import Job, JobQueue
from coach.jobs.worker import Report, Runner, Worker
from coach.library.benchmark import Benchmark, BenchmarkStore
from coach.library.embedder import ResidentEmbedder
from coach.library.search import Search
from coach.people.team import Team, TeamStore
from coach.settings import Settings
from coach.store.benchmarks import SqlBenchmarkStore
from coach.store.calls import SqlCallStore
from coach.store.desk import SqlDeskStore
from coach.store.engine import migrate, open_engine
from coach.store.glossary import SqlGlossaryStore
from coach.store.jobs import SqlJobQueue
from coach.store.packs import SqlPackStore
from coach.store.people import SqlTeamStore
from coach.store.sessions import SqlSessionStore

TRANSCRIBE = "transcribe"
DEMO_TEAM = "示范班组"
DEMO_MEMBERS = ("林晓", "陈默", "王珊", "赵一鸣", "周可", "孙悦")


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
    host: Host
    search: Search
    zone: ZoneInfo

    def call(self, recording_id: str) -> Call:
        """A recording with its turns and exchanges. Raises NotFound."""
        return assemble(self.calls.get(recording_id), self.calls.segments(recording_id))

    def swap_roles(self, recording_id: str, by: str) -> None:
        """Agent and customer exchanged. Raises NotFound."""
        self.calls.save(with_roles_swapped(self.calls.get(recording_id), by))

    def put_transcript(self, recording_id: str, file: Path, name: str) -> Recording:
        """A transcript from elsewhere in place of what is there; a running job is cancelled.

        Raises:
            NotFound, TranscriptError.
        """
        recording = self.intake.describe(recording_id, file, name=name)
        for job in self.jobs.listed(recording_id):
            if job.state.open:
                self.jobs.cancel(job.id)
        return recording

    def transcribe(self, recording_id: str) -> Job:
        """Queue a transcription. Raises NotFound, JobRunning."""
        self.calls.get(recording_id)
        return self.jobs.enqueue(TRANSCRIBE, recording_id)

    def prepare(self, recording_id: str, plan: PlanOptions, words: PackWords) -> Pack:
        """Plan, cut and store a pack. Raises NotFound, NoExchanges, StillTranscribing."""
        call = self.call(recording_id)
        if call.turns and not self.calls.whole(recording_id):
            raise StillTranscribing()
        made = make_pack(
            call,
            plan_rounds(call.exchanges, call.recording.duration, plan),
            self.hearing.sounds(recording_id),
            words,
            plan.steps,
            new_id=new_id,
            now=now(),
        )
        self.packs.add(made)
        return made

    def mark(self, recording_id: str, index: int, tags: tuple[str, ...], by: str) -> Benchmark:
        """Mark an exchange as a benchmark. Raises NotFound."""
        call = self.call(recording_id)
        exchange = call.exchanges[index] if 0 <= index < len(call.exchanges) else None
        if exchange is None or exchange.answer is None:
            raise NotFound(what="问答", what_en="exchange", key=str(index + 1))
        found = Benchmark(
            id=new_id(),
            recording_id=recording_id,
            question=exchange.question.text,
            answer=exchange.answer.text,
            start=exchange.question.start or 0.0,
            end=exchange.answer.end or 0.0,
            agent=call.recording.meta.agent,
            node=call.recording.meta.node,
            tags=tags,
            marked_by=by,
            created_at=now(),
        )
        return self.benchmarks.add(found)


def build(settings: Settings, *, migrated: bool = False) -> Services:
    """Open the database (migrating it unless told it is) and put the services together.

    Raises:
        DatabaseProblem.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(database(settings))
    if not migrated:
        migrate(engine, settings.data / "migrate.lock")
    calls = SqlCallStore(engine, now)
    glossary = SqlGlossaryStore(engine, now)
    packs = SqlPackStore(engine)
    benchmarks = SqlBenchmarkStore(engine)
    hearing = Hearing(settings.audio, settings.clips)
    limits = AudioLimits(most_hours=settings.max_hours)
    embedding = embedding_folder(settings)
    return Services(
        settings=settings,
        engine=engine,
        calls=calls,
        glossary=glossary,
        repairing=Repairing(calls, SqlDeskStore(engine, now), glossary, new_id=new_id),
        teams=SqlTeamStore(engine, new_id=new_id, now=now),
        packs=packs,
        benchmarks=benchmarks,
        jobs=SqlJobQueue(engine, lease=settings.lease, new_id=new_id, now=now),
        hearing=hearing,
        intake=Intake(calls, hearing, settings.incoming, limits, new_id=new_id, now=now),
        host=Host(SqlSessionStore(engine), packs, hearing, new_id=new_id, now=now),
        search=Search(benchmarks, ResidentEmbedder(embedding) if embedding else None),
        zone=ZoneInfo(settings.time_zone),
    )


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


def load_recogniser(settings: Settings) -> Recogniser:
    """The speech model. Slow, and not for the web process. Raises ModelError."""
    allowed = settings.allow_download and not settings.offline
    folder = find_model(settings.model, settings.model_folders, download=allowed)
    options = WhisperOptions(settings.model_device, settings.model_compute, settings.model_threads)
    return FasterWhisper(folder, options)


def transcribing(services: Services, load: Callable[[], Recogniser]) -> Transcribing:
    """The transcription service with a given way to load the model."""
    options = TranscribeOptions(
        window=services.settings.window, language=services.settings.speech_language
    )
    return Transcribing(
        services.calls, services.glossary, services.hearing, load, options, LightSpeakers()
    )


def make_runner(settings: Settings) -> Runner:
    """Called in the worker's child. The model is loaded by the first job and kept."""
    services = build(settings, migrated=True)
    loaded: list[Recogniser] = []

    def load() -> Recogniser:
        if not loaded:
            loaded.append(load_recogniser(settings))
        return loaded[0]

    def run(job: Job, report: Report) -> None:
        transcribing(services, load).run(job.recording_id, report)

    return run


def make_worker(settings: Settings) -> Worker:
    """A worker on this machine."""
    return Worker(build(settings).jobs, make_runner, settings)


def load_demo(services: Services) -> list[str]:
    """Import the bundled calls, make the demo team and a pack; again, it changes nothing.

    Returns the recordings' ids in the order of the calls.
    """
    ids = []
    for audio in sorted(services.settings.demo.glob("*.flac")):
        about = json.loads(audio.with_suffix(".meta.json").read_text("utf-8"))
        transcript = audio.with_suffix(".transcript.json")
        taken = services.intake.take(
            audio,
            title=about["title"],
            meta=CallMeta(
                agent=about["agent"],
                team=DEMO_TEAM,
                called_at=parse_when(about["called_at"], services.zone),
                node=about["node"],
            ),
            transcript=transcript if transcript.is_file() else None,
        )
        ids.append(taken.recording.id)
    if not any(team.name == DEMO_TEAM for team in services.teams.listed()):
        team = Team(new_id(), DEMO_TEAM)
        services.teams.add(team)
        services.teams.add_members(team.id, list(DEMO_MEMBERS))
    have = {pack.recording_id for pack in services.packs.listed()}
    if ids and ids[0] not in have and services.calls.segments(ids[0]):
        words = PackWords(metric="一次解决率", why="先肯定再说明，把生效和取消一次讲清。")
        plan = PlanOptions(count=services.settings.rounds, minutes=services.settings.minutes)
        services.prepare(ids[0], plan, words)
    if not services.benchmarks.listed():
        for recording_id in ids:
            for index, exchange in enumerate(services.call(recording_id).exchanges[:6]):
                if exchange.answer is not None:
                    services.mark(recording_id, index, (), "demo")
    return ids
