"""录音分享记录表: what a session left, field by field, as it goes on paper. Pure.

It fills itself from the session; the leader adds promises and signs. What is signed stays as it was signed:
a correction afterwards is a new version with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from coach.game.coverage import Learned, coverage, mark
from coach.game.host import Table
from coach.game.phases import EntryKind, Kind, revealed
from coach.game.view import chosen
from coach.meeting.record import round_seconds

MOST_PROMISES = 12
LONGEST = 200  # characters of a promise


@dataclass(frozen=True)
class Promise:
    """承诺: who does what by when."""

    id: str
    who: str
    what: str
    until: date | None = None


@dataclass(frozen=True)
class Signed:
    """One version of a form as somebody signed it. ``body``: its fields."""

    number: int
    by: str
    at: datetime
    why: str  # the reason of a correction; "" for the first
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class FormRound:
    """A round on paper. Names stand in ``said`` only where everybody agreed."""

    number: int
    seconds: float
    question: str
    benchmark: str
    answered: int
    noted: int
    guessed: int
    said: tuple[str, ...]
    points: tuple[tuple[str, int, int], ...]  # name, answers that make it, answers written
    notes: tuple[str, ...]
    guesses: tuple[str, ...]
    third: str = ""  # the team's own version that most chose


@dataclass(frozen=True)
class RecordForm:
    """The form as it stands now."""

    at: datetime  # in the team's zone
    team: str
    leader: str
    title: str
    node: str
    metric: str
    why: str
    alias: str
    pack: str
    planned: float  # seconds
    spent: float
    due: tuple[str, ...]
    present: tuple[str, ...]
    visitors: tuple[str, ...]
    rounds: tuple[FormRound, ...]
    recall: tuple[str, ...]
    promises: tuple[Promise, ...] = ()

    @property
    def absent(self) -> tuple[str, ...]:
        return tuple(name for name in self.due if name not in self.present)

    @property
    def participation(self) -> float:
        """Share of those present who answered, over the rounds played; 0..1."""
        places = len(self.rounds) * (len(self.present) + len(self.visitors))
        return sum(r.answered for r in self.rounds) / places if places else 0.0

    def fields(self) -> dict[str, Any]:
        """By the names that templates use; texts, but for ``rounds`` and ``promises``."""
        return {
            "date": f"{self.at:%Y-%m-%d}", "time": f"{self.at:%H:%M}", "team": self.team,
            "leader": self.leader, "title": self.title, "node": self.node, "metric": self.metric,
            "why": self.why, "alias": self.alias, "pack": self.pack[:8],
            "planned_minutes": f"{self.planned / 60:.1f}", "minutes": f"{self.spent / 60:.1f}",
            "due": len(self.due), "present": len(self.present), "visitors": "、".join(self.visitors),
            "names": "、".join(self.present), "absent": "、".join(self.absent),
            "participation": f"{self.participation:.0%}", "recall": "；".join(self.recall),
            "rounds": [_round_fields(r) for r in self.rounds],
            "promises": [
                {"who": p.who, "what": p.what, "until": p.until.isoformat() if p.until else ""}
                for p in self.promises
            ],
        }  # fmt: skip


def make_form(
    table: Table,
    zone: tzinfo,
    members: Sequence[str],
    learned: Learned,
    promises: Sequence[Promise] = (),
) -> RecordForm:
    """The form of a session.

    Args:
        members: who belongs to the team, present or not.
    """
    session, pack = table.session, table.pack
    people = [s.name for s in session.seats if not s.visitor]
    recall = [e for e in session.of(EntryKind.RECALL, -1) if e.text and e.shared]
    return RecordForm(
        session.created_at.astimezone(zone),
        session.team_name,
        session.leader,
        pack.title,
        pack.node,
        pack.metric,
        pack.why,
        pack.alias,
        pack.id,
        pack.seconds,
        sum(session.state.spent),
        tuple(members) or tuple(people),
        tuple(people),
        tuple(s.name for s in session.seats if s.visitor),
        tuple(
            _round(table, i, learned)
            for i in range(len(pack.rounds))
            if revealed(table.steps, session.state, Kind.QUESTION, i)
        ),
        tuple(e.text for e in recall),
        tuple(promises),
    )


def _round(table: Table, place: int, learned: Learned) -> FormRound:
    session, r = table.session, table.pack.rounds[place]
    names = {s.id: s.name for s in session.seats}
    heard = revealed(table.steps, session.state, Kind.BENCHMARK, place)
    answers = session.of(EntryKind.ANSWER, place)
    written = [e for e in answers if e.text]
    marks = [mark(r.key_points, e.text, learned) for e in written]
    notes = session.of(EntryKind.NOTE, place)
    guesses = session.of(EntryKind.GUESS, place)
    return FormRound(
        place + 1,
        round_seconds(table)[place],
        r.question.text,
        r.answer.text if heard else "",
        len(answers),
        len(notes),
        len(guesses),
        tuple(f"{names.get(e.seat, '')}：{e.text}" if session.named else e.text for e in written),
        tuple((n, k, len(written)) for n, k in coverage(r.key_points, marks)) if heard else (),
        tuple(e.text for e in notes if e.text and e.shared),
        tuple(e.text for e in guesses if e.text),
        max(chosen(session, place), key=lambda v: v[1], default=("", 0))[0],
    )


def _round_fields(r: FormRound) -> dict[str, Any]:
    return {
        "number": r.number, "seconds": round(r.seconds), "question": r.question, "benchmark": r.benchmark,
        "answered": r.answered, "noted": r.noted, "guessed": r.guessed, "said": "；".join(r.said),
        "points": "、".join(f"{n} {k}/{of}" if of else n for n, k, of in r.points),
        "notes": "；".join(r.notes), "guesses": "；".join(r.guesses),
        "third": r.third,
    }  # fmt: skip


class FormStore(Protocol):
    """Where promises and signed versions are kept."""

    def promises(self, session_id: str) -> list[Promise]:
        """In the order they were made."""

    def promise(self, session_id: str, promise: Promise) -> None:
        """Raises NotFound."""

    def unpromise(self, session_id: str, promise_id: str) -> None: ...

    def versions(self, session_id: str) -> list[Signed]:
        """Newest first."""

    def sign(self, session_id: str, signed: Signed) -> bool:
        """False where that number is there already: somebody else was faster. Raises NotFound."""

    def signed(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The newest number of each that was signed."""
