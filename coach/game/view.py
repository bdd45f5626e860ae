"""What may be shown of a session now. Pure; nothing unrevealed is in it, whatever was asked.

``stage_view`` is the only thing that a stage is drawn from. Each text and clip goes in by
``Reveal``, which checks the step that reveals it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coach.game.coverage import NOTHING as NOTHING_LEARNED
from coach.game.coverage import Learned, coverage, mark, marks_json
from coach.game.odds import Base, odds
from coach.game.pack import Line, Pack, Poor
from coach.game.phases import (
    EntryKind,
    Kind,
    Mode,
    Program,
    State,
    Step,
    active,
    may_write,
    revealed,
    running,
    step_of,
)
from coach.game.recalling import recallable, recalled, recalls
from coach.game.session import Entry, Session


@dataclass(frozen=True)
class Known:
    """What is known besides the session: people's corrections, what customers asked next elsewhere
    where the step answers a guess, who was asked."""

    learned: Learned = NOTHING_LEARNED
    base: Base = field(default_factory=Base)
    before: tuple[str, ...] | None = None  # a re-test: what was recalled the first time
    heard: tuple[int, ...] | None = None  # and the rounds that were heard then
    picked: str = ""  # seat that is asked in the step at the cursor


NOTHING = Known()
_WRITES = {
    Kind.ANSWER: EntryKind.ANSWER,
    Kind.NOTE: EntryKind.NOTE,
    Kind.GUESS: EntryKind.GUESS,
    Kind.RECALL: EntryKind.RECALL,
    Kind.CONTRAST: EntryKind.DIFFERS,
    Kind.THIRD: EntryKind.THIRD,
    Kind.VOTE: EntryKind.VOTE,
    Kind.SUMMARY: EntryKind.SIGN,
}
_WHOLE = (EntryKind.RECALL, EntryKind.SIGN)  # of the session, not of a round
_BESIDE = (Kind.BENCHMARK, Kind.CONTRAST, Kind.THIRD, Kind.VOTE, Kind.NOTE, Kind.GUESS)


def stage_view(
    pack: Pack,
    steps: Program,
    session: Session,
    now: datetime,
    known: Known = NOTHING,
) -> dict[str, Any]:
    """The stage at the cursor, as plain values: texts, clip id and words of this step only."""
    step = steps[session.state.cursor]
    out = _frame(pack, steps, session, step, now)
    out.update(_round_view(pack, steps, session, step.round, step.kind))
    out.update(_entries_view(steps, session, step.kind, step.round))
    out.update(_points_view(pack, steps, session, step, known.learned))
    out.update(_guesses_view(pack, steps, session, known))
    out["again"] = _recalled_again(session, step.kind)
    if step.kind is Kind.SUMMARY:
        out["summary"] = _summary(pack, steps, session)
        points = recallable(pack, steps, session.state, known.heard)
        out["recalled"] = recalled(points, recalls(session), known.learned, known.before)
    if known.picked:
        out["picked"] = next((s.name for s in session.seats if s.id == known.picked), "")
    return out


def _recalled_again(session: Session, kind: Kind) -> bool:
    """Whether members are asked once more on another day: said at the end."""
    at_end = session.state.ended or kind is Kind.SUMMARY
    return at_end and session.mode is Mode.TEAM and not all(s.visitor for s in session.seats)


def _frame(
    pack: Pack, steps: Program, session: Session, step: Step, now: datetime
) -> dict[str, Any]:
    """Where the session is, its clock, and what the call is about."""
    state = session.state
    here = state.spent[state.reached] if state.reached < len(state.spent) else 0.0
    return {
        "revision": state.revision,
        "version": session.version,
        "mode": session.mode.value,
        "cursor": state.cursor,
        "reached": state.reached,
        "steps": [{"kind": s.kind.value, "round": s.round} for s in steps],
        "step": {"kind": step.kind.value, "round": step.round, "seconds": round(step.seconds, 1)},
        "rounds": len(pack.rounds),
        "present": len(session.seats),
        "paused": state.paused,
        "ended": state.ended,
        "heard": not step.clip or state.cursor in state.heard,
        "clock": {
            "total": round(active(state, now), 1),
            "step": round(here + running(state, now), 1),
            "running": state.since is not None and state.reached > 0,
            "planned": round(planned(steps)),
        },
        "opening": {
            "title": pack.title,
            "node": pack.node,
            "metric": pack.metric,
            "alias": pack.alias,
            "why": pack.why,
            "straight": session.straight,
        },
    }


def planned(steps: Program) -> float:
    """Seconds that the steps get, from their clips' lengths; the recall is outside of them, but for a
    re-test, which has nothing else."""
    inside = sum(s.seconds for s in steps if s.kind is not Kind.RECALL)
    return inside or sum(s.seconds for s in steps)


def _round_view(
    pack: Pack, steps: Program, session: Session, round_: int, kind: Kind
) -> dict[str, Any]:
    if round_ < 0:
        return {}
    reveal = _Reveal(steps, session.state)
    r = pack.rounds[round_]
    out: dict[str, Any] = {}
    question = reveal.text(Kind.QUESTION, round_, r.question)
    if question is not None:
        out["question"] = question
    if kind in _BESIDE:
        answer = reveal.text(Kind.BENCHMARK, round_, r.answer)
        if answer is not None:
            out["answer"] = answer
    out.update(_contrast_view(steps, session, r.poor, kind, round_))
    lines = {Kind.QUESTION: r.question, Kind.BENCHMARK: r.answer, Kind.FOLLOW: r.follow}
    line = lines.get(kind)
    if line is not None and reveal.may(kind, round_):
        out["clip"] = {
            "id": line.clip,
            "seconds": round(line.seconds, 2),
            "words": [[round(w.start, 2), round(w.end, 2), w.text] for w in line.words],
        }
        if kind is Kind.FOLLOW:
            out["said_next"] = line.text
    guessed = guessed_before(steps, session.state.cursor) is not None
    if guessed and kind is Kind.QUESTION and question is not None:
        out["said_next"] = question
    return out


def _contrast_view(
    steps: Program, session: Session, poor: Poor | None, kind: Kind, round_: int
) -> dict[str, Any]:
    """The weaker answer at its step and the next; what differs once the team has said so; third versions
    once they are closed, and how many chose each once that is."""
    shown = revealed(steps, session.state, Kind.CONTRAST, round_)
    if poor is None or not shown or kind not in _BESIDE[1:5]:
        return {}
    out: dict[str, Any] = {"poor": {"text": poor.text}}
    if kind is Kind.CONTRAST and poor.voice:
        clip = {"id": poor.clip, "seconds": round(poor.seconds, 2), "words": []}
        out["clip"] = clip
    if revealed(steps, session.state, Kind.THIRD, round_):
        out["poor"]["differs"] = poor.differs
        out["said"] = [e.text for e in session.of(EntryKind.DIFFERS, round_) if e.text]
    if revealed(steps, session.state, Kind.VOTE, round_):
        out["versions"] = [{"text": text} for text in versions(session, round_)]
    voted = step_of(steps, Kind.VOTE, round_)
    if voted is not None and session.state.reached > voted:
        for version, (_, votes) in zip(out["versions"], chosen(session, round_), strict=True):
            version["votes"] = votes
    return out


def versions(session: Session, round_: int) -> list[str]:
    """The team's own, in the order of writing: by their places they are voted for."""
    return [e.text for e in session.of(EntryKind.THIRD, round_) if e.text]


