"""The stored WAV of a recording: reading spans of it, and its loudness over time."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach.calls.audio import Pcm
from coach.calls.sealing.keyring import OPEN, Keyring

FRAME = 0.01  # seconds per value of an envelope


class Master:
    """A 16-bit WAV on disk, sealed or not. Every read opens the file: threads may share it.

    Raises (each method): KeyMissing, SealBroken.
    """

    def __init__(self, path: Path, keys: Keyring = OPEN) -> None:
        self.path, self._keys = path, keys
        with keys.open(path) as raw, wave.open(raw) as file:
            self.sample_rate: int = file.getframerate()
            self.channels: int = file.getnchannels()
            self.samples: int = file.getnframes()

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate

    def read(self, start: float, end: float) -> Pcm:
        """Samples of [start, end) seconds, clipped to the file; shape (samples, channels)."""
        first = min(max(0, round(start * self.sample_rate)), self.samples)
        last = min(max(first, round(end * self.sample_rate)), self.samples)
        with self._keys.open(self.path) as raw, wave.open(raw) as file:
            file.setpos(first)
            data = file.readframes(last - first)
        return np.frombuffer(data, dtype=np.int16).reshape(-1, self.channels)

    def read_mono(self, start: float, end: float, channel: int | None) -> npt.NDArray[np.float32]:
        """Float samples -1..1 of one channel, or of the mean of all."""
        pcm = self.read(start, end).astype(np.float32) / 32768
        return np.ascontiguousarray(pcm.mean(axis=1) if channel is None else pcm[:, channel])

    def envelope(self, start: float = 0.0, end: float | None = None) -> npt.NDArray[np.float32]:
        """RMS per channel and 10 ms, shape (frames, channels), read 60 s at a time."""
        stop = self.duration if end is None else min(end, self.duration)
        parts = []
        at = start
        while at < stop:
            pcm = self.read(at, min(at + 60.0, stop)).astype(np.float32) / 32768
            count = int(len(pcm) / (FRAME * self.sample_rate) + 1e-6)
            if count:  # frames by their times: 10 ms are no whole number of samples at 22,050 Hz
                edges = np.round(np.arange(count + 1) * FRAME * self.sample_rate).astype(int)
                edges = np.minimum(edges, len(pcm))
                sums = np.add.reduceat(pcm[: edges[-1]] ** 2, edges[:-1], axis=0)
                parts.append(np.sqrt(sums / np.diff(edges)[:, None]).astype(np.float32))
            at += 60.0
        empty = np.zeros((0, self.channels), np.float32)
        return np.concatenate(parts) if parts else empty
