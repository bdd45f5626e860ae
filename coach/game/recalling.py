"""合上记录: what people recall of a pack without notes, at once and in the re-tests. Pure.

Recalling afterwards is what transfers (DESIGN §5: d = 0.74 against d = 0.35 for guessing first), and what
is recalled again after a night and a week stays: a re-test the next day, another after seven.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from coach.game.coverage import Learned, coverage, mark, marks_json
from coach.game.pack import Pack
from coach.game.phases import EntryKind, Kind, Mode, Program, State, revealed
from coach.game.session import Session
from coach.library.keypoints import KeyPoint

STEMS = ("说清", "说明", "给出", "确认", "主动", "请客户", "有")  # 有共情: who writes 共情 means it
OFFERED = {1: 6, 7: 13}  # a re-test after so many days, offered until so many


class When(StrEnum):
    """Which of them."""

    CLOSING = "closing"
    NEXT_DAY = "next day"
    WEEK = "week"


@dataclass(frozen=True)
class Due:
    """A session whose people are to recall it again."""

    session: Session
    when: When
    days: int  # since it was played


def points_of(pack: Pack, rounds: Sequence[int] | None = None) -> tuple[KeyPoint, ...]:
    """The key points of a pack, or of some of its rounds: each name once, with all its phrasings.

    Who recalls a point may call it by its name.
    """
    found: dict[str, KeyPoint] = {}
    for i in range(len(pack.rounds)) if rounds is None else rounds:
        for point in pack.rounds[i].key_points:
            known = found.get(point.name, KeyPoint(point.name, _names(point.name)))
            said = dict.fromkeys((*known.phrasings, *point.phrasings))
            found[point.name] = replace(known, phrasings=tuple(said))
    return tuple(found.values())


def _names(name: str) -> tuple[str, ...]:
    short = next((name[len(s) :] for s in STEMS if name.startswith(s)), name)
    return (name, short) if len(short) > 1 else (name,)


def heard(pack: Pack, steps: Program, state: State) -> tuple[int, ...]:
    """Rounds whose benchmark was heard."""
    rounds = range(len(pack.rounds))
    return tuple(i for i in rounds if revealed(steps, state, Kind.BENCHMARK, i))


def recallable(
    pack: Pack, steps: Program, state: State, before: Sequence[int] | None = None
) -> tuple[KeyPoint, ...]:
    """What there is to recall: the points of the benchmarks that were heard.

    Args:
        before: in a re-test: the rounds heard in the session that is recalled.
    """
    return points_of(pack, heard(pack, steps, state) if before is None else before)


def recalls(session: Session) -> list[str]:
    """What was written, in the order of writing."""
    return [e.text for e in session.of(EntryKind.RECALL, -1) if e.text]


def recalled(
    points: Sequence[KeyPoint],
    texts: Sequence[str],
    learned: Learned,
    before: Sequence[str] | None = None,
) -> dict[str, Any]:
    """How many recalled each point, and each text's marks; ``before``: what the same people recalled
    when they played it."""
    marks = [mark(points, text, learned) for text in texts]
    out: dict[str, Any] = {
        "points": [{"name": n, "made": k, "of": len(texts)} for n, k in coverage(points, marks)],
        "marks": [marks_json(m) for m in marks],
    }
    if before is not None:
        then = coverage(points, [mark(points, text, learned) for text in before])
        for row, (_, made) in zip(out["points"], then, strict=True):
            row["before"] = {"made": made, "of": len(before)}
    return out


def retest_id(session_id: str, when: When) -> str:
    """The id of a session's re-test: a team has one each time, whoever opens it first."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{session_id} {when.value}"))


def days_since(session: Session, zone: tzinfo, today: date) -> int:
    """Nights since it was played."""
    return (today - session.created_at.astimezone(zone).date()).days


def opens(session: Session, zone: tzinfo, today: date, *, done: bool = False) -> date | None:
    """When the next re-test may be answered, today where one may be now; None: never again.

    Args:
        done: today's, if there is one, is over.
    """
    played = today - timedelta(days=days_since(session, zone, today))
    times = [
        (played + timedelta(first), played + timedelta(last)) for first, last in OFFERED.items()
    ]
    to_come = [f for f, last in times if today <= last and not (done and f <= today)]
    return max(to_come[0], today) if to_come else None


def due(sessions: Sequence[Session], zone: tzinfo, today: date) -> list[Due]:
    """Sessions to recall again today, of each team the newest first; what was done is not due."""
    done = {(x.retests, _when(x, sessions, zone)) for x in sessions if x.mode is Mode.RETEST}
    found = []
    for x in sessions:
        days = days_since(x, zone, today)
        when = window(days)
        if x.mode is Mode.TEAM and x.state.ended and when and (x.id, when) not in done:
            found.append(Due(x, when, days))
    return found


def window(days: int) -> When | None:
    """Which re-test so many days after."""
    if 1 <= days <= OFFERED[1]:
        return When.NEXT_DAY
    return When.WEEK if 7 <= days <= OFFERED[7] else None


def _when(retest: Session, sessions: Sequence[Session], zone: tzinfo) -> When | None:
    first = next((x for x in sessions if x.id == retest.retests), None)
    if first is None:
        return None
    days = retest.created_at.astimezone(zone).date() - first.created_at.astimezone(zone).date()
    return window(days.days)
