"""Node reports as other systems export them: tables with headings of their own, mapped once.

Reads xlsx and csv: title lines above the heading, merged cells, percentages as text or 0..100.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from coach.errors import BadReport
from coach.library.nodes import Figure

MOST_CALLS = 10_000_000  # of one line
MOST_ROWS = 500_000
LARGEST = 400 * 2**20  # bytes that a workbook may unpack to
LOOKED = 20  # lines in which the heading is looked for
FIELDS = ("node", "team", "agent", "calls", "solved", "satisfied")
NEEDED = ("node", "calls", "solved")
WORDS: dict[str, tuple[str, ...]] = {
    "node": ("节点", "业务节点", "业务类型", "归档节点", "工单类型", "node", "topic"),
    "team": ("班组", "团队", "小组", "班", "team", "group"),
    "agent": ("坐席", "座席", "员工", "工号姓名", "客服代表", "话务员", "姓名", "agent"),
    "calls": ("归档量", "话务量", "来电量", "接通量", "数量", "量", "calls", "volume"),
    "solved": ("首问解决率", "一次解决率", "首次解决率", "首问", "解决率", "fcr", "solved"),
    "satisfied": ("满意度", "满意率", "csat", "satisf"),
}
_NUMBER = re.compile(r"^-?[\d,，]*\.?\d+$")
_SUM = re.compile(r"^(?:合计|总计|小计|平均|全部|total|sum|average)$", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A table as it was found: its heading, and the lines under it as text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    first: int = 2  # which line of the file the first of them is


def read_sheet(path: Path, *, name: str = "", least: int = 2) -> Sheet:
    """The first sheet of a file. Merged cells count for every line they cover.

    Args:
        least: so many headings must be words that we know.

    Raises:
        BadReport: no table can be read from it, or it is longer than MOST_ROWS.
    """
    import pandas as pd

    name = name or path.name
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            _bounded(path)
            frame = pd.read_excel(path, header=None, dtype=object, nrows=MOST_ROWS + LOOKED)
        else:
            frame = _csv(path)
    except Exception as error:  # whatever its reader stumbles over
        raise BadReport(
            name=name, detail="不是能打开的表格", detail_en="this is no table that can be opened"
        ) from error
    rows = [tuple(None if _empty(v) else v for v in row) for row in frame.itertuples(index=False)]
    at = _heading(rows, least)
    if at is None:
        raise BadReport(name=name, detail="没有找到表头", detail_en="no heading was found")
    if len(rows) - at - 1 > MOST_ROWS:
        raise BadReport(
            name=name, detail=f"超过 {MOST_ROWS} 行", detail_en=f"more than {MOST_ROWS} lines"
        )
    headings = tuple(
        str(v).strip() if v is not None else f"#{i + 1}" for i, v in enumerate(rows[at])
    )
    return Sheet(headings, tuple(rows[at + 1 :]), at + 2)


def _bounded(path: Path) -> None:
    """A workbook is a zip: what it unpacks to is asked before it is."""
    with zipfile.ZipFile(path) as book:
        if sum(i.file_size for i in book.infolist()) > LARGEST:
            raise ValueError("too large")


def _csv(path: Path) -> Any:
    import pandas as pd

    for encoding in ("utf-8-sig", "gb18030"):
        try:
            columns, mark = _shape(path, encoding)
            return pd.read_csv(
                path, header=None, dtype=object, encoding=encoding, sep=mark,
                nrows=MOST_ROWS + LOOKED, names=range(columns), skip_blank_lines=False,
            )  # fmt: skip
        except UnicodeDecodeError:
            continue
    raise ValueError("encoding")


def _shape(path: Path, encoding: str) -> tuple[int, str]:
    """Columns and separator of the widest of the first lines: a title has fewer than the table."""
    with path.open(encoding=encoding) as file:
        lines = [line for line, _ in zip(file, range(LOOKED), strict=False)]
    return max(((line.count(c) + 1, c) for line in lines for c in ",\t;"), default=(1, ","))


def _heading(rows: Sequence[tuple[Any, ...]], least: int) -> int | None:
    """The first line with most words that headings have."""
    scores = [len(guess([str(v) for v in row if v is not None])) for row in rows[:LOOKED]]
    best = max(scores, default=0)
    return scores.index(best) if best >= least else None


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Which column is which, by its heading: field → heading. The user's own mapping goes first."""
    found: dict[str, str] = {}
    for field in FIELDS:
        for word in WORDS[field]:
            hit = next(
                (h for h in headings if word in h.strip().lower() and h not in found.values()), None
            )
            if hit is not None:
                found[field] = hit
                break
    return found


