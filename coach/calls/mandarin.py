"""Mandarin as a recogniser should have written it: simplified characters, punctuation. Pure.

OpenCC turns traditional characters into simplified ones. Punctuation is only put where the model
gave none: a comma where the words leave a pause, the end by the wording.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from coach.calls.cues import asks, bare
from coach.calls.transcript import Segment, rewrite

PAUSE = 0.25  # seconds between two words: a comma
SHORTEST = 6  # characters: shorter segments stay without commas
_HAN = re.compile("[\u4e00-\u9fff]")
_MARKS = re.compile(r"[，。？！、；：,.?!;]")
_TAG_QUESTION = re.compile(r"(?:没有|对不对|是不是|好不好|行不行)$")  # asks only at the very end


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def is_chinese(text: str) -> bool:
    """Has Han characters."""
    return _HAN.search(text) is not None


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return str(_converter().convert(text))


def simplify(segment: Segment) -> Segment:
    """Traditional characters as simplified ones; words and times are kept."""
    text = simplified(segment.text)
    if text == segment.text:
        return segment
    if len(text) != len(segment.text):
        return rewrite(segment, [(0, len(segment.text), text)])
    pairs = enumerate(zip(segment.text, text, strict=True))
    return rewrite(segment, [(i, i + 1, new) for i, (old, new) in pairs if old != new])


def punctuate(segment: Segment) -> Segment:
    """Commas at pauses and an end, where a Chinese segment has no punctuation at all."""
    text = segment.text
    if not is_chinese(text) or _MARKS.search(text):
        return segment
    edits = []
    if segment.words and segment.located and len(bare(text)) >= SHORTEST:
        at = clause = 0
        for word, after in zip(segment.words, segment.words[1:], strict=False):
            at += len(word.text if at else word.text.lstrip())
            clause += len(word.text)
            if after.start - word.end >= PAUSE and clause > 1 and at < len(text):
                edits.append((at, at, "，"))
                clause = 0
    last = text[edits[-1][0] :] if edits else text
    edits.append((len(text), len(text), "？" if asks(last) or _TAG_QUESTION.search(last) else "。"))
    return rewrite(segment, edits)
