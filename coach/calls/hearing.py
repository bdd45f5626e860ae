"""The one place that cuts what may be heard. Uses pydub.

``masked`` is for teams and takes out what was found; only the gate calls it. ``original`` is for
preparing and repairing, and whoever calls it writes down who listened.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import tempfile
import warnings
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from coach.calls.cuts import Cut, Sounds
from coach.calls.fit import active
from coach.calls.masking.sound import Window, silence
from coach.calls.master import Master
from coach.calls.sealing.keyring import OPEN, Keyring
from coach.errors import NotFound, NotHearable, SealBroken

PEAKS_PER_SECOND = 40
LOUDEST = -3.0  # dBFS: a room needs level, a telephone recording has little
BLOCK = 60  # seconds worked on at once
FADE = 0.004  # seconds inside the kept side of an edge, so that a cut does not click


@dataclass(frozen=True)
class ClipFile:
    """A cut of a call on disk, mono 16-bit WAV at the native rate."""

    path: Path
    duration: float


class Hearing:
    """Cuts clips from stored recordings into a cache; safe to call from many threads."""

    def __init__(self, audio: Path, clips: Path, keys: Keyring = OPEN) -> None:
        self._audio = audio
        self._clips = clips
        self.keys = keys

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
        return Master(path, self.keys)

    def sounds(self, recording_id: str) -> Sounds:
        """Where each channel sounds."""
        path = self.master(recording_id).path
        return _sounds(path, path.stat().st_mtime_ns, self.keys)

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
        master = self.master(recording_id)
        path = self._clips / recording_id / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"
        for again in (False, True):
            if again or not path.is_file() or not self.keys.fresh_file(path):
                self._make(master, cut, windows, path)
            try:
                return ClipFile(path, Master(path, self.keys).duration)
            except SealBroken:  # it is only a cache
                if again:
                    raise
        raise AssertionError

    def opened(self, clip: ClipFile) -> BinaryIO:
        """A clip's bytes, to be sent. Raises SealingError."""
        return self.keys.open(clip.path)

    def silence(self, recording_id: str, windows: Sequence[Window]) -> None:
        """Overwrite these stretches of the stored sound with zeros, in place and for good, and
        forget what was cut from it. The length stays. Raises NotFound."""
        master = self.master(recording_id)
        with self._alone():
            if self.keys.sealing() is None:  # in the clear: over the very blocks it stands in
                with self.keys.open(master.path, write=True) as file:
                    _zero(file, master, windows)
            else:  # a piece half written could not be read again: whole or not at all
                with self._anew(master.path) as file:
                    _zero(file, master, windows)
        _sounds.cache_clear()
        shutil.rmtree(self._clips / recording_id, ignore_errors=True)

    def forget(self, recording_id: str) -> int:
        """Remove a recording's sound and all that was cut from it; returns how many files."""
        folder, count = self._clips / recording_id, 0
        _sounds.cache_clear()
        with self._alone():
            for _ in range(10):  # a clip may be under way
                mine = (*self._audio.glob(f"{recording_id}.*"), *folder.glob("*"))
                there = [f for f in mine if f.is_file()]
                for file in there:
                    file.unlink(missing_ok=True)
                count += len(there)
                shutil.rmtree(folder, ignore_errors=True)
                if not folder.exists():
                    break
        return count

    def reseal(self, recording_id: str) -> bool:
        """Put a recording's sound under the first key and drop cuts that are not; returns whether
        there was anything to do. Raises KeyMissing, SealBroken: it is left as it is."""
        path, changed = self.path(recording_id), False
        with self._alone():
            if path.is_file() and not self.keys.fresh_file(path):
                with self._anew(path):
                    changed = True
            for clip in (self._clips / recording_id).glob("*.wav"):
                if not self.keys.fresh_file(clip):
                    clip.unlink(missing_ok=True)
        return changed

    def stale(self) -> list[str]:
        """The ids of the recordings whose sound or cuts are not under the first key."""
        sounds = {p.stem for p in self._audio.glob("*.wav") if not self.keys.fresh_file(p)}
        cuts = {p.parent.name for p in self._clips.glob("*/*.wav") if not self.keys.fresh_file(p)}
        return sorted(sounds | cuts)

    def tidy(self, older_than: float, clock: float) -> None:
        """Remove what broke off while it was written, more than so many seconds ago."""
        with self._alone():
            for left in (*self._audio.glob("*.part"), *self._clips.glob("*/*.part")):
                with suppress(OSError):  # another process is just done with it
                    if clock - left.stat().st_mtime > older_than:
                        left.unlink()

    @contextmanager
    def _anew(self, path: Path) -> Iterator[BinaryIO]:
        """A copy of a stored file under the first key, to change; in its place at the end."""
        with self.keys.open(path) as old, _replacing(path) as draft, self.keys.create(draft) as new:
            shutil.copyfileobj(old, new, 1 << 20)
            new.seek(0)
            yield new
            new.flush()
            os.fsync(new.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes stored sound."""
        from filelock import FileLock

        self._audio.mkdir(parents=True, exist_ok=True)
        with FileLock(self._audio / "changing.lock"):
            yield

    def peaks(self, clip: ClipFile) -> list[float]:
        """The outline of a clip, PEAKS_PER_SECOND values of 0..1 a second."""
        pcm = (
            np.abs(Master(clip.path, self.keys).read(0, clip.duration)[:, 0].astype(np.float32))
            / 32768
        )
        count = max(1, round(clip.duration * PEAKS_PER_SECOND))
        return [round(float(part.max(initial=0)), 3) for part in np.array_split(pcm, count)]

    def _make(self, master: Master, cut: Cut, windows: Sequence[Window], path: Path) -> None:
        """Mixed to one channel, as loud as LOUDEST, a minute at a time: memory does not grow."""
        loudest, channel = _listen(master, cut, windows)
        if loudest < 0:
            raise NotHearable()
        gain = LOUDEST - 20 * math.log10(loudest / 32768) if loudest else 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            _replacing(path) as draft,
            self.keys.create(draft) as raw,
            wave.open(raw, "wb") as file,
        ):
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(master.sample_rate)
            blocks = list(_blocks(master, cut))
            for i, block in enumerate(blocks):
                sound = _mono(master, block, windows, channel).apply_gain(gain)
                sound = sound.fade_in(int(FADE * 1000)) if i == 0 else sound
                sound = sound.fade_out(int(FADE * 1000)) if i == len(blocks) - 1 else sound
                file.writeframesraw(sound.raw_data)


def _zero(file: BinaryIO, master: Master, windows: Sequence[Window]) -> None:
    """Zeros over these stretches, on the disk when it returns."""
    width = 2 * master.channels
    data = file.read(4096).index(b"data") + 8  # RIFF: the samples follow name and size
    for window in windows:
        first = max(0, math.floor(window.start * master.sample_rate))
        last = min(master.samples, math.ceil(window.end * master.sample_rate))
        file.seek(data + first * width)
        file.write(bytes(max(0, last - first) * width))
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write; in its place when that went well, else gone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".part")
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=2)
def _sounds(path: Path, _written: int, keys: Keyring) -> Sounds:
    """Pages draw again and again; a call's sound does not change."""
    levels = Master(path, keys).envelope()
    return Sounds(active(levels), levels)


def _pydub() -> Any:
    """pydub, without its warning that ffmpeg is missing: we only cut and write WAV."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    return AudioSegment


def _blocks(master: Master, cut: Cut) -> Iterator[Cut]:
    """A cut in parts of at most BLOCK seconds, each a whole number of samples."""
    rate = master.sample_rate
    first = min(max(0, round(cut.start * rate)), master.samples)
    last = min(max(first, round(cut.end * rate)), master.samples)
    for at in range(first, last, BLOCK * rate):
        yield Cut(at / rate, min(at + BLOCK * rate, last) / rate, cut.mutes)


def _kept(master: Master, block: Cut, windows: Sequence[Window]) -> np.ndarray:
    """Samples of a block without what is muted or masked."""
    return silence(_muted(master, block), master.sample_rate, windows, origin=block.start)


def _listen(master: Master, cut: Cut, windows: Sequence[Window]) -> tuple[int, int | None]:
    """The loudest sample of the mix, -1 where there is none; and the channel to take alone.

    Two channels that would cancel each other, being one upside down, are not mixed.
    """
    power, mixed, loudest = np.zeros(master.channels), 0.0, -1
    tops = np.zeros(master.channels, int)
    for block in _blocks(master, cut):
        pcm = _kept(master, block, windows).astype(np.int64)
        power += (pcm**2).sum(axis=0)
        mixed += float((pcm.sum(axis=1) ** 2).sum())
        tops = np.maximum(tops, np.abs(pcm).max(axis=0, initial=0))
        loudest = max(loudest, int(np.abs(pcm.sum(axis=1)).max(initial=0)) // master.channels)
    if loudest < 0 or master.channels != 2 or mixed >= 0.25 * power.max():
        return loudest, None
    channel = int(power.argmax())
    return int(tops[channel]), channel


def _mono(master: Master, block: Cut, windows: Sequence[Window], channel: int | None) -> Any:
    pcm = _kept(master, block, windows)
    if channel is not None:
        pcm = np.ascontiguousarray(pcm[:, channel : channel + 1])
    sound = _pydub()(
        pcm.tobytes(), frame_rate=master.sample_rate, sample_width=2, channels=pcm.shape[1]
    )
    return sound.set_channels(1)


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
