"""Turns to exchanges: a customer's question and the agent's answer to it. Pure.

Method (ours): a customer turn that asks something of its own (``asking``) opens an exchange; what
the agent says until the next opening is the answer, and of its turns those that answer in substance
(``answering``) are the reply. Backchannels (嗯, 对, 好) and holds are folded in, thanks and good-bye
close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coach.calls import cues
from coach.calls.answering import Replied, answers
from coach.calls.asking import Asked, opens
from coach.calls.transcript import Role, Word, join_text
from coach.calls.turns import CHARACTERS_PER_SECOND, Turn

STORY = 8  # characters: a customer's longer statement on the way to a question belongs to it


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
    """A customer's question and the agent's answer; None where nobody answered.

    ``reply``: those of the answer's turns that answer in substance; the others check who is
    calling, hold or ask back.
    """

    question: Part
    answer: Part | None
    reply: tuple[int, ...] = ()

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
            "reply": list(self.reply),
        }


@dataclass
class _Open:
    question: list[int]
    answer: list[int] = field(default_factory=list)
    reply: list[int] = field(default_factory=list)
    answered: bool = False  # something more than 请稍等 was said


def pair(turns: Sequence[Turn]) -> list[Exchange]:
    """Cut a call into exchanges, in time order. Turns of unknown role take no part."""
    pairing = _Pairing(turns)
    for i, turn in enumerate(turns):
        if turn.doubt:
            continue
        if turn.role is Role.AGENT:
            pairing.agent(i, turn.text)
        elif turn.role is Role.CUSTOMER:
            pairing.customer(i, turn.text)
    return [_exchange(turns, found) for found in pairing.done]


class _Pairing:
    """What is open while a call is read from its start to its end."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = turns
        self.done: list[_Open] = []
        self.open: _Open | None = None
        self.lead: list[int] = []  # what the customer said on the way to a question
        self.agent_said = ""
        self.agent_asked = False
        self.customer_asked = False  # the turn just before was a customer's question

    def agent(self, i: int, text: str) -> None:
        """An agent's turn answers what is open; 嗯 does not, but 没有 after a question does."""
        sound = cues.is_backchannel(text) or (cues.is_nod(text) and not self.customer_asked)
        if self.open is not None and (self.open.answer or not sound):
            self.open.answer.append(i)
            self.open.answered |= not sound and not cues.is_hold(text)
            if not sound and answers(self._replied(i)):
                self.open.reply.append(i)
        if not sound:
            self.agent_asked, self.lead, self.agent_said = cues.wants_reply(text), [], text
            self.customer_asked = False

    def customer(self, i: int, text: str) -> None:
        """A customer's turn opens, continues or closes."""
        if cues.is_nod(text):
            return
        waiting = self.open if self.open is not None and not self.open.answered else None
        if opens(self._asked(i)):
            if waiting is None:
                waiting = _Open([])
                self.done.append(waiting)
            self.open, waiting.answer = waiting, []  # 请稍等 alone was no answer
            waiting.question += [*self.lead, i]
            self.agent_asked, self.lead, self.customer_asked = False, [], True
        elif cues.closes(text):
            self.open = None
        elif waiting is not None and not waiting.answer:
            waiting.question.append(i)
        elif not self.agent_asked and len(cues.bare(text)) >= STORY:
            self.lead.append(i)

    def _asked(self, i: int) -> Asked:
        before, after = self._beside(i)
        return Asked(
            self.turns[i].text,
            agent_said=self.agent_said,
            agent_asked=self.agent_asked,
            agent_says=after.text if after and after.role is Role.AGENT else "",
            goes_on=before is not None and before.role is Role.CUSTOMER,
            first=not self.done,
        )

    def _replied(self, i: int) -> Replied:
        before, after = self._beside(i)
        customer = before is not None and before.role is Role.CUSTOMER
        return Replied(
            self.turns[i].text,
            after_question=customer and self.customer_asked,
            after_reply=customer and not self.customer_asked,
            goes_on=before is not None and before.role is Role.AGENT,
            customer_says=after.text if after and after.role is Role.CUSTOMER else "",
        )

    def _beside(self, i: int) -> tuple[Turn | None, Turn | None]:
        """The turns before and after, backchannels and doubtful ones left out."""
        before, after = reversed(self.turns[:i]), iter(self.turns[i + 1 :])
        return next(filter(_counts, before), None), next(filter(_counts, after), None)


def _counts(turn: Turn) -> bool:
    return not turn.doubt and not cues.is_backchannel(turn.text)


def _exchange(turns: Sequence[Turn], found: _Open) -> Exchange:
    question = _part(turns, found.question)
    if not found.answered:
        return Exchange(question, None)
    return Exchange(question, _part(turns, found.answer), tuple(found.reply))


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
