"""Finds what identifies a person in a conversation: all finders together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.calls.masking.contacts import find_contacts
from coach.calls.masking.findings import Finding, Said, merged
from coach.calls.masking.names import find_names
from coach.calls.masking.places import find_places
from coach.calls.masking.strings import Strings


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
        """See ``Finder``."""
        found = find_contacts(said) + find_names(said, self.names) + find_places(said)
        group = 1
        numbered = []
        for f in found:
            numbered.append(Finding(f.turn, f.start, f.end, f.kind, f.confidence, group))
            group += 1
        return merged([*numbered, *Strings(self.keep).find(said, group)])
