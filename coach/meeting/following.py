"""后续: what came after a meeting, beside its record form: re-tests, the check of calls, QA's review. Pure.

It is not part of what is signed: it grows for days after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from coach.meeting.signed import REVIEWED, Note


@dataclass(frozen=True)
class Again:
    """A re-test: shares of the key points recalled, 0..1, and what the same pack had at once."""

    days: int  # after the meeting
    people: int
    share: float
    before: float


@dataclass(frozen=True)
class FollowUp:
    """All of it."""

    again: tuple[Again, ...] = ()
    check_by: str = ""  # until when calls are looked at
    check_result: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None

    def fields(self) -> dict[str, Any]:
        """By the names that templates use."""
        return {
            "retests": [
                {"days": a.days, "people": a.people, "share": f"{a.share:.0%}", "before": f"{a.before:.0%}"}
                for a in self.again
            ],
            "check_by": self.check_by,
            "check_result": self.check_result,
            "reviewed_by": self.reviewed_by,
            "reviewed_at": f"{self.reviewed_at:%Y-%m-%d}" if self.reviewed_at else "",
        }  # fmt: skip


def follow_up(
    again: Sequence[Again], notes: Mapping[str, Note], version: int, zone: tzinfo
) -> FollowUp:
    """From what was recalled again and what was typed.

    Args:
        version: that stands signed; a review of another one is none of it.
    """
    typed = {name: note.text for name, note in notes.items()}
    found = notes.get(REVIEWED)
    review = found if found and found.text == str(version) else None
    return FollowUp(
        tuple(again),
        typed.get("check_by", ""),
        typed.get("check_result", ""),
        review.by if review else "",
        review.at.astimezone(zone) if review else None,
    )


def again_of(days: int, points: Sequence[Mapping[str, Any]]) -> Again:
    """From the rows of ``coach.game.recalling.recalled``, with what was recalled before."""
    people = max((p["of"] for p in points), default=0)
    return Again(days, people, _share(points), _share([p["before"] for p in points]))


def _share(points: Sequence[Mapping[str, Any]]) -> float:
    of = sum(p["of"] for p in points)
    return sum(p["made"] for p in points) / of if of else 0.0
