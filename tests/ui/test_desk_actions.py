"""An action of the desk is done once, however often it comes."""

from dataclasses import replace
from typing import Any

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import RepairConflict
from coach.people.rights import LOCAL
from coach.ui.desk import _once
from tests.calls.test_desk import imported


class FailsOnce:
    """The repairing of a server whose disk was full for a moment."""

    def __init__(self, real: Any, error: Exception) -> None:
        self.real, self.error = real, error

    def do(self, *action: Any) -> Any:
        if self.error:
            error, self.error = self.error, None  # type: ignore[assignment]
            raise error
        return self.real.do(*action)


@pytest.mark.parametrize("error", [OSError("disk full"), RepairConflict()])
def test_what_failed_is_done_when_it_comes_again(services: Services, error: Exception) -> None:
    call = imported(services)
    line = services.repairing.lines(call)[0]
    failing = replace(services, repairing=FailsOnce(services.repairing, error))
    action = {"do": "text", "id": line.id, "text": "喂，您好", "n": 1}
    with pytest.raises(type(error)):
        _once(Acting(failing, LOCAL), call, action)
    _once(Acting(failing, LOCAL), call, action)
    assert services.repairing.lines(call)[0].text == "喂，您好"


def test_what_was_done_is_not_done_twice_and_answers_the_same(services: Services) -> None:
    call = imported(services)
    line = services.repairing.lines(call)[0]
    action = {"do": "split", "id": line.id, "at": 2, "n": 7}
    assert _once(Acting(services, LOCAL), call, action) == _once(
        Acting(services, LOCAL), call, action
    )
    assert services.repairing.steps(call) == (1, 0)


def test_two_people_s_actions_with_one_number_are_two(services: Services) -> None:
    call = imported(services)
    first, second = services.repairing.lines(call)[:2]
    for who, line in ((LOCAL, first), (replace(LOCAL, id="other"), second)):
        action = {"do": "text", "id": line.id, "text": f"{line.text}改", "n": 9}
        _once(Acting(services, who), call, action)
    assert services.repairing.steps(call) == (2, 0)
