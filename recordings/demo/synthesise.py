"""Make the four demo calls from dialogues.toml with espeak-ng.

Run from the checkout: ``.venv/bin/python recordings/demo/synthesise.py`` (needs libespeak-ng).
Writes, per call, an 8 kHz two-channel FLAC and, where asked, a transcript with the times of
every word: the library's own word events, so what the file says is where the sound is.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

HERE = Path(__file__).parent
RATE = 8000
VOICES = {"C": (b"cmn+f2", 255, 62), "A": (b"cmn+m3", 265, 38)}


@dataclass
class Utterance:
    samples: np.ndarray  # float64 mono at RATE
    words: list[tuple[float, float, str]]  # start, end in seconds, text


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class Espeak:
    """libespeak-ng in retrieval mode: samples and word events."""

    _CALLBACK = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
    )

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        self.lib = ctypes.CDLL(name)
        self.rate = self.lib.espeak_Initialize(1, 0, None, 0)  # 1 = AUDIO_OUTPUT_RETRIEVAL
        self.chunks: list[np.ndarray] = []
        self.marks: list[tuple[int, int]] = []  # text position (characters, from 1), milliseconds
        self._hook = self._CALLBACK(self._on_audio)  # kept: ctypes does not hold it
        self.lib.espeak_SetSynthCallback(self._hook)

    def _on_audio(self, wav: Any, count: int, events: Any) -> int:
        if wav and count:
            self.chunks.append(np.ctypeslib.as_array(wav, (count,)).astype(np.float64) / 32768)
        i = 0
        while events[i].type != 0:
            if events[i].type == 1:  # espeakEVENT_WORD
                self.marks.append((events[i].text_position, events[i].audio_position))
            i += 1
        return 0

    def say(self, text: str, voice: bytes, speed: int, pitch: int) -> Utterance:
        self.chunks, self.marks = [], []
        self.lib.espeak_SetVoiceByName(voice)
        self.lib.espeak_SetParameter(1, speed, 0)
        self.lib.espeak_SetParameter(3, pitch, 0)
        raw = text.encode() + b"\0"
        self.lib.espeak_Synth(raw, len(raw), 0, 1, 0, 1, None, None)  # 1 = UTF-8
        self.lib.espeak_Synchronize()
        wave = resample(np.concatenate(self.chunks), self.rate)
        loud = np.flatnonzero(np.abs(wave) > 0.004)
        first, last = int(loud[0]), int(loud[-1]) + 1
        return Utterance(wave[first:last], self._words(text, first / RATE, (last - first) / RATE))

    def _words(self, text: str, offset: float, length: float) -> list[tuple[float, float, str]]:
        """One word per spoken character; punctuation stays with the one before it.

        The library adds a stray event at the end of a clause now and then, with a position that
        goes back: positions must rise.
        """
        starts: list[float] = []
        seen = 0
        for position, milliseconds in self.marks:
            if position > seen:
                seen = position
                starts.append(milliseconds / 1000 - offset)
        tokens = re.findall(r"\w[^\w]*", text)
        if len(starts) != len(tokens):
            raise SystemExit(f"{len(starts)} word events for {len(tokens)} characters: {text}")
        stops = [*starts[1:], length]
        return [
            (max(0.0, a), min(b, length), token)
            for a, b, token in zip(starts, stops, tokens, strict=True)
        ]


def resample(wave: np.ndarray, rate: int) -> np.ndarray:
    """To RATE through the frequency domain, keeping the telephone band (300-3400 Hz)."""
    count = round(len(wave) * RATE / rate)
    spectrum = np.fft.rfft(wave)
    freqs = np.fft.rfftfreq(len(wave), 1 / rate)
    spectrum[(freqs < 300) | (freqs > 3400)] = 0
    out = np.zeros(count // 2 + 1, complex)
    out[: min(len(out), len(spectrum))] = spectrum[: len(out)]
    return np.fft.irfft(out, count) * count / len(wave)


def build(call: dict[str, Any], espeak: Espeak) -> tuple[np.ndarray, list[dict[str, Any]]]:
    agent = call["agent_channel"]
    placed: list[tuple[int, float, np.ndarray]] = []
    segments: list[dict[str, Any]] = []
    now = 0.0
    for line in call["lines"].strip().splitlines():
        if line.startswith("H "):
            hold = float(line.split()[1])
            t = np.arange(int(hold * RATE)) / RATE
            tune = 0.02 * np.sin(2 * np.pi * 440 * t) * (1 + np.sin(2 * np.pi * 0.5 * t)) / 2
            placed.append((agent, now + 0.2, tune))
            now += hold + 0.4
            continue
        speaker, label, gap, text = line.split(" ", 3)
        spoken = espeak.say(text, *VOICES[speaker])
        channel = agent if speaker == "A" else 1 - agent
        start = now + float(gap)
        end = start + len(spoken.samples) / RATE
        placed.append((channel, start, spoken.samples * (0.7 / np.abs(spoken.samples).max())))
        entry: dict[str, Any] = {
            "channel": channel,
            "start": round(start, 3),
            "end": round(end, 3),
            "text": text,
            "words": [
                {
                    "start": round(start + a, 3),
                    "end": round(start + b, 3),
                    "text": w,
                    "probability": 1.0,
                }
                for a, b, w in spoken.words
            ],
        }
        if match := re.fullmatch(r"(\d+)([qa])", label):
            entry["exchange"] = int(match[1])
            entry["part"] = "question" if match[2] == "q" else "answer"
        segments.append(entry)
        now = max(now, end)
    sound = np.zeros((2, int((now + 0.6) * RATE)))
    for channel, start, wave in placed:
        at = round(start * RATE)
        sound[channel, at : at + len(wave)] += wave
    noise = np.random.default_rng(7).normal(0, 1 / 32768, sound.shape)  # line hiss, 1 LSB
    pcm = np.clip(np.round((sound + noise) * 32767), -32768, 32767).astype(np.int16)
    return pcm, segments


def write_flac(path: Path, pcm: np.ndarray) -> None:
    with av.open(str(path), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=RATE)
        stream.layout = "stereo"
        stream.format = "s16"
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(pcm.T).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)


def main() -> None:
    calls = tomllib.loads((HERE / "dialogues.toml").read_text("utf-8"))["call"]
    espeak = Espeak()
    for call in calls:
        pcm, segments = build(call, espeak)
        write_flac(HERE / f"{call['name']}.flac", pcm)
        about = {k: call[k] for k in ("title", "node", "agent", "called_at")}
        about["duration"] = round(pcm.shape[1] / RATE, 3)
        (HERE / f"{call['name']}.meta.json").write_text(
            json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        if call["transcript"]:
            doc = {"language": "zh", "segments": segments}
            rows = ",\n  ".join(json.dumps(s, ensure_ascii=False) for s in doc["segments"])
            (HERE / f"{call['name']}.transcript.json").write_text(
                f'{{"language": "zh", "segments": [\n  {rows}\n]}}\n', "utf-8"
            )
        print(f"{call['name']}: {about['duration']} s, {len(segments)} utterances")


if __name__ == "__main__":
    main()
