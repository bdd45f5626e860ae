"""评分表 (质检录音监听标准): criteria with weights and described levels, and scores by them. Pure.

A score counts what applies: the weighted mean of the levels reached, 0..100, criteria that do not
apply left out. A forbidden thing (禁语) said takes everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coach.errors import BadInput

MOST = 20  # criteria; more are not filled in
LEVELS = 6


@dataclass(frozen=True)
class Criterion:
    """``levels``: what each looks like, from worst to best. ``fatal``: at the worst nothing counts."""

    name: str
    weight: float
    levels: tuple[str, ...]
    fatal: bool = False

    @property
    def best(self) -> int:
        return len(self.levels) - 1


@dataclass(frozen=True)
class Rubric:
    """A version of a rubric; scores keep the version they were made with."""

    id: str
    number: int
    name: str
    criteria: tuple[Criterion, ...]
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """One criterion's. ``level``: None where it does not apply. ``moment``: seconds in the call."""

    level: int | None
    comment: str = ""
    moment: float | None = None


@dataclass(frozen=True)
class Score:
    """Somebody's judgement of an exchange, or, without ``item_id``, of the call."""

    id: str
    rubric_id: str
    number: int
    recording_id: str
    item_id: str
    by_id: str
    by: str
    at: datetime
    marks: tuple[Mark, ...]
    total: float | None  # None where nothing applies
    calibration_id: str = ""

    @property
    def rater(self) -> str:
        """Whose it is: the account, for names may be equal; without accounts the name."""
        return self.by_id or self.by


def total(rubric: Rubric, marks: Sequence[Mark]) -> float | None:
    """0..100. Raises BadInput: the marks do not fit the rubric."""
    if len(marks) != len(rubric.criteria):
        raise BadInput(detail="评分项对不上", detail_en="marks do not fit the rubric")
    given = list(zip(rubric.criteria, marks, strict=True))
    for criterion, mark in given:
        if mark.level is not None and not 0 <= mark.level <= criterion.best:
            raise BadInput(
                detail=f"“{criterion.name}”还没有评",
                detail_en=f"“{criterion.name}” has no level yet",
            )
    if any(criterion.fatal and mark.level == 0 for criterion, mark in given):
        return 0.0
    got = weight = 0.0
    for criterion, mark in given:
        if mark.level is None:
            continue
        got += criterion.weight * mark.level / criterion.best
        weight += criterion.weight
    return round(100 * got / weight, 1) if weight else None


def parse_rubric(text: str) -> tuple[Criterion, ...]:
    """Criteria as people write them, one a line: ``name | weight | worst；…；best``, ``!`` before the
    name of what is fatal.

    Raises:
        BadInput: with the line; a name twice, a weight that is none, fewer than two levels.
    """
    found: dict[str, Criterion] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = [c.strip() for c in re.split(r"[|｜]", line)]
        name = cells[0].lstrip("!！").strip()[:20] if cells else ""
        levels = tuple(x.strip()[:60] for x in re.split(r"[；;]", cells[-1]) if x.strip())
        try:
            weight = float(cells[1]) if len(cells) == 3 else -1.0
        except ValueError:
            weight = -1.0
        if not name or name in found or not 0 < weight <= 1000 or not 2 <= len(levels) <= LEVELS:
            raise BadInput(
                detail=f"第 {number} 行要写成“名称 | 权重 | 差；好”，名称不能重复",
                detail_en=f"line {number}: name | weight | worst；best, names once",
            )
        found[name] = Criterion(name, weight, levels, cells[0].startswith(("!", "！")))
    if not 1 <= len(found) <= MOST:
        raise BadInput(detail=f"要有 1 到 {MOST} 项", detail_en=f"1 to {MOST} criteria are needed")
    return tuple(found.values())


def rubric_text(criteria: Sequence[Criterion]) -> str:
    """The inverse of ``parse_rubric``."""
    return "\n".join(
        f"{'!' if c.fatal else ''}{c.name} | {c.weight:g} | {'；'.join(c.levels)}" for c in criteria
    )


START_NAME = "热线服务"
START_TEXT = """\
开头语 | 5 | 没有或不完整；完整但平淡；完整、亲切、报了姓名或工号
倾听 | 15 | 打断客户；偶有抢话；让客户说完并有回应
确认需求 | 15 | 没有确认；确认不全；复述并得到客户肯定
方案 | 30 | 答错或没有方案；方案对但没说清；对、清楚、说明了时限和费用
主动服务 | 15 | 没有；有提醒但不贴切；主动提醒了客户会遇到的下一步
语气 | 5 | 生硬；平稳；有共情、让客户安心
结束语 | 5 | 没有；有但匆忙；问过还有没有问题，礼貌结束
!禁语 | 10 | 说了服务禁语；没有
"""
"""What a new site begins with; teams edit it, each change is a new version."""


class RubricStore(Protocol):
    """Where rubrics and scores are kept."""

    def rubrics(self) -> list[Rubric]:
        """The newest version of each, by name."""

    def rubric(self, rubric_id: str, number: int) -> Rubric:
        """Raises NotFound."""

    def add(self, rubric: Rubric) -> Rubric:
        """Store the next version of a rubric, or its first; returns it with its number."""

    def put(self, score: Score) -> None:
        """Store a score; the same person's of the same thing by the same rubric is replaced."""

    def scores(self, recording_id: str = "", calibration_id: str = "") -> list[Score]:
        """Of a call, or of a calibration; newest first."""

    def totals(self) -> dict[str, float]:
        """By exchange the mean of what people gave outside calibrations."""
