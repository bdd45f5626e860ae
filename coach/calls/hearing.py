"""The one place that cuts what may be heard. Uses pydub.

``masked`` is for teams and takes out what was found; only the gate calls it. ``original`` is for
preparing and repairing, and whoever calls it writes down who listened.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coach.calls.cuts import Cut, Sounds
from coach.calls.fit import active
from coach.calls.masking.sound import Window, silence
from coach.calls.master import Master
from coach.errors import NotFound, NotHearable

PEAKS_PER_SECOND = 40
LOUDEST = -3.0  # dBFS: a room needs level, a telephone recording has little
FADE = 0.004  # seconds inside the kept side of an edge, so that a cut does not click


@dataclass(frozen=True)
class ClipFile:
    """A cut of a call on disk, mono 16-bit WAV at the native rate."""

    path: Path
    duration: float


class Hearing:
    """Cuts clips from stored recordings into a cache; safe to call from many threads."""

    def __init__(self, audio: Path, clips: Path) -> None:
        self._audio = audio
        self._clips = clips

    def path(self, recording_id: str) -> Path:
        """Where the WAV of a recording is stored."""
        return self._audio / f"{recording_id}.wav"

    def master(self, recording_id: str) -> Master:
        """The stored WAV, for analysis; not for play.

        Raises:
            NotFound: the audio is gone.
        """
        path = self.path(recording_id)
        if not path.is_file():
            raise NotFound(what="录音文件", what_en="audio of recording", key=recording_id)
        return Master(path)

    def sounds(self, recording_id: str) -> Sounds:
        """Where each channel sounds."""
        levels = self.master(recording_id).envelope()
        return Sounds(active(levels), levels)

    def masked(self, recording_id: str, cut: Cut, windows: Sequence[Window]) -> ClipFile:
        """The clip of ``cut`` with ``windows`` silent, from the cache or newly made.

        Raises:
            NotFound: the audio is gone.
            NotHearable: the cut leaves nothing to hear.
        """
        return self._cut(recording_id, cut, windows, "masked")

    def original(self, recording_id: str, cut: Cut) -> ClipFile:
        """The clip of ``cut`` as it was recorded. Raises NotFound, NotHearable."""
        return self._cut(recording_id, cut, (), "original")

    def _cut(self, recording_id: str, cut: Cut, windows: Sequence[Window], kind: str) -> ClipFile:
        silent = [[round(w.start, 4), round(w.end, 4)] for w in windows]
        key = json.dumps([kind, recording_id, cut.to_json(), silent, LOUDEST], sort_keys=True)
        path = self._clips / recording_id / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"
        if not path.is_file():
            self._make(self.master(recording_id), cut, windows, path)
        return ClipFile(path, Master(path).duration)

    def forget(self, recording_id: str) -> int:
        """Remove a recording's sound and all that was cut from it; returns how many files."""
        files = [self.path(recording_id), *(self._clips / recording_id).glob("*")]
        there = [f for f in files if f.is_file()]
        for file in there:
            file.unlink(missing_ok=True)
        shutil.rmtree(self._clips / recording_id, ignore_errors=True)
        return len(there)

    def peaks(self, clip: ClipFile) -> list[float]:
        """The outline of a clip, PEAKS_PER_SECOND values of 0..1 a second."""
        pcm = np.abs(Master(clip.path).read(0, clip.duration)[:, 0].astype(np.float32)) / 32768
        count = max(1, round(clip.duration * PEAKS_PER_SECOND))
        return [round(float(part.max(initial=0)), 3) for part in np.array_split(pcm, count)]

    def _make(self, master: Master, cut: Cut, windows: Sequence[Window], path: Path) -> None:
        segment, normalize = _pydub()
        pcm = silence(_muted(master, cut), master.sample_rate, windows, origin=cut.start)
        if len(pcm) == 0:
            raise NotHearable()
        pcm = _one(pcm)
        sound = segment(
            pcm.tobytes(), frame_rate=master.sample_rate, sample_width=2, channels=pcm.shape[1]
        ).set_channels(1)
        if sound.max > 0:
            sound = normalize(sound, headroom=-LOUDEST)
        milliseconds = int(FADE * 1000)
        sound = sound.fade_in(milliseconds).fade_out(milliseconds)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        try:
            sound.export(temporary, format="wav").close()
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _pydub() -> Any:
    """pydub, without its warning that ffmpeg is missing: we only cut and write WAV."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.effects import normalize
    return AudioSegment, normalize


def _one(pcm: np.ndarray) -> np.ndarray:
    """Two channels that would cancel each other, being one upside down: the louder alone."""
    if pcm.shape[1] != 2:
        return pcm
    levels = np.sqrt((pcm.astype(np.float32) ** 2).mean(axis=0))
    mixed = np.sqrt((pcm.astype(np.float32).sum(axis=1) ** 2).mean())
    if mixed >= 0.5 * levels.max():
        return pcm
    loudest = int(levels.argmax())
    return np.ascontiguousarray(pcm[:, loudest : loudest + 1])


def _muted(master: Master, cut: Cut) -> np.ndarray:
    pcm = master.read(cut.start, cut.end).copy()
    rate, origin = master.sample_rate, round(cut.start * master.sample_rate)
    for mute in cut.mutes:
        first = max(0, round(mute.start * rate) - origin)
        last = max(first, round(mute.end * rate) - origin)
        ramp = min(first, int(FADE * rate))
        if ramp:
            slope = np.linspace(1, 0, ramp)
            pcm[first - ramp : first, mute.channel] = (
                pcm[first - ramp : first, mute.channel] * slope
            ).astype(np.int16)
        pcm[first:last, mute.channel] = 0
    return pcm
