"""Makes nouns and sounds for tests."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.exchanges import Exchange, Part
from coach.calls.recording import Recording
from coach.calls.transcript import Role
from coach.calls.turns import Turn
from coach.game.pack import Line, Pack, PackRound
from coach.game.phases import Mode, begin
from coach.game.rounds import StepTimes
from coach.game.session import Seat, Session
from tests.conftest import DEMO

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def ids(prefix: str = "id") -> Callable[[], str]:
    """Ids that count up."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def dialogue(*lines: str, seconds: float = 2.0) -> list[Turn]:
    """Turns from "客 …" / "席 …" lines, one after another."""
    turns = []
    for i, line in enumerate(lines):
        role = {"客": Role.CUSTOMER, "席": Role.AGENT, "？": Role.UNKNOWN}[line[0]]
        start = i * seconds
        turns.append(Turn(role, line[2:], start, start + seconds - 0.5, speaker=line[0]))
    return turns


def exchange(
    index: int, *, question: float = 3.0, answer: float | None = 6.0, text: str = ""
) -> Exchange:
    """An exchange of given lengths, 10 s after the one before."""
    start = index * 100.0
    asked = Part((2 * index,), text or f"第{index}个问题怎么办呢", start, start + question)
    if answer is None:
        return Exchange(asked, None)
    begin_ = start + question + 0.5
    return Exchange(asked, Part((2 * index + 1,), f"回答{index}", begin_, begin_ + answer))


def recording(recording_id: str = "rec-1", **more: object) -> Recording:
    values: dict[str, object] = {
        "title": "通话", "source_name": "通话.wav", "duration": 60.0, "sample_rate": 8000,
        "channels": 2, "created_at": START,
    }  # fmt: skip
    return Recording(id=recording_id, **{**values, **more})  # type: ignore[arg-type]


def pack(rounds: int = 3, *, follow: bool = True, steps: StepTimes = StepTimes()) -> Pack:  # noqa: B008
    """A pack whose texts and clip ids name what they are: SECRET marks what must not leak."""

    def line(name: str, i: int) -> Line:
        return Line(f"clip-{name}-{i}", Cut(i * 10.0, i * 10.0 + 3), f"SECRET-{name}-{i}")

    return Pack(
        id="pack-1",
        recording_id="rec-1",
        title="包",
        node="",
        metric="",
        alias="",
        why="",
        steps=steps,
        rounds=tuple(
            PackRound(
                i + 1,
                line("question", i),
                line("answer", i),
                line("follow", i) if follow and i % 2 else None,
                0,
            )
            for i in range(rounds)
        ),
        created_at=START,
        seconds=240.0,
    )


def session(mode: Mode = Mode.TEAM, people: int = 3) -> Session:
    seats = tuple(Seat(f"seat-{i}", f"人{i}") for i in range(people if mode is Mode.TEAM else 1))
    return Session("ses-1", "pack-1", mode, None, "", "", seats, START, begin(START))


def tone_wav(
    path: Path, seconds: float = 3.0, *, rate: int = 8000, channels: int = 2, level: float = 0.3
) -> Path:
    """A WAV with a different tone in each channel."""
    t = np.arange(int(seconds * rate)) / rate
    columns = [level * np.sin(2 * np.pi * (300 + 200 * c) * t) for c in range(channels)]
    write_wav(path, (np.stack(columns, axis=1) * 32767).astype(np.int16), rate)
    return path


def write_wav(path: Path, pcm: np.ndarray, rate: int = 8000) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(pcm.shape[1])
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(pcm.tobytes())


def encode(
    path: Path, seconds: float = 3.0, *, codec: str, rate: int = 8000, layout: str = "mono"
) -> Path:
    """A tone encoded by PyAV."""
    import av

    t = np.arange(int(seconds * rate)) / rate
    wave_ = (0.3 * np.sin(2 * np.pi * 440 * t) * 32767).astype(np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(wave_.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=rate,
            frame_size=stream.codec_context.frame_size or None,
        )  # fmt: skip
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            part.pts = None
            for packet in stream.encode(part):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def pcm_of(path: Path) -> np.ndarray:
    """Samples of a two-channel file, shape (n, 2), -1..1."""
    import av

    with av.open(str(path)) as file:
        frames = [f.to_ndarray() for f in file.decode(audio=0)]
    flat = np.concatenate(frames, axis=1).reshape(-1) if frames[0].shape[0] == 1 else None
    both = flat.reshape(-1, 2) if flat is not None else np.concatenate(frames, axis=1).T
    return both.astype(np.float64) / 32768


def demo_sound(number: str) -> np.ndarray:
    """Both channels of a demo call."""
    return pcm_of(next(DEMO.glob(f"{number}*.flac")))


def stored(s: Services, folder: Path, sound: np.ndarray) -> str:
    """Import made-up channels as a recording."""
    path = folder / "made.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes())
    return s.intake.take(path).recording.id
