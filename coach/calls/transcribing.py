"""A recording to segments, window by window, each window of each channel stored when finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coach.calls.attributing import attribute, hints
from coach.calls.audio import resample
from coach.calls.call import IMPORTED, CallStore, roles_from
from coach.calls.channels import Layout, layout, louder, own_voice
from coach.calls.fit import active
from coach.calls.glossary import Corrections, GlossaryStore, choose, uses
from coach.calls.hearing import Hearing
from coach.calls.master import FRAME, Master
from coach.calls.recogniser import HOTWORD_TOKENS, RATE, Recogniser, shifted
from coach.calls.recording import Recording
from coach.calls.refining import REFINING, refine
from coach.calls.roles import is_menu
from coach.calls.settling import settle
from coach.calls.speakers import SpeakerEngine
from coach.calls.transcript import Segment
from coach.calls.windows import Window, plan_windows

MONO = "mono"  # in the name of a part, after its window's number and a stroke
SILENT = 0.0008  # of full scale: 1 LSB of noise stays below
STEADY = 0.02  # share of a channel that stands out from its floor


@dataclass(frozen=True)
class TranscribeOptions:
    """What decides the result besides the model."""

    window: float = 300.0  # seconds
    first: float = 120.0  # the first window: a first round can be looked at early
    language: str = "zh"  # or auto

    def hash(self, recogniser: str, again: str = "") -> str:
        """The same for the same model and options: a finished part is not made again.

        The glossary is not in it: it changes while calls wait. ``again`` tells a transcription that
        somebody asked for anew from the one that is there.
        """
        text = json.dumps([REFINING, recogniser, self.window, self.first, self.language, again])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


Progress = Callable[[float, float], None]  # seconds done, seconds in all


@dataclass(frozen=True)
class _Task:
    """One recording under way."""

    recording_id: str
    master: Master
    layout: Layout
    recogniser: Recogniser
    hotwords: list[str]
    corrections: Corrections
    options: str  # hash
    only: int | None  # the channel to listen to where both carry the same; else the mean of all


class Transcribing:
    """Runs a recogniser over a recording. Used in the worker's child, never in the screen."""

    def __init__(
        self,
        store: CallStore,
        glossary: GlossaryStore,
        hearing: Hearing,
        load: Callable[[Recording], Recogniser],
        options: TranscribeOptions,
        speakers: SpeakerEngine,
    ) -> None:
        self._store, self._glossary, self._hearing = store, glossary, hearing
        self._load, self._options, self._speakers = load, options, speakers

    def run(self, recording_id: str, progress: Progress, *, again: str = "") -> None:
        """Transcribe what is not yet done; calling it again after the end does nothing.

        ``again``: the name of a transcription anew, the same each time it is taken up.

        Raises:
            NotFound: no such recording, or its audio is gone.
            ModelError: from loading the recogniser.
        """
        task = self._begin(recording_id, again)
        if self._store.whole(recording_id) == task.options:
            return
        imported = self._store.parts_done(recording_id, IMPORTED)
        language = self._windows(task, progress)
        if self._store.parts_done(recording_id, IMPORTED) == imported:
            self._finish(task, language)
        # else a person put a transcript in meanwhile: that one stays

    def _begin(self, recording_id: str, again: str) -> _Task:
        recording = self._store.get(recording_id)
        master = self._hearing.master(recording_id)
        recogniser = self._load(recording)
        terms = self._glossary.listed()
        hotwords = choose(
            terms, node=recording.meta.node, cost=recogniser.cost, room=HOTWORD_TOKENS
        )
        found = layout(master)
        if recording.layout != found:
            self._store.save(replace(recording, layout=found.value))
        return _Task(
            recording_id,
            master,
            found,
            recogniser,
            hotwords,
            Corrections(terms),
            self._options.hash(recogniser.name, again),
            louder(master) if found is Layout.SAME else None,
        )

    def _windows(self, task: _Task, progress: Progress) -> str:
        """Every window of every track that is not stored yet; returns the language."""
        done = self._store.parts_done(task.recording_id, task.options)
        levels = task.master.envelope()
        o = self._options
        windows = plan_windows(
            levels, task.master.duration, longest=o.window, first=min(o.first, o.window)
        )
        total, tracks = task.master.duration, len(task.layout.tracks)
        before = 0.0
        language = None if self._options.language == "auto" else self._options.language
        heard_language = language or ""
        for number, window in enumerate(windows):
            for channel in task.layout.tracks:  # interleaved: the first minutes of all come first
                part = _part(number, _track(channel))
                if part not in done:
                    level = levels.max(axis=1) if channel is None else levels[:, channel]
                    other = (
                        levels[:, 1 - channel]
                        if task.layout is Layout.SPLIT and channel is not None
                        else None
                    )
                    told = _from(progress, before, tracks, total)
                    segments, spoken = self._window(
                        task, window, channel, language, told, level, other
                    )
                    heard_language = heard_language or spoken
                    self._store.save_segments(task.recording_id, part, task.options, segments)
                before += (window.end - window.start) / tracks
                progress(before, total)
            if number == 0 and not self._store.get(task.recording_id).roles:
                self._who(task, until=window.end)  # a first round can be looked at early
        return heard_language

    def _window(
        self,
        task: _Task,
        window: Window,
        channel: int | None,
        language: str | None,
        progress: Callable[[float], None],
        level: npt.NDArray[np.float32],
        other: npt.NDArray[np.float32] | None,
    ) -> tuple[list[Segment], str]:
        """The refined segments of one window of one track, in call time, and their language."""
        part = level[int(window.start / FRAME) : int(window.end / FRAME) + 1]
        if part.max(initial=0.0) < SILENT:
            return [], ""  # the model would only make something up
        heard = task.recogniser.transcribe(
            resample(_samples(task, window, channel), task.master.sample_rate, RATE),
            language=language,
            hotwords=task.hotwords,
            progress=progress,
        )
        placed = shifted(heard.segments, window.start, channel)
        sound = active(level[:, None])[:, 0]
        known = sound.mean() > STEADY  # else a tone or noise from end to end hides the speech
        if known and other is not None:
            first, last = int(window.start / FRAME), int(window.end / FRAME) + 1
            own = (sound & (level > other))[first:last]
            placed = settle(placed, own, frame=FRAME, origin=first * FRAME)
        return refine(placed, task.corrections, sound if known else None), heard.language

    def _finish(self, task: _Task, language: str) -> None:
        """The transcript is whole: it counts from now on."""
        self._who(task, until=task.master.duration)
        self._store.replace_transcript(task.recording_id, task.options)
        segments = self._store.segments(task.recording_id)
        self._glossary.count(uses(self._glossary.listed(), "".join(s.text for s in segments)))
        recording = self._store.get(task.recording_id)
        self._store.save(replace(recording, language=language or recording.language))

    def _who(self, task: _Task, *, until: float) -> None:
        """Speakers and roles of what is there, unless a person has set the roles."""
        parts = self._store.parts(task.recording_id, task.options)
        menu, shared = _shared(task.layout, parts)
        if shared is not None:
            self._tell_apart(task, shared, until)
        recording = self._store.get(task.recording_id)
        speakers = {s.speaker for segments in parts.values() for s in segments}
        if recording.roles_by not in ("", "auto") and speakers & set(recording.roles):
            return  # a person's word, about these speakers
        parts = self._store.parts(task.recording_id, task.options)
        people = [
            s for part, segments in parts.items() if _track_of(part) != menu for s in segments
        ]
        roles = roles_from(people)
        self._store.save(
            replace(
                recording,
                roles=roles.by_speaker,
                role_confidence=roles.confidence,
                roles_by="auto",
            )
        )

    def _tell_apart(self, task: _Task, track: str, until: float) -> None:
        """Two people on one track: each of its stored parts gets its speakers."""
        channel = None if track == MONO else int(track)
        stored = self._store.parts(task.recording_id, task.options)
        parts = {part: segments for part, segments in stored.items() if _track_of(part) == track}
        master = task.master
        spans = self._speakers.separate(
            lambda start, end: master.read_mono(
                start, end, task.only if channel is None else channel
            ),
            until,
            master.sample_rate,
            hints([s for segments in parts.values() for s in segments]),
            [(s.start, s.end) for segments in parts.values() for s in segments],
        )
        for part, segments in parts.items():
            told = attribute(segments, spans)
            self._store.save_segments(task.recording_id, part, task.options, told)


