"""Rubrics, scores by them, and how far several people agree."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from coach.errors import BadInput, NotFound
from coach.library.calibration import Calibration, agreement
from coach.library.rubrics import (
    START_TEXT,
    Criterion,
    Mark,
    Rubric,
    Score,
    parse_rubric,
    rubric_text,
    total,
)
from coach.store.calls import SqlCallStore
from coach.store.scoring import SqlCalibrationStore, SqlRubricStore
from tests.factories import START, recording

RUBRIC = Rubric(
    "r",
    1,
    "热线",
    parse_rubric("共情 | 10 | 没有；有\n方案 | 30 | 错；不清；清楚\n!禁语 | 10 | 说了；没有"),
)


def marks(*levels: int | None) -> tuple[Mark, ...]:
    return tuple(Mark(level) for level in levels)


@pytest.mark.parametrize(
    ("levels", "points"),
    [
        ((1, 2, 1), 100.0),
        ((0, 0, 1), 20.0),
        ((0, 1, 1), 50.0),
        ((None, 1, 1), 62.5),
        ((1, 2, 0), 0.0),
        ((None, None, None), None),
    ],
)
def test_what_applies_counts_by_its_weight(
    levels: Sequence[int | None], points: float | None
) -> None:
    assert total(RUBRIC, marks(*levels)) == points


@pytest.mark.parametrize("levels", [(1, 2), (2, 2, 1), (-1, 0, 1)])
def test_marks_that_do_not_fit(levels: Sequence[int]) -> None:
    with pytest.raises(BadInput):
        total(RUBRIC, marks(*levels))


@given(st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=8, max_size=8))
def test_a_score_is_between_0_and_100(levels: list[int | None]) -> None:
    rubric = Rubric("s", 1, "", parse_rubric(START_TEXT))
    fitting = [
        None if n is None else min(n, c.best) for n, c in zip(levels, rubric.criteria, strict=True)
    ]
    found = total(rubric, marks(*fitting))
    assert found is None or 0 <= found <= 100


def test_the_rubric_a_site_begins_with() -> None:
    criteria = parse_rubric(START_TEXT)
    assert [c.name for c in criteria][:3] == ["开头语", "倾听", "确认需求"]
    assert criteria[-1] == Criterion("禁语", 10, ("说了服务禁语", "没有"), fatal=True)
    assert parse_rubric(rubric_text(criteria)) == criteria


@pytest.mark.parametrize(
    "text",
    ["", "共情", "共情 | 十 | 差；好", "共情 | 10 | 好", "共情 | 0 | 差；好", "共情 | -1 | 差；好", " | 1 | 差；好",
     "共情 | 1 | 差；好\n共情 | 2 | 差；好", "共情 | nan | 差；好", "a | 1 | 1；2；3；4；5；6；7"],
)  # fmt: skip
def test_what_is_no_rubric(text: str) -> None:
    with pytest.raises(BadInput):
        parse_rubric(text)


def given_by(by: str, item: str, *levels: int | None) -> Score:
    return Score(
        f"{by}{item}", "r", 1, "rec-1", item, by, by, START, marks(*levels), total(RUBRIC, marks(*levels)), "k"
    )  # fmt: skip


def test_who_agrees_and_who_drifts() -> None:
    items = ["a", "b", "c", "d"]
    true = [(1, 2, 1), (0, 1, 1), (1, 1, 1), (0, 0, 1)]
    scores = [given_by(by, i, *m) for by in ("甲", "乙") for i, m in zip(items, true, strict=True)]
    scores += [given_by("丙", i, 1, 2, 1) for i in items]  # always the best
    finals = {i: total(RUBRIC, marks(*m)) for i, m in zip(items, true, strict=True)}
    found = agreement(RUBRIC, scores, finals)
    by_name = {r.by: r for r in found.raters}
    assert by_name["甲"].drift == 0
    assert by_name["甲"].near == 1
    assert by_name["丙"].drifts
    assert by_name["丙"].drift > 30
    assert found.near == pytest.approx((4 + 4 + 1) / 12)
    kappas = {c.name: c.kappa for c in found.criteria}
    assert kappas["禁语"] == 1
    assert kappas["方案"] is not None
    assert 0 < kappas["方案"] < 1
    assert found.criteria[0].spread > 0


def test_with_one_rater_there_is_nothing_to_compare() -> None:
    found = agreement(RUBRIC, [given_by("甲", "a", 1, 2, 1)], {})
    assert found.kappa is None
    assert found.raters[0].near == 1


def test_versions_scores_and_finals_are_kept(engine: Engine) -> None:
    SqlCallStore(engine, lambda: START).add(recording(), {"a" * 64: "file"})
    rubrics = SqlRubricStore(engine, lambda: START)
    first = rubrics.add(RUBRIC)
    second = rubrics.add(Rubric("r", 1, "热线", RUBRIC.criteria[:2]))
    assert (first.number, second.number) == (1, 2)
    assert [r.number for r in rubrics.rubrics()] == [2]
    assert rubrics.rubric("r", 1).criteria == RUBRIC.criteria
    with pytest.raises(NotFound):
        rubrics.rubric("r", 3)
    rubrics.put(given_by("甲", "a", 0, 0, 1))
    rubrics.put(given_by("甲", "a", 1, 2, 1))  # again: replaces
    rubrics.put(given_by("乙", "a", None, 1, 1))
    kept = rubrics.scores(calibration_id="k")
    assert {(s.by, s.total) for s in kept} == {("甲", 100.0), ("乙", 62.5)}
    assert rubrics.scores("rec-1") == []  # blind ones are none of the call's
    assert rubrics.totals() == {}
    calibrations = SqlCalibrationStore(engine)
    calibrations.add(Calibration("k", "十月", "r", 1, ("a",), "甲", START))
    calibrations.settle("k", "a", marks(1, None, 1))
    calibrations.close("k")
    found = calibrations.get("k")
    assert found.closed
    assert found.finals == {"a": marks(1, None, 1)}


def test_a_fatal_level_does_not_hide_what_is_not_judged() -> None:
    rubric = Rubric("f", 1, "", parse_rubric("!禁语 | 10 | 说了；没有\n共情 | 10 | 没有；有"))
    with pytest.raises(BadInput):
        total(rubric, marks(0, -2))
    assert total(rubric, marks(0, 1)) == 0


def test_two_people_of_one_name_are_two_raters() -> None:
    from dataclasses import replace

    one = [given_by("甲", i, 0, 0, 1) for i in "abcd"]
    two = [replace(given_by("甲", i, 1, 2, 1), by_id="another") for i in "abcd"]
    found = agreement(RUBRIC, [*one, *two], {})
    assert [r.scored for r in found.raters] == [4, 4]
    assert {r.drift for r in found.raters} == {40.0, -40.0}
