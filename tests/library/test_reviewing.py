"""The desk's queue on real databases: nobody gets the other's exchange, tags live through changes."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from coach.acting import Acting
from coach.acting.reviewing import Asked
from coach.bootstrap import Services
from coach.calls.call import Call
from coach.calls.exchanges import pair
from coach.errors import AlreadyDecided, BadInput, NotFound
from coach.library.reviewing import CLAIM, Act, Chosen, Reviewing, items_of
from coach.library.tags import KEYS, Kind, current, tree
from coach.people.rights import LOCAL
from coach.store.calls import SqlCallStore
from coach.store.reviewing import SqlReviewStore, SqlTagStore
from tests.factories import START, dialogue, ids, recording

TALK = (
    "客 为什么又扣我钱呢", "席 这个是套餐外的流量费", "客 那怎么才能不扣呢", "席 您可以改成大流量套餐",
    "客 什么时候生效呢", "席 下个月一号就生效了",
)  # fmt: skip
ALL = Chosen(frozenset({"rec-1"}))
ANY = Chosen(frozenset({"rec-1"}), untagged=False)


class Desk:
    """The desk over one call of three exchanges."""

    def __init__(self, engine: Engine) -> None:
        self.now = START
        SqlCallStore(engine, lambda: START).add(recording(), {"a" * 64: "file"})
        self.store = SqlReviewStore(engine)
        self.reviewing = Reviewing(self.store, SqlTagStore(engine), ids("x"), self.clock)
        self.reviewing.refresh(call(), "one")
        self.tag, self.other = (t.id for t in current(self.reviewing.tags())[:2])

    def clock(self) -> datetime:
        return self.now


def call(shift: float = 0.0, lines: tuple[str, ...] = TALK) -> Call:
    turns = tuple(dialogue(*lines))
    if shift:
        from dataclasses import replace

        turns = tuple(
            replace(t, start=(t.start or 0) + shift, end=(t.end or 0) + shift) for t in turns
        )
    return Call(recording(), turns, tuple(pair(turns)))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_the_queue_goes_through_the_call(desk: Desk) -> None:
    assert len(items_of(call(), ids("y"))) == 3
    first = desk.reviewing.next(ALL, "甲")
    assert first
    second = desk.reviewing.next(ALL, "甲", first.id)
    assert second
    third = desk.reviewing.next(ALL, "甲", second.id)
    assert third
    assert [first.start, second.start, third.start] == [0.0, 4.0, 8.0]
    assert desk.reviewing.next(ALL, "甲", third.id) is None


def test_two_people_never_get_the_same_until_one_is_gone_too_long(desk: Desk) -> None:
    mine, theirs = desk.reviewing.next(ALL, "甲"), desk.reviewing.next(ALL, "乙")
    assert mine
    assert theirs
    assert mine.id != theirs.id
    again = desk.reviewing.next(ALL, "甲")
    assert again
    assert again.id == mine.id
    desk.now += CLAIM + timedelta(seconds=1)
    late = desk.reviewing.next(ALL, "丙")
    assert late
    assert late.id == mine.id


def test_many_at_once_each_get_another(desk: Desk) -> None:
    got: list[str] = []
    start = threading.Barrier(3)

    def take(name: str) -> None:
        start.wait()
        item = desk.reviewing.next(ALL, name)
        got.append(item.id if item else "")

    threads = [threading.Thread(target=take, args=(f"人{i}",)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 3


def test_tags_are_set_cleared_and_undone(desk: Desk) -> None:
    item = desk.reviewing.next(ALL, "甲")
    assert item
    assert desk.reviewing.toggle(item.id, desk.tag, "甲")
    assert desk.reviewing.toggle(item.id, desk.other, "乙")
    assert not desk.reviewing.toggle(item.id, desk.tag, "甲")
    assert desk.reviewing.tagged([item.id])[item.id] == [desk.other]
    assert desk.store.undo("甲") == Act((item.id,), desk.tag)  # the clearing, not what 乙 did
    assert set(desk.reviewing.tagged([item.id])[item.id]) == {desk.tag, desk.other}
    assert desk.store.undo("甲") == Act((item.id,), desk.tag)
    assert desk.reviewing.tagged([item.id])[item.id] == [desk.other]
    assert desk.store.undo("甲") is None


def test_many_are_tagged_and_undone_at_once(desk: Desk) -> None:
    every = [i.id for i in desk.store.items(ANY, 10)]
    desk.reviewing.toggle(every[0], desk.tag, "甲")
    assert desk.reviewing.tag_all(every, desk.tag, "甲") == 2
    assert desk.store.left(ALL) == 0
    desk.store.undo("甲")
    assert desk.reviewing.tagged(every) == {every[0]: [desk.tag], every[1]: [], every[2]: []}


def test_a_renamed_tag_keeps_what_was_tagged_and_its_old_name(desk: Desk) -> None:
    item = desk.store.items(ANY, 1)[0]
    desk.reviewing.toggle(item.id, desk.tag, "甲")
    desk.reviewing.rename_tag(desk.tag, "会安抚")
    tag = next(t for t in desk.reviewing.tags() if t.id == desk.tag)
    assert (tag.name, tag.former) == ("会安抚", ("共情",))
    assert desk.reviewing.tagged([item.id])[item.id] == [desk.tag]


def test_a_merged_tag_counts_as_the_other(desk: Desk) -> None:
    one, two = desk.store.items(ANY, 2)
    desk.reviewing.toggle(one.id, desk.tag, "甲")
    desk.reviewing.toggle(two.id, desk.other, "甲")
    desk.reviewing.merge_tags(desk.tag, desk.other)
    assert desk.reviewing.tagged([one.id, two.id]) == {one.id: [desk.other], two.id: [desk.other]}
    assert desk.tag not in [t.id for t in current(desk.reviewing.tags())]
    with pytest.raises(BadInput):
        desk.reviewing.merge_tags(desk.other, desk.tag)


def test_the_tree_and_the_digits(desk: Desk) -> None:
    child = desk.reviewing.add_tag("漫游费", Kind.TOPIC, current(desk.reviewing.tags())[5].id)
    depths = {t.id: depth for depth, t in tree(desk.reviewing.tags())}
    assert depths[child.id] == 1
    assert current(desk.reviewing.tags()).index(child) == KEYS
    desk.reviewing.move_tag(child.id, 0)
    assert current(desk.reviewing.tags())[0].id == child.id
    for wrong in ("", "  ", "漫游费"):
        with pytest.raises(BadInput):
            desk.reviewing.add_tag(wrong, Kind.SKILL)


def test_a_repaired_call_keeps_its_tags_and_loses_what_is_gone(desk: Desk) -> None:
    first, _, third = desk.store.items(ANY, 3)
    desk.reviewing.toggle(first.id, desk.tag, "甲")
    desk.reviewing.toggle(third.id, desk.tag, "甲")
    desk.reviewing.refresh(call(shift=0.4, lines=TALK[:4]), "two")
    assert desk.store.items(ANY, 1)[0].id == first.id
    assert desk.reviewing.tagged([first.id])[first.id] == [desk.tag]
    with pytest.raises(NotFound):
        desk.store.item(third.id)
    desk.reviewing.refresh(call(), "three")  # the transcript of before is back
    assert desk.store.left(ANY) == 3


def test_what_is_chosen(desk: Desk) -> None:
    item = desk.store.items(ANY, 1)[0]
    desk.reviewing.toggle(item.id, desk.tag, "甲")
    assert desk.store.left(ALL) == 2
    assert desk.store.left(Chosen(ALL.recordings, untagged=False, tags=frozenset({desk.tag}))) == 1
    assert desk.store.left(Chosen(ALL.recordings, untagged=False, silence=5)) == 0
    assert desk.store.left(Chosen(frozenset())) == 0


def test_an_exchange_found_before_the_others_takes_nobody_s_tags(desk: Desk) -> None:
    every = desk.store.items(ANY, 3)
    for item in every:
        desk.reviewing.toggle(item.id, desk.tag, "甲")
    lines = ("客 你好想问个事怎么退订呢", "席 可以在手机上退订", *TALK)
    desk.reviewing.refresh(call(shift=-4.0, lines=lines), "two")
    tagged = desk.reviewing.tagged([i.id for i in desk.store.items(ANY, 10)])
    assert sum(bool(tags) for tags in tagged.values()) == 3
    assert desk.store.left(ALL) == 1


def test_a_tag_that_came_by_merging_can_be_cleared(desk: Desk) -> None:
    item = desk.store.items(ANY, 1)[0]
    desk.reviewing.toggle(item.id, desk.tag, "甲")
    desk.reviewing.merge_tags(desk.tag, desk.other)
    assert not desk.reviewing.toggle(item.id, desk.other, "甲")
    assert desk.reviewing.tagged([item.id])[item.id] == []
    desk.store.undo("甲")
    assert desk.reviewing.tagged([item.id])[item.id] == [desk.other]


def test_putting_forward_is_an_act_that_is_undone_in_its_turn(demo: Services) -> None:
    acting = Acting(demo, LOCAL).filled()
    one, two = demo.library.reviewing.store.items(acting.chosen(Asked()), 2)
    tag = current(acting.tags())[0].id
    for b in demo.benchmarks.listed(two.recording_id):
        demo.benchmarks.remove(b.id)
    before = len(demo.benchmarks.listed())
    acting.toggle_tag(one.id, tag)
    acting.nominate(two.id)
    assert len(demo.benchmarks.listed()) == before + 1
    acting.toggle_tag(two.id, tag)
    assert acting.undo_tag() == two.id
    assert len(demo.benchmarks.listed()) == before + 1
    assert acting.undo_tag() == two.id
    assert len(demo.benchmarks.listed()) == before, "the nomination is taken back"
    assert acting.tagged([one.id])[one.id] == [tag], "what was done before it stays"
    assert acting.undo_tag() == one.id
    assert acting.undo_tag() is None


def test_what_somebody_decided_about_is_not_undone_by_a_key(demo: Services) -> None:
    acting = Acting(demo, LOCAL).filled()
    (item,) = demo.library.reviewing.store.items(acting.chosen(Asked()), 1)
    for b in demo.benchmarks.listed(item.recording_id):
        demo.benchmarks.remove(b.id)
    acting.nominate(item.id)
    (mark,) = demo.benchmarks.listed(item.recording_id)
    acting.decline(mark.id, mark.number, "质检乙", "不够好")
    with pytest.raises(AlreadyDecided):
        acting.undo_tag()
    assert demo.benchmarks.listed(item.recording_id)
    acting.nominate(item.id)
    assert len(demo.benchmarks.versions(mark.id)) == 1, "it is marked already"
