"""Which business node is a team weakest on, and who is strong there. Pure.

Rates of few calls are pulled to the mean of their node: beta-binomial empirical Bayes (Morris 1983,
"Parametric empirical Bayes inference"), the prior's weight by the method of moments from how much the
groups of a node differ. A team is compared with all others on the same node, since nodes differ in
difficulty by themselves; what it could win there is the gap times its calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

PRIOR = 20.0  # calls that the mean weighs where the groups are too few to tell how they differ
MOST_PRIOR = 500.0
LEAST_GROUPS = 4


@dataclass(frozen=True)
class Figure:
    """A line of a node report. Shares 0..1; None where the report does not tell."""

    node: str
    team: str
    agent: str
    calls: int  # 归档量
    solved: float | None = None  # 首问 / 一次解决率
    satisfied: float | None = None  # 满意度


@dataclass(frozen=True)
class Rate:
    """A share of calls. ``shrunk`` is what to believe of it, ``low`` and ``high`` its 90 % interval."""

    calls: float
    share: float
    shrunk: float
    low: float
    high: float


@dataclass(frozen=True)
class Weak:
    """A node of a team beside everybody's mean there. ``gap`` > 0: below it."""

    node: str
    team: str
    calls: int
    solved: Rate
    mean: float  # of all teams on this node
    sure: float  # chance that the team really is below the mean
    satisfied: float | None

    @property
    def gap(self) -> float:
        return self.mean - self.solved.shrunk

    @property
    def lost(self) -> float:
        """Calls that would be solved at once, were the team at the mean."""
        return self.gap * self.calls


@dataclass(frozen=True)
class Strong:
    """A colleague on a node."""

    agent: str
    team: str
    calls: int
    solved: Rate
    satisfied: float | None


def weak_nodes(figures: Sequence[Figure], team: str = "") -> list[Weak]:
    """Nodes where a team (or each) loses most against the mean of all, most lost first."""
    found: list[Weak] = []
    for node in dict.fromkeys(f.node for f in figures):
        teams = _grouped([f for f in figures if f.node == node], lambda f: f.team)
        rates = shrink([_counts(rows) for rows in teams.values()])
        mean = _mean(_counts(rows) for rows in teams.values())
        for (name, rows), rate in zip(teams.items(), rates, strict=True):
            if rate is None or (team and name != team):
                continue
            calls = sum(f.calls for f in rows)
            below = _below(rate, mean)
            found.append(Weak(node, name, calls, rate, mean, below, _satisfied(rows)))
    return sorted((w for w in found if w.gap > 0), key=lambda w: (-w.lost, w.node, w.team))


def strong_colleagues(figures: Sequence[Figure], node: str, count: int = 5) -> list[Strong]:
    """Who solves most at once on a node, small numbers pulled to the mean."""
    agents = _grouped([f for f in figures if f.node == node and f.agent], lambda f: f.agent)
    rates = shrink([_counts(rows) for rows in agents.values()])
    found = [
        Strong(name, rows[0].team, sum(f.calls for f in rows), rate, _satisfied(rows))
        for (name, rows), rate in zip(agents.items(), rates, strict=True)
        if rate is not None
    ]
    return sorted(found, key=lambda s: (-s.solved.shrunk, -(s.satisfied or 0), s.agent))[:count]


def shrink(groups: Sequence[tuple[float, float]]) -> list[Rate | None]:
    """Rates of groups of (calls, solved) with a common prior; None where a group has no calls."""
    known = [(n, k) for n, k in groups if n > 0]
    if not known:
        return [None] * len(groups)
    mean = sum(k for _, k in known) / sum(n for n, _ in known)
    weight = _prior(known, mean)
    return [_rate(n, k, mean, weight) if n > 0 else None for n, k in groups]


def _rate(calls: float, solved: float, mean: float, weight: float) -> Rate:
    a, b = solved + weight * mean, calls - solved + weight * (1 - mean)
    shrunk = a / (a + b)
    spread = 1.645 * math.sqrt(shrunk * (1 - shrunk) / (a + b + 1))
    return Rate(calls, solved / calls, shrunk, max(0.0, shrunk - spread), min(1.0, shrunk + spread))


def _prior(known: Sequence[tuple[float, float]], mean: float) -> float:
    """How many calls the mean weighs: few where the groups differ more than chance explains."""
    if len(known) < LEAST_GROUPS or not 0 < mean < 1:
        return PRIOR
    total = sum(n for n, _ in known)
    between = sum(n * (k / n - mean) ** 2 for n, k in known)
    by_chance = (len(known) - 1) * mean * (1 - mean)
    spread = (between - by_chance) / (total - sum(n * n for n, _ in known) / total)
    if spread <= 0:
        return MOST_PRIOR
    return min(MOST_PRIOR, max(1.0, mean * (1 - mean) / spread - 1))


def _below(rate: Rate, mean: float) -> float:
    spread = (rate.high - rate.low) / 2 / 1.645
    if spread <= 0:
        return float(rate.shrunk < mean)
    return NormalDist(rate.shrunk, spread).cdf(mean)


def _grouped(figures: Iterable[Figure], key: Callable[[Figure], str]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for f in figures:
        if f.solved is not None and f.calls > 0:
            found.setdefault(key(f), []).append(f)
    return found


def _counts(rows: Sequence[Figure]) -> tuple[float, float]:
    return float(sum(f.calls for f in rows)), sum(f.calls * (f.solved or 0) for f in rows)


def _mean(counts: Iterable[tuple[float, float]]) -> float:
    pairs = list(counts)
    calls = sum(n for n, _ in pairs)
    return sum(k for _, k in pairs) / calls if calls else 0.0


def _satisfied(rows: Sequence[Figure]) -> float | None:
    known = [f for f in rows if f.satisfied is not None]
    calls = sum(f.calls for f in known)
    return sum(f.calls * (f.satisfied or 0) for f in known) / calls if calls else None
