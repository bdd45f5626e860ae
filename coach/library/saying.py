"""Whether an answer says what a phrasing says, in words of its own. Pure.

Method: logistic regression on a few facts of the two: how much of the phrasing the answer has, by how rare
its characters are, which says more of a long phrasing; whether it names the phrasing's numbers, others, or none; and for empathy, whether
somebody's feelings are spoken of. How long the answer is would fit our own a little better, and is left out:
who talks on and on has not said more.
The weights are fitted on the read half of our own labelled answers (``python -m tests.answers fit``); the
other half says how good they are (docs/methods.md).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from coach.calls.numbers import DIGITS
from coach.library.lexical import PAIR, Rarity, grams
from coach.library.wording import bare, numbers

LONGEST = 120  # characters of a wording
BACKGROUND = Path(__file__).parent / "answers.json"  # python -m tests.answers background
STRETCH, STEP, LONG = 18, 4, 24  # characters of unpunctuated speech looked at together
EMPATHY = "有共情"
_CLAUSE = re.compile(r"[^，。？！；、,.?!;\n]+")
_FEELS = re.compile(
    r"理解|懂您|懂了|换(?:谁|我|成|了)|搁(?:谁|我)|着急|心急|难受|闹心|火大|糟心|心疼|遭罪|受罪|委屈|窝火|抱歉|对不住|对不起"
    r"|添麻烦|不舒服|担心|不容易|辛苦|受不了|不踏实|别急|放心|sorry|understand"
)
_ONE = re.compile(
    r"[一二两三四五六七八九](?=[号天日月年点块元角毛折倍兆级次]|个?(?:工作日|小时|钟头|月|星期|礼拜)|周|分钟?)"
)
_SAME_TIME = (
    (re.compile(r"半个?(?:小时|钟头)"), "30分钟"),
    (re.compile(r"半个?月"), "15天"),
    (re.compile(r"[一1]个?(?:周|星期|礼拜)"), "7天"),
    (re.compile(r"[两二2]个?(?:周|星期|礼拜)"), "14天"),
)
BIAS = -1.98
WEIGHTS = {
    "share": 1.0, "long": 4.23, "same": 0.82, "other": -2.36, "none": -2.39, "feels": 0.64, "unfelt": -0.32,
}  # fmt: skip
LIMIT = 0.55  # of the chance: from there on it is said


@cache
def _rarity() -> Rarity:
    """How rare a gram is among what agents say, and customers ask."""
    document = json.loads(BACKGROUND.read_text("utf-8"))
    return Rarity(document["grams"], document["texts"])


def amounts(text: str) -> frozenset[str]:
    """The numbers of a bare text, spans of time in one unit: 半小时 and 三十分钟 are the same."""
    for said, meant in _SAME_TIME:
        text = said.sub(meant, text)
    return numbers(_ONE.sub(lambda m: str(DIGITS[m[0]]), text))


@lru_cache(maxsize=8192)
def wording(text: str) -> str:
    """How words are known again."""
    return bare(text)[:LONGEST]


@lru_cache(maxsize=16384)
def likely(name: str, phrasings: tuple[str, ...], text: str) -> float:
    """The chance that an answer makes a point, 0..1; 0 for an answer or a point without words."""
    if not wording(text) or not any(wording(p) for p in phrasings):
        return 0.0
    start, end = where(phrasings, text)
    if otherwise(phrasings, wording(text[start:end])):
        return 0.0  # fifteen days are not three, however alike the rest
    score = BIAS + sum(WEIGHTS[k] * v for k, v in facts(name, phrasings, text).items())
    return 1 / (1 + math.exp(-score))


def otherwise(phrasings: Sequence[str], said: str) -> bool:
    """Whether words name other amounts than any phrasing, where every phrasing has some."""
    asked = [amounts(wording(p)) for p in phrasings if wording(p)]
    named = amounts(said)
    return bool(named) and all(a and not a & named for a in asked)


def facts(name: str, phrasings: Sequence[str], text: str) -> dict[str, float]:
    """What the chance is reckoned from."""
    said, wanted = bare(text), [w for w in map(wording, phrasings) if w]
    named, asked = amounts(said), frozenset().union(*map(amounts, wanted))
    feels = bool(_FEELS.search(text))
    share, length = max(((_share(w, said), len(w)) for w in wanted), default=(0.0, 0))
    return {
        "share": share,
        "long": share * math.log(1 + length),
        "same": len(asked & named) / len(asked) if asked else 0.0,
        "other": float(bool(asked and named and not asked & named)),
        "none": float(bool(asked and not named)),
        "feels": float(name == EMPATHY and feels),
        "unfelt": float(name == EMPATHY and not feels),
    }


def where(phrasings: Sequence[str], text: str) -> tuple[int, int]:
    """The stretch of an answer that says most of a phrasing: a clause, two, or some of a long one; all
    of it where none says anything of it."""
    wanted = [w for w in map(wording, phrasings) if w]

    def most(span: tuple[int, int, str]) -> tuple[float, int]:
        return max((_share(w, span[2]) for w in wanted), default=0.0), span[0] - span[1]

    best = max(stretches(text), key=most, default=(0, len(text), ""))
    return best[:2] if most(best)[0] > 0 else (0, len(text))


@lru_cache(maxsize=4096)
def stretches(text: str) -> tuple[tuple[int, int, str], ...]:
    """Places of an answer that may say something, with their wording; the whole comes last."""
    clauses = [(m.start(), m.end()) for m in _CLAUSE.finditer(text)]
    found = list(clauses)
    for start, end in clauses:
        if end - start > LONG:
            found += [(i, min(end, i + STRETCH)) for i in range(start, end - STRETCH // 2, STEP)]
    found += [
        (a, d) for (a, _), (_, d) in zip(clauses, clauses[1:], strict=False) if d - a <= 2 * LONG
    ]
    found.append((0, len(text)))
    return tuple((a, b, w) for a, b in dict.fromkeys(found) if (w := wording(text[a:b])))


def _share(phrasing: str, said: str) -> float:
    """How much of a phrasing's grams is said, by how rare each is; 0..1."""
    weights, there = _weights(phrasing), _grams(said)
    whole = sum(weights.values())
    return sum(w for g, w in weights.items() if g in there) / whole if whole else 0.0


@lru_cache(maxsize=8192)
def _weights(text: str) -> dict[str, float]:
    """What each gram tells; one that every text has, nothing."""
    return {g: _rarity().weight(g) - (1 if len(g) == 1 else PAIR) for g in grams(text)}


@lru_cache(maxsize=8192)
def _grams(text: str) -> frozenset[str]:
    return frozenset(grams(text))
