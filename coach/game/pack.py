"""A pack: a frozen set of rounds ready to play, with the cuts of its clips."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from coach.calls.call import Call
from coach.calls.cuts import Cut, CutOptions, Sounds, cut_before
from coach.calls.exchanges import Exchange, Part
from coach.calls.masking.clip import Clip, MaskedCall
from coach.calls.transcript import Role, Word, join_text
from coach.errors import NoExchanges
from coach.game.rounds import Plan, Round, StepTimes
from coach.library.keypoints import KeyPoint, suggest


@dataclass(frozen=True)
class Line:
    """Something that sounds: its clip, text, and words with seconds from the clip's start."""

    clip: str
    cut: Cut
    text: str
    words: tuple[Word, ...] = ()

    @property
    def seconds(self) -> float:
        return self.cut.end - self.cut.start


@dataclass(frozen=True)
class Poor:
    """A weaker answer to the same question, masked, without a name; its agent agreed to it."""

    clip: str
    text: str
    seconds: float
    differs: str  # what the benchmark does better
    voice: bool  # it may be heard, not only read


@dataclass(frozen=True)
class PackRound:
    """One round of a pack. ``follow`` plays the kept follow-ups in one clip."""

    position: int
    question: Line
    answer: Line
    follow: Line | None
    skipped: int  # exchanges left out at the end of the round
    points: tuple[KeyPoint, ...] = ()  # what the benchmark's answer makes
    poor: Poor | None = None
    asks: str = ""  # the first question of ``follow``: what is guessed where there is one

    @property
    def key_points(self) -> tuple[KeyPoint, ...]:
        """Its key points; of a pack made before there were any, those that its answer suggests."""
        return self.points or suggest(self.answer.text)


@dataclass(frozen=True)
class Pack:
    """Never changed once made: a session keeps what it played."""

    id: str
    recording_id: str
    title: str
    node: str
    metric: str  # which figure this call should move
    alias: str  # whose benchmark, as shown to the team
    why: str
    steps: StepTimes
    rounds: tuple[PackRound, ...]
    created_at: datetime
    seconds: float
    team: str = ""  # whose it is, by name; "" = every team's

    @property
    def clips(self) -> list[str]:
        """The ids of all it plays, in order."""
        lines = [line for r in self.rounds for line in (r.question, r.answer, r.follow)]
        return [line.clip for line in lines if line is not None]

    @property
    def poor_clips(self) -> list[str]:
        """Those of weaker answers: taken back, the pack is played without their words."""
        return [r.poor.clip for r in self.rounds if r.poor]


WITHDRAWN = "[已撤回]"


def without_words(pack: Pack, clips: Collection[str]) -> Pack:
    """The pack with nothing to read of these clips; what was deleted keeps its masked words."""

    def closed(line: Line) -> Line:
        return replace(line, text=WITHDRAWN, words=()) if line.clip in clips else line

    def shut(poor: Poor | None) -> Poor | None:
        gone = poor is not None and poor.clip in clips
        return replace(poor, text=WITHDRAWN, differs="", voice=False) if poor and gone else poor

    rounds = tuple(
        replace(
            r,
            question=closed(r.question),
            answer=closed(r.answer),
            follow=closed(r.follow) if r.follow else None,
            poor=shut(r.poor),
            asks=WITHDRAWN if r.follow and r.follow.clip in clips else r.asks,
        )
        for r in pack.rounds
    )
    return replace(pack, rounds=rounds)


@dataclass(frozen=True)
class PackWords:
    """What the preparer says about a pack."""

    title: str = ""
    metric: str = ""
    alias: str = ""
    why: str = ""
    team: str = ""


def make_pack(
    call: Call,
    plan: Plan,
    sounds: Sounds,
    words: PackWords,
    steps: StepTimes,
    masked: MaskedCall,
    *,
    new_id: Callable[[], str],
    now: datetime,
    points: Mapping[int, tuple[KeyPoint, ...]] = MappingProxyType({}),
    poor: Mapping[int, Poor] = MappingProxyType({}),
) -> tuple[Pack, tuple[Clip, ...]]:
    """Freeze a plan into a pack of masked texts, and the clips that it plays.

    Args:
        points: key points of exchanges that are benchmarks, by their place in the call.
        poor: weaker answers to be played beside them, by the same.

    Raises:
        NoExchanges: the transcript has no times, so nothing can be cut.
    """
    cutter = _Cutter(call, sounds, masked, new_id)
    with_ = {i: (points.get(i, ()), poor.get(i)) for i in (r.opening for r in plan.rounds)}
    rounds = tuple(_pack_round(call, r, cutter, *with_[r.opening]) for r in plan.rounds)
    pack = Pack(
        id=new_id(),
        recording_id=call.recording.id,
        title=words.title or call.recording.title,
        node=call.recording.meta.node,
        metric=words.metric,
        alias=words.alias or call.recording.meta.agent,
        why=words.why,
        steps=steps,
        rounds=rounds,
        created_at=now,
        seconds=plan.seconds,
        team=words.team,
    )
    return pack, tuple(cutter.clips)


