"""How much of one-channel calls goes to the right side: ``python -m tests.speakers SHARED``.

HarperValleyBank's two-channel calls mixed to one. The human transcript gives words and truth; the
words are handed over without their segments' bounds, cut where the sound pauses. CrossWOZ's
dialogues measure roles by wording alone: turns shuffled, so that strict alternation says nothing.
"""

from __future__ import annotations

import json
import random
import sys
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coach.calls.attributing import attribute, hints
from coach.calls.fit import active
from coach.calls.roles import decide_roles, wording
from coach.calls.speakers import LightSpeakers
from coach.calls.transcript import Role, Segment, Word

PAUSE = 0.3


@dataclass(frozen=True)
class RealCall:
    name: str
    rate: int
    mix: np.ndarray
    rows: list[dict]

    @property
    def seconds(self) -> float:
        return len(self.mix) / self.rate


@dataclass(frozen=True)
class Result:
    """Seconds of speech by one side alone, those with the right role, words likewise."""

    name: str
    seconds: float
    right: float
    words: int
    right_words: int
    sure: np.ndarray  # of each frame of 10 ms that counts: how sure, and whether it was right
    was_right: np.ndarray


def real_calls(shared: Path) -> Iterator[RealCall]:
    for path in sorted((shared / "harper_valley").rglob("*.wav")):
        with wave.open(str(path), "rb") as file:
            rate = file.getframerate()
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        mix = pcm.reshape(-1, 2).mean(axis=1) / 32768
        rows = json.loads(next((shared / "harper_valley").rglob(f"{path.stem}.json")).read_text())
        yield RealCall(path.stem, rate, mix, rows)


def _words(call: RealCall) -> list[tuple[Word, str]]:
    out = []
    for row in call.rows:
        pieces = row["text"].split()
        step = (row["end"] - row["start"]) / max(1, len(pieces))
        for i, piece in enumerate(pieces):
            at = row["start"] + i * step
            out.append((Word(at, at + step, f"{piece} "), row["role"]))
    return sorted(out, key=lambda w: w[0].start)


def heard(call: RealCall) -> list[Segment]:
    """The words in stretches between pauses of the mix, nobody's name on them."""
    hop = call.rate // 100
    frames = len(call.mix) // hop
    level = np.sqrt((call.mix[: frames * hop].reshape(frames, hop) ** 2).mean(axis=1))
    sound = active(level.astype(np.float32)[:, None])[:, 0]
    loud = np.flatnonzero(sound)
    edges = loud[1:][np.diff(loud) * 0.01 > PAUSE] * 0.01
    groups: dict[int, list[Word]] = {}
    for word, _ in _words(call):
        groups.setdefault(int(np.searchsorted(edges, word.start + 0.1)), []).append(word)
    return [
        Segment(g[0].start, g[-1].end, "".join(w.text for w in g).strip(), words=tuple(g))
        for g in groups.values()
    ]


def scored(call: RealCall) -> Result:
    rate, mix = call.rate, call.mix.astype(np.float32)
    said = heard(call)
    spans = LightSpeakers().separate(
        lambda a, b: mix[int(a * rate) : int(b * rate)], call.seconds, rate, hints(said)
    )
    found = attribute(said, spans)
    roles = decide_roles([(s.speaker, s.text) for s in found]).by_speaker
    want = np.zeros((int(call.seconds * 100) + 1, 2), bool)
    for row in call.rows:
        side = int(row["role"] == "agent")
        want[int(row["start"] * 100) : int(row["end"] * 100), side] = True
    got, sure = np.full(len(want), -1), np.zeros(len(want))
    for span in spans:
        side = int(roles.get(span.speaker) is Role.AGENT)
        got[int(span.start * 100) : int(span.end * 100)] = side
        sure[int(span.start * 100) : int(span.end * 100)] = span.sure
    counted = (want.sum(axis=1) == 1) & (got >= 0)
    agent = want[:, 1].astype(int)
    told = {(w.start, w.text): roles[s.speaker] for s in found for w in s.words}
    words = _words(call)
    right_words = sum(
        (told[w.start, w.text] is Role.AGENT) == (role == "agent") for w, role in words
    )
    hit = got[counted] == agent[counted]
    seconds, right = counted.sum() / 100, hit.sum() / 100
    return Result(call.name, seconds, right, len(words), right_words, sure[counted], hit)


def calibration(results: list[Result]) -> Iterator[tuple[float, float, float]]:
    """Of how sure an engine is: (at least so sure, share of the time, share of that right)."""
    sure = np.concatenate([r.sure for r in results])
    hit = np.concatenate([r.was_right for r in results])
    edges = [0.5, 0.7, 0.9, 0.995, 1.01]
    for low, high in zip(edges, edges[1:], strict=False):
        here = (sure >= low) & (sure < high)
        yield low, here.mean(), hit[here].mean() if here.any() else float("nan")


def wording_alone(shared: Path) -> tuple[float, float, int]:
    """CrossWOZ: share of dialogues with the right agent, of turns by their own words, dialogues."""
    archive = next((shared / "crosswoz").rglob("*.zip"))
    with zipfile.ZipFile(archive) as packed:
        name = next(n for n in packed.namelist() if n.endswith(".json"))
        dialogues = json.loads(packed.read(name))
    draw = random.Random(7)
    right = turns = right_turns = 0
    for dialogue in dialogues.values():
        said = [(m["role"], m["content"]) for m in dialogue["messages"]]
        draw.shuffle(said)
        roles = decide_roles(said).by_speaker
        right += roles.get("sys") is Role.AGENT
        for who, text in said:
            odds = wording(text)
            turns += 1
            right_turns += 0.5 if odds == 0 else (odds > 0) == (who == "sys")
    return right / len(dialogues), right_turns / turns, len(dialogues)


def main() -> None:
    shared = Path(sys.argv[1])
    results = [scored(call) for call in real_calls(shared)]
    for r in results:
        print(f"{r.name}  time {r.right / r.seconds:.3f}  words {r.right_words / r.words:.3f}")
    time = sum(r.right for r in results) / sum(r.seconds for r in results)
    words = sum(r.right_words for r in results) / sum(r.words for r in results)
    print(f"all  time {time:.3f}  words {words:.3f}")
    for low, share, right in calibration(results):
        print(f"sure {low:.3f} and more: {share:.3f} of the time, {right:.3f} of it right")
    print("CrossWOZ: dialogues {:.3f}, single turns {:.3f} (of {})".format(*wording_alone(shared)))


if __name__ == "__main__":
    main()
