"""How much is found and how much is spared stays at least as good as docs/privacy.md says."""

import pytest

from tests.masking import Tally, written
from tests.masking_cases import cases


@pytest.mark.parametrize(
    ("half", "numbers", "names", "places"),
    [("tuned", 0.985, 0.98, 0.9), ("held", 0.965, 0.8, 0.88)],
)
def test_recall_and_false_masks(half: str, numbers: float, names: float, places: float) -> None:
    tally = Tally()
    for case in cases(half, per_template=6):
        tally.add(case)
    assert tally.recall("numbers") >= numbers
    assert tally.recall("姓名") >= names
    assert tally.recall("地址") >= places
    assert tally.false_share <= 0.02


@pytest.mark.parametrize(
    ("name", "numbers", "names", "places"),
    [("calls", 0.93, 0.86, 0.73), ("calls2", 0.92, 0.93, 0.68), ("unread", 0.91, 0.75, 0.68)],
)
def test_recall_on_calls_written_by_hand(
    name: str, numbers: float, names: float, places: float
) -> None:
    tally = Tally()
    for case in written(name):
        tally.add(case)
    assert tally.recall("numbers") >= numbers
    assert tally.recall("姓名") >= names
    assert tally.recall("地址") >= places
    assert tally.false_share <= 0.06  # counties go as well, and the talk is dense with data
