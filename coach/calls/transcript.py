"""What a recogniser, or a person, heard: words and segments, with times in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """Who speaks."""

    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    UNKNOWN = "UNKNOWN"

    @property
    def other(self) -> Role:
        """The other side of the call; UNKNOWN stays."""
        return {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}.get(self, self)


@dataclass(frozen=True)
class Word:
    """One word with its times (seconds from the start of the call) and probability 0..1."""

    start: float
    end: float
    text: str
    probability: float = 1.0


@dataclass(frozen=True)
class Segment:
    """A stretch of speech by one speaker.

    ``channel`` is the audio channel it was heard on, None where not known. ``speaker`` is a label
    that is stable within the call. ``located`` tells whether the words' times were measured: times
    shared out by characters are good enough to light words up, never to cut or mask by.
    """

    start: float
    end: float
    text: str
    channel: int | None = None
    speaker: str = ""
    role: Role | None = None
    words: tuple[Word, ...] = field(default=())
    located: bool = True
    sure: float = 1.0  # that the speaker is right, 0.5..1
    id: str = ""  # of a line that may be repaired; such a segment is a turn of its own
    doubt: str = ""  # why this may never have been said: one of ``doubts.REASONS``

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "channel": self.channel,
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "text": self.text,
            "words": [
                {
                    "start": round(w.start, 3),
                    "end": round(w.end, 3),
                    "text": w.text,
                    "probability": round(w.probability, 3),
                }
                for w in self.words
            ],
        }
        if self.speaker:
            out["speaker"] = self.speaker
        if self.role:
            out["role"] = self.role.value
        if not self.located:
            out["located"] = False
        if self.id:
            out["id"] = self.id
        if self.sure < 1:
            out["sure"] = round(self.sure, 3)
        if self.doubt:
            out["doubt"] = self.doubt
        return out

    @classmethod
    def from_json(cls, doc: dict[str, Any]) -> Segment:
        """The shape of ``to_json``; raises KeyError, TypeError or ValueError on another."""
        words = tuple(
            Word(float(w["start"]), float(w["end"]), str(w["text"]), float(w.get("probability", 1)))
            for w in doc.get("words") or ()
        )
        channel = doc.get("channel")
        role = doc.get("role")
        return cls(
            start=float(doc["start"]),
            end=float(doc["end"]),
            text=str(doc["text"]).strip(),
            channel=None if channel is None else int(channel),
            speaker=str(doc.get("speaker") or ""),
            role=Role(str(role)) if role in Role.__members__ else None,
            words=words,
            located=bool(doc.get("located", True)),
            id=str(doc.get("id") or ""),
            sure=float(doc.get("sure", 1)),
            doubt=str(doc.get("doubt") or ""),
        )


_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9'.%-]*[^\w]*|\w[^\w]*")


def units(text: str) -> list[str]:
    """Text as the pieces that get a time: a Han character, a Latin word, with its punctuation.

    Joined together they give the text back, whatever the input.
    """
    found = _UNIT.findall(text)
    lead = text[: len(text) - len("".join(found))]
    if not found:
        return [text] if text else []
    return [lead + found[0], *found[1:]] if lead else found


def share_words(segment: Segment) -> Segment:
    """The segment with words whose times are shared out by characters, marked as not located."""
    if segment.words:
        return segment
    pieces = units(segment.text)
    weights = [max(1, len(piece.strip())) for piece in pieces]
    total = sum(weights) or 1
    length = segment.end - segment.start
    words = []
    done = 0
    for piece, weight in zip(pieces, weights, strict=True):
        start = segment.start + length * done / total
        done += weight
        words.append(Word(start, segment.start + length * done / total, piece))
    return replace(segment, words=tuple(words), located=False)


def rewrite(segment: Segment, edits: Sequence[tuple[int, int, str]]) -> Segment:
    """The segment with characters [start, end) of its text replaced, words and times kept.

    Characters replaced one for one stay in their words; otherwise what is put in belongs to the
    first word touched, which then lasts until the end of the last. ``edits`` must not overlap.
    """
    if not segment.words or "".join(w.text for w in segment.words).strip() != segment.text:
        return replace(segment, text=_edited(segment.text, edits), words=())
    lead = "".join(w.text for w in segment.words)
    skipped = len(lead) - len(lead.lstrip())
    owner = [i for i, word in enumerate(segment.words) for _ in word.text]
    texts = [word.text for word in segment.words]
    starts = [sum(map(len, texts[:i])) for i in range(len(texts))]
    words = list(segment.words)
    for first, last, new in sorted(edits, reverse=True):
        a, b = first + skipped, last + skipped
        home = owner[max(0, a - 1) if a == b else a]
        if len(new) == b - a:
            for k, c in enumerate(new):
                i = owner[a + k]
                at = a + k - starts[i]
                texts[i] = texts[i][:at] + c + texts[i][at + 1 :]
            continue
        for i in range(owner[b - 1] if b > a else home, home, -1):
            texts[i] = texts[i][b - starts[i] :] if b > starts[i] else texts[i]
            if not texts[i]:
                words[home] = replace(words[home], end=max(words[home].end, words[i].end))
        at = a - starts[home]
        texts[home] = texts[home][:at] + new + texts[home][max(at, b - starts[home]) :]
    kept = tuple(replace(w, text=text) for w, text in zip(words, texts, strict=True) if text)
    return replace(segment, text="".join(w.text for w in kept).strip(), words=kept)


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for first, last, new in sorted(edits, reverse=True):
        text = text[:first] + new + text[last:]
    return text


def join_text(parts: Iterable[str]) -> str:
    """Join pieces of speech: Chinese closes up, words of spaced scripts keep a space."""
    out = ""
    for part in parts:
        part = part.strip()
        if not part:
            continue
        glue = out and part and out[-1].isascii() and part[0].isascii()
        out = f"{out} {part}" if glue else out + part
    return out


def split_at_gaps(segment: Segment, *, gap: float) -> list[Segment]:
    """Cut a segment where its own words leave ``gap`` seconds or more of silence."""
    if len(segment.words) < 2 or not segment.located or segment.id:
        return [segment]
    groups: list[list[Word]] = [[segment.words[0]]]
    for before, word in zip(segment.words, segment.words[1:], strict=False):
        if word.start - before.end >= gap:
            groups.append([])
        groups[-1].append(word)
    if len(groups) == 1:
        return [segment]
    return [
        replace(
            segment,
            start=group[0].start,
            end=group[-1].end,
            text="".join(w.text for w in group).strip(),
            words=tuple(group),
        )
        for group in groups
    ]


def words_between(segments: Sequence[Segment], start: float, end: float) -> tuple[Word, ...]:
    """The words whose middle lies in [start, end), in time order."""
    inside = [
        word
        for segment in segments
        for word in segment.words
        if start <= (word.start + word.end) / 2 < end
    ]
    return tuple(sorted(inside, key=lambda word: word.start))
