"""The pairing against our labelled calls: looser than the figures in docs/methods.md."""

import pytest

from coach.calls import answering, asking
from tests import hotline


def test_the_set_is_large_enough() -> None:
    for half in ("tuned", "held"):
        calls = hotline.read(half)
        exchanges = {(c.name, n) for c in calls for labels in c.labels for n, _ in labels}
        assert sum(len(c.turns) for c in calls) >= 300
        assert len(exchanges) >= 70


@pytest.mark.parametrize(("half", "least"), [("tuned", 0.85), ("held", 0.82)])
def test_questions_are_found(half: str, least: float) -> None:
    assert hotline.questions(hotline.read(half)).f1 >= least


@pytest.mark.parametrize(("half", "least"), [("tuned", 0.80), ("held", 0.75)])
def test_the_reply_in_substance_is_told_from_checks_and_holds(half: str, least: float) -> None:
    calls = hotline.read(half)
    ours, first = hotline.replies(calls), hotline.replies(calls, first=True)
    assert ours.f1 >= least
    assert ours.f1 >= first.f1 + 0.1


def test_weights_are_those_the_read_half_gives() -> None:
    """Nobody turned a weight by hand. Solvers differ in the last digits."""
    for module, rows in ((asking, hotline.asked_rows), (answering, hotline.answer_rows)):
        bias, weights = hotline.fit(rows)
        assert pytest.approx(bias, abs=0.03) == module.BIAS
        assert pytest.approx(weights, abs=0.03) == module.WEIGHTS
