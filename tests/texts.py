"""What the demo calls say, and how far a text is from it."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import DEMO


def bare(text: str) -> str:
    """Without punctuation and spaces."""
    return re.sub(r"[^\w]", "", text)


def demo_text(number: str, channel: int) -> str:
    """Everything said on a channel of a demo call."""
    calls = tomllib.loads((DEMO / "dialogues.toml").read_text("utf-8"))["call"]
    call = next(c for c in calls if c["name"].startswith(number))
    speaker = "A " if channel == call["agent_channel"] else "C "
    lines = call["lines"].strip().splitlines()
    return "".join(bare(row.split(" ", 3)[3]) for row in lines if row.startswith(speaker))


def character_error_rate(said: str, heard: str) -> float:
    """Levenshtein's distance over the length of what was said; punctuation is not counted."""
    a, b = bare(said), bare(heard)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1] / max(1, len(a))
