"""Character error rate of a model folder on speech it was not trained on.

    python measure.py FOLDER [--count 80]

Held-out wordings in held-out voices, telephone band, and the four demo calls through the product's
own chain. Punctuation is not counted.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from pathlib import Path
from typing import Any

import corpus
import numpy as np
from speech import RATE, library, utter


def distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def said(model: Any, wave: np.ndarray) -> str:
    from coach.calls.recogniser import ZH_PROMPT

    segments, _ = model.transcribe(
        wave, language="zh", beam_size=5, vad_filter=True, vad_parameters={"threshold": 0.2},
        word_timestamps=True, condition_on_previous_text=False, initial_prompt=ZH_PROMPT,
    )  # fmt: skip
    return "".join(s.text for s in segments)


def telephone(pcm: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    spectrum = np.fft.rfft(np.pad(pcm.astype(np.float32) / 32768, (8000, 8000)))
    freqs = np.fft.rfftfreq(len(pcm) + 16000, 1 / RATE)
    spectrum[(freqs < 300) | (freqs > 3400)] = 0
    wave = np.fft.irfft(spectrum, len(pcm) + 16000)
    return (0.5 * wave + 1e-4 * draw.standard_normal(len(wave))).astype(np.float32)


def held_out(model: Any, count: int) -> None:
    draw, noise = random.Random("measure"), np.random.default_rng(3)
    wrong = total = exact = 0
    for i in range(count):
        one = utter(library(), draw, held=True)
        want, got = corpus.bare(one.text), corpus.bare(said(model, telephone(one.pcm, noise)))
        wrong, total, exact = wrong + distance(want, got), total + len(want), exact + (want == got)
        if i < 12:
            print(f"  {want}\n  {got}\n")
    print(f"held out: CER {wrong / total:.3f}, {exact} of {count} exact")


def demo(model: Any) -> None:
    import av

    wrong = total = 0
    calls = tomllib.loads(corpus.DEMO.read_text("utf-8"))["call"]
    for call in calls:
        with av.open(str(corpus.DEMO.parent / f"{call['name']}.flac")) as file:
            resampler = av.AudioResampler("fltp", "stereo", RATE)
            frames = [g.to_ndarray() for f in file.decode(audio=0) for g in resampler.resample(f)]
        both = np.concatenate(frames, axis=1).astype(np.float32)
        errors = length = 0
        for side, speaker in ((call["agent_channel"], "A"), (1 - call["agent_channel"], "C")):
            want = "".join(
                corpus.bare(line.split(" ", 3)[3])
                for line in call["lines"].strip().splitlines()
                if line.startswith(f"{speaker} ")
            )
            got = corpus.bare(said(model, both[side]))
            errors, length = errors + distance(want, got), length + len(want)
            print(f"  {got[:90]}")
        print(f"{call['name']}: CER {errors / length:.3f}")
        wrong, total = wrong + errors, total + length
    print(f"demo calls: CER {wrong / total:.3f}")


def main() -> None:
    from faster_whisper import WhisperModel

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=80)
    options = parser.parse_args()
    model = WhisperModel(str(options.folder), device="cpu", compute_type="int8")
    held_out(model, options.count)
    demo(model)


if __name__ == "__main__":
    main()
