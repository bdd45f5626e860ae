"""What an agent may know and say of calls of their own (申诉, 化名)."""

from __future__ import annotations

from dataclasses import dataclass

from coach.acting.base import Base
from coach.bootstrap import new_id, now
from coach.calls.masking.clip import ClipState
from coach.calls.recording import Recording
from coach.errors import BadInput, NotAllowed
from coach.people.objection import Answer, Objection
from coach.people.rights import Right

LONGEST_NAME, LONGEST_WHY = 40, 500


@dataclass(frozen=True)
class Used:
    """A call of one's own that others may hear, or will: its masked words."""

    recording: Recording
    texts: tuple[str, ...]


class Own(Base):
    """Calls whose agent is the one signed in."""

    def used(self) -> list[Used]:
        """Nominated as a benchmark or cut into a pack, newest first. By the agent's name.

        Words are shown of clips that have passed the second look; the rest is named only.
        """
        mine = [
            r
            for r in self.services.calls.listed()
            if self.who.name and r.meta.agent == self.who.name
        ]
        marks, packs = self.services.benchmarks.listed(), self.services.packs.listed()
        out = []
        for recording in mine:
            lines = [(b.clip, b.clip, f"{b.question} – {b.answer}")
                     for b in marks if b.recording_id == recording.id]  # fmt: skip
            for pack in (p for p in packs if p.recording_id == recording.id):
                lines += [(r.question.clip, r.answer.clip, f"{r.question.text} – {r.answer.text}")
                          for r in pack.rounds]  # fmt: skip
            if lines:
                good = self._checked(recording.id)
                texts = (text for a, b, text in lines if {a, b} <= good)
                out.append(Used(recording, tuple(dict.fromkeys(texts))))
        return out

    def _checked(self, recording_id: str) -> set[str]:
        passed = (ClipState.CHECKED, ClipState.RELEASED)
        return {c.id for c in self.services.clips.of(recording_id) if c.state in passed}

    def object_to(self, recording_id: str, why: str) -> None:
        """Nobody hears it until QA has answered. Raises NotFound, BadInput."""
        recording = self.services.calls.get(recording_id)
        if not self.who.name or recording.meta.agent != self.who.name:
            raise NotAllowed(right="object")
        if not why.strip():
            raise BadInput(detail="请写理由", detail_en="a reason is needed")
        new = Objection(new_id(), recording_id, self.who.name, why.strip()[:LONGEST_WHY], now())
        self.services.objections.add(new)
        free = self.services.clips.of(recording_id)
        clips = [c.id for c in free if c.state is ClipState.RELEASED]
        self.services.gate.withdraw(clips, self.who.name, "申诉")
        self.note("objected", recording_id)

    def objections(self) -> list[Objection]:
        """One's own; for QA and admin all. Newest first."""
        every = self.services.objections.listed()
        if self.who.may(Right.ERASE):
            return every
        return [o for o in every if o.by == self.who.name and self.who.name]

    def answer(self, objection_id: str, *, upheld: bool, because: str) -> None:
        """Upheld, its benchmarks are taken down for good. Raises NotFound, BadInput."""
        self.who.need(Right.ERASE)
        if not because.strip():
            raise BadInput(detail="请写理由", detail_en="a reason is needed")
        found = self.services.objections.get(objection_id)
        answer = Answer.UPHELD if upheld else Answer.DISMISSED
        reason = because.strip()[:LONGEST_WHY]
        self.services.objections.answer(objection_id, answer, self.who.name, reason)
        if upheld:
            for mark in self.services.benchmarks.listed():
                if mark.recording_id == found.recording_id:
                    self.services.benchmarks.remove(mark.id)
        self.note(f"objection {answer.value}", found.recording_id)

    def call_me(self, name: str) -> None:
        """What others see instead of one's name, where calls of one's own are shown."""
        if not self.who.name:
            raise NotAllowed(right="alias")
        self.services.objections.call_me(self.who.name, name.strip()[:LONGEST_NAME])

    def my_alias(self) -> str:
        """The name chosen; "" for none."""
        return self.services.objections.aliases().get(self.who.name, "")
