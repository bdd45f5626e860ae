"""Speak the corpus with espeak-ng's Mandarin and keep it: 16 kHz samples with character times.

    python speech.py FOLDER     (48,000 utterances, 30 ms each; two processes)

Writes shards of 1,000 utterances, each from its own seed, so that a run can be taken up again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "recordings" / "demo"))

import corpus  # noqa: E402
from espeak import Espeak, WordsDoNotFit  # noqa: E402

RATE = 16000
SHARD = 1000
WORDS = 12  # the first shards: dictionary words and digits only
# espeak-ng's variants that sound like people; those of HELD speak only when the model is measured.
VARIANTS = [
    "m1",
    "m2",
    "m3",
    "m4",
    "m6",
    "m8",
    "f1",
    "f2",
    "f3",
    "f4",
    "klatt",
    "klatt2",
    "klatt4",
    "klatt5",
    "max",
    "steph3",
    "steph",
    "linda",
    "Annie",
    "Andrea",
    "Alicia",
    "adam",
    "antonio",
    "caleb",
    "ed",
    "edward",
    "Gene",
    "grandma",
    "grandpa",
    "Jacky",
    "john",
    "marcelo",
    "Mario",
    "Michael",
    "miguel",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "sandro",
    "shelby",
    "travis",
    "victor",
    "zac",
    "anika",
    "belinda",
]
HELD = ["m5", "m7", "f5", "Andy", "steph2", "Diogo", "Lee", "david"]


@dataclass(frozen=True)
class Utterance:
    """Samples (int16, 16 kHz), characters and phonemes with their starts in seconds."""

    pcm: np.ndarray
    words: list[tuple[float, float, str]]
    sounds: list[tuple[float, str]]

    @property
    def text(self) -> str:
        return "".join(w for _, _, w in self.words)


def utter(
    espeak: Espeak, draw: random.Random, *, service: bool = True, held: bool = False
) -> Utterance:
    """Say something in some voice. ``held``: a wording and a voice that are not trained on."""
    while True:
        text = corpus.phrase(draw, held=True) if held else corpus.sentence(draw, service=service)
        try:
            said = espeak.say(
                text,
                variant=draw.choice(HELD if held else VARIANTS),
                speed=draw.randint(145, 235),
                pitch=draw.randint(22, 82),
            )
        except WordsDoNotFit:
            continue
        wave = resample_poly(said.samples, 320, 441)  # 22,050 Hz to 16,000 Hz
        wave *= 0.7 / np.abs(wave).max()
        return Utterance((wave * 32767).astype(np.int16), said.words, said.sounds)


@cache
def library() -> Espeak:
    """One per process: a second one in the same process never answers."""
    return Espeak()


def write(folder: Path, number: int, count: int) -> None:
    draw = random.Random(f"speech {number}")
    made = [utter(library(), draw, service=number >= WORDS) for _ in range(count)]
    np.save(folder / f"{number:03}.tmp.npy", np.concatenate([u.pcm for u in made]))
    about = [{"n": len(u.pcm), "words": u.words, "sounds": u.sounds} for u in made]
    (folder / f"{number:03}.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    (folder / f"{number:03}.tmp.npy").rename(folder / f"{number:03}.npy")


def read(folder: Path, *, words: bool) -> list[Utterance]:
    """Utterances of the first shards, or of the others; samples stay on disk until they are used."""
    out = []
    for path in sorted(folder.glob("[0-9][0-9][0-9].npy")):
        if words != (int(path.stem) < WORDS):
            continue
        pcm, at = np.load(path, mmap_mode="r"), 0
        for row in json.loads(path.with_suffix(".json").read_text("utf-8")):
            said = [(a, b, w) for a, b, w in row["words"]]
            out.append(Utterance(pcm[at : at + row["n"]], said, [(t, s) for t, s in row["sounds"]]))
            at += row["n"]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shards", type=int, nargs=2, default=(0, 48), metavar=("FROM", "TO"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    missing = [
        (options.folder, n, SHARD)
        for n in range(*options.shards)
        if not (options.folder / f"{n:03}.npy").exists()
    ]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(write, missing, chunksize=1)


if __name__ == "__main__":
    main()
