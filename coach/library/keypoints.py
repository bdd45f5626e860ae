"""要点: what a good answer contains, with the wordings that count. Pure.

Behaviour-modelling research finds that learning points written as rules drive skill (Taylor, Russ-Eft
and Chan, 2005): a point says what to do, its phrasings what it can sound like.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from coach.errors import BadInput

MOST = 5  # points of one answer; more are not remembered
LONGEST = 40  # characters of a name or a phrasing
ACTS = ("有共情", "请客户确认")


@dataclass(frozen=True)
class KeyPoint:
    """One thing that a good answer contains."""

    name: str
    phrasings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Under which it is learnt what makes it: an act sounds alike everywhere, content is a benchmark's own."""
        if self.name in ACTS:
            return self.name
        said = hashlib.sha256("|".join(self.phrasings).encode()).hexdigest()
        return f"{self.name[:31]}#{said[:8]}"


_CUES: tuple[tuple[str, str], ...] = (
    ("有共情", r"理解|抱歉|对不起|不好意思|别着急|别急|放心|辛苦|让您久等|sorry|understand"),
    ("确认需求", r"您是(?:说|想|指|要)|您的意思|跟您(?:确认|核对)|确认一下|核对一下|you mean|confirm"),
    ("说清原因", r"因为|原因是|是由于|这是因为|之所以|because"),
    ("给出方案", r"建议您|您可以|可以帮您|帮您(?:办|申请|登记|取消|开通|查)|我给您|you can|i can"),
    ("说清费用", r"[零一二两三四五六七八九十百千\d.]+(?:块|元|毛)|免费|不收费|不额外|free of charge"),
    (
        "说清时间",
        r"[零一二两三四五六七八九十百千半\d]+(?:个?工作日|小时|分钟|天|个?月|号|点)"
        r"(?![零一二两三四五六七八九十百千\d.]+(?:块|元|毛))"  # three yuan a month is a price
        r"|当天|次日|马上|立即|"
        r"(?:下|次|本)个?月|生效|within|tomorrow",
    ),
    ("说明后果", r"如果不|否则|取消(?:后|以后)|期间|影响|otherwise"),
    ("主动提醒", r"提醒您|另外|还有一点|顺便|建议以后|以后可以|by the way|remind"),
    ("请客户确认", r"可以吗|行吗|好吗|您看(?:这样)?|清楚了吗|明白了吗|还有(?:什么|其他)|is that (?:ok|clear)"),
)  # fmt: skip
_CLAUSE = re.compile(r"[^，。？！；,.?!;]+")


def suggest(answer: str, others: Sequence[str] = ()) -> tuple[KeyPoint, ...]:
    """Points that an answer makes, each with the clause that makes it.

    Args:
        others: answers to the like that scored well; what most of them do comes first, and their
            clauses are phrasings that count as well.
    """
    found: list[tuple[float, int, KeyPoint]] = []
    for place, (name, cue) in enumerate(_CUES):
        mine = _clauses(answer, cue)
        if not mine:
            continue
        theirs = [c for other in others for c in _clauses(other, cue)[:1]]
        share = len(theirs) / len(others) if others else 0.0
        phrasings = tuple(dict.fromkeys([*mine[:2], *theirs[:3]]))
        found.append((-share, place, KeyPoint(name, phrasings)))
    best = sorted(found, key=lambda x: x[:2])[:MOST]
    return tuple(point for _, _, point in sorted(best, key=lambda x: x[1]))


@cache
def kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds of points that we know by their cues."""
    return tuple((name, re.compile(pattern, re.I)) for name, pattern in _CUES)


def cue(name: str) -> re.Pattern[str] | None:
    """How a point of one of these kinds sounds; None for a name that people gave."""
    return dict(kinds()).get(name)


def parse_points(text: str) -> tuple[KeyPoint, ...]:
    """Points as people write them: one a line, ``name：phrasing | phrasing``.

    Raises BadInput: more than people remember.
    """
    found: dict[str, KeyPoint] = {}
    for line in text.splitlines():
        name, _, rest = line.replace(":", "：", 1).partition("：")
        name = name.strip()[:LONGEST].strip()
        said = (p.strip()[:LONGEST].strip() for p in re.split(r"[|｜]", rest))
        if name:
            found[name] = KeyPoint(name, tuple(dict.fromkeys(p for p in said if p))[:10])
    if len(found) > MOST:
        raise BadInput(
            detail=f"要点最多 {MOST} 个，现在有 {len(found)} 个",
            detail_en=f"{MOST} key points at most, there are {len(found)}",
        )
    return tuple(found.values())


def points_text(points: Sequence[KeyPoint]) -> str:
    """The inverse of ``parse_points``."""
    return "\n".join(f"{p.name}：{' | '.join(p.phrasings)}".rstrip("：") for p in points)


def _clauses(text: str, cue: str) -> list[str]:
    pattern = re.compile(cue, re.I)
    return [c.strip()[:LONGEST] for c in _CLAUSE.findall(text) if pattern.search(c)]
