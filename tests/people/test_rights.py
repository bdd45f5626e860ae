"""The table of rights: every cell, in words of its own."""

from pathlib import Path

import pytest

from coach.errors import NotAllowed
from coach.people.rights import LOCAL, RIGHTS, Right, Role, Scope, Who

TABLE = """
            admin qa   leader agent visitor
import      all   all  team   -     -
originals   all   all  team   -     -
prepare     all   all  team   -     -
mark        all   all  team   -     -
approve     all   all  -      -     -
release     all   all  team   -     -
lead        all   all  team   -     -
listen      all   all  team   self  self
practise    all   all  all    all   -
library     all   all  all    all   -
records     all   all  team   self  -
members     all   -    team   -     -
glossary    all   all  all    -     -
erase       all   all  -      -     -
accounts    all   -    -      -     -
audit       all   -    -      -     -
system      all   -    -      -     -
"""
ROLES, *ROWS = (line.split() for line in TABLE.strip().splitlines())
CELLS = [
    (Right(row[0]), Role(role), None if cell == "-" else Scope(cell))
    for row in ROWS
    for role, cell in zip(ROLES, row[1:], strict=True)
]


@pytest.mark.parametrize(("right", "role", "scope"), CELLS)
def test_every_cell(right: Right, role: Role, scope: Scope | None) -> None:
    who = Who("me", "我", role, frozenset({"早班"}))
    assert who.may(right) is (scope is not None)
    assert who.may(right, team="早班", owner="me") is (scope is not None)
    assert who.may(right, team="早班") is (scope in (Scope.ALL, Scope.TEAM))
    assert who.may(right, team="晚班", owner="other") is (scope is Scope.ALL)
    assert who.may(right, team="") is (scope is Scope.ALL)
    own = who.may(right, team="晚班", owner="me")  # led once, before the team went to another
    assert own is (scope in (Scope.ALL, Scope.SELF))


def test_the_table_is_whole() -> None:
    assert len(CELLS) == len(Right) * len(Role)
    assert set(RIGHTS) == set(Right)


def test_a_need_that_is_not_met() -> None:
    with pytest.raises(NotAllowed):
        Who("a", "a", Role.AGENT).need(Right.ORIGINALS)
    LOCAL.need(Right.ORIGINALS, team="早班")


def test_the_document_has_the_same_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
    for right, cells in RIGHTS.items():
        row = " | ".join(cells[role].value if role in cells else "–" for role in Role)
        assert f"| {right.value} | {row} |" in text
