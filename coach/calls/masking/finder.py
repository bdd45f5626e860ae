"""Finds what identifies a person in a conversation: all finders together. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from coach.calls.masking.contacts import find_contacts
from coach.calls.masking.findings import Finding, Kind, Said, merged
from coach.calls.masking.landmarks import find_doors, find_landmarks
from coach.calls.masking.mentions import find_mentions
from coach.calls.masking.names import again, find_names
from coach.calls.masking.places import find_places
from coach.calls.masking.replies import find_replies
from coach.calls.masking.spelling import find_spelt
from coach.calls.masking.strings import Strings

LONGEST = 1000  # characters looked at as one turn: the time a turn takes stays in proportion
_PAUSE = re.compile(r"[，。！？；,.!?;\s]")


class Finder(Protocol):
    """Finds personal data in a conversation; a trained recogniser may stand here as well."""

    def find(self, said: Sequence[Said]) -> list[Finding]:
        """Findings in order; characters of each turn's text."""


@dataclass(frozen=True)
class Rules:
    """The finder that is always there. ``keep``: public numbers; ``names``: names to look for."""

    keep: Collection[str] = ()
    names: Collection[str] = ()

    def find(self, said: Sequence[Said]) -> list[Finding]:
        """See ``Finder``. A very long turn is looked at as several by the same speaker."""
        parts, places = _parts(said)
        words = find_contacts(parts) + find_names(parts, self.names) + find_spelt(parts)
        words += find_mentions(parts) + find_places(parts) + find_landmarks(parts)
        words += find_replies(parts)
        words += again(parts, [f for f in words if f.kind is Kind.NAME])
        words += find_doors(parts, words)
        found = [replace(f, group=i) for i, f in enumerate(words, start=1)]
        found += Strings(self.keep).find(parts, len(found) + 1)
        return merged(
            [
                replace(f, turn=turn, start=f.start + offset, end=f.end + offset)
                for f in found
                for turn, offset in (places[f.turn],)
            ]
        )


def _parts(said: Sequence[Said]) -> tuple[list[Said], list[tuple[int, int]]]:
    """Turns of at most LONGEST characters, cut at pauses, and where each of them begins."""
    parts: list[Said] = []
    places: list[tuple[int, int]] = []
    for i, turn in enumerate(said):
        at = 0
        while at < len(turn.text) or at == 0:
            end = min(len(turn.text), at + LONGEST)
            if end < len(turn.text):
                pauses = [m.end() for m in _PAUSE.finditer(turn.text, at + LONGEST // 2, end)]
                end = pauses[-1] if pauses else end
            parts.append(Said(turn.speaker, turn.text[at:end]))
            places.append((i, at))
            at = end
            if not turn.text:
                break
    return parts, places
