"""A clip: what a team may hear once it is released, and how it gets there. Pure.

draft → masked → checked → released. A clip whose findings cannot be placed in time, or whose text
still shows something, stays where it is and says why. Back from released: withdrawn, to checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from coach.calls.cuts import Cut
from coach.calls.exchanges import Part
from coach.calls.masking.finder import Finder
from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.lists import ENGLISH
from coach.calls.masking.sound import Window
from coach.calls.transcript import Word, join_text
from coach.calls.turns import Turn


class ClipState(StrEnum):
    """How far a clip is on its way to the team."""

    DRAFT = "draft"
    MASKED = "masked"
    CHECKED = "checked"
    RELEASED = "released"


class Block(StrEnum):
    """Why a clip cannot go on."""

    NONE = ""
    TIME = "time"  # something was found and nobody knows when it is said
    LEFT = "left"  # the second look found something in the masked text
    LANGUAGE = "language"  # there are no rules for what is spoken
    STALE = "stale"  # since it was made, more has to go
    HEARD = "heard"  # a second recogniser heard something in the masked sound


@dataclass(frozen=True)
class Clip:
    """A cut of a call with what is silent in it. ``text`` is masked."""

    id: str
    recording_id: str
    cut: Cut
    windows: tuple[Window, ...]  # seconds from the start of the call
    text: str
    state: ClipState = ClipState.DRAFT
    block: Block = Block.NONE


@dataclass(frozen=True)
class ClipEvent:
    """Who moved a clip where, and why."""

    clip_id: str
    at: datetime
    by: str
    state: ClipState
    why: str


@dataclass(frozen=True)
class MaskedCall:
    """A call with its findings taken out; turns as before, texts and words masked."""

    turns: tuple[Turn, ...]
    windows: tuple[Window, ...]
    findings: tuple[Finding, ...]
    lost: tuple[int, ...]  # turns whose findings have no time
    trusted: bool = False  # somebody vouches for a language without rules

    def text(self, part: Part) -> str:
        """What a part says, masked."""
        return join_text(self.turns[i].text for i in part.turns)

    def words(self, part: Part) -> tuple[Word, ...]:
        """Its words, masked."""
        return tuple(w for i in part.turns for w in self.turns[i].words)

    def clip(self, clip_id: str, recording_id: str, cut: Cut, parts: Sequence[Part]) -> Clip:
        """A clip of these parts: masked, or a draft with the reason why it is not."""
        inside = tuple(w for w in self.windows if w.start < cut.end and w.end > cut.start)
        text = join_text(self.text(p) for p in parts)
        block = Block.NONE
        if self.lost:  # it may sound anywhere, between the parts as well
            block = Block.TIME
        elif foreign(text) and not self.trusted:
            block = Block.LANGUAGE
        state = ClipState.DRAFT if block else ClipState.MASKED
        return Clip(clip_id, recording_id, cut, inside, text, state, block)


_TOKENS = re.compile("|".join(re.escape(kind.token) for kind in Kind))
_LETTER = re.compile(r"[^\W\d_]")
_KNOWN = re.compile(r"[a-zA-Z\u4e00-\u9fff\u3400-\u4dbf\u3005\u3007\uff21-\uff5a]")
_WORD = re.compile(r"[a-z']+")
LEAST_ENGLISH = 0.15  # share of words that are among the commonest; English talk has half
FOREIGN = 0.2  # share of letters that are neither Han nor Latin


def foreign(text: str) -> bool:
    """Spoken in a language without rules, as far as script and the commonest words tell."""
    letters = _LETTER.findall(text)
    if letters and sum(not _KNOWN.match(c) for c in letters) > FOREIGN * len(letters):
        return True
    words = _WORD.findall(text.lower())
    return len(words) >= 8 and sum(w in ENGLISH for w in words) < LEAST_ENGLISH * len(words)


def stale(clip: Clip, masked: MaskedCall, said: Sequence[str]) -> bool:
    """Whether something has to go by now that a clip made earlier still has in sound or text.

    Args:
        masked: the call as it would be masked now.
        said: its unmasked turns.
    """
    cut = clip.cut
    if masked.lost or any(
        not any(w.start >= old.start - 0.01 and w.end <= old.end + 0.01 for old in clip.windows)
        for w in masked.windows
        if w.start < cut.end and w.end > cut.start
    ):
        return True
    gone = {said[f.turn][f.start : f.end].strip() for f in masked.findings}
    return any(len(text) > 1 and text in clip.text for text in gone)


def second_look(clip: Clip, finder: Finder) -> Clip:
    """A masked clip is checked where its masked text shows nothing any more."""
    if clip.state is not ClipState.MASKED:
        return clip
    bare = _TOKENS.sub(lambda m: "■" * len(m[0]), clip.text)
    left = finder.find([Said("", bare)])
    if left:
        return replace(clip, block=Block.LEFT)
    return replace(clip, state=ClipState.CHECKED, block=Block.NONE)


class ClipStore(Protocol):
    """Where clips and what happened to them are kept."""

    def add(self, clips: Sequence[Clip], by: str) -> None:
        """Store clips, each with its first event; a known id is replaced, and released no more."""

    def get(self, clip_id: str) -> Clip:
        """Raises NotFound."""

    def many(self, ids: Sequence[str]) -> dict[str, Clip]:
        """Those of ``ids`` that are there."""

    def of(self, recording_id: str) -> list[Clip]:
        """All of a recording that are not drafts."""

    def spoil(self, ids: Sequence[str], by: str) -> None:
        """More has to go than they leave out: drafts from now on, Block.STALE."""

    def move(
        self, ids: Sequence[str], before: ClipState, after: ClipState, by: str, why: str
    ) -> bool:
        """All of them from one state to another, or, False, none. Those already there stay."""

    def put(
        self, clip_id: str, was: ClipState, state: ClipState, block: Block, by: str, why: str
    ) -> bool:
        """One of them from state ``was``, with an event; False where it is in another."""

    def events(self, clip_id: str) -> list[ClipEvent]:
        """Oldest first."""
