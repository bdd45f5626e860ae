"""Make the four demo calls from dialogues.toml with espeak-ng.

Run from the checkout: ``.venv/bin/python recordings/demo/synthesise.py`` (needs libespeak-ng).
Writes, per call, an 8 kHz two-channel FLAC and, where asked, a transcript with the times of
every word: the library's own word events, so what the file says is where the sound is.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import av
import numpy as np
from espeak import Espeak

HERE = Path(__file__).parent
RATE = 8000
VOICES: dict[str, dict[str, Any]] = {
    "C": {"variant": "f2", "speed": 172, "pitch": 62},
    "A": {"variant": "m3", "speed": 180, "pitch": 38},
}


def resample(wave: np.ndarray, rate: int) -> np.ndarray:
    """From ``rate`` to RATE through the frequency domain, keeping the telephone band (300-3400 Hz)."""
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
        spoken = espeak.say(text, **VOICES[speaker])
        wave = resample(spoken.samples, spoken.rate)
        channel = agent if speaker == "A" else 1 - agent
        start = now + float(gap)
        end = start + len(wave) / RATE
        placed.append((channel, start, wave * (0.7 / np.abs(wave).max())))
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
