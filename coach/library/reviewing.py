"""标注台: a queue of exchanges that QA tags. Two people never get the same one; every act can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from coach.calls.call import Call
from coach.calls.metrics import measure
from coach.errors import BadInput, NotFound
from coach.library.tags import START, Kind, Tag, TagStore, checked, current, resolved

CLAIM = timedelta(minutes=10)  # an exchange that lies open this long goes to somebody else
SAME = 1.0  # seconds: after a repair or a new transcript it is the same exchange


@dataclass(frozen=True)
class Item:
    """An exchange of a call, seconds from its start. ``silence``: the longest in it that nobody
    announced."""

    id: str
    recording_id: str
    place: int  # among the call's exchanges
    start: float
    end: float
    silence: float = 0.0


@dataclass(frozen=True)
class Chosen:
    """Which exchanges the queue holds; empty means any. ``recordings``: those somebody may see and
    wants, None: all."""

    recordings: frozenset[str] | None
    untagged: bool = True
    silence: float = 0.0  # at least so long
    tags: frozenset[str] = frozenset()  # with one of these
    below: float = 0.0  # scored below that


@dataclass(frozen=True)
class Act:
    """What somebody did on the desk, to one exchange or many."""

    items: tuple[str, ...]
    tag_id: str  # "" for a nomination


class ReviewStore(Protocol):
    """Where the queue is kept."""

    def signature(self, recording_id: str) -> str:
        """Of the transcript that its items were made from; "" where there are none."""

    def seen(self) -> set[str]:
        """The calls that are in the queue."""

    def refresh(self, recording_id: str, signature: str, items: Sequence[Item]) -> None:
        """Items of a call as its transcript stands now. One that begins within SAME of a known one
        is that one, with its tags. Raises NotFound: the call is gone."""

    def claim(self, chosen: Chosen, who: str, now: datetime, after: str = "") -> Item | None:
        """The next item that nobody else holds, held from now on; ``after``: beyond this one. What
        they held before is free."""

    def item(self, item_id: str) -> Item:
        """Raises NotFound."""

    def left(self, chosen: Chosen) -> int:
        """How many there are."""

    def items(self, chosen: Chosen, count: int) -> list[Item]:
        """The first of them."""

    def tags(self, item_ids: Sequence[str]) -> dict[str, list[str]]:
        """Ids of tags by item, in the order they were set."""

    def set(self, item_ids: Sequence[str], tag_id: str, on: bool, by: str, at: datetime) -> None:
        """Set or clear a tag on items, written down as one act."""

    def nominated(self, item_id: str, by: str, at: datetime) -> None:
        """Write down that somebody put an exchange forward as a benchmark: an act as any other."""

    def undo(self, by: str) -> Act | None:
        """Take back this person's last act; None where there is none. What was put forward is only
        named: the caller takes the benchmark back."""


class Reviewing:
    """The desk's queue and the tag tree."""

    def __init__(
        self,
        store: ReviewStore,
        tags: TagStore,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self._tags, self._new_id, self._now = tags, new_id, now

    def refresh(self, call: Call, signature: str) -> None:
        """Take a call into the queue, or renew it, where its transcript changed."""
        if self.store.signature(call.recording.id) != signature:
            items = items_of(call, self._new_id)
            self.store.refresh(call.recording.id, signature, items)

    def tags(self) -> list[Tag]:
        """The tag tree; the first time the usual tags of a hotline."""
        found = self._tags.listed()
        if not found:
            for place, (name, kind) in enumerate(START):
                self._tags.put(Tag(self._new_id(), name, kind, place))
            found = self._tags.listed()
        return found

    def add_tag(self, name: str, kind: Kind, parent: str = "") -> Tag:
        """A new tag at the end. Raises BadInput."""
        tags = self.tags()
        place = max((t.place for t in tags), default=-1) + 1
        tag = Tag(self._new_id(), checked(tags, name), kind, place, parent)
        self._tags.put(tag)
        return tag

    def rename_tag(self, tag_id: str, name: str) -> None:
        """What was tagged stays tagged; the old name is kept. Raises BadInput, NotFound."""
        tag = self._tag(tag_id)
        name = checked(self.tags(), name, but=tag_id)
        if name != tag.name:
            former = tuple(dict.fromkeys([*tag.former, tag.name]))
            self._tags.put(replace(tag, name=name, former=former))

    def merge_tags(self, tag_id: str, into: str) -> None:
        """What was tagged with one counts as the other from now on. Raises BadInput, NotFound."""
        tag, target = self._tag(tag_id), self._tag(into)
        if resolved(self.tags(), into) == tag_id or tag_id == into:
            raise BadInput(detail="不能并到自己", detail_en="a tag cannot be merged into itself")
        self._tags.put(replace(tag, into=target.id))

    def move_tag(self, tag_id: str, place: int) -> None:
        """To a place in the order, which is the digit that sets it. Raises NotFound."""
        tag = self._tag(tag_id)
        others = [t for t in current(self.tags()) if t.id != tag_id]
        others.insert(max(0, min(place, len(others))), tag)
        for n, t in enumerate(others):
            if t.place != n:
                self._tags.put(replace(t, place=n))

    def toggle(self, item_id: str, tag_id: str, by: str) -> bool:
        """Set a tag, or clear it; whether it is set now. Raises NotFound."""
        self.store.item(item_id)
        self._tag(tag_id)
        if tag_id not in self.tagged([item_id])[item_id]:
            self.store.set([item_id], tag_id, True, by, self._now())
            return True
        tags = self.tags()
        for stored in self.store.tags([item_id]).get(item_id, ()):
            if resolved(tags, stored) == tag_id:  # set before it was merged into this one
                self.store.set([item_id], stored, False, by, self._now())
        return False

    def tag_all(self, item_ids: Sequence[str], tag_id: str, by: str) -> int:
        """Set a tag on many at once, one act to undo; returns on how many it was not yet."""
        self._tag(tag_id)
        tagged = self.tagged(item_ids)
        new = [i for i in item_ids if tag_id not in tagged[i]]
        if new:
            self.store.set(new, tag_id, True, by, self._now())
        return len(new)

    def tagged(self, item_ids: Sequence[str]) -> dict[str, list[str]]:
        """Tags of items as they count today."""
        tags, found = self.tags(), self.store.tags(item_ids)
        return {
            i: list(dict.fromkeys(resolved(tags, t) for t in found.get(i, ()))) for i in item_ids
        }

    def next(self, chosen: Chosen, by: str, after: str = "") -> Item | None:
        """The next exchange to tag, held for this person."""
        return self.store.claim(chosen, by, self._now(), after)

    def _tag(self, tag_id: str) -> Tag:
        found = next((t for t in self.tags() if t.id == tag_id), None)
        if found is None:
            raise NotFound(what="标签", what_en="tag", key=tag_id)
        return found


def items_of(call: Call, new_id: Callable[[], str]) -> list[Item]:
    """The answered exchanges of a call that can be heard, with fresh ids."""
    dead = [(s.start, s.end) for s in measure(call.turns).dead_air]
    found = []
    for place, exchange in enumerate(call.exchanges):
        start = exchange.question.start
        end = exchange.answer.end if exchange.answer else None
        if start is None or end is None:
            continue
        silence = max((b - a for a, b in dead if a < end and b > start), default=0.0)
        item = Item(new_id(), call.recording.id, place, start, end, round(silence, 1))
        found.append(item)
    return found