def chosen(session: Session, round_: int) -> list[tuple[str, int]]:
    """Each version and how many chose it."""
    votes = [e.text for e in session.of(EntryKind.VOTE, round_)]
    return [(text, votes.count(str(i))) for i, text in enumerate(versions(session, round_))]


def _guesses_view(pack: Pack, steps: Program, session: Session, known: Known) -> dict[str, Any]:
    """What was guessed; which of it the customer asked, once that has been heard."""
    state = session.state
    round_ = guessed_before(steps, state.cursor)
    if round_ is None:
        return {}
    texts = [e.text for e in session.of(EntryKind.GUESS, round_) if e.text]
    out: dict[str, Any] = {"guesses": texts}
    if state.cursor in state.heard or state.cursor < state.reached:
        really = really_asked(pack, steps, state.cursor)
        out["odds"] = odds(texts, really, known.learned, known.base).to_json()
    return out


def really_asked(pack: Pack, steps: Program, cursor: int) -> str:
    """What the customer asks in the step at the cursor."""
    step = steps[cursor]
    r = pack.rounds[step.round]
    if step.kind is not Kind.FOLLOW:
        return r.question.text
    return r.asks or (r.follow.text if r.follow else "")


def guessed_before(steps: Program, cursor: int) -> int | None:
    """The round whose guess the step at the cursor answers, if it does."""
    if cursor > 0 and steps[cursor - 1].kind is Kind.GUESS:
        return steps[cursor - 1].round
    return None


