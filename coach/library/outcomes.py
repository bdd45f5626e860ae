"""What became of single calls: solved at once, satisfied. Imported, matched by file name or id. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from coach.errors import BadReport
from coach.library.reports import Sheet

WORDS: dict[str, tuple[str, ...]] = {
    "call": ("录音", "文件", "流水", "通话编号", "call", "file", "id"),
    "solved": ("首问", "一次解决", "首次解决", "是否解决", "fcr", "solved"),
    "satisfied": ("满意", "csat", "satisf"),
}
_YES = frozenset(
    {"是", "1", "1.0", "true", "yes", "y", "已解决", "解决", "满意", "非常满意", "好评"}
)
_NO = frozenset({"否", "0", "0.0", "false", "no", "n", "未解决", "不满意", "非常不满意", "差评"})
_STARS = re.compile(r"^[1-5](?:\.0)?$")


@dataclass(frozen=True)
class Outcome:
    """Of one call; None where nobody asked."""

    solved: bool | None = None
    satisfied: bool | None = None

    @property
    def worth(self) -> float:
        """−1..1: what it adds to a call that could be played."""
        known = [x for x in (self.solved, self.satisfied) if x is not None]
        return sum(1 if x else -1 for x in known) / len(known) if known else 0.0


@dataclass(frozen=True)
class Taken:
    """What an import led to: how many calls, and what lines named that is no call of ours."""

    known: int
    missed: tuple[str, ...]


def outcomes(
    sheet: Sheet, calls: Mapping[str, str], *, name: str = ""
) -> tuple[dict[str, Outcome], list[str]]:
    """Outcome by recording; and what lines named that is none.

    Args:
        calls: recording ids by what a table may call them: id, title, file name, its stem.

    Raises:
        BadReport: no column names a call, or none tells an outcome.
    """
    places = {
        field: next(
            (i for i, h in enumerate(sheet.headings) if any(w in h.lower() for w in words)), None
        )
        for field, words in WORDS.items()
    }
    if places["call"] is None or (places["solved"] is None and places["satisfied"] is None):
        raise BadReport(
            name=name,
            detail="没有“录音”一列，或“首问”“满意度”都没有",
            detail_en="no column names the call, or none tells an outcome",
        )
    found: dict[str, Outcome] = {}
    missed: list[str] = []
    for row in sheet.rows:
        said = str(row[places["call"]] or "").strip()
        recording_id = calls.get(said) or calls.get(PurePath(said).stem)
        if recording_id:
            found[recording_id] = Outcome(
                _verdict(row, places["solved"]), _verdict(row, places["satisfied"])
            )
        elif said:
            missed.append(said[:40])
    return found, missed


def names_of(calls: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """What tables may call recordings: (id, file name, title). A name that two share counts for none."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for recording_id, file, title in calls:
        found[recording_id] = recording_id
        for name in {file, PurePath(file).stem, title} - {""}:
            if found.setdefault(name, recording_id) != recording_id:
                shared.add(name)
    return {name: i for name, i in found.items() if name not in shared}


def _verdict(row: Sequence[Any], place: int | None) -> bool | None:
    """是 / 否, 1 / 0, 满意 / 不满意, one to five stars (four and five are good)."""
    if place is None or row[place] is None:
        return None
    text = str(row[place]).strip().lower()
    if text in _YES or text in _NO:
        return text in _YES
    return float(text) >= 4 if _STARS.match(text) else None


class OutcomeStore(Protocol):
    """Where outcomes are kept."""

    def put(self, outcomes: Mapping[str, Outcome]) -> None:
        """Store them; a later word about a call counts."""

    def all(self) -> dict[str, Outcome]:
        """By recording."""
