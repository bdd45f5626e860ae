"""Collections by hand and by a filter that stays current."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from coach.errors import NotFound
from coach.library.benchmark import Benchmark, Standing
from coach.library.collections import Collection, Rule
from coach.store.collections import SqlCollectionStore
from tests.factories import START


def mark(key: str, **more: object) -> Benchmark:
    b = Benchmark(key, "r", "问", "答", 0.0, 1.0, "甲", "费用", (), "", START)
    return replace(b, **{"standing": Standing.APPROVED, **more})  # type: ignore[arg-type]


LIBRARY = [
    mark("a"), mark("b", tags=("共情",)), mark("c", node="宽带"), mark("d", standing=Standing.NOMINATED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        (Rule(), "abc"),
        (Rule(approved=False), "abcd"),
        (Rule(nodes=frozenset({"费用"})), "ab"),
        (Rule(tags=frozenset({"共情"})), "b"),
        (Rule(teams=frozenset({"二班"})), ""),
    ],
)
def test_a_rule_decides_what_is_in(rule: Rule, inside: str) -> None:
    assert "".join(b.id for b in Collection("x", "x", "", rule).of(LIBRARY)) == inside


def test_by_hand_in_order_and_without_what_is_gone(engine: Engine) -> None:
    store = SqlCollectionStore(engine)
    store.put(Collection("h", "新人必听", "质检"))
    store.put(Collection("s", "费用", "质检", Rule(nodes=frozenset({"费用"}))))
    for key in ("c", "gone", "a", "c"):
        store.add("h", key, True)
    by_hand, smart = sorted(store.listed(), key=lambda c: c.id)
    assert [b.id for b in by_hand.of(LIBRARY)] == ["c", "a"]
    assert [b.id for b in smart.of(LIBRARY)] == ["a", "b"]
    store.add("h", "c", False)
    assert [b.id for c in store.listed() if c.id == "h" for b in c.of(LIBRARY)] == ["a"]
    store.remove("h")
    assert [c.id for c in store.listed()] == ["s"]
    with pytest.raises(NotFound):
        store.add("h", "a", True)
