"""The phase machine of a session. Pure: (program, state, event) → (state, log entry).

A pack becomes a program, a list of steps. ``reached`` is how far it has been revealed and only
grows; ``cursor`` is what is looked at and never passes ``reached``. What an entry may be written
to, and what may be heard, follows from ``reached`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from coach.game.pack import Pack
from coach.game.rounds import StepTimes

READING, OWN, VOTING = 20.0, 40.0, 10.0  # seconds of a contrast
RETEST = 45.0  # seconds to recall a session of another day
DEBOUNCE = 0.4  # seconds in which a second Next is the same key press
LONGEST_STAY = 900.0  # seconds; a laptop closed in a step does not count as time played


class Kind(StrEnum):
    """The steps, DESIGN's words: 客户来问, 你会怎么答, 大家说, 听标杆, 记一笔, 猜下一问, 继续听 …"""

    OPENING = "opening"
    QUESTION = "question"
    ANSWER = "answer"
    SHARE = "share"
    BENCHMARK = "benchmark"
    CONTRAST = "contrast"  # a weaker answer to the same question: what differs?
    THIRD = "third"  # the team's own, better than both
    VOTE = "vote"
    NOTE = "note"
    GUESS = "guess"
    FOLLOW = "follow"
    RECALL = "recall"
    SUMMARY = "summary"


class Mode(StrEnum):
    """A team with its leader, one agent alone, or a team that recalls."""

    TEAM = "team"
    SOLO = "solo"
    RETEST = "retest"  # the team recalls a session played before


class EntryKind(StrEnum):
    """What people leave in a session."""

    ANSWER = "answer"
    NOTE = "note"
    GUESS = "guess"
    RECALL = "recall"
    DIFFERS = "differs"  # what a weaker answer lacks
    THIRD = "third"
    VOTE = "vote"  # its text: the place of a third version, from 0
    SIGN = "sign"  # 签到: was there; a tick without a text


@dataclass(frozen=True)
class Step:
    """One step: its round (0-based, -1 outside rounds), clip if it sounds, seconds it gets."""

    kind: Kind
    round: int = -1
    clip: str = ""
    seconds: float = 0.0


class Action(StrEnum):
    """What the leader, or the player, does."""

    NEXT = "next"
    SKIP = "skip"
    NO_GUESS = "no guess"  # past the guess, at it or right before it
    BACK = "back"
    HEARD = "heard"  # the clip of the step at the cursor sounded to its end
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Event:
    """An action, when, and the revision its sender saw: a stale one is ignored."""

    action: Action
    at: datetime
    seen: int | None = None
    step: int | None = None  # for HEARD: which step's clip; the cursor's when None


@dataclass(frozen=True)
class State:
    """Where a session is. ``spent`` holds active seconds per step."""

    cursor: int = 0
    reached: int = 0
    heard: frozenset[int] = frozenset()
    paused: bool = False
    ended: bool = False
    since: datetime | None = None  # the clock runs from here, None while it stands
    moved: datetime | None = None
    spent: tuple[float, ...] = ()
    revision: int = 0


@dataclass(frozen=True)
class LogEntry:
    """What happened, for the session's log."""

    at: datetime
    action: Action
    step: int


Program = tuple[Step, ...]


def program(pack: Pack, mode: Mode, *, straight: bool = False) -> Program:
    """The steps of a pack. Alone there is nothing to share; the last round has no guess.

    ``straight``: nothing stops between the clips, the closing recall comes all the same.
    """
    if mode is Mode.RETEST:
        return (Step(Kind.OPENING), Step(Kind.RECALL, seconds=RETEST), Step(Kind.SUMMARY))
    times = StepTimes(0, 0, 0, 0) if straight else pack.steps
    steps = [Step(Kind.OPENING)]
    for i, r in enumerate(pack.rounds):
        steps.append(Step(Kind.QUESTION, i, r.question.clip, r.question.seconds))
        if times.answer:
            steps.append(Step(Kind.ANSWER, i, seconds=times.answer))
        if mode is Mode.TEAM and times.share and times.answer:
            steps.append(Step(Kind.SHARE, i, seconds=times.share))
        steps.append(Step(Kind.BENCHMARK, i, r.answer.clip, r.answer.seconds))
        if r.poor and mode is Mode.TEAM and not straight:
            sounds = r.poor.seconds if r.poor.voice else READING
            steps.append(Step(Kind.CONTRAST, i, r.poor.clip if r.poor.voice else "", sounds))
            steps += [Step(Kind.THIRD, i, seconds=OWN), Step(Kind.VOTE, i, seconds=VOTING)]
        if times.note:
            steps.append(Step(Kind.NOTE, i, seconds=times.note))
        if times.guess and i + 1 < len(pack.rounds):
            steps.append(Step(Kind.GUESS, i, seconds=times.guess))
        if r.follow:
            steps.append(Step(Kind.FOLLOW, i, r.follow.clip, r.follow.seconds))
    return (*steps, Step(Kind.RECALL, seconds=60.0), Step(Kind.SUMMARY))


def begin(at: datetime) -> State:
    """A session that has just been opened."""
    return State(since=at)


def apply(steps: Program, state: State, event: Event) -> tuple[State, LogEntry | None]:
    """The state after an event; the same state and no log entry where it changes nothing."""
    new = _apply(steps, state, event)
    if new == state:
        return state, None
    new = replace(new, revision=state.revision + 1)
    return new, LogEntry(event.at, event.action, new.cursor)


