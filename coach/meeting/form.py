"""录音分享记录表: what a session left, field by field, as it goes on paper. Pure.

It fills itself from the session; the leader adds promises and a few fields and signs. What is signed stays
as it was signed: a correction afterwards is a new version with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from coach.game.coverage import Learned, coverage, mark
from coach.game.hits import hits
from coach.game.pack import WITHDRAWN
from coach.game.phases import EntryKind, Kind, active, revealed
from coach.game.recalling import recallable, recalled, recalls
from coach.game.table import Table
from coach.game.view import chosen
from coach.meeting.record import round_seconds
from coach.meeting.signed import ABSENT, Note, Promise


@dataclass(frozen=True)
class Figures:
    """Shares, 0..1; None: nothing to count."""

    participation: float | None
    hit_rate: float | None


@dataclass(frozen=True)
class Beside:
    """What a form needs besides its session.

    ``members``: who belongs to the team, where the session does not say who was to come. ``begun``: when
    the first question was played; who sat down after it is late. ``previous``: the figures of the team's meeting before.
    """

    members: Sequence[str] = ()
    released: bool = True  # every clip is masked and released
    begun: datetime | None = None
    promises: Sequence[Promise] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    previous: Figures | None = None


@dataclass(frozen=True)
class FormRound:
    """A round on paper. Names stand in ``said`` only where everybody agreed."""

    number: int
    seconds: float
    asked: bool  # people were asked how they would answer
    question: str
    benchmark: str
    answered: int
    noted: int
    guessed: int
    said: tuple[str, ...]
    points: tuple[tuple[str, int, int], ...]  # name, answers that make it, answers written
    missed: tuple[str, ...]  # points that fewer than half made
    more: tuple[str, ...]  # what was said that the benchmark lacks
    notes: tuple[str, ...]
    guesses: tuple[str, ...]
    hits: tuple[int, int]  # guesses that the customer asked, guesses written
    third: str = ""  # the team's own version that most chose


@dataclass(frozen=True)
class RecordForm:
    """The form as it stands now."""

    number: str  # of the file
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
    late: tuple[str, ...]
    visitors: tuple[str, ...]
    signed_in: tuple[str, ...]
    rounds: tuple[FormRound, ...]
    recall: tuple[str, ...]
    recall_points: tuple[tuple[str, int, int], ...]
    beside: Beside

    @property
    def absent(self) -> tuple[str, ...]:
        return tuple(name for name in self.due if name not in self.present)

    @property
    def figures(self) -> Figures:
        """Participation: those present who answered, over the rounds in which they were asked."""
        places = sum(r.asked for r in self.rounds) * (len(self.present) + len(self.visitors))
        right, written = (sum(r.hits[i] for r in self.rounds) for i in (0, 1))
        return Figures(
            sum(r.answered for r in self.rounds) / places if places else None,
            right / written if written else None,
        )

    def fields(self) -> dict[str, Any]:
        """By the names that templates use; texts, but for ``rounds`` and ``promises``."""
        typed = {name: note.text for name, note in self.beside.notes.items()}
        absent = [_with(name, typed.get(ABSENT + name, "")) for name in self.absent]
        return {
            "number": self.number, "date": f"{self.at:%Y-%m-%d}", "time": f"{self.at:%H:%M}",
            "venue": typed.get("venue", ""), "team": self.team, "leader": self.leader,
            "title": self.title, "node": self.node, "metric": self.metric, "why": self.why,
            "bulletin": typed.get("bulletin", ""), "alias": self.alias, "pack": self.pack[:8],
            "released": "✓" if self.beside.released else "",
            "planned_minutes": f"{self.planned / 60:.1f}", "minutes": f"{self.spent / 60:.1f}",
            "due": len(self.due), "present": len(self.present), "names": "、".join(self.present),
            "late": "、".join(self.late), "absent": "、".join(absent),
            "visitors": "、".join(self.visitors), "signed_in": "、".join(self.signed_in),
            **_shown(self.figures, ""), **_shown(self.beside.previous or Figures(None, None), "previous_"),
            "recall": "；".join(self.recall), "recall_points": _points(self.recall_points),
            "sentence": typed.get("sentence", ""), "rounds": [_round_fields(r) for r in self.rounds],
            "promises": [
                {"who": p.who, "what": p.what, "until": p.until.isoformat() if p.until else ""}
                for p in self.beside.promises
            ],
        }  # fmt: skip


def make_form(
    table: Table, zone: tzinfo, learned: Learned, beside: Beside | None = None
) -> RecordForm:
    """The form of a session."""
    session, pack, beside = table.session, table.pack, beside or Beside()
    at = session.created_at.astimezone(zone)
    people = [s for s in session.seats if not s.visitor]
    signed = {e.seat for e in session.of(EntryKind.SIGN, -1)}
    begun = beside.begun
    return RecordForm(
        number=f"{at:%Y%m%d}-{session.id[:4].upper()}",
        at=at,
        team=session.team_name,
        leader=session.leader,
        title=pack.title,
        node=pack.node,
        metric=pack.metric,
        why=pack.why,
        alias=pack.alias,
        pack=pack.id,
        planned=pack.seconds,
        spent=active(session.state),
        due=session.due or tuple(beside.members) or tuple(s.name for s in people),
        present=tuple(s.name for s in people),
        late=tuple(s.name for s in people if s.at and begun and s.at > begun),
        visitors=tuple(s.name for s in session.seats if s.visitor),
        signed_in=tuple(s.name for s in session.seats if s.id in signed),
        rounds=_rounds(table, learned),
        recall=tuple(e.text for e in session.of(EntryKind.RECALL, -1) if e.text and e.shared),
        recall_points=_recalled(table, learned),
        beside=beside,
    )


def _recalled(table: Table, learned: Learned) -> tuple[tuple[str, int, int], ...]:
    points = recallable(table.pack, table.steps, table.session.state)
    rows = recalled(points, recalls(table.session), learned)["points"]
    return tuple((p["name"], p["made"], p["of"]) for p in rows if p["of"])


def _rounds(table: Table, learned: Learned) -> tuple[FormRound, ...]:
    right = hits(table, learned)
    shown = [
        i
        for i in range(len(table.pack.rounds))
        if revealed(table.steps, table.session.state, Kind.QUESTION, i)
    ]
    return tuple(_round(table, i, learned, right.get(i, (0, 0))) for i in shown)


def _round(table: Table, place: int, learned: Learned, right: tuple[int, int]) -> FormRound:
    session, r = table.session, table.pack.rounds[place]
    names = {s.id: s.name for s in session.seats}
    heard = revealed(table.steps, session.state, Kind.BENCHMARK, place)
    answers = session.of(EntryKind.ANSWER, place)
    written = [e for e in answers if e.text]
    marks = [mark(r.key_points, e.text, learned) for e in written]
    points = coverage(r.key_points, marks) if heard else []
    notes = session.of(EntryKind.NOTE, place)
    guesses = session.of(EntryKind.GUESS, place)
    return FormRound(
        number=place + 1,
        asked=revealed(table.steps, session.state, Kind.ANSWER, place),
        seconds=round_seconds(table)[place],
        question=r.question.text,
        benchmark=r.answer.text if heard else "",
        answered=len(session.given(EntryKind.ANSWER, place)),
        noted=len(session.given(EntryKind.NOTE, place)),
        guessed=len(session.given(EntryKind.GUESS, place)),
        said=tuple(f"{names.get(e.seat, '')}：{e.text}" if session.named else e.text for e in written),
        points=tuple((n, k, len(written)) for n, k in points),
        missed=tuple(n for n, k in points if written and 2 * k < len(written)),
        more=tuple(dict.fromkeys(x for m in marks for x in m.added)) if heard else (),
        notes=tuple(e.text for e in notes if e.text and e.shared),
        guesses=tuple(e.text for e in guesses if e.text),
        hits=right,
        third=max(chosen(session, place), key=lambda v: v[1], default=("", 0))[0],
    )  # fmt: skip


_COUNTED = ("hit_rate", "recall_points")
_COUNTED_IN_A_ROUND = ("points", "missed", "more", "hits")


def without_withdrawn(signed: dict[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Signed fields without the words of what was taken back since: nobody reads those any more."""
    rounds = [dict(r) for r in signed["rounds"]]
    for old, new in zip(rounds, now["rounds"], strict=False):
        for name in ("question", "benchmark"):
            if new[name] == WITHDRAWN:
                old[name] = WITHDRAWN
    return {**signed, "rounds": rounds, "released": now["released"]}