def _pack_round(
    call: Call, r: Round, cutter: _Cutter, points: tuple[KeyPoint, ...], poor: Poor | None
) -> PackRound:
    opening = call.exchanges[r.opening]
    if opening.answer is None or opening.answer.start is None:
        raise NoExchanges(detail="没有时间 / no times")
    follow = [call.exchanges[i] for i in r.follow_ups]
    return PackRound(
        position=r.position,
        question=cutter.line([opening.question], opening.answer, Role.AGENT),
        answer=cutter.line([opening.answer], cutter.after(r.opening), Role.CUSTOMER),
        follow=cutter.follow(follow, cutter.after(r.exchanges[r.kept - 1])),
        skipped=len(r.skipped),
        asks=cutter.asks(follow),
        points=points,
        poor=poor,
    )


class _Cutter:
    """Makes lines of a call. ``hidden_role`` is whose next words must not be heard."""

    def __init__(
        self, call: Call, sounds: Sounds, masked: MaskedCall, new_id: Callable[[], str]
    ) -> None:
        self._call, self._sounds, self._new_id = call, sounds, new_id
        self._masked = masked
        self.clips: list[Clip] = []
        placed = [
            (t.channel, t.start, t.end)
            for t in call.turns
            if t.channel is not None and t.start is not None and t.end is not None
        ]
        self._separated = sounds.separated(placed, CutOptions())

    def after(self, index: int) -> Part | None:
        """The question that follows an exchange: what its answer's clip must not hold."""
        rest = self._call.exchanges[index + 1 :]
        return rest[0].question if rest else None

    def line(self, parts: Sequence[Part], hidden: Part | None, hidden_role: Role) -> Line:
        whole = Part(
            turns=(),
            text=join_text(p.text for p in parts),
            start=min(p.start for p in parts if p.start is not None),
            end=max(p.end for p in parts if p.end is not None),
            words=tuple(w for p in parts for w in self._masked.words(p)),
        )
        cut = cut_before(
            whole,
            hidden,
            hidden_channel=self._call.channel_of(hidden_role) if self._separated else None,
            allowed_until=self._allowed_until(whole, hidden, hidden_role),
            sounds=self._sounds,
            duration=self._call.recording.duration,
        )
        placed = tuple(
            Word(max(0.0, w.start - cut.start), max(0.0, w.end - cut.start), w.text, w.probability)
            for w in whole.words
        )
        clip = self._masked.clip(self._new_id(), self._call.recording.id, cut, parts)
        self.clips.append(clip)
        return Line(clip.id, cut, clip.text, placed)

    def _allowed_until(self, part: Part, hidden: Part | None, role: Role) -> float:
        """A question: the agent is not heard at all. An answer: the customer may be heard until
        the end of the last turn before the next question."""
        if role is Role.AGENT or hidden is None or not hidden.turns:
            return 0.0
        ends = [
            t.end
            for t in self._call.turns[: min(hidden.turns)]
            if t.role is role and t.end is not None
        ]
        return max(ends, default=0.0)

    def asks(self, exchanges: Sequence[Exchange]) -> str:
        return self._masked.text(exchanges[0].question) if exchanges else ""

    def follow(self, exchanges: Sequence[Exchange], hidden: Part | None) -> Line | None:
        parts = [p for e in exchanges for p in (e.question, e.answer) if p is not None]
        return self.line(parts, hidden, Role.CUSTOMER) if parts else None


class PackStore(Protocol):
    """Where packs are kept."""

    def add(self, pack: Pack) -> None: ...

    def get(self, pack_id: str) -> Pack:
        """Raises NotFound."""

    def listed(self) -> list[Pack]:
        """Newest first."""


def pack_json(pack: Pack) -> dict[str, Any]:
    """The rounds as stored, opaque to the database."""

    def line(value: Line | None) -> dict[str, Any] | None:
        if value is None:
            return None
        return {
            "clip": value.clip,
            "cut": value.cut.to_json(),
            "text": value.text,
            "words": [
                [round(w.start, 3), round(w.end, 3), w.text, w.probability] for w in value.words
            ],
        }

    return {
        "steps": [pack.steps.answer, pack.steps.share, pack.steps.note, pack.steps.guess],
        "rounds": [
            {
                "position": r.position,
                "question": line(r.question),
                "answer": line(r.answer),
                "follow": line(r.follow),
                "skipped": r.skipped,
                "asks": r.asks,
                "poor": asdict(r.poor) if r.poor else None,
                "points": [[p.name, list(p.phrasings)] for p in r.points],
            }
            for r in pack.rounds
        ],
    }


def rounds_from_json(doc: dict[str, Any]) -> tuple[StepTimes, tuple[PackRound, ...]]:
    """The inverse of ``pack_json``."""

    def line(value: dict[str, Any]) -> Line:
        words = tuple(Word(a, b, text, p) for a, b, text, p in value["words"])
        return Line(value["clip"], Cut.from_json(value["cut"]), value["text"], words)

    rounds = tuple(
        PackRound(
            position=r["position"],
            question=line(r["question"]),
            answer=line(r["answer"]),
            follow=line(r["follow"]) if r["follow"] else None,
            skipped=r["skipped"],
            points=tuple(KeyPoint(n, tuple(said)) for n, said in r.get("points", ())),
            asks=r.get("asks", ""),
            poor=Poor(**r["poor"]) if r.get("poor") else None,
        )
        for r in doc["rounds"]
    )
    return StepTimes(*doc["steps"]), rounds
