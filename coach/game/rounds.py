"""The four-round planner: the whole call cut into contiguous rounds. Pure.

A dynamic programme over exchanges (the classic linear partition with a cost per part), then, with
a time budget, follow-ups left out from the rounds' ends until it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coach.calls import cues
from coach.calls.exchanges import Exchange
from coach.errors import NoExchanges

SHORTEST = 0.5  # of the time that people get: below that nobody can answer
UNWANTED = 100.0  # cost of opening a round with what somebody does not want; above all others


@dataclass(frozen=True)
class StepTimes:
    """Seconds that people get in each step; 0 switches a step off."""

    answer: float = 15.0
    share: float = 8.0
    note: float = 8.0
    guess: float = 7.0


@dataclass(frozen=True)
class PlanOptions:
    """What the leader asks for, and the weights of the cost."""

    count: int = 4
    minutes: float = 0.0  # 0 = the whole call
    steps: StepTimes = StepTimes()
    dull_opening: float = 1.0  # cost of opening with a question not worth answering
    short_question: int = 6  # characters; below this it is dull
    avoid: frozenset[int] = frozenset()  # exchanges that open no round: somebody wants another
    prefer: frozenset[int] = frozenset()  # exchanges that open one if they can: a comment is pinned
    keep: frozenset[int] = frozenset()  # exchanges that open one whatever it costs: somebody chose


FOUR_MINUTES = 4.0, StepTimes(answer=20, share=0, note=10, guess=0)
"""60 seconds a round: question, answer, benchmark, note."""
WORKSHOP = 15.0, StepTimes(answer=40, share=60, note=20, guess=20)
"""With time to talk about each answer."""


@dataclass(frozen=True)
class Offer:
    """A shorter plan: other times, another opening of ``position``, or a round fewer (position 0)."""

    position: int
    options: PlanOptions
    seconds: float


@dataclass(frozen=True)
class Round:
    """One round. ``exchanges`` are indices into the call's; the first ``kept`` of them play.

    ``start`` and ``end`` (seconds, None where the call has no times) are contiguous over rounds.
    """

    position: int
    exchanges: tuple[int, ...]
    kept: int
    start: float | None
    end: float | None

    @property
    def opening(self) -> int:
        return self.exchanges[0]

    @property
    def follow_ups(self) -> tuple[int, ...]:
        return self.exchanges[1 : self.kept]

    @property
    def skipped(self) -> tuple[int, ...]:
        return self.exchanges[self.kept :]


@dataclass(frozen=True)
class Plan:
    """The rounds, how long they take to play (seconds), and whether that is within the budget."""

    rounds: tuple[Round, ...]
    asked: int
    seconds: float
    budget: float

    @property
    def fits(self) -> bool:
        return not self.budget or self.seconds <= self.budget

    @property
    def fewer(self) -> bool:
        """Fewer rounds than asked for, since the call has fewer exchanges."""
        return len(self.rounds) < self.asked


def plan_rounds(
    exchanges: Sequence[Exchange],
    duration: float | None = None,
    options: PlanOptions = PlanOptions(),
) -> Plan:
    """Cut a call into rounds.

    Args:
        exchanges: in time order; those without an answer can follow, never open.
        duration: length of the call in seconds, the end of the last round.

    Raises:
        NoExchanges: not one exchange has an answer.
    """
    answered = [i for i, e in enumerate(exchanges) if e.answer]
    first = next((i for i in answered if i not in options.avoid), min(answered, default=None))
    if first is None:
        raise NoExchanges(detail=f"0/{len(exchanges)}")
    starts = _partition(exchanges, first, options)
    bounds = [*starts, len(exchanges)]
    times: list[float | None] = [exchanges[i].question.start for i in starts]
    times[0] = 0.0 if times[0] is not None else None
    rounds = [
        Round(
            n + 1,
            tuple(range(a, b)),
            b - a,
            times[n],
            times[n + 1] if n + 1 < len(times) else duration,
        )
        for n, (a, b) in enumerate(zip(bounds, bounds[1:], strict=False))
    ]
    budget = options.minutes * 60
    rounds = _within(rounds, exchanges, budget, options.steps)
    return Plan(
        tuple(rounds), options.count, playing_time(rounds, exchanges, options.steps), budget
    )


def swap(
    plan: Plan, position: int, exchanges: Sequence[Exchange], options: PlanOptions
) -> PlanOptions | None:
    """Options with which one round opens with another exchange and the others stay as they are.

    The least dull one that was not turned down before, between its neighbours' openings if there is
    one there; None where there is none in the whole call.
    """
    openings = [r.opening for r in plan.rounds]
    mine, later = openings[position - 1], openings[position:]
    first = openings[position - 2] + 1 if position > 1 else 0
    unwanted = options.avoid | {mine}
    others = frozenset(openings) - {mine}
    free = [i for i, e in enumerate(exchanges) if e.answer and i not in unwanted | others]
    if not free:
        return None
    near = range(first, later[0] if later else len(exchanges))
    new = min(free, key=lambda i: (i not in near, _dullness(exchanges[i], options), i))
    begins = min(others | {new})  # the call begins there: what comes before is not played
    unwanted |= {i for i in free if i < begins}
    return replace(options, avoid=frozenset(unwanted), keep=others | {new})


def offers(plan: Plan, exchanges: Sequence[Exchange], options: PlanOptions) -> list[Offer]:
    """What would make a plan fit that does not, the one that changes least first."""
    if plan.fits:
        return []
    found = []
    pauses = pause_time(len(plan.rounds), options.steps)
    left = plan.budget - (plan.seconds - pauses)
    if pauses and left / pauses >= SHORTEST:
        s, share = options.steps, left / pauses
        times = StepTimes(*(float(int(x * share)) for x in (s.answer, s.share, s.note, s.guess)))
        found.append(Offer(0, replace(options, steps=times), 0.0))
    lengths = {r.position: _length(r, exchanges) for r in plan.rounds}
    longest = max(lengths, key=lambda p: lengths[p])
    other = swap(plan, longest, exchanges, options)
    if other is not None:
        found.append(Offer(longest, other, 0.0))
    if len(plan.rounds) > 1:
        found.append(Offer(0, replace(options, count=len(plan.rounds) - 1), 0.0))
    tried = [(o, plan_rounds(exchanges, None, o.options)) for o in found]
    return [replace(o, seconds=p.seconds) for o, p in tried if p.seconds < plan.seconds]


def _length(r: Round, exchanges: Sequence[Exchange]) -> float:
    return sum(seconds_of(exchanges[i]) for i in r.exchanges[: r.kept])


def seconds_of(exchange: Exchange) -> float:
    """How long an exchange plays."""
    return exchange.question.seconds + (exchange.answer.seconds if exchange.answer else 0.0)


def playing_time(rounds: Sequence[Round], exchanges: Sequence[Exchange], steps: StepTimes) -> float:
    """Seconds for all rounds: clips and every step switched on; the last has no guess."""
    clips = sum(seconds_of(exchanges[i]) for r in rounds for i in r.exchanges[: r.kept])
    return clips + pause_time(len(rounds), steps)


def pause_time(rounds: int, steps: StepTimes) -> float:
    """Seconds of the steps between the clips."""
    return rounds * (steps.answer + steps.share + steps.note) + max(0, rounds - 1) * steps.guess


def _dullness(exchange: Exchange, options: PlanOptions) -> float:
    """0 for a question worth answering, up to 1.5 for one that is not."""
    text = exchange.question.text
    dull = 0.0
    if len(cues.bare(text)) < options.short_question:
        dull += 1.0
    if not cues.asks(text) and not cues.requests(text):
        dull += 0.5
    return dull


def _partition(exchanges: Sequence[Exchange], first: int, options: PlanOptions) -> list[int]:
    """Indices that open rounds. Cost of a round: squared deviation from the mean length, plus
    dullness of its opening; only answered exchanges open."""
    openings = [i for i in range(first, len(exchanges)) if exchanges[i].answer]
    count = min(options.count, len(openings))
    lengths = [seconds_of(e) for e in exchanges]
    mean = max(1e-9, sum(lengths[first:]) / count)
    sums = [0.0]
    for length in lengths:
        sums.append(sums[-1] + length)
    dull = {i: options.dull_opening * _dullness(exchanges[i], options) for i in openings}
    dull |= {i: -options.dull_opening for i in openings if i in options.prefer}
    dull |= {i: UNWANTED for i in openings if i in options.avoid}
    dull |= {i: -UNWANTED for i in openings if i in options.keep}

    def cost(a: int, b: int) -> float:
        return ((sums[b] - sums[a]) / mean - 1) ** 2 + dull[a]

    # best[i]: cheapest way to cut [i, n) into the rounds still to be made, and where they open
    n = len(exchanges)
    best: dict[int, tuple[float, list[int]]] = {i: (cost(i, n), [i]) for i in openings}
    for _ in range(count - 1):
        best = {
            i: min((cost(i, j) + rest, [i, *cuts]) for j, (rest, cuts) in best.items() if j > i)
            for i in openings
            if any(j > i for j in best)
        }
    return best[first][1]


def _within(
    rounds: list[Round], exchanges: Sequence[Exchange], budget: float, steps: StepTimes
) -> list[Round]:
    """Leave out last follow-ups, longest round first, until the budget holds."""
    rounds = list(rounds)
    while budget and playing_time(rounds, exchanges, steps) > budget:
        droppable = [r for r in rounds if r.kept > 1]
        if not droppable:
            break
        longest = max(droppable, key=lambda r: _length(r, exchanges))
        rounds[longest.position - 1] = replace(longest, kept=longest.kept - 1)
    return rounds


def next_question(plan: Plan, position: int, exchanges: Sequence[Exchange]) -> Exchange | None:
    """What is guessed at the end of a round: the next exchange played; None in the last round."""
    if position >= len(plan.rounds):
        return None
    here = plan.rounds[position - 1]
    index = here.follow_ups[0] if here.follow_ups else plan.rounds[position].opening
    return exchanges[index]


def plan_json(plan: Plan, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """The shape of ``coach rounds``."""

    def part(value: Any) -> dict[str, Any] | None:
        return {"start": value.start, "end": value.end, "text": value.text} if value else None

    out = []
    for r in plan.rounds:
        opening = exchanges[r.opening]
        following = next_question(plan, r.position, exchanges)
        out.append(
            {
                "position": r.position,
                "start": r.start,
                "end": r.end,
                "question": part(opening.question),
                "answer": part(opening.answer),
                "next_question": part(following.question if following else None),
                "follow_ups": list(r.follow_ups),
                "skipped": list(r.skipped),
            }
        )
    return {
        "rounds": out,
        "asked": plan.asked,
        "fewer": plan.fewer,
        "seconds": round(plan.seconds, 1),
        "fits": plan.fits,
    }