class _Reveal:
    """Lets a line through only when its step has been reached."""

    def __init__(self, steps: Program, state: State) -> None:
        self._steps, self._state = steps, state

    def may(self, kind: Kind, round_: int) -> bool:
        return revealed(self._steps, self._state, kind, round_)

    def text(self, kind: Kind, round_: int, line: Line) -> str | None:
        return line.text if self.may(kind, round_) else None


def _entries_view(steps: Program, session: Session, kind: Kind, round_: int) -> dict[str, Any]:
    """Ticks and own texts for the step; the wall only once answers are shown together."""
    state = session.state
    out: dict[str, Any] = {}
    writing = _WRITES.get(kind)
    if writing is EntryKind.SIGN and session.mode is not Mode.TEAM:
        writing = None
    if writing is not None:
        where = -1 if writing in _WHOLE else round_
        done = {e.seat: e for e in session.of(writing, where)}
        out["writing"] = {
            "kind": writing.value,
            "round": where,
            "open": may_write(steps, state, writing, where),
            "seats": [
                {"id": s.id, "name": s.name, "done": s.id in done, "passed": s.id in done and done[s.id].passed,
                 "visitor": s.visitor,
                 "text": _shown(session, done.get(s.id))}
                for s in session.seats
            ],
        }  # fmt: skip
    shared = revealed(steps, state, Kind.SHARE, round_) or revealed(
        steps, state, Kind.BENCHMARK, round_
    )
    if shared and kind in (Kind.SHARE, Kind.BENCHMARK, Kind.NOTE):
        answers = session.of(EntryKind.ANSWER, round_)
        out["wall"] = [e.text for e in answers if e.text]
        if session.named and session.mode is Mode.TEAM:  # everybody agreed to that
            names = {s.id: s.name for s in session.seats}
            out["wall_names"] = [names.get(e.seat, "") for e in answers if e.text]
        out["aloud"] = sum(not e.text and not e.passed for e in answers)
    return out


def _points_view(
    pack: Pack, steps: Program, session: Session, step: Step, learned: Learned
) -> dict[str, Any]:
    """Beside the benchmark, once it is revealed: how many made each point, and each answer's marks in
    the order of the wall."""
    if step.kind not in (Kind.BENCHMARK, Kind.NOTE) or not revealed(
        steps, session.state, Kind.BENCHMARK, step.round
    ):
        return {}
    points = pack.rounds[step.round].key_points
    texts = [e.text for e in session.of(EntryKind.ANSWER, step.round) if e.text]
    answers = [mark(points, text, learned) for text in texts]
    return {
        "points": [
            {"name": n, "made": k, "of": len(answers)} for n, k in coverage(points, answers)
        ],
        "marks": [marks_json(a) for a in answers],
    }


def _shown(session: Session, entry: Entry | None) -> str:
    """A text beside its name: only one's own, alone. In a team nobody's name stands beside one."""
    return entry.text if entry is not None and session.mode is Mode.SOLO else ""


