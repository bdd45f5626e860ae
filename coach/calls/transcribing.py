"""A recording to segments, window by window, each window of each channel stored when finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from coach.calls.audio import resample
from coach.calls.call import IMPORTED, CallStore, roles_from
from coach.calls.hearing import Hearing
from coach.calls.master import Master
from coach.calls.recogniser import RATE, Recogniser, shifted
from coach.calls.windows import plan_windows


@dataclass(frozen=True)
class TranscribeOptions:
    """What decides the result besides the model."""

    window: float = 300.0  # seconds
    language: str = "zh"  # or auto

    def hash(self, recogniser: str) -> str:
        """The same for the same model and options: a finished part is not made again."""
        text = json.dumps([recogniser, self.window, self.language])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


Progress = Callable[[float, float], None]  # seconds done, seconds in all


class Transcribing:
    """Runs a recogniser over a recording. Used in the worker's child, never in the screen."""

    def __init__(
        self,
        store: CallStore,
        hearing: Hearing,
        load: Callable[[], Recogniser],
        options: TranscribeOptions,
    ) -> None:
        self._store, self._hearing, self._load, self._options = store, hearing, load, options

    def run(self, recording_id: str, progress: Progress) -> None:
        """Transcribe what is not yet done; calling it again after the end does nothing.

        Raises:
            NotFound: no such recording, or its audio is gone.
            ModelError: from loading the recogniser.
        """
        self._store.get(recording_id)
        master = self._hearing.master(recording_id)
        recogniser = self._load()
        options = self._options.hash(recogniser.name)
        imported = self._store.parts_done(recording_id, IMPORTED)
        language = self._windows(recording_id, master, recogniser, options, progress)
        if self._store.parts_done(recording_id, IMPORTED) == imported:
            self._finish(recording_id, options, language)
        # else a person put a transcript in meanwhile: that one stays

    def _windows(
        self,
        recording_id: str,
        master: Master,
        recogniser: Recogniser,
        options: str,
        progress: Progress,
    ) -> str:
        """Every window of every channel that is not stored yet; returns the language."""
        done = self._store.parts_done(recording_id, options)
        channels: list[int | None] = [0, 1] if master.channels == 2 else [None]
        windows = plan_windows(master.envelope(), master.duration, longest=self._options.window)
        total = master.duration * len(channels)
        before = 0.0
        language = None if self._options.language == "auto" else self._options.language
        for number, window in enumerate(windows):
            for channel in channels:  # interleaved: the first minutes of both sides come first
                part = f"{number:04d}/{'mono' if channel is None else channel}"
                if part not in done:
                    samples = master.read_mono(window.start, window.end, channel)
                    heard = recogniser.transcribe(
                        resample(samples, master.sample_rate, RATE),
                        language=language,
                        progress=_from(progress, before, total),
                    )
                    language = language or heard.language
                    self._store.save_segments(
                        recording_id, part, options, shifted(heard.segments, window.start, channel)
                    )
                before += window.end - window.start
                progress(before, total)
        return language or ""

    def _finish(self, recording_id: str, options: str, language: str) -> None:
        """The transcript is whole: it counts from now on, and decides roles nobody has set."""
        self._store.replace_transcript(recording_id, options)
        recording = self._store.get(recording_id)
        if recording.roles_by in ("", "auto"):
            roles = roles_from(self._store.segments(recording_id))
            recording = replace(
                recording,
                roles=roles.by_speaker,
                role_confidence=roles.confidence,
                roles_by="auto",
            )
        self._store.save(replace(recording, language=language or recording.language))


def _from(progress: Progress, before: float, total: float) -> Callable[[float], None]:
    return lambda seconds: progress(before + seconds, total)
