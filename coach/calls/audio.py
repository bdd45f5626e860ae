"""Reading audio files with PyAV, in a stream: memory does not grow with the call.

The only module that imports PyAV. Sources become one 16-bit WAV at the native rate, channels
interleaved: what is stored, what the fingerprint covers, and what clips are cut from.
"""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from coach.errors import (
    AudioError,
    EmptyFile,
    NoSamples,
    NotAudio,
    SilentAudio,
    TooLong,
    TooShort,
    TruncatedAudio,
    UnsupportedAudio,
)

Pcm = npt.NDArray[np.int16]  # shape (samples, channels)
ENDINGS = (".wav", ".mp3", ".m4a", ".mp4", ".aac", ".flac", ".ogg", ".opus", ".oga", ".amr", ".wma")


@dataclass(frozen=True)
class AudioLimits:
    """What is taken. Seconds, hours, Hz; silence as a peak in full-scale units."""

    least_seconds: float = 1.0
    most_hours: float = 4.0
    least_rate: int = 8000
    most_rate: int = 48000
    silence_peak: float = 0.002  # -54 dBFS
    truncation: float = 0.03  # share of the announced length that may be missing


@dataclass(frozen=True)
class Decoded:
    """What was written. ``pcm_hash`` covers native-rate 16-bit interleaved samples."""

    sample_rate: int
    channels: int
    samples: int
    pcm_hash: str

    @property
    def duration(self) -> float:
        return self.samples / self.sample_rate


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decode_to_wav(source: Path, target: BinaryIO, *, name: str, limits: AudioLimits) -> Decoded:
    """Decode ``source`` into a 16-bit WAV, written to ``target``, which can seek.

    Raises:
        AudioError: one of its kinds, when the source is not a usable call. ``target`` may then
            hold a part; the caller removes it.
    """
    import av

    if source.stat().st_size == 0:
        raise EmptyFile(name=name)
    try:
        with av.open(str(source), metadata_errors="ignore") as container:
            return _decode(container, target, name=name, limits=limits)
    except AudioError:
        raise
    except (av.error.FFmpegError, ValueError, EOFError, IndexError) as error:
        if isinstance(error, OSError) and error.errno == 28:  # ENOSPC is for the caller
            raise
        raise NotAudio(name=name) from error


def _decode(container: Any, target: BinaryIO, *, name: str, limits: AudioLimits) -> Decoded:
    if not container.streams.audio:
        raise NotAudio(name=name)
    stream = container.streams.audio[0]
    rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    if not (1 <= channels <= 2 and limits.least_rate <= rate <= limits.most_rate):
        raise UnsupportedAudio(name=name, channels=channels, rate=rate)
    announced = _announced(container, stream)
    digest, samples, peak = hashlib.sha256(), 0, 0
    most = int(limits.most_hours * 3600 * rate)
    damage = _Damage()
    with wave.open(target, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        for block in _blocks(container, stream, rate, channels, damage):
            data = block.tobytes()
            digest.update(data)
            out.writeframesraw(data)
            samples += len(block)
            peak = max(peak, int(np.abs(block.astype(np.int32)).max(initial=0)))
            if samples > most:
                raise TooLong(name=name, most=limits.most_hours)
    _check(samples, rate, peak, announced, damage, name=name, limits=limits)
    return Decoded(rate, channels, samples, digest.hexdigest())


@dataclass
class _Damage:
    """Packets read, and those that could not be decoded."""

    packets: int = 0
    bad: int = 0

    @property
    def share(self) -> float:
        return self.bad / max(1, self.packets)


def _announced(container: Any, stream: Any) -> float:
    """The length that the file itself states, seconds; 0 where it states none.

    An estimate from the bit rate (mp3 without a Xing header, raw AAC) is no statement.
    """
    path, kind = Path(container.name), container.format.name
    if kind == "wav":
        with path.open("rb") as file:
            stated = int.from_bytes(file.read(8)[4:8], "little") + 8
        size = path.stat().st_size
        length = float(stream.duration * stream.time_base) if stream.duration else 0.0
        return length * stated / size if size < stated < 0xFFFF_FFF0 else length
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if kind == "aac" or (kind == "mp3" and not any(m in head for m in (b"Xing", b"Info", b"VBRI"))):
        return 0.0
    return float(stream.duration * stream.time_base) if stream.duration else 0.0


def _check(
    samples: int,
    rate: int,
    peak: int,
    announced: float,
    damage: _Damage,
    *,
    name: str,
    limits: AudioLimits,
) -> None:
    found = samples / rate
    if samples == 0:
        raise NoSamples(name=name)
    missing = announced - found
    if missing > max(0.5, limits.truncation * announced) or damage.share > limits.truncation:
        raise TruncatedAudio(name=name, expected=max(announced, found), found=found)
    if found < limits.least_seconds:
        raise TooShort(name=name, seconds=found, least=limits.least_seconds)
    if peak < limits.silence_peak * 32768:
        raise SilentAudio(name=name)


def _blocks(
    container: Any, stream: Any, rate: int, channels: int, damage: _Damage
) -> Iterator[Pcm]:
    """Decoded blocks of shape (samples, channels), 16 bit, at the native rate.

    A packet that cannot be decoded is counted and passed over: one bad frame is no lost call.
    """
    import av

    layout = "stereo" if channels == 2 else "mono"
    resampler = av.AudioResampler(format="s16", layout=layout, rate=rate)
    for packet in container.demux(stream):
        damage.packets += 1
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            damage.bad += 1
            continue
        for frame in frames:
            frame.pts = None  # gaps in a container's clock must not become silence
            for part in resampler.resample(frame):
                yield part.to_ndarray().astype(np.int16, copy=False).reshape(-1, channels)
    for part in resampler.resample(None):
        yield part.to_ndarray().astype(np.int16, copy=False).reshape(-1, channels)


def resample(samples: npt.NDArray[np.float32], rate: int, to: int) -> npt.NDArray[np.float32]:
    """Mono float samples at ``rate`` Hz to ``to`` Hz (libswresample)."""
    import av

    if rate == to or samples.size == 0:
        return samples
    resampler = av.AudioResampler(format="flt", layout="mono", rate=to)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([p.to_ndarray().reshape(-1) for p in parts]).astype(np.float32)
