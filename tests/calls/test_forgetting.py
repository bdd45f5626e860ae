"""Requests to delete, and calls kept long enough."""

from datetime import datetime, timedelta

import pytest

from coach.acting import Acting
from coach.bootstrap import Services, now
from coach.calls.retention import WAIT, Retention
from coach.errors import BadInput
from coach.people.rights import LOCAL


@pytest.mark.parametrize(
    "number",
    ["13800138000", "幺三八零零幺三八零零零", "138 0013 8000", "1 3 8 0 0 1", "８０００幺三八"],
)
def test_a_customer_is_found_by_a_number_however_it_was_said(demo: Services, number: str) -> None:
    found = Acting(demo, LOCAL).mentioning(number)
    wanted = number != "８０００幺三八"
    assert [r.title for r in found] == (["开通亲情号互打免费"] if wanted else [])


@pytest.mark.parametrize("number", ["", "1234", "王小明", "<b>"])
def test_a_few_digits_are_no_customer(demo: Services, number: str) -> None:
    with pytest.raises(BadInput):
        Acting(demo, LOCAL).mentioning(number)


def test_all_of_an_agent_s_calls_go_at_once_with_a_report(demo: Services) -> None:
    s = Acting(demo, LOCAL)
    agent = s.recordings()[0].meta.agent
    mine = [r.id for r in s.recordings() if r.meta.agent == agent]
    others = {r.id for r in s.recordings()} - set(mine)
    pack = next(p for p in demo.packs.listed())
    demo.host.open(pack.id, [(None, "甲")])
    assert s.records_of([pack.recording_id]) == 1
    assert s.erase_all(mine, "质检", "坐席撤回同意") >= len(mine)
    assert {r.id for r in s.recordings()} == others
    assert {e.recording_id for e in s.erasures()} == set(mine)
    assert not any(b.agent == agent for b in demo.benchmarks.listed())


class Clock:
    """A wall clock that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.wall, self.steady = now(), 0.0

    def now(self) -> datetime:
        return self.wall


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kept(demo: Services, clock: Clock, days: int = 90) -> Retention:
    return Retention(demo.calls, demo.erasing, days, now=clock.now, monotonic=lambda: clock.steady)


def test_a_call_goes_when_its_days_are_over(demo: Services, clock: Clock) -> None:
    retention = kept(demo, clock)
    assert (retention.due(), retention.look()) == ([], [])
    clock.wall += timedelta(days=91)
    assert len(retention.due()) == len(demo.calls.listed())
    assert retention.look() == []
    clock.steady += WAIT
    count = len(demo.calls.listed())
    assert len(retention.look()) == count
    assert demo.calls.listed() == []
    assert {e.why for e in demo.erasing.records()} == {"保存期到了"}


def test_a_clock_that_jumps_and_is_set_right_deletes_nothing(demo: Services, clock: Clock) -> None:
    retention = kept(demo, clock)
    clock.wall += timedelta(days=4000)
    retention.look()
    clock.wall -= timedelta(days=4000)
    clock.steady += WAIT / 2
    assert retention.look() == []
    clock.steady += WAIT
    clock.wall += timedelta(days=4000)  # once more: the wait begins anew
    assert retention.look() == []
    assert demo.calls.listed()


def test_zero_days_keep_for_ever(demo: Services, clock: Clock) -> None:
    retention = kept(demo, clock, 0)
    clock.wall += timedelta(days=4000)
    clock.steady += 10 * WAIT
    assert (retention.look(), retention.due()) == ([], [])
    assert retention.until(demo.calls.listed()[0]) is None
