"""Persons and teams, thin: who answers, who leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Protocol

from coach.errors import BadInput

LONGEST_NAME = 40
_SEPARATORS = re.compile(r"[\n\r,，、;；\t]+")
_HEADINGS = ("姓名", "名字", "成员", "员工", "坐席", "班员", "name", "member", "agent")


@dataclass(frozen=True)
class Person:
    """Someone who answers, leads or tags."""

    id: str
    name: str


@dataclass(frozen=True)
class Team:
    """A team (班组) with its members in the order they were added."""

    id: str
    name: str
    members: tuple[Person, ...] = ()


class TeamStore(Protocol):
    """Where teams are kept."""

    def add(self, team: Team) -> None:
        """Raises BadInput when the name is taken."""

    def get(self, team_id: str) -> Team:
        """Raises NotFound."""

    def listed(self) -> list[Team]:
        """By name."""

    def add_members(self, team_id: str, names: list[str]) -> list[Person]:
        """Add those not yet there; returns the new ones. Raises NotFound."""

    def remove_member(self, team_id: str, person_id: str) -> None:
        """The person stays on record; the team no longer lists them."""


def parse_names(text: str) -> list[str]:
    """Names from typed or pasted text: one a line, or between commas; doubles are dropped."""
    names = (re.sub(r"\s+", " ", part).strip()[:LONGEST_NAME] for part in _SEPARATORS.split(text))
    return list(dict.fromkeys(name for name in names if name))


def names_from_file(name: str, data: bytes) -> list[str]:
    """Names from an xlsx or csv: the column headed 姓名/name, else the first.

    Raises:
        BadInput: the file is no table, or holds no name.
    """
    import pandas as pd

    try:
        if PurePath(name).suffix.lower() in (".xlsx", ".xlsm"):
            table = pd.read_excel(BytesIO(data), header=None, dtype=str)
        else:
            text = data.decode(_encoding(data))
            separator = max(",;\t", key=text.count)  # a sniffer gives up on a single column
            table = pd.read_csv(StringIO(text), header=None, dtype=str, sep=separator)
    except Exception as error:  # pandas raises many families; all mean: no table
        raise BadInput(
            detail=f"“{name}”不是能读的表格", detail_en=f"“{name}” is no readable table"
        ) from error
    rows = [["" if pd.isna(v) else str(v).strip() for v in row] for row in table.to_numpy()]
    column, first = _name_column(rows)
    names = parse_names("\n".join(r[column] for r in rows[first:] if column < len(r)))
    if not names:
        raise BadInput(detail=f"“{name}”里没有名字", detail_en=f"no names in “{name}”")
    return names


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _name_column(rows: list[list[str]]) -> tuple[int, int]:
    """Column of the names and the first row under its heading."""
    for i, row in enumerate(rows[:5]):
        for j, value in enumerate(row):
            if value.lower() in _HEADINGS:
                return j, i + 1
    return 0, 0
