"""校准: several people score the same exchanges blind; how far do they agree, and who drifts? Pure.

Agreement on a criterion is the mean over pairs of raters of Cohen's kappa with quadratic weights
(Cohen 1968), since levels are ordered; scikit-learn computes it. The one package for Krippendorff's
alpha that is kept up is GPL, which this project's licence does not allow.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from statistics import mean, pstdev
from typing import Protocol

from coach.library.rubrics import Mark, Rubric, Score

NEAR = 10.0  # points from the final score that still count as the same
DRIFTS = 5.0  # points above or below the final scores, on the mean, that are worth a talk


@dataclass(frozen=True)
class Calibration:
    """A round of it. ``finals``: the marks agreed on after the talk, by exchange."""

    id: str
    title: str
    rubric_id: str
    number: int
    items: tuple[str, ...]
    by: str
    at: datetime
    closed: bool = False
    finals: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class OnCriterion:
    """``kappa``: None where too few scored to tell. ``spread``: mean standard deviation, levels."""

    name: str
    kappa: float | None
    spread: float


@dataclass(frozen=True)
class Rater:
    """``drift``: points above (+) or below (−) the finals, else the mean of all. ``near``: share
    within NEAR points."""

    by: str
    scored: int
    drift: float
    near: float

    @property
    def drifts(self) -> bool:
        return abs(self.drift) >= DRIFTS


@dataclass(frozen=True)
class Agreement:
    """What came out."""

    criteria: tuple[OnCriterion, ...]
    raters: tuple[Rater, ...]
    kappa: float | None  # mean over criteria
    near: float | None  # of all scores, share within NEAR points of the final


def agreement(
    rubric: Rubric, scores: Sequence[Score], finals: Mapping[str, float | None]
) -> Agreement:
    """How far raters agree.

    Args:
        scores: of one calibration, one for each rater and exchange.
        finals: agreed totals by exchange; without one the mean of its scores stands for it.
    """
    by_item: dict[str, list[Score]] = {}
    for score in scores:
        by_item.setdefault(score.item_id, []).append(score)
    target = {
        item: finals.get(item) if finals.get(item) is not None else _mean(s.total for s in found)
        for item, found in by_item.items()
    }
    criteria = tuple(
        OnCriterion(c.name, _kappa(scores, place, c.best), _spread(by_item, place))
        for place, c in enumerate(rubric.criteria)
    )
    raters = tuple(
        _rater([s for s in scores if s.rater == rater], target)
        for rater in sorted({s.rater for s in scores})
    )
    known = [c.kappa for c in criteria if c.kappa is not None]
    scored = sum(r.scored for r in raters)
    near = sum(r.near * r.scored for r in raters) / scored if scored else None
    return Agreement(criteria, raters, mean(known) if known else None, near)


def _rater(mine: Sequence[Score], target: Mapping[str, float | None]) -> Rater:
    gaps = [
        s.total - wanted
        for s in mine
        if s.total is not None and (wanted := target.get(s.item_id)) is not None
    ]
    near = mean(abs(g) <= NEAR for g in gaps) if gaps else 0.0
    return Rater(mine[0].by, len(gaps), round(mean(gaps), 1) if gaps else 0.0, float(near))


def _kappa(scores: Sequence[Score], place: int, best: int) -> float | None:
    levels: dict[str, dict[str, int]] = {}
    for s in scores:
        level = s.marks[place].level
        if level is not None:
            levels.setdefault(s.rater, {})[s.item_id] = level
    found = []
    for a, b in combinations(sorted(levels), 2):
        common = sorted(levels[a].keys() & levels[b].keys())
        if len(common) >= 2:
            pair = [levels[a][i] for i in common], [levels[b][i] for i in common]
            found.append(_pair(*pair, best))
    return round(mean(found), 3) if found else None


def _pair(a: Sequence[int], b: Sequence[int], best: int) -> float:
    from sklearn.metrics import cohen_kappa_score

    if len({*a, *b}) == 1:
        return 1.0  # all gave the same: kappa is not defined, agreement is whole
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(a, b, labels=list(range(best + 1)), weights="quadratic"))


def _spread(by_item: Mapping[str, Sequence[Score]], place: int) -> float:
    spreads = []
    for found in by_item.values():
        levels = [s.marks[place].level for s in found]
        known = [level for level in levels if level is not None]
        if len(known) > 1:
            spreads.append(pstdev(known))
    return round(mean(spreads), 2) if spreads else 0.0


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return mean(known) if known else None


class CalibrationStore(Protocol):
    """Where calibrations are kept."""

    def add(self, calibration: Calibration) -> None: ...

    def get(self, calibration_id: str) -> Calibration:
        """Raises NotFound."""

    def listed(self) -> list[Calibration]:
        """Newest first."""

    def close(self, calibration_id: str) -> None:
        """Scores are open to everybody from now on, and no more come in."""

    def settle(self, calibration_id: str, item_id: str, marks: Sequence[Mark]) -> None:
        """The final marks of an exchange."""
