"""The gate: the one door through which a call's sound reaches a team."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.calls.call import Call
from coach.calls.hearing import ClipFile, Hearing
from coach.calls.masking.clip import (
    Block,
    Clip,
    ClipState,
    ClipStore,
    MaskedCall,
    second_look,
    stale,
)
from coach.calls.masking.digits import plain
from coach.calls.masking.finder import Finder, Rules
from coach.calls.masking.findings import Finding, Kind, Said, merged
from coach.calls.masking.names import bare_names
from coach.calls.masking.sound import Window, joined, locate, unheard
from coach.calls.masking.text import mask_text, mask_turn, said
from coach.errors import BadInput, Blocked, NotFound, NotReleased

ANY_LANGUAGE = "*"  # waived: a person vouches for a language that has no rules


@dataclass(frozen=True)
class Choice:
    """What a person decided about a call: ``text`` is masked too, or is no personal data."""

    text: str
    mask: bool
    by: str
    why: str


class ChoiceStore(Protocol):
    """Where people's decisions are kept."""

    def add(self, recording_id: str, choice: Choice) -> None:
        """Store it; a later one about the same text counts."""

    def of(self, recording_id: str) -> list[Choice]:
        """All that count, oldest first."""


class Gate:
    """Masks calls, checks and releases clips, and lets nothing else be heard."""

    def __init__(
        self, clips: ClipStore, choices: ChoiceStore, hearing: Hearing, keep: Collection[str] = ()
    ) -> None:
        self._clips, self._choices, self._hearing = clips, choices, hearing
        self._keep = keep

    def mask(self, call: Call) -> MaskedCall:
        """A call with everything taken out that the rules find and people added, and nothing that
        they waived."""
        choices = self._choices.of(call.recording.id)
        spoken = said(call.turns)
        found = self._finder(choices).find(spoken)
        for choice in choices:
            if choice.mask:
                found += everywhere(choice.text, [s.text for s in spoken])
        found = merged(found)
        by_turn: dict[int, list[Finding]] = {}
        for f in found:
            by_turn.setdefault(f.turn, []).append(f)
        turns = tuple(mask_turn(t, by_turn.get(i, [])) for i, t in enumerate(call.turns))
        where = locate(call.turns, found, call.recording.duration)
        trusted = any(c.text == ANY_LANGUAGE and not c.mask for c in choices)
        return MaskedCall(
            turns, self._with_unheard(call, where.windows), tuple(found), where.lost, trusted
        )

    def _with_unheard(self, call: Call, windows: Sequence[Window]) -> tuple[Window, ...]:
        """And what sounds where nobody's words are known."""
        try:
            sounds = self._hearing.sounds(call.recording.id)
        except NotFound:
            return tuple(windows)  # nothing is left that could be heard
        more = unheard(call.turns, sounds.frames, sounds.frame)
        return joined([*((w.start, w.end) for w in windows), *more])

    def refresh(self, call: Call, by: str = "") -> list[str]:
        """Spoil the clips that leave out less than has to go by now: after a decision, a repair,
        a new transcript. Returns their ids."""
        clips = self._clips.of(call.recording.id)
        if not clips:
            return []
        masked, texts = self.mask(call), [s.text for s in said(call.turns)]
        spoilt = [c.id for c in clips if stale(c, masked, texts)]
        self._clips.spoil(spoilt, by)
        return spoilt

    def cleaned(self, text: str, *, label: bool = False) -> str:
        """A title or note without what may be somebody's: file names carry numbers and names.

        Args:
            label: a word or two (时限, 安抚) that stand alone and are no name.
        """
        found = Rules(keep=self._keep).find([Said("", text)])
        return mask_text(text, merged(found if label else found + bare_names(text)))

    def decide(self, recording_id: str, choice: Choice) -> None:
        """Keep a person's decision. Raises BadInput without a name, a text or a reason."""
        if not choice.text.strip():
            raise BadInput(detail="请写要去掉或保留的文字", detail_en="which text?")
        if not choice.by.strip():
            raise BadInput(detail="请写名字", detail_en="who decides?")
        if not choice.mask and not choice.why.strip():
            raise BadInput(detail="请写理由", detail_en="a reason is needed")
        self._choices.add(recording_id, choice)

    def look(self, clips: Sequence[Clip]) -> list[Clip]:
        """The second look at clips that were just made."""
        return [second_look(c, self._finder(self._choices.of(c.recording_id))) for c in clips]

    def find(self, recording_id: str, spoken: Sequence[Said]) -> list[Finding]:
        """What the rules find in other words about the same call, less what people waived."""
        return self._finder(self._choices.of(recording_id)).find(spoken)

    def vouch(self, clip_id: str, by: str, why: str) -> None:
        """Somebody listened to what the second recogniser heard, and it is nobody's data.

        Raises:
            BadInput: no name or no reason.
            Blocked: that is not what stops this clip.
        """
        if not by.strip() or not why.strip():
            raise BadInput(detail="请写名字和理由", detail_en="who, and why?")
        heard = self._clips.get(clip_id).block is Block.HEARD
        to = (ClipState.MASKED, ClipState.CHECKED, Block.NONE)
        if not heard or not self._clips.put(clip_id, *to, by.strip()[:40], why.strip()[:200]):
            raise Blocked()

    def hear(self, clip_id: str) -> ClipFile:
        """A released clip's sound, asked anew each time.

        Raises:
            NotReleased: it is not released, or no longer.
            NotFound: no such clip, or its audio is gone.
        """
        clip = self._clips.get(clip_id)
        if clip.state is not ClipState.RELEASED:
            raise NotReleased()
        return self._hearing.masked(clip.recording_id, clip.cut, clip.windows)

    def review(self, clip_id: str) -> ClipFile:
        """The masked sound of a clip for whoever decides about it. Raises NotReleased, NotFound."""
        clip = self._clips.get(clip_id)
        if clip.state is ClipState.DRAFT:
            raise NotReleased()
        return self._hearing.masked(clip.recording_id, clip.cut, clip.windows)

    def states(self, ids: Sequence[str]) -> dict[str, Clip]:
        """Clips by id; one that is missing may not be heard."""
        return self._clips.many(ids)

    def released(self, ids: Sequence[str]) -> bool:
        """Whether a team may hear all of them."""
        found = self._clips.many(ids)
        return all(i in found and found[i].state is ClipState.RELEASED for i in ids)

    def release(self, ids: Sequence[str], by: str, why: str = "") -> None:
        """Somebody listened through and answers for it. All of them, or none.

        Raises:
            BadInput: nobody's name.
            Blocked: one of them has not passed the second look.
        """
        if not by.strip():
            raise BadInput(detail="请写放行人的名字", detail_en="who releases?")
        if not self._clips.move(ids, ClipState.CHECKED, ClipState.RELEASED, by.strip()[:40], why):
            raise Blocked()

    def withdraw(self, ids: Sequence[str], by: str, why: str = "") -> None:
        """Nobody may hear them from now on, running sessions included."""
        self._clips.move(ids, ClipState.RELEASED, ClipState.CHECKED, by.strip()[:40], why)

    def _finder(self, choices: Sequence[Choice]) -> Finder:
        """The rules, less what people said is none."""
        return _Waiving(Rules(keep=self._keep), {c.text for c in choices if not c.mask})


@dataclass(frozen=True)
class _Waiving:
    """A finder, less what people said is no personal data."""

    finder: Finder
    waived: Collection[str]

    def find(self, said: Sequence[Said]) -> list[Finding]:
        """See ``Finder``."""
        found = self.finder.find(said)
        return [f for f in found if said[f.turn].text[f.start : f.end] not in self.waived]


def everywhere(text: str, texts: Sequence[str]) -> list[Finding]:
    """Where a text is said, however it is spaced and written: case, width and pauses do not count."""
    wanted = [c for c in plain(text).casefold() if c.isalnum()]
    if not wanted:
        return []
    pattern = re.compile(r"[^\w]*".join(re.escape(c) for c in wanted))
    return [
        Finding(i, m.start(), m.end(), Kind.OTHER, 1.0)
        for i, spoken in enumerate(texts)
        for m in pattern.finditer(plain(spoken))
    ]
