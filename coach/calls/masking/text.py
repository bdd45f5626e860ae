"""Findings taken out of a transcript's text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.calls.masking.findings import Finding, Said
from coach.calls.transcript import Segment, rewrite
from coach.calls.turns import Turn


def said(turns: Sequence[Turn]) -> list[Said]:
    """Turns as the finders see them."""
    return [Said(t.speaker or t.role.value, t.text) for t in turns]


def mask_text(text: str, findings: Sequence[Finding]) -> str:
    """The text with a token in place of each finding; ``findings`` are all of this text."""
    for f in sorted(findings, key=lambda f: f.start, reverse=True):
        text = text[: f.start] + f.kind.token + text[f.end :]
    return text


def mask_turn(turn: Turn, findings: Sequence[Finding]) -> Turn:
    """A turn with tokens in its text and words; a word hidden in part loses that part."""
    if not findings:
        return turn
    edits = [(f.start, f.end, f.kind.token) for f in findings]
    whole = Segment(turn.start or 0.0, turn.end or 0.0, turn.text, words=turn.words)
    masked = rewrite(whole, edits)
    return replace(turn, text=masked.text, words=masked.words)
