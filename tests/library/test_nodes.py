"""Weak nodes and node reports: small numbers, odd tables."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import Engine

from coach.errors import BadReport
from coach.library.candidates import Candidate, ranked
from coach.library.nodes import Figure, shrink, strong_colleagues, weak_nodes
from coach.library.reports import figures, guess, read_sheet
from coach.store.nodes import SqlNodeStore
from tests.factories import START, ids

HEADINGS = ["业务节点", "班组", "坐席", "归档量", "首问解决率", "满意度"]


def xlsx(path: Path, rows: list[list[Any]], merged: str = "") -> Path:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(path)
    return path


def read(path: Path, **mapping: str) -> list[Figure]:
    sheet = read_sheet(path)
    return figures(sheet, guess(sheet.headings) | mapping, name=path.name)


def test_few_calls_are_pulled_to_the_mean() -> None:
    few, many, *_ = shrink([(4, 0), (400, 200), (400, 320), (400, 300), (400, 310)])
    assert few
    assert many
    assert few.share == 0
    assert few.shrunk > many.shrunk - 0.1
    assert abs(many.shrunk - many.share) < 0.03
    assert few.high - few.low > many.high - many.low


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), max_size=12))
def test_a_shrunk_rate_lies_between_its_own_and_the_mean(groups: list[tuple[int, float]]) -> None:
    counts = [(float(n), n * share) for n, share in groups]
    total = sum(n for n, _ in counts)
    mean = sum(k for _, k in counts) / total if total else 0
    for rate in shrink(counts):
        if rate is not None:
            low, high = sorted((rate.share, mean))
            assert low - 1e-9 <= rate.shrunk <= high + 1e-9
            assert 0 <= rate.low <= rate.high <= 1


def test_the_truth_is_nearer_to_the_shrunk_rates_than_to_the_raw_ones() -> None:
    """What the method is for, on figures drawn from known rates."""
    random.seed(5)
    truth = [min(0.98, max(0.3, random.gauss(0.75, 0.08))) for _ in range(60)]
    groups = []
    for p in truth:
        n = random.choice([5, 10, 20, 60, 200])
        groups.append((float(n), float(sum(random.random() < p for _ in range(n)))))
    rates = [r for r in shrink(groups) if r]
    raw = sum((r.share - p) ** 2 for r, p in zip(rates, truth, strict=True))
    shrunk = sum((r.shrunk - p) ** 2 for r, p in zip(rates, truth, strict=True))
    assert shrunk < 0.7 * raw
    inside = sum(r.low <= p <= r.high for r, p in zip(rates, truth, strict=True))
    assert inside / len(rates) > 0.8


def test_what_a_team_could_win_counts_not_the_lowest_figure() -> None:
    rows = [
        Figure("大节点", "一班", "甲", 1000, 0.70), Figure("大节点", "二班", "乙", 1000, 0.80),
        Figure("小节点", "一班", "甲", 5, 0.20), Figure("小节点", "二班", "乙", 300, 0.80),
        Figure("难节点", "一班", "甲", 800, 0.50), Figure("难节点", "二班", "乙", 800, 0.48),
    ]  # fmt: skip
    found = weak_nodes(rows, "一班")
    assert [w.node for w in found] == ["大节点", "小节点"]
    assert found[0].lost > 20 > found[1].lost
    assert found[0].sure > 0.95
    assert weak_nodes([], "一班") == []


def test_a_newcomer_with_three_good_calls_is_no_champion() -> None:
    rows = [Figure("费", "一班", "新人", 3, 1.0), Figure("费", "一班", "老手", 300, 0.92)]
    rows += [Figure("费", "二班", f"人{i}", 200, 0.7 + i / 100) for i in range(6)]
    best = strong_colleagues(rows, "费")
    assert best[0].agent == "老手"
    assert strong_colleagues(rows, "没有") == []


def test_a_report_as_it_is_exported(tmp_path: Path) -> None:
    """Two title lines, merged cells, percentages as text, as numbers, as shares, a sum at the end."""
    path = xlsx(
        tmp_path / "a.xlsx",
        [
            ["2026 年 10 月节点报表"], [None], HEADINGS,
            ["费用争议", "一班", "小禾", "1,200", "85.3%", "96"],
            [None, None, "阿岚", 30, 90, 97],
            ["宽带", "二班", 10086, 40, 88, "--"],
            ["合计", "", "", 1270, "86%", ""],
        ],
        merged="A4:A5",
    )  # fmt: skip
    assert read(path) == [
        Figure("费用争议", "一班", "小禾", 1200, pytest.approx(0.853), 0.96),
        Figure("费用争议", "一班", "阿岚", 30, 0.9, 0.97),
        Figure("宽带", "二班", "10086", 40, 0.88, None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("节点报表\n节点,班组,归档量,一次解决率\n费用,一班,10,80%\n", encoding=encoding)
    assert read(path) == [Figure("费用", "一班", "", 10, 0.8, None)]


def test_other_headings_are_mapped_once(engine: Engine) -> None:
    store = SqlNodeStore(engine, ids("r"), lambda: START)
    assert store.mapping(["甲", "乙"]) == {}
    store.map(["甲", "乙"], {"node": "甲", "calls": "乙"})
    assert store.mapping(["甲", "乙"]) == {"node": "甲", "calls": "乙"}
    store.name("费用类", "费用争议")
    assert store.names() == {"费用类": "费用争议"}
    rows = [Figure("费", "一班", "甲", 3, 0.5, None)] * 3
    report = store.add("十月", rows, "质检")
    assert store.figures(report) == rows
    assert [r.name for r in store.reports()] == ["十月"]
    store.remove(report)
    assert store.figures(report) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["没有", "表头"], [1, 2]],
        [HEADINGS],
        [["业务节点", "班组"], ["费", "一班"]],
        [HEADINGS, ["费", "一班", "甲", 10, "很好", ""]],
        [HEADINGS, ["费", "一班", "甲", 10, "250%", ""]],
        [HEADINGS, ["费", "一班", "甲", 10, -0.5, ""]],
        [HEADINGS, ["费", "一班", "甲", 0, "80%", ""]],
    ],
    ids=[
        "empty",
        "no heading",
        "no lines",
        "columns missing",
        "words",
        "above 100 %",
        "below 0",
        "no calls",
    ],
)
def test_what_is_no_report_is_said(tmp_path: Path, rows: list[list[Any]]) -> None:
    with pytest.raises(BadReport):
        read(xlsx(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_that_is_something_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00\xff\xfe%PDF" * 50)
    with pytest.raises(BadReport):
        read_sheet(path)


def test_a_workbook_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADINGS, *([["费", "一班", "甲", 1, "80%", ""]] * 3000)])
    monkeypatch.setattr("coach.library.reports.LARGEST", 100_000)
    with pytest.raises(BadReport):
        read_sheet(path)


def test_a_report_of_very_many_lines(tmp_path: Path, engine: Engine) -> None:
    path = tmp_path / "big.csv"
    lines = ["节点,班组,坐席,归档量,首问解决率", *(f"节点{i % 50},班{i % 9},人{i % 400},{i % 90 + 1},{i % 100}%" for i in range(200_000))]  # fmt: skip
    path.write_text("\n".join(lines), "utf-8")
    found = read(path)
    assert len(found) == 200_000
    assert weak_nodes(found, "班1")


def test_which_call_to_play() -> None:
    long_ago, lately = START - timedelta(days=60), START - timedelta(days=3)
    candidates = [
        Candidate("played", "", "甲", "费", marks=4, strength=0.9, rounds=4, used=lately),
        Candidate("few", "", "甲", "费", marks=4, strength=0.9, rounds=2),
        Candidate("long", "", "甲", "费", marks=4, strength=0.9, rounds=4, fits=False),
        Candidate("best", "", "甲", "费", marks=2, strength=0.9, rounds=4, used=long_ago),
        Candidate("weaker", "", "乙", "费", marks=1, strength=0.7, rounds=4),
        Candidate("none", "", "乙", "费", rounds=0),
    ]
    found = [c.recording_id for c in ranked(candidates, 4, START)]
    assert found == ["best", "weaker", "long", "few", "played"]


def test_a_column_is_of_shares_or_of_percentages(tmp_path: Path) -> None:
    rows = [["费", "一班", "甲", 10, v, ""] for v in (85, 1, 0.5)]
    found = read(xlsx(tmp_path / "a.xlsx", [HEADINGS, *rows]))
    assert [f.solved for f in found] == [0.85, 0.01, 0.005]
    rows = [["费", "一班", "甲", 10, v, ""] for v in (0.85, 1, 0.5)]
    found = read(xlsx(tmp_path / "b.xlsx", [HEADINGS, *rows]))
    assert [f.solved for f in found] == [0.85, 1, 0.5]


@pytest.mark.parametrize("calls", ["13800001234", "9" * 400, 10**20])
def test_an_id_under_the_heading_of_calls(tmp_path: Path, calls: object) -> None:
    with pytest.raises(BadReport):
        read(xlsx(tmp_path / "a.xlsx", [HEADINGS, ["费", "一班", "甲", calls, "80%", ""]]))