def _apply(steps: Program, state: State, event: Event) -> State:
    if event.action is Action.REOPEN:
        return replace(state, ended=False, paused=False, since=event.at) if state.ended else state
    if event.action is Action.HEARD:
        return _heard(steps, state, state.cursor if event.step is None else event.step)
    stale = event.seen is not None and event.seen != state.revision
    if state.ended or stale:
        return state
    match event.action:
        case Action.NEXT:
            return _next(steps, state, event.at)
        case Action.SKIP:
            return _forward(steps, state, event.at) if not _bounced(state, event.at) else state
        case Action.NO_GUESS:
            return _past_guess(steps, state, event.at)
        case Action.BACK:
            return replace(state, cursor=max(0, state.cursor - 1))
        case Action.PAUSE:
            return state if state.paused else replace(_stopped(steps, state, event.at), paused=True)
        case Action.RESUME:
            return replace(state, paused=False, since=event.at) if state.paused else state
        case _:
            return replace(_stopped(steps, state, event.at), ended=True, paused=False)


def _heard(steps: Program, state: State, step: int) -> State:
    """A clip that sounded to its end has been heard, whatever happened meanwhile."""
    if state.ended or not 0 <= step <= state.reached or not steps[step].clip:
        return state
    return replace(state, heard=state.heard | {step})


def _next(steps: Program, state: State, at: datetime) -> State:
    """One step on; nothing while paused, while the clip has not sounded, or too soon."""
    looking_back = state.cursor < state.reached
    sounding = bool(steps[state.cursor].clip) and state.cursor not in state.heard
    if state.paused or _bounced(state, at) or (sounding and not looking_back):
        return state
    return _forward(steps, state, at)


def _forward(steps: Program, state: State, at: datetime) -> State:
    if state.cursor < state.reached:
        return replace(state, cursor=state.cursor + 1, moved=at)
    if state.reached + 1 >= len(steps):
        return state
    state = _stopped(steps, state, at)
    place = state.reached + 1
    return replace(state, reached=place, cursor=place, paused=False, since=at, moved=at)


def _past_guess(steps: Program, state: State, at: datetime) -> State:
    ahead = [s.kind for s in steps[state.reached : state.reached + 2]]
    if state.cursor < state.reached or Kind.GUESS not in ahead or _bounced(state, at):
        return state
    for _ in range(ahead.index(Kind.GUESS) + 1):
        state = _forward(steps, state, at)
    return state


def _bounced(state: State, at: datetime) -> bool:
    return state.moved is not None and 0 <= (at - state.moved).total_seconds() < DEBOUNCE


def _stopped(steps: Program, state: State, at: datetime) -> State:
    """The clock stopped at ``at``, its time added to the step reached."""
    spent = list(state.spent) + [0.0] * (len(steps) - len(state.spent))
    spent[state.reached] += running(state, at)
    return replace(state, spent=tuple(spent), since=None)


def active(state: State, at: datetime | None = None) -> float:
    """Active seconds since the opening screen was left, which stands while people come in."""
    if at is None or state.reached == 0:
        return sum(state.spent[1:])
    return sum(state.spent[1:]) + running(state, at)


def running(state: State, at: datetime) -> float:
    """Seconds since the clock last started, never negative (clocks jump) nor beyond reason."""
    if state.since is None:
        return 0.0
    return min(LONGEST_STAY, max(0.0, (at - state.since).total_seconds()))


def step_of(steps: Program, kind: Kind, round_: int) -> int | None:
    """The index of a step, None where the program has none of that kind."""
    for i, step in enumerate(steps):
        if step.kind is kind and step.round == round_:
            return i
    return None


def revealed(steps: Program, state: State, kind: Kind, round_: int) -> bool:
    """Has this step been reached?"""
    index = step_of(steps, kind, round_)
    return index is not None and index <= state.reached


def may_write(steps: Program, state: State, kind: EntryKind, round_: int) -> bool:
    """May an entry be written or changed now?

    Answers until the next step opens (大家说, or the benchmark when alone); guesses until what the
    customer says is heard; what differs, third versions and votes at their steps; notes from the benchmark to the end; recall until the
    summary shows it, and there everybody signs.
    """
    if state.ended:
        return False
    match kind:
        case EntryKind.ANSWER:
            return state.reached == step_of(steps, Kind.ANSWER, round_)
        case EntryKind.GUESS | EntryKind.THIRD | EntryKind.VOTE:
            return state.reached == step_of(steps, Kind(kind.value), round_)
        case EntryKind.DIFFERS:
            return state.reached == step_of(steps, Kind.CONTRAST, round_)
        case EntryKind.NOTE:
            return revealed(steps, state, Kind.BENCHMARK, round_)
        case EntryKind.RECALL:
            return round_ == -1 and state.reached == step_of(steps, Kind.RECALL, -1)
        case EntryKind.SIGN:
            return round_ == -1 and state.reached == step_of(steps, Kind.SUMMARY, -1)


def may_hear(steps: Program, state: State, clip: str) -> bool:
    """Has the step of this clip been reached?"""
    return bool(clip) and any(step.clip == clip for step in steps[: state.reached + 1])
