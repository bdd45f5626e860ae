"""Packs and the gate: preparing, deciding what is masked, releasing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.acting.base import Base
from coach.calls.call import Call
from coach.calls.hearing import ClipFile
from coach.calls.masking.clip import Clip, ClipEvent, MaskedCall
from coach.calls.masking.gate import ANY_LANGUAGE, Choice, everywhere
from coach.calls.masking.second import told, unlistened
from coach.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotListened,
    NotReleased,
    Objected,
    StillListening,
)
from coach.game.pack import Pack, PackWords
from coach.game.rounds import PlanOptions
from coach.library.counterpart import Consent
from coach.people.objection import Answer
from coach.people.rights import Right, Role, Scope

REVIEWED = "reviewed"  # in the audit log: a masked clip was played to whoever decides


class Packs(Base):
    """Packs, from preparing to release."""

    def packs(self, right: Right = Right.PRACTISE) -> list[Pack]:
        """Those this person may play or decide about; one of no team is for every team."""
        if not self.who.may(right):
            return []
        there = {r.id for r in self.services.calls.listed()}
        every = [p for p in self.services.packs.listed() if p.recording_id in there]
        if right is Right.RELEASE:
            mine = {r.id for r in self.recordings()}
            return [p for p in every if p.recording_id in mine]
        return [p for p in every if self._playable(p)]

    def released(self, pack: Pack) -> bool:
        """Whether a team may hear all of it."""
        return self.services.gate.released(pack.clips)

    def events(self, clip_id: str) -> list[ClipEvent]:
        """What happened to a clip. Raises NotFound."""
        self._deciding([clip_id])
        return self.services.clips.events(clip_id)

    def ready(self, right: Right = Right.PRACTISE) -> list[Pack]:
        """Those of them that are released."""
        return [p for p in self.packs(right) if self.released(p)]

    def prepare(
        self, recording_id: str, plan: PlanOptions, words: PackWords, *, contrast: bool = False
    ) -> Pack:
        """Raises NotFound, NoExchanges, StillTranscribing."""
        team = self.recording(recording_id, Right.PREPARE).meta.team
        if self.who.scope(Right.PREPARE) is Scope.TEAM:
            words = replace(words, team=team)  # a leader prepares for that team only
        return self.services.prepare(recording_id, plan, words, self.who.name, contrast=contrast)

    def masked(self, call: Call) -> MaskedCall:
        """A call with what is taken out."""
        self.who.need(Right.PREPARE, team=call.recording.meta.team)
        return self.services.gate.mask(call)

    def decide(self, recording_id: str, choice: Choice) -> None:
        """What is masked too, or waived; written down. Raises NotFound, BadInput."""
        self.recording(recording_id, Right.PREPARE)
        named = replace(choice, by=self.name(choice.by))
        texts = [turn.text for turn in self.services.call(recording_id).turns]
        if choice.text.strip() not in ("", ANY_LANGUAGE) and not everywhere(choice.text, texts):
            raise BadInput(
                detail=f"文字稿里没有“{choice.text.strip()}”",
                detail_en=f"“{choice.text.strip()}” is not in the transcript",
            )
        self.services.gate.decide(recording_id, named)
        self.services.remask(recording_id, named.by)
        self.note("mask" if choice.mask else "waive", recording_id, choice.by)

    def clips(self, ids: Sequence[str]) -> dict[str, Clip]:
        """Clips to decide about, by id."""
        found = self.services.gate.states(ids)
        return {i: c for i, c in found.items() if self._decides(c)}

    def review(self, clip_id: str) -> ClipFile:
        """The masked sound of a clip that is not released yet. Raises NotReleased, NotFound."""
        self._deciding([clip_id])
        file = self.services.gate.review(clip_id)
        if clip_id not in self.services.audit.known(self.who.id, REVIEWED, [clip_id]):
            self.note(REVIEWED, clip_id)
        return file

    def hear(self, clip_id: str) -> ClipFile:
        """A released clip; of a counterpart only where its agent agreed to be heard.

        Raises NotReleased, NotFound.
        """
        self.who.need(Right.LIBRARY)
        beside = self.services.library.counterparts.of_clip(clip_id)
        if beside is not None and beside.consent is not Consent.VOICE:
            raise NotReleased()
        return self.services.gate.hear(clip_id)

    def release(self, ids: Sequence[str], by: str, why: str = "") -> None:
        """Somebody listened through and answers for it.

        Raises BadInput, Blocked, NotFound; NotListened: a clip was never played to them; Objected: its agent does
        not want it used; StillListening: the second model has not heard it.
        """
        self._deciding(ids)
        unheard = self.unheard(ids)
        if unheard:
            raise NotListened(n=len(unheard))
        clips = self.clips(ids).values()
        calls = {c.recording_id for c in clips}
        if self.services.settings.second_model and unlistened(self.services.clips, list(clips)):
            for recording_id in calls:
                self.services.second(recording_id)
            raise StillListening()
        for objection in self.services.objections.listed():
            if objection.recording_id in calls and objection.answer is not Answer.DISMISSED:
                raise Objected(who=objection.by)
        for recording_id in calls:
            self.services.remask(recording_id, self.who.name)
        self.services.gate.release(ids, self.name(by), why)
        self.note("released", " ".join(ids)[:2000], by)

    def unheard(self, ids: Sequence[str]) -> set[str]:
        """Those of them that were never played to this person."""
        return set(ids) - self.services.audit.known(self.who.id, REVIEWED, ids)

    def told(self, clip_id: str) -> str | None:
        """What the second listening found, kinds and seconds; None where there was none."""
        self._deciding([clip_id])
        return told(self.services.clips, clip_id)

    def vouch(self, clip_id: str, by: str, why: str) -> None:
        """What the second listening heard is nobody's data. Raises BadInput, Blocked, NotFound."""
        self._deciding([clip_id])
        self.services.gate.vouch(clip_id, self.name(by), why)
        self.note("vouched", f"{clip_id}: {why.strip()[:200]}", by)

    def withdraw(self, ids: Sequence[str], by: str) -> None:
        """Nobody hears them from now on. Raises NotFound."""
        self._deciding(ids)
        self.services.gate.withdraw(ids, self.name(by))
        self.note("withdrawn", " ".join(ids)[:2000], by)

    def _playable(self, pack: Pack) -> bool:
        everywhere = self.who.role in (Role.ADMIN, Role.QA)
        return everywhere or not pack.team or pack.team in self.who.teams

    def _decides(self, clip: Clip) -> bool:
        team = self.services.calls.get(clip.recording_id).meta.team
        return self.who.may(Right.RELEASE, team=team)

    def _deciding(self, ids: Sequence[str]) -> None:
        found = self.services.gate.states(ids)
        for i in ids:
            if i not in found:
                raise NotFound(what="片段", what_en="clip", key=i)
            if not self._decides(found[i]):
                raise NotAllowed(right=Right.RELEASE.value)