def _summary(pack: Pack, steps: Program, session: Session) -> dict[str, Any]:
    reveal = _Reveal(steps, session.state)
    rounds = []
    for i, r in enumerate(pack.rounds):
        rounds.append(
            {
                "question": reveal.text(Kind.QUESTION, i, r.question) or "",
                "answer": reveal.text(Kind.BENCHMARK, i, r.answer) or "",
                "answered": len(session.given(EntryKind.ANSWER, i)),
                "noted": len(session.given(EntryKind.NOTE, i)),
                "guessed": len(session.given(EntryKind.GUESS, i)),
                "notes": [e.text for e in session.of(EntryKind.NOTE, i) if e.text and e.shared],
            }
        )
    return {
        "rounds": rounds,
        "recall": recalls(session),
        "present": len(session.seats),
    }


def seat_view(
    pack: Pack,
    steps: Program,
    session: Session,
    seat: str,
    now: datetime,
    known: Known = NOTHING,
) -> dict[str, Any]:
    """What one phone shows: the step the room is at, what its owner wrote, and nobody's name.

    ``writing`` is what may be written now; ``wall`` and ``guesses`` as on the stage.
    """
    stage = stage_view(pack, steps, session, now, known)
    kept = ("mode", "step", "rounds", "paused", "ended", "opening", "question", "answer", "said_next", "clip",
            "wall", "aloud", "guesses", "points", "poor", "said", "versions")  # fmt: skip
    out: dict[str, Any] = {key: stage[key] for key in kept if key in stage}
    out["phase"] = session.phase
    out["again"] = stage["again"] and any(s.id == seat and not s.visitor for s in session.seats)
    out["listen"] = stage["step"]["kind"] == Kind.QUESTION.value and not stage["heard"]
    out.update(_own_marks(pack, steps, session, seat, stage, known))
    writing = stage.get("writing")
    if writing is not None:
        kind, round_ = EntryKind(writing["kind"]), writing["round"]
        mine = next((e for e in session.of(kind, round_) if e.seat == seat), None)
        out["writing"] = {
            "kind": kind.value,
            "round": round_,
            "open": writing["open"],
            "done": mine is not None,
            "passed": bool(mine and mine.passed),
            "text": mine.text if mine else "",
            "shared": mine.shared if mine else kind is not EntryKind.NOTE,
        }
    if stage["step"]["kind"] == Kind.SUMMARY.value:
        out["notes"] = [e.text for e in session.entries
                        if e.seat == seat and e.kind is EntryKind.NOTE and e.text]  # fmt: skip
    return out


def _own_marks(
    pack: Pack,
    steps: Program,
    session: Session,
    seat: str,
    stage: dict[str, Any],
    known: Known,
) -> dict[str, Any]:
    """How one's own answer or guess did, once that is revealed."""
    out: dict[str, Any] = {}
    if "points" in stage:
        round_ = stage["step"]["round"]
        mine = next((e for e in session.of(EntryKind.ANSWER, round_) if e.seat == seat), None)
        if mine is not None and mine.text:
            marked = mark(pack.rounds[round_].key_points, mine.text, known.learned)
            out["mine"] = {"text": mine.text, **marks_json(marked)}
    if "recalled" in stage:
        mine = next((e for e in session.of(EntryKind.RECALL, -1) if e.seat == seat), None)
        out["points"] = stage["recalled"]["points"]
        if mine is not None and mine.text:
            points = recallable(pack, steps, session.state, known.heard)
            out["mine"] = {"text": mine.text, **marks_json(mark(points, mine.text, known.learned))}
    guessed = guessed_before(steps, session.state.cursor)
    if "odds" in stage and guessed is not None:
        mine = next((e for e in session.of(EntryKind.GUESS, guessed) if e.seat == seat), None)
        right = {t for g in stage["odds"]["groups"] if g["right"] for t in g["texts"]}
        if mine is not None and mine.text:
            out["guessed"] = {"text": mine.text, "right": mine.text in right}
    return out