def figures(sheet: Sheet, mapping: Mapping[str, str], *, name: str = "") -> list[Figure]:
    """The lines of a report. Sums and lines without a node or calls are left out.

    Raises:
        BadReport: a column that is needed is missing or mapped to none; nothing is left; a share is
            no number, with its line.
    """
    places = _places(sheet, mapping, name)
    percent = {
        f: any((_loose(row[places[f]]) or 0) > 1 for row in sheet.rows)
        for f in ("solved", "satisfied")
        if f in places
    }  # of a whole column: 1 is all in one of shares, and a hundredth in one of percentages
    found: list[Figure] = []
    above = {"node": "", "team": ""}  # a merged cell stands in its first line only
    for number, row in enumerate(sheet.rows, start=sheet.first):
        text = {f: _text(row[places[f]]) if f in places else "" for f in ("node", "team", "agent")}
        if any(_SUM.match(value) for value in text.values()):
            continue
        for field in above:
            text[field] = above[field] = text[field] or above[field]
        calls = _number(row[places["calls"]], name, (number, "calls"))
        if not text["node"] or not calls or calls < 1:
            continue
        if calls > MOST_CALLS:  # a telephone number or an id under the wrong heading
            raise _no_number(name, (number, "calls"), row[places["calls"]])
        shares = {
            f: _share(row[places[f]], name, (number, f), percent[f]) if f in percent else None
            for f in ("solved", "satisfied")
        }
        who = (text["node"], text["team"], text["agent"])
        found.append(Figure(*who, int(calls), shares["solved"], shares["satisfied"]))
    if not found:
        raise BadReport(
            name=name, detail="一行数据也没有", detail_en="there is not one line of data"
        )
    return found


def _places(sheet: Sheet, mapping: Mapping[str, str], name: str) -> dict[str, int]:
    """Which column is which field. Raises BadReport: one that is needed is missing."""
    missing = [f for f in NEEDED if mapping.get(f) not in sheet.headings]
    if missing:
        raise BadReport(
            name=name,
            detail="没有这几列：" + "、".join(WORDS[f][0] for f in missing),
            detail_en="these columns are missing: " + ", ".join(missing),
        )
    return {f: sheet.headings.index(mapping[f]) for f in FIELDS if mapping.get(f) in sheet.headings}


def _loose(value: Any) -> float | None:
    """A number without a percent sign; None for anything else."""
    text = str(value).strip()
    return float(text) if _NUMBER.match(text) and "," not in text and "，" not in text else None


def _no_number(name: str, where: tuple[int, str], value: Any) -> BadReport:
    """Which line of the file, which field, and what stands there."""
    (line, field), said = where, str(value).strip()[:20]
    return BadReport(
        name=name,
        detail=f"第 {line} 行的{WORDS[field][0]}不对：“{said}”，整份都没有导入",
        detail_en=f"line {line}, {field}: “{said}” will not do; nothing was taken in",
    )


def _share(value: Any, name: str, where: tuple[int, str], percent: bool) -> float | None:
    number = _number(value, name, where)
    if number is None:
        return None
    signed = isinstance(value, str) and "%" in value.replace("％", "%")
    share = number / 100 if signed or percent else number
    if not 0 <= share <= 1:
        raise _no_number(name, where, value)
    return share


def _number(value: Any, name: str, where: tuple[int, str]) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return None if math.isnan(value) else float(value)
    text = str(value).strip().replace("％", "%").rstrip("%").strip()
    if text in ("", "-", "--", "—", "/", "N/A", "n/a", "无"):
        return None
    if not _NUMBER.match(text):
        raise _no_number(name, where, value)
    return float(text.replace(",", "").replace("，", ""))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()[:80]


def _empty(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class Report:
    """A node report that was taken in."""

    id: str
    name: str
    by: str
    at: datetime


class NodeStore(Protocol):
    """Where reports are kept, and what their columns and nodes are called."""

    def add(self, name: str, figures: Sequence[Figure], by: str) -> str:
        """Store a report; returns its id."""

    def reports(self) -> list[Report]:
        """Newest first."""

    def figures(self, report_id: str) -> list[Figure]:
        """Its lines in their order; none where there is no such report."""

    def remove(self, report_id: str) -> None:
        """Forget a report."""

    def mapping(self, headings: Sequence[str]) -> dict[str, str]:
        """What somebody said about a heading like this: field → heading."""

    def map(self, headings: Sequence[str], fields: Mapping[str, str]) -> None:
        """Keep that."""

    def names(self) -> dict[str, str]:
        """What reports call a node → what recordings call it."""

    def name(self, reported: str, node: str) -> None:
        """Keep that."""