def _shared(layout: Layout, parts: dict[str, list[Segment]]) -> tuple[str | None, str | None]:
    """(The track of a machine's menu, the track that both people speak on), where there are such."""
    if layout is not Layout.SPLIT:
        return None, _track(layout.tracks[0])
    for menu, other in (("0", "1"), ("1", "0")):
        texts = {
            track: [
                s.text for part, found in parts.items() if _track_of(part) == track for s in found
            ]
            for track in (menu, other)
        }
        if is_menu(texts[menu]) and not is_menu(texts[other]):
            return menu, other
    return None, None


def _part(number: int, track: str) -> str:
    """The name a window's text of one track is stored under."""
    return f"{number:04d}/{track}"


def _track_of(part: str) -> str:
    return part.partition("/")[2]


def _track(channel: int | None) -> str:
    return MONO if channel is None else str(channel)


def _samples(task: _Task, window: Window, channel: int | None) -> npt.NDArray[np.float32]:
    """One track of a window; of a pair of channels without what bleeds in from the other."""
    if task.layout is Layout.SPLIT and channel is not None:
        pcm = task.master.read(window.start, window.end)
        return own_voice(pcm, channel, task.master.sample_rate)
    return task.master.read_mono(
        window.start, window.end, task.only if channel is None else channel
    )


def _from(progress: Progress, before: float, tracks: int, total: float) -> Callable[[float], None]:
    """Seconds of the call: each of its tracks is a part of them."""
    return lambda seconds: progress(before + seconds / tracks, total)
