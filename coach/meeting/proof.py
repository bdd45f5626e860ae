"""成效: does stopping to guess teach more than listening straight through? Pure.

A balanced crossover (Jones and Kenward 2014): a team's packs are played paused or straight in random order,
as often one as the other, so everybody is compared with themselves. The effect is Cohen's d of the paired
differences (d_z) with the large-sample interval of Hedges and Olkin (1985); nothing is concluded before as
many people as a paired test needs for a small-to-medium effect at 80 % power have played both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist, fmean, stdev
from typing import Protocol

from coach.game.coverage import Learned, mark
from coach.game.hits import hits
from coach.game.phases import EntryKind, Kind, Mode, active, revealed
from coach.game.recalling import When, recallable
from coach.game.table import Table

EXPECTED = 0.35  # DESIGN §5: guessing first, then hearing, after seven days
POWER, LEVEL = 0.8, 0.05
LEAST = 5  # people below which not even a mean is shown


@dataclass(frozen=True)
class Recalled:
    """What one person recalled of one pack at one time: a share of its key points, 0..1."""

    person: str
    session: str
    straight: bool
    when: When
    days: int  # since it was played
    share: float


@dataclass(frozen=True)
class Compared:
    """Paused against straight at one time: those who have both, each against themselves."""

    when: When
    people: int
    paused: float  # mean share
    straight: float
    effect: float  # d, > 0: paused is better
    low: float
    high: float
    needed: int

    @property
    def enough(self) -> bool:
        return self.people >= self.needed


@dataclass(frozen=True)
class Played:
    """How one session went."""

    session: str
    # 0..1, answers of those present over the rounds that asked; None: none did
    participation: float | None
    minutes: float  # a round
    straight: bool
    at: datetime
    guesses: int = 0  # written, where the customer went on to ask
    right: int = 0


class ExperimentStore(Protocol):
    """Which teams compare."""

    def state(self, team: str) -> tuple[bool, datetime] | None:
        """Whether it does now, and since when it first did; None: never."""

    def switch(self, team: str, on: bool, by: str) -> None: ...


def assign(past: Sequence[bool], draw: Callable[[int], int]) -> bool:
    """Whether the next session is played straight: whichever was rarer, a coin where neither was."""
    straight = sum(past)
    if 2 * straight != len(past):
        return 2 * straight < len(past)
    return bool(draw(2))


def recalled_by(
    table: Table, first: Table, when: When, days: Callable[[datetime], int], learned: Learned
) -> list[Recalled]:
    """What each member who wrote a recall recalled of what they heard; visitors are not followed, nor
    is who was not there.

    Args:
        first: the session that is recalled: the same one, or another for a re-test.
        days: from a time to the days since the pack was played: by link each answers on their own day.
    """
    points = recallable(first.pack, first.steps, first.session.state)
    there = {s.person_id for s in first.session.seats}
    seats = {s.id: s.person_id for s in table.session.seats if s.person_id in there}
    session, straight = first.session.id, first.session.straight
    found = []
    for e in table.session.of(EntryKind.RECALL, -1):
        person = seats.get(e.seat)
        if person and e.text and points:
            share = len(mark(points, e.text, learned).made) / len(points)
            found.append(Recalled(person, session, straight, when, days(e.at), share))
    return found


def compare(found: Iterable[Recalled], when: When) -> Compared | None:
    """None below LEAST people who have played both ways."""
    both: dict[str, dict[bool, list[float]]] = {}
    for r in found:
        if r.when is when:
            both.setdefault(r.person, {}).setdefault(r.straight, []).append(r.share)
    pairs = [(fmean(x[False]), fmean(x[True])) for x in both.values() if len(x) == 2]
    if len(pairs) < LEAST:
        return None
    paused, straight = fmean(p for p, _ in pairs), fmean(s for _, s in pairs)
    effect, low, high = paired_effect([p - s for p, s in pairs])
    return Compared(when, len(pairs), paused, straight, effect, low, high, people_needed())


def paired_effect(differences: Sequence[float]) -> tuple[float, float, float]:
    """Cohen's d of paired differences, and its 95 % interval. Differences without spread have no d: 0
    and the whole line."""
    n, spread = len(differences), stdev(differences)
    if spread == 0:
        return 0.0, -math.inf, math.inf
    d = fmean(differences) / spread
    half = NormalDist().inv_cdf(1 - LEVEL / 2) * math.sqrt(1 / n + d * d / (2 * n))
    return d, d - half, d + half


def people_needed(effect: float = EXPECTED) -> int:
    """For a paired test at LEVEL and POWER, with Guenther's correction (1981) for small samples."""
    normal = NormalDist()
    z = normal.inv_cdf(1 - LEVEL / 2)
    return math.ceil(((z + normal.inv_cdf(POWER)) / effect) ** 2 + z * z / 2)


def teams_needed(people: int, members: int) -> int:
    """Teams of so many members that have to take part."""
    return math.ceil(people / max(1, members))


def weeks_needed(meetings_a_week: float) -> int:
    """Until everybody has played both ways and been asked again after seven days."""
    return math.ceil(2 / max(0.1, meetings_a_week)) + 1


@dataclass(frozen=True)
class Kept:
    """Of what was recalled at once, how much came back so many days later; 0..1."""

    days: float  # mean
    share: float
    count: int


def kept(found: Sequence[Recalled]) -> list[Kept]:
    """One point for each re-test, and the closing recall; none of fewer than LEAST."""
    at_once = {(r.person, r.session): r.share for r in found if r.when is When.CLOSING}
    out = []
    for when in When:
        mine = [(r, at_once.get((r.person, r.session), 0.0)) for r in found if r.when is when]
        mine = [(r, before) for r, before in mine if before]
        if len(mine) >= LEAST:
            share = sum(r.share for r, _ in mine) / sum(before for _, before in mine)
            out.append(Kept(fmean(r.days for r, _ in mine), share, len(mine)))
    return out


def half_life(found: Iterable[Recalled]) -> tuple[float, int] | None:
    """Days until half of what was recalled at once is forgotten, from everybody's re-tests together, and
    from how many. R = 2^(-t / h) (Ebbinghaus 1885; the exponential form of Wickelgren 1974).

    None below LEAST re-tests, or where nothing was forgotten.
    """
    at_once = {(r.person, r.session): r.share for r in found if r.when is When.CLOSING}
    kept = days = 0.0
    first, count = 0.0, 0
    for r in found:
        before = at_once.get((r.person, r.session))
        if r.when is not When.CLOSING and before:
            kept, first, days, count = kept + r.share, first + before, days + r.days, count + 1
    if count < LEAST or not 0 < kept < first:
        return None
    return -(days / count) * math.log(2) / math.log(kept / first), count


def played(table: Table, learned: Learned) -> Played | None:
    """How a team's session went; None where no round was played."""
    session = table.session
    heard = [
        i
        for i in range(len(table.pack.rounds))
        if revealed(table.steps, session.state, Kind.BENCHMARK, i)
    ]
    if session.mode is not Mode.TEAM or not heard or not session.seats:
        return None
    asked = [i for i in heard if revealed(table.steps, session.state, Kind.ANSWER, i)]
    answered = sum(len(session.given(EntryKind.ANSWER, i)) for i in asked)
    share = answered / (len(asked) * len(session.seats)) if asked else None
    minutes = active(session.state) / 60 / len(heard)
    found = hits(table, learned).values()
    right, written = sum(r for r, _ in found), sum(w for _, w in found)
    at = session.created_at
    return Played(session.id, share, minutes, session.straight, at, written, right)
