"""Turns to exchanges: a customer's question and the agent's answer to it. Pure.

Method (ours): a customer turn that asks or requests opens an exchange, unless it only replies to
something the agent asked; what the agent says until the next opening is the answer. Backchannels
(嗯, 对, 好) and holds are folded in, thanks and good-bye close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coach.calls import cues
from coach.calls.transcript import Role, Word, join_text
from coach.calls.turns import CHARACTERS_PER_SECOND, Turn


@dataclass(frozen=True)
class PairOptions:
    """Parameters of ``pair``."""

    statement_characters: int = 12  # a statement this long that replies to nothing is a question


@dataclass(frozen=True)
class Part:
    """The question or the answer: which turns, from when to when (seconds), what was said."""

    turns: tuple[int, ...]
    text: str
    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()

    @property
    def seconds(self) -> float:
        """Length; estimated from the text where no times are known."""
        if self.start is None or self.end is None:
            return len(self.text) / CHARACTERS_PER_SECOND
        return self.end - self.start

    def to_json(self) -> dict[str, Any]:
        return {"turns": list(self.turns), "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True)
class Exchange:
    """A customer's question and the agent's answer; None where nobody answered."""

    question: Part
    answer: Part | None

    @property
    def gap(self) -> float | None:
        """Seconds from the end of the question to the start of the answer; below 0: overlap."""
        if self.answer is None or self.answer.start is None or self.question.end is None:
            return None
        return self.answer.start - self.question.end

    def to_json(self) -> dict[str, Any]:
        return {
            "question": self.question.to_json(),
            "answer": self.answer.to_json() if self.answer else None,
        }


@dataclass
class _Open:
    question: list[int]
    answer: list[int] = field(default_factory=list)


def pair(
    turns: Sequence[Turn],
    options: PairOptions = PairOptions(),
) -> list[Exchange]:
    """Cut a call into exchanges, in time order. Turns of unknown role take no part."""
    done: list[_Open] = []
    current: _Open | None = None
    lead: list[int] = []  # what the customer said on the way to a question
    agent_asked = False
    for i, turn in enumerate(turns):
        nod = cues.is_nod(turn.text)
        if turn.role is Role.AGENT:
            if current is not None and not (nod and not current.answer):
                current.answer.append(i)
            if not nod:
                agent_asked, lead = cues.wants_reply(turn.text), []
        elif turn.role is Role.CUSTOMER and not nod:
            waiting = current is not None and not current.answer
            if opens(turn.text, agent_asked=agent_asked, options=options):
                if not waiting:
                    current = _Open([])
                    done.append(current)
                assert current is not None
                current.question += [*lead, i]
                agent_asked, lead = False, []
            elif cues.closes(turn.text):
                current = None
            elif waiting and current is not None:
                current.question.append(i)
            elif not agent_asked:
                lead.append(i)
    return [_exchange(turns, found) for found in done]


def opens(text: str, *, agent_asked: bool, options: PairOptions) -> bool:
    """Does this customer turn ask something of its own?"""
    if cues.closes(text) and not cues.requests(text):
        return False
    if cues.asks(text):
        return True
    if cues.gives_number(text):
        return False
    if agent_asked:
        return cues.requests(text) and len(cues.bare(text)) > options.statement_characters
    return cues.requests(text) or len(cues.bare(text)) >= options.statement_characters


def _exchange(turns: Sequence[Turn], found: _Open) -> Exchange:
    question = _part(turns, found.question)
    return Exchange(question, _part(turns, found.answer) if found.answer else None)


def _part(turns: Sequence[Turn], indices: Sequence[int]) -> Part:
    chosen = [turns[i] for i in indices]
    starts = [t.start for t in chosen if t.start is not None]
    ends = [t.end for t in chosen if t.end is not None]
    return Part(
        turns=tuple(indices),
        text=join_text(t.text for t in chosen),
        start=min(starts) if starts else None,
        end=max(ends) if ends else None,
        words=tuple(word for t in chosen for word in t.words),
    )
