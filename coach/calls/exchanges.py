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
    request_characters: int = 8  # a shorter request after an agent's question only replies to it


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
    answered: bool = False  # something more than 请稍等 was said


def pair(
    turns: Sequence[Turn],
    options: PairOptions = PairOptions(),
) -> list[Exchange]:
    """Cut a call into exchanges, in time order. Turns of unknown role take no part."""
    pairing = _Pairing(options)
    for i, turn in enumerate(turns):
        if turn.role is Role.AGENT:
            pairing.agent(i, turn.text)
        elif turn.role is Role.CUSTOMER:
            pairing.customer(i, turn.text)
    return [_exchange(turns, found) for found in pairing.done]


class _Pairing:
    """What is open while a call is read from its start to its end."""

    def __init__(self, options: PairOptions) -> None:
        self.options = options
        self.done: list[_Open] = []
        self.open: _Open | None = None
        self.lead: list[int] = []  # what the customer said on the way to a question
        self.agent_asked = False
        self.customer_asked = False  # the turn just before was a customer's question

    def agent(self, i: int, text: str) -> None:
        """An agent's turn answers what is open; 嗯 does not, but 没有 after a question does."""
        sound = cues.is_backchannel(text) or (cues.is_nod(text) and not self.customer_asked)
        if self.open is not None and (self.open.answer or not sound):
            self.open.answer.append(i)
            self.open.answered |= not sound and not cues.is_hold(text)
        if not sound:
            self.agent_asked, self.lead = cues.wants_reply(text), []
            self.customer_asked = False

    def customer(self, i: int, text: str) -> None:
        """A customer's turn opens, continues or closes."""
        if cues.is_nod(text):
            return
        waiting = self.open if self.open is not None and not self.open.answered else None
        if opens(text, agent_asked=self.agent_asked, options=self.options):
            if waiting is None:
                waiting = _Open([])
                self.done.append(waiting)
            self.open, waiting.answer = waiting, []  # 请稍等 alone was no answer
            waiting.question += [*self.lead, i]
            self.agent_asked, self.lead, self.customer_asked = False, [], cues.asks(text)
        elif cues.closes(text):
            self.open = None
        elif waiting is not None and not waiting.answer:
            waiting.question.append(i)
        elif not self.agent_asked:
            self.lead.append(i)


def opens(text: str, *, agent_asked: bool, options: PairOptions) -> bool:
    """Does this customer turn ask something of its own?"""
    if cues.closes(text) and not cues.requests(text):
        return False
    if cues.asks(text):
        return True
    if cues.gives_number(text):
        return False
    if agent_asked:
        return cues.requests(text) and len(cues.bare(text)) >= options.request_characters
    return cues.requests(text) or len(cues.bare(text)) >= options.statement_characters


def _exchange(turns: Sequence[Turn], found: _Open) -> Exchange:
    question = _part(turns, found.question)
    return Exchange(question, _part(turns, found.answer) if found.answered else None)


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
