"""How a call went, in figures that coaching uses. Pure; seconds, and characters per minute.

Dead air is silence of both sides above 5 s (the threshold of Google's contact-centre insights)
that the agent did not announce; announced silence is hold time. An interruption starts while the
other side is in the middle of speaking and says more than a listener's sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.calls import cues
from coach.calls.transcript import Role
from coach.calls.turns import Turn

DEAD_AIR = 5.0
OVERLAP = 0.3  # speaking at once for less is taking turns
LEAST_LEFT = 0.5  # of the other's turn still to come: what starts later does not interrupt


@dataclass(frozen=True)
class Silence:
    """[start, end) in which nobody speaks; ``hold``: the agent asked the customer to wait."""

    start: float
    end: float
    hold: bool

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Metrics:
    """What ``measure`` finds."""

    talk: dict[Role, float]  # seconds
    silences: tuple[Silence, ...]  # hold, and dead air above DEAD_AIR
    interruptions: dict[Role, int]  # by whom
    pace: float  # the agent's characters per minute of speech
    longest: dict[Role, float]  # the longest turn in seconds

    @property
    def agent_share(self) -> float | None:
        """The agent's part of the speech, 0..1; None where nobody speaks."""
        total = sum(self.talk.values())
        return self.talk[Role.AGENT] / total if total else None

    @property
    def hold(self) -> float:
        """Seconds of announced waiting."""
        return sum(s.seconds for s in self.silences if s.hold)

    @property
    def dead_air(self) -> list[Silence]:
        """Silences that nobody announced."""
        return [s for s in self.silences if not s.hold]


def measure(turns: Sequence[Turn]) -> Metrics:
    """Figures of a call; turns of unknown role, without times or doubtful take no part."""
    timed = [
        (t, t.start, t.end)
        for t in turns
        if t.start is not None and t.end is not None and not t.doubt and t.role is not Role.UNKNOWN
    ]
    talk = dict.fromkeys((Role.AGENT, Role.CUSTOMER), 0.0)
    longest = dict(talk)
    for turn, start, end in timed:
        talk[turn.role] += end - start
        longest[turn.role] = max(longest[turn.role], end - start)
    spoken = sum(len(cues.bare(t.text)) for t, _, _ in timed if t.role is Role.AGENT)
    seconds = talk[Role.AGENT]
    return Metrics(
        talk=talk,
        silences=tuple(_silences(timed)),
        interruptions=_interruptions(timed),
        pace=60 * spoken / seconds if seconds else 0.0,
        longest=longest,
    )


Timed = Sequence[tuple[Turn, float, float]]


def _silences(timed: Timed) -> list[Silence]:
    out: list[Silence] = []
    until, asked = None, False
    for turn, start, end in timed:
        if until is not None and start > until:
            hold = asked and start - until > 1.0
            if hold or start - until > DEAD_AIR:
                out.append(Silence(until, start, hold))
        if until is None or end > until:
            until = end
        if turn.role is Role.AGENT:
            asked = cues.asks_to_wait(turn.text)
        elif not cues.is_nod(turn.text):
            asked = False
    return out


def _interruptions(timed: Timed) -> dict[Role, int]:
    counts = dict.fromkeys((Role.AGENT, Role.CUSTOMER), 0)
    for i, (turn, start, end) in enumerate(timed):
        if cues.is_nod(turn.text):
            continue
        for other, begun, stops in timed[max(0, i - 4) : i]:
            over = min(end, stops) - start
            if other.role is not turn.role and begun < start and over >= OVERLAP:
                counts[turn.role] += stops - start >= LEAST_LEFT
                break
    return counts
