"""The desk as one person may use it: the queue, tags, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from coach.acting.calls import Calls
from coach.acting.library import Library
from coach.bootstrap import now
from coach.calls.call import Call
from coach.calls.exchanges import Exchange
from coach.calls.recording import Recording
from coach.errors import AlreadyDecided, NotFound
from coach.library.benchmark import Benchmark
from coach.library.reviewing import SAME, Chosen, Item
from coach.library.tags import Kind, Tag, resolved
from coach.people.objection import Answer
from coach.people.rights import Right, Scope

FRESH = 30  # calls taken into the queue at once: reading one takes some milliseconds


@dataclass(frozen=True)
class Asked:
    """What somebody wants to tag; empty means any."""

    node: str = ""
    team: str = ""
    agent: str = ""
    since: date | None = None
    until: date | None = None
    untagged: bool = True
    silence: float = 0.0
    tag: str = ""
    disputed: bool = False
    below: float = 0.0


def exchange_of(call: Call, item: Item) -> Exchange:
    """The exchange that an item stands for. Raises NotFound: its call was changed meanwhile."""
    found = call.exchanges[item.place] if item.place < len(call.exchanges) else None
    if found is None or found.answer is None or found.question.start != item.start:
        raise NotFound(what="问答", what_en="exchange", key=item.id)
    return found


class Reviewer(Calls, Library):
    """The desk."""

    def fill_queue(self) -> int:
        """Take in calls that are not in the queue yet; returns how many are left to take in."""
        self.who.need(Right.MARK)
        seen = self.services.library.reviewing.store.seen()
        new = [r for r in self.transcribed() if r.id not in seen and self.whole(r.id)]
        for r in new[:FRESH]:
            self._refresh(r.id)
        return max(0, len(new) - FRESH)

    def filled(self) -> Self:
        """After every call was taken into the queue."""
        while self.fill_queue():
            pass
        return self

    def chosen(self, asked: Asked) -> Chosen:
        """The queue of what is asked, among the calls this person may hear."""
        self.who.need(Right.MARK)
        disputed = {
            o.recording_id for o in self.services.objections.listed() if o.answer is Answer.OPEN
        }
        zone = self.services.zone

        def fits(r: Recording) -> bool:
            meta = r.meta
            day = (meta.called_at or r.created_at).astimezone(zone).date()
            return (
                (not asked.node or meta.node == asked.node)
                and (not asked.team or meta.team == asked.team)
                and (not asked.agent or meta.agent == asked.agent)
                and (asked.since is None or day >= asked.since)
                and (asked.until is None or day <= asked.until)
                and (not asked.disputed or r.id in disputed)
            )

        anything = replace(asked, untagged=True, silence=0.0, tag="", below=0.0) == Asked()
        everything = anything and self.who.scope(Right.MARK) is Scope.ALL
        mine = None if everything else frozenset(r.id for r in self.recordings() if fits(r))
        known = self.tags()
        tags = {x.id for x in known if asked.tag and resolved(known, x.id) == asked.tag}
        return Chosen(mine, asked.untagged, asked.silence, frozenset(tags), asked.below)

    def next_item(self, chosen: Chosen, after: str = "") -> Item | None:
        """The next exchange, held for this person; its call is read anew where it changed."""
        reviewing = self.services.library.reviewing
        for _ in range(5):
            item = reviewing.next(chosen, self._me(), after)
            if item is None or not self._refresh(item.recording_id):
                return item
        return item

    def exchange(self, item: Item) -> Exchange:
        """What was said in it, unmasked. Raises NotFound: the transcript changed meanwhile."""
        return exchange_of(self.call(item.recording_id), item)

    def item(self, item_id: str) -> Item:
        """As the call's transcript stands now. Raises NotFound, NotAllowed."""
        store = self.services.library.reviewing.store
        found = store.item(item_id)
        self.recording(found.recording_id, Right.MARK)
        return store.item(item_id) if self._refresh(found.recording_id) else found

    def tags(self) -> list[Tag]:
        """The tag tree."""
        self.who.need(Right.MARK)
        return self.services.library.reviewing.tags()

    def toggle_tag(self, item_id: str, tag_id: str) -> bool:
        """Set or clear a tag. Raises NotFound, NotAllowed."""
        self.item(item_id)
        return self.services.library.reviewing.toggle(item_id, tag_id, self._me())

    def tag_all(self, chosen: Chosen, tag_id: str, count: int) -> int:
        """Set a tag on the first ``count`` of a queue. Raises NotFound."""
        self.who.need(Right.MARK)
        reviewing = self.services.library.reviewing
        ids = [i.id for i in reviewing.store.items(chosen, count)]
        return reviewing.tag_all(ids, tag_id, self._me())

    def tagged(self, item_ids: Sequence[str]) -> dict[str, list[str]]:
        """Ids of tags by item."""
        return self.services.library.reviewing.tagged(item_ids)

    def nominate(self, item_id: str) -> None:
        """Put an exchange forward as a benchmark, with its tags; one that is stays as it is.

        Raises NotFound, NotAllowed.
        """
        found = self.item(item_id)
        if self._mark_of(found) is not None:
            return
        names = {x.id: x.name for x in self.tags()}
        tags = tuple(names[i] for i in self.tagged([item_id])[item_id])
        self.mark(found.recording_id, found.place, tags)
        self.services.library.reviewing.store.nominated(item_id, self._me(), now())

    def undo_tag(self) -> str | None:
        """Take back one's last act; returns the exchange it was about.

        Raises NotFound; AlreadyDecided: what was put forward was decided about meanwhile.
        """
        self.who.need(Right.MARK)
        act = self.services.library.reviewing.store.undo(self._me())
        if act is None or not act.items:
            return None
        if not act.tag_id:
            mark = self._mark_of(self.item(act.items[0]))
            if mark is not None and any(v.decided_by for v in self.versions(mark.id)):
                raise AlreadyDecided()
            if mark is not None:
                self.unmark(mark.id)
        return act.items[0]

    def _mark_of(self, item: Item) -> Benchmark | None:
        marks = self.marks_of(item.recording_id)
        return next((b for b in marks if abs(b.start - item.start) < SAME), None)

    def add_tag(self, name: str, kind: Kind, parent: str = "") -> Tag:
        """Raises BadInput."""
        self.who.need(Right.MARK)
        return self.services.library.reviewing.add_tag(name, kind, parent)

    def rename_tag(self, tag_id: str, name: str) -> None:
        """Raises BadInput, NotFound."""
        self.who.need(Right.MARK)
        self.services.library.reviewing.rename_tag(tag_id, name)

    def merge_tags(self, tag_id: str, into: str) -> None:
        """Raises BadInput, NotFound."""
        self.who.need(Right.MARK)
        self.services.library.reviewing.merge_tags(tag_id, into)

    def move_tag(self, tag_id: str, place: int) -> None:
        """Raises NotFound."""
        self.who.need(Right.MARK)
        self.services.library.reviewing.move_tag(tag_id, place)

    def _refresh(self, recording_id: str) -> bool:
        """Whether the call's items were read anew."""
        reviewing = self.services.library.reviewing
        steps = self.services.repairing.steps(recording_id)
        signature = f"{self.services.calls.whole(recording_id)} {steps[0]} {steps[1]}"[:80]
        if reviewing.store.signature(recording_id) == signature:
            return False
        reviewing.refresh(self.services.call(recording_id), signature)
        return True

    def _me(self) -> str:
        return self.who.id or "local"
