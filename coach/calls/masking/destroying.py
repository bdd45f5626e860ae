"""Card verification codes are not kept, not even in the original (PCI DSS 4.0.1, 3.3.1).

What is destroyed cannot be brought back, so this goes by surer signs than masking does: three or
four digits, soon after the words for such a code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.calls.call import CallStore
from coach.calls.hearing import Hearing
from coach.calls.masking.digits import chunks
from coach.calls.masking.finder import Rules
from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.sound import locate
from coach.calls.transcript import Role, Segment, rewrite
from coach.calls.turns import Turn
from coach.people.audit import AuditLog

BY, WHAT = "系统 system", "destroyed card code"
_CODE = re.compile(
    r"安全码|cv[vcn]2?|(?:背面|后面|签名).{0,8}(?:三|四|3|4)位|末三位|最后三位|security code|back of (?:the|your) card",
    re.I,
)
_BEFORE = 2  # segments that may have asked for it
_SLACK = 0.5  # seconds that a repaired line may lie beside the segment it came from


@dataclass(frozen=True)
class Secret:
    """A code where it stands: the words themselves, and the segment's seconds."""

    text: str
    start: float
    end: float


class Rewriter(Protocol):
    """Changes every stored form of a call's text, history included."""

    def rewrite(self, recording_id: str, change: Callable[[Segment], Segment]) -> int:
        """All segments, lines and revisions through ``change``; returns how many changed."""


class Destroying:
    """Finds codes in a transcript and takes them out of it and of the stored sound."""

    def __init__(
        self, calls: CallStore, rewriter: Rewriter, hearing: Hearing, audit: AuditLog
    ) -> None:
        self._calls, self._rewriter = calls, rewriter
        self._hearing, self._audit = hearing, audit

    def destroy(self, recording_id: str) -> int:
        """Returns how many codes; killed on the way it does the rest when it is called again.

        Raises NotFound.
        """
        segments = self._calls.segments(recording_id)
        found = codes(segments)
        if not found:
            return 0
        turns = [
            Turn(Role.UNKNOWN, s.text, start=s.start, end=s.end, words=s.words, located=s.located)
            for s in segments
        ]
        where = locate(turns, found, self._calls.get(recording_id).duration)
        self._hearing.silence(recording_id, where.windows)
        secrets = [
            Secret(s.text[f.start : f.end], s.start, s.end)
            for f in found
            for s in [segments[f.turn]]
        ]
        self._rewriter.rewrite(recording_id, lambda s: without(s, secrets))
        untimed = f", {len(where.lost)} without a time" if where.lost else ""
        self._audit.add(BY, WHAT, f"{recording_id}: {len(found)}{untimed}")
        return len(found)


def codes(segments: Sequence[Segment]) -> list[Finding]:
    """Findings that are surely card verification codes."""
    texts = [s.text for s in segments]
    spoken = [Said(s.speaker or str(s.channel), s.text) for s in segments]
    return [f for f in Rules().find(spoken) if f.kind is Kind.CODE and _sure(f, texts)]


def _sure(f: Finding, texts: Sequence[str]) -> bool:
    count = sum(len(c.digits) for c in chunks(0, texts[f.turn][f.start : f.end]))
    before = "\n".join([*texts[max(0, f.turn - _BEFORE) : f.turn], texts[f.turn][: f.start]])
    spoken = before.replace(Kind.CODE.token, "")  # what was destroyed is no word for a code
    return 3 <= count <= 4 and _CODE.search(spoken[-40:]) is not None


def without(segment: Segment, secrets: Sequence[Secret]) -> Segment:
    """A segment with tokens where these codes stood in it."""
    edits: list[tuple[int, int, str]] = []
    for secret in secrets:
        near = segment.start < secret.end + _SLACK and segment.end > secret.start - _SLACK
        at = segment.text.find(secret.text) if near else -1
        if at >= 0 and not any(a < at + len(secret.text) and at < b for a, b, _ in edits):
            edits.append((at, at + len(secret.text), Kind.CODE.token))
    return rewrite(segment, edits) if edits else segment
