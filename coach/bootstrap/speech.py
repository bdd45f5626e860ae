"""Speech models, and the worker that runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from coach.bootstrap.building import build
from coach.bootstrap.searching import embed_all, load_embedder, unembedded
from coach.bootstrap.services import AGAIN, EMBED, SECOND, SPOKEN, Services
from coach.calls.masking.second import SecondListening
from coach.calls.models import find_model, installed
from coach.calls.recogniser import FasterWhisper, Recogniser, WhisperOptions
from coach.calls.recording import Recording
from coach.calls.sherpa import SherpaSpeakers
from coach.calls.speakers import LightSpeakers, SpeakerEngine
from coach.calls.transcribing import TranscribeOptions, Transcribing
from coach.errors import (
    ModelError,
    ModelNotFound,
)
from coach.jobs.crew import Crew
from coach.jobs.queue import Job
from coach.jobs.worker import Report, Runner, Worker
from coach.settings import Settings

IDLE = 300.0  # seconds that the model for what people say stays in memory
BUNDLED = "demo-zh"  # the model that ships: it knows the synthetic voices of the demo calls only


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


def recognisers(settings: Settings) -> Callable[[Recording | None], Recogniser]:
    """Loads the model for a recording, or for what somebody says; the last one used is kept."""
    kept: dict[Path, Recogniser] = {}

    def load(recording: Recording | None) -> Recogniser:
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


def second_recogniser(settings: Settings) -> Recogniser:
    """The model that listens to what was masked. Raises ModelError."""
    folder = find_model(settings.second_model, settings.model_folders, download=False)
    return load_recogniser(folder, settings)


def listen(
    services: Services, load: Callable[[], Recogniser], recording_id: str, report: Report
) -> int:
    """The second listening to a recording's clips; how many were stopped. Raises ModelError."""
    language = services.settings.speech_language
    second = SecondListening(services.clips, services.gate, services.hearing.keys, load)
    return second.run(recording_id, None if language == "auto" else language, report)


def make_runner(settings: Settings) -> Runner:
    """Called in the worker's child. The model is loaded by the first job and kept."""
    services = build(settings, migrated=True)
    load = recognisers(settings)

    def run(job: Job, report: Report) -> None:
        if job.kind == EMBED:
            embedder = load_embedder(settings)
            if embedder is not None:
                texts = unembedded(settings, services.benchmarks)
                embed_all(services.benchmarks, texts, embedder, report)
            return
        if job.kind == SPOKEN:
            language = settings.speech_language
            services.dictation.write(
                job.about, load(None), None if language == "auto" else language
            )
            return
        if job.kind == SECOND:
            listen(services, lambda: second_recogniser(settings), job.recording_id, report)
            return
        again = job.id if job.kind == AGAIN else ""
        transcribing(services, load).run(job.recording_id, report, again=again)
        services.arrived(job.recording_id)

    return run


def make_worker(settings: Settings) -> Crew:
    """The workers of this machine: one for calls, one for what people say and wait for."""
    jobs, said = build(settings).jobs, frozenset({SPOKEN})
    return Crew(
        [
            Worker(jobs, make_runner, settings, but=said),
            Worker(jobs, make_runner, settings, only=said, idle=IDLE),
        ]
    )
