"""The record: what was said, by whom, in Markdown and CSV; nothing that could act."""

import csv
from dataclasses import replace
from io import StringIO
from zoneinfo import ZoneInfo

from coach.game.phases import EntryKind, Mode, State, program
from coach.game.session import Entry
from coach.game.table import Table
from coach.i18n import Translator
from coach.meeting import record
from tests.factories import START, pack, session

ZONE = ZoneInfo("Asia/Shanghai")


def table(reached: int, *entries: Entry, named: bool = True) -> Table:
    steps = program(pack(), Mode.TEAM)
    state = State(reached=reached, cursor=reached, spent=tuple(1.0 for _ in steps))
    found = replace(session(), state=state, entries=entries, named=named)
    return Table(found, pack(), steps)


def entry(text: str, kind: EntryKind = EntryKind.ANSWER, round_: int = 0, seat: int = 0) -> Entry:
    return Entry(kind, round_, f"seat-{seat}", text, START)


def test_a_page_holds_who_said_what_in_each_round() -> None:
    page = record.markdown(table(5, entry("我会先道歉"), entry("", seat=1)), ZONE, Translator("zh"))
    assert "人0: 我会先道歉" in page
    assert "人1: （口头）" in page
    assert "人0（访客）" in page
    assert "2026-11-22 17:00" in page, "in the zone of the team"


def test_without_everybodys_agreement_it_counts_and_names_nobody() -> None:
    found = table(5, entry("我会先道歉"), entry("", seat=1), named=False)
    page = record.markdown(found, ZONE, Translator("zh"))
    assert "2 / 3 人" in page
    assert "- 我会先道歉" in page
    assert "人0: " not in page
    assert {row["name"] for row in record.rows(found, ZONE)} == {""}


def test_a_note_that_nobody_shared_is_not_on_record() -> None:
    mine = replace(entry("只给自己", EntryKind.NOTE), shared=False)
    found = table(7, mine, entry("给大家", EntryKind.NOTE, seat=1))
    assert "只给自己" not in record.markdown(found, ZONE, Translator("zh"))
    assert [row["text"] for row in record.rows(found, ZONE)] == ["给大家"]


def test_what_was_not_played_is_not_on_record() -> None:
    page = record.markdown(table(2), ZONE, Translator("zh"))
    assert "SECRET-question-0" in page
    assert "SECRET-answer-0" not in page
    assert "SECRET-question-1" not in page


def test_nothing_acts_as_markup_or_formula() -> None:
    evil = "=HYPERLINK(1)<script>*a*|"
    page = record.markdown(table(5, entry(evil)), ZONE, Translator("zh"))
    assert "<script>" not in page
    assert "\\*a\\*" in page
    (row,) = csv.DictReader(StringIO(record.csv(table(5, entry(evil)), ZONE)))
    assert row["text"] == "'" + evil
    assert row["name"] == "人0"


def test_csv_has_a_row_per_entry_in_the_order_of_the_call() -> None:
    rows = record.rows(
        table(25, entry("三点", EntryKind.RECALL, -1), entry("b", round_=1), entry("a")), ZONE
    )
    assert [r["text"] for r in rows] == ["a", "b", "三点"]
    assert list(record.frame(table(5), ZONE).columns) == list(record.COLUMNS)
