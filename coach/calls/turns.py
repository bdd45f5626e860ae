"""Segments to turns: one speaker's run of speech. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coach.calls.transcript import Role, Segment, Word, join_text, split_at_gaps

CHARACTERS_PER_SECOND = 4.5  # Mandarin service speech; used only where no times are given


@dataclass(frozen=True)
class TurnOptions:
    """Parameters of ``build_turns``, in seconds."""

    join_gap: float = 1.2  # same speaker, shorter silence: same turn
    split_gap: float = 1.2  # silence inside a recogniser's segment: another turn


@dataclass(frozen=True)
class Turn:
    """One speaker's run of speech. ``start`` and ``end`` are None where no times are known."""

    role: Role
    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""
    channel: int | None = None
    words: tuple[Word, ...] = ()
    located: bool = True
    sure: float = 1.0  # that the speaker is right, 0.5..1
    doubt: str = ""  # why this may never have been said; such a turn takes part in nothing


def build_turns(
    segments: Sequence[Segment],
    roles: Mapping[str, Role],
    options: TurnOptions = TurnOptions(),
) -> list[Turn]:
    """Merge segments into turns in time order. No text is lost and no order changed.

    ``roles`` maps a segment's speaker label to its role; without it a segment's own counts.
    """
    pieces = [p for s in segments for p in split_at_gaps(s, gap=options.split_gap)]
    pieces.sort(key=lambda p: (p.start, p.end))
    groups: list[list[Segment]] = []
    for piece in pieces:
        if groups and _same_turn(groups[-1][-1], piece, options.join_gap):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_turn(group, roles) for group in groups]


def _same_turn(before: Segment, piece: Segment, gap: float) -> bool:
    same = _voice(before) == _voice(piece) and before.doubt == piece.doubt
    same = same and not before.id and not piece.id
    return same and piece.start - before.end < gap


def _voice(piece: Segment) -> tuple[object, ...]:
    return piece.speaker, piece.channel, piece.role


def _turn(group: list[Segment], roles: Mapping[str, Role]) -> Turn:
    first = group[0]
    return Turn(
        role=roles.get(first.speaker) or first.role or Role.UNKNOWN,
        text=join_text(piece.text for piece in group),
        start=first.start,
        end=max(piece.end for piece in group),
        speaker=first.speaker,
        channel=first.channel,
        words=tuple(word for piece in group for word in piece.words),
        located=all(piece.located for piece in group),
        sure=min(piece.sure for piece in group),
        doubt=first.doubt,
    )
