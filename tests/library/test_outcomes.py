"""What became of single calls: matched by name or id, odd tables, gone with their call."""

from pathlib import Path

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import BadReport
from coach.game.rounds import PlanOptions
from coach.library.outcomes import Outcome, Taken, names_of, outcomes
from coach.library.reports import Sheet
from coach.people.rights import LOCAL

CALLS = names_of([("id-1", "a.wav", "退费"), ("id-2", "b.mp3", "移机"), ("id-3", "b.wav", "移机")])


@pytest.mark.parametrize(
    ("said", "solved", "satisfied", "found"),
    [
        ("a.wav", "是", "5", {"id-1": Outcome(True, True)}),
        ("a", "否", 3, {"id-1": Outcome(False, False)}),
        ("id-2", 1, "不满意", {"id-2": Outcome(True, False)}),
        ("b.mp3", None, "--", {"id-2": Outcome()}),
        ("退费", "是", "满意", {"id-1": Outcome(True, True)}),  # its title
        ("b", "是", "满意", {}),  # two calls have that name
        ("移机", "是", "满意", {}),
        ("other", "是", "满意", {}),
    ],
)
def test_a_line_of_the_table(
    said: str, solved: object, satisfied: object, found: dict[str, Outcome]
) -> None:
    sheet = Sheet(("录音文件", "首问是否解决", "满意度"), ((said, solved, satisfied),))
    assert outcomes(sheet, CALLS) == (found, [] if found else [said])


def test_worth() -> None:
    assert [Outcome(True, True).worth, Outcome(True, False).worth, Outcome(False).worth, Outcome().worth] == [1, 0, -1, 0]  # fmt: skip


@pytest.mark.parametrize("headings", [("录音", "备注"), ("满意度", "备注")])
def test_a_table_without_the_columns(headings: tuple[str, ...]) -> None:
    with pytest.raises(BadReport):
        outcomes(Sheet(headings, (("a.wav", "是"),)), CALLS)


def test_a_call_that_went_well_goes_first(demo: Services, tmp_path: Path) -> None:
    acting = Acting(demo, LOCAL)
    calls = acting.transcribed()
    good = calls[0]
    path = tmp_path / "calls.csv"
    path.write_text(f"录音,首问,满意度\n{good.source_name},是,5\n没有.wav,否,1\n", "utf-8")
    assert acting.take_outcomes(path, "calls.csv") == Taken(1, ("没有.wav",))
    found = acting.candidates(good.meta.node, "示范班组", PlanOptions())
    assert found[0].recording_id == good.id
    assert found[0].outcome == 1
    demo.erasing.erase(good.id, "质检", "客户要求删除")
    assert demo.library.outcomes.all() == {}