def counted_before(signed: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they stand, but where words were taken back: what was counted in them is as it was
    signed, since nobody can count it any more."""
    if now["released"]:
        return dict(now)
    rounds = [
        {**new, **{name: old[name] for name in _COUNTED_IN_A_ROUND if name in old}}
        for old, new in zip(signed["rounds"], now["rounds"], strict=False)
    ]
    kept = {name: signed[name] for name in _COUNTED if name in signed}
    return {**now, **kept, "rounds": [*rounds, *now["rounds"][len(rounds) :]]}


def same(signed: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether nothing of this session changed; what stands beside it of the one before may have."""
    return all(v == now[k] for k, v in signed.items() if not k.startswith("previous_"))


def _round_fields(r: FormRound) -> dict[str, Any]:
    return {
        "number": r.number, "seconds": round(r.seconds), "question": r.question, "benchmark": r.benchmark,
        "answered": r.answered, "noted": r.noted, "guessed": r.guessed, "said": "；".join(r.said),
        "points": _points(r.points), "missed": "、".join(r.missed), "more": "、".join(r.more),
        "notes": "；".join(r.notes), "guesses": "；".join(r.guesses),
        "hits": f"{r.hits[0]}/{r.hits[1]}" if r.hits[1] else "", "third": r.third,
    }  # fmt: skip


def _points(points: Sequence[tuple[str, int, int]]) -> str:
    return "、".join(f"{n} {k}/{of}" if of else n for n, k, of in points)


def _shown(figures: Figures, which: str) -> dict[str, str]:
    values = {"participation": figures.participation, "hit_rate": figures.hit_rate}
    return {which + name: "" if v is None else f"{v:.0%}" for name, v in values.items()}


def _with(name: str, reason: str) -> str:
    return f"{name}（{reason}）" if reason else name
