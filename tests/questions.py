"""Customers' questions, each in six people's words: written by hand, split before anything was tuned.

``python -m tests.questions`` prints the figures of docs/methods.md; ``rooms`` those of guesses; ``background`` writes how common
grams are, counted in the half that rules were tuned on.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from coach.library.grouping import grouped
from coach.library.lexical import BACKGROUND, grams
from coach.library.limits import Pair, learn_with
from coach.library.limits import Path as Figures
from coach.library.wording import bare

TUNED = {"bank": 0, "public": 1, "shopping": 1, "telecom": 0}  # where the tuned half begins
FILES = sorted((Path(__file__).parent / "data" / "search").glob("*.txt"))


@dataclass(frozen=True)
class Asked:
    """A question as the library has it, and as others ask it."""

    node: str
    question: str
    others: tuple[str, ...]


def read(paths: list[Path] = FILES) -> list[Asked]:
    """Groups of lines between empty ones; ``## `` names the node they belong to."""
    found: list[Asked] = []
    for path in paths:
        node = ""
        for block in path.read_text("utf-8").split("\n\n"):
            lines = [line.strip() for line in block.splitlines() if line.strip()]
            if lines and lines[0].startswith("## "):
                node = lines.pop(0)[3:]
            if lines:
                found.append(Asked(node, lines[0], tuple(lines[1:])))
    return found


def half(which: int) -> list[Asked]:
    """Every second question: 0, what rules and background were tuned on; 1, unread, for figures."""
    return [a for path in FILES for a in read([path])[(which + TUNED[path.stem]) % 2 :: 2]]


def pairs(asked: list[Asked]) -> list[Pair]:
    return [Pair(other, a.question, True) for a in asked for other in a.others]


def background() -> dict[str, object]:
    """Document frequencies of grams in the tuned half; what occurs once is left out."""
    texts = [bare(t) for a in half(0) for t in (a.question, *a.others)]
    counts = Counter(g for t in texts for g in set(grams(t)))
    kept = sorted((g, n) for g, n in counts.items() if n > 1)
    return {"texts": len(texts), "grams": dict(kept)}


def rooms(which: int, count: int = 120) -> list[tuple[tuple[str, ...], list[int]]]:
    """Rooms of ten guesses about three to five questions of one node, and which question each asks."""
    draw, nodes = random.Random(1), {}
    for a in half(which):
        nodes.setdefault(a.node, []).append(a)
    large = [asked for asked in nodes.values() if len(asked) >= 3]
    found = []
    for _ in range(count):
        node = draw.choice(large)
        topics = draw.sample(node, min(len(node), draw.choice([3, 4, 5])))
        places = [draw.randrange(len(topics)) for _ in range(10)]
        texts = [draw.choice([topics[p].question, *topics[p].others]) for p in places]
        found.append((tuple(texts), places))
    return found


def together(which: int, same: float) -> tuple[float, float]:
    """Of the pairs put together how many ask the same, and of those that do how many are."""
    right = wrong = missed = 0
    for texts, asks in rooms(which):
        group = {m: n for n, g in enumerate(grouped(texts, same)) for m in g.members}
        for a, b in combinations(range(len(texts)), 2):
            alike, put = asks[a] == asks[b], group[a] == group[b]
            right, wrong, missed = (
                right + (alike and put),
                wrong + (put and not alike),
                missed + (alike and not put),
            )
    return right / (right + wrong), right / (right + missed)


def show(label: str, path: Figures) -> None:
    print(
        f"{label:32} @1 {path.first:.3f}  @3 {path.three:.3f}  @10 {path.ten:.3f}  AUC {path.auc:.3f}"
        f"  none {path.none:.3f} at {path.false_alarms:.2f} false alarms, limit {path.threshold:.3f}"
    )


if __name__ == "__main__":
    if "background" in sys.argv:
        BACKGROUND.write_text(json.dumps(background(), ensure_ascii=False) + "\n", "utf-8")
    for which, name in enumerate(("tuned half", "unread half")):
        if "rooms" in sys.argv:
            for same in (0.13, 0.2, 0.3):
                print(name, same, *(f"{x:.2f}" for x in together(which, same)))
            continue
        show(name, learn_with(pairs(half(which)), None).lexical)
