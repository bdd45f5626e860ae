"""The desk's queue and tags in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from coach.errors import NotFound
from coach.library.reviewing import CLAIM, SAME, Act, Chosen, Item
from coach.library.tags import Kind, Tag
from coach.store.engine import reading, there, upsert
from coach.store.tables import recording, review_item, review_seen, score, tag, tag_act, tagging

TRIED = 20  # items looked at in one go for one that nobody holds
_I = review_item.c


class SqlTagStore:
    """Implements ``coach.library.tags.TagStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self) -> list[Tag]:
        with reading(self._engine) as db:
            rows = db.execute(select(tag).order_by(tag.c.place, tag.c.name)).all()
        return [
            Tag(r.id, r.name, Kind(r.kind), r.place, r.parent, r.into, tuple(r.former))
            for r in rows
        ]

    def put(self, new: Tag) -> None:
        values = {
            "name": new.name,
            "kind": new.kind.value,
            "place": new.place,
            "parent": new.parent,
            "into": new.into,
            "former": list(new.former),
        }
        with self._engine.begin() as db:
            upsert(db, tag, {"id": new.id}, values)


class SqlReviewStore:
    """Implements ``coach.library.reviewing.ReviewStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def signature(self, recording_id: str) -> str:
        query = select(review_seen.c.signature).where(review_seen.c.recording_id == recording_id)
        with reading(self._engine) as db:
            return str(db.execute(query).scalar() or "")

    def seen(self) -> set[str]:
        with reading(self._engine) as db:
            return set(db.execute(select(review_seen.c.recording_id)).scalars())

    def refresh(self, recording_id: str, signature: str, items: Sequence[Item]) -> None:
        with self._engine.begin() as db:
            there(db, recording_id)
            mine = select(_I.id, _I.start).where(_I.recording_id == recording_id)
            known = {row.id: row.start for row in db.execute(mine)}
            db.execute(update(review_item).where(_I.recording_id == recording_id).values(gone=True))
            same = _same(known, items)
            for place, item in enumerate(items):
                if place in same:
                    this = _I.id == same[place]
                    db.execute(update(review_item).where(this).values(_placed(item)))
                else:
                    row = {"id": item.id, "recording_id": recording_id, "holder": ""}
                    db.execute(insert(review_item).values(**row, **_placed(item)))
            upsert(db, review_seen, {"recording_id": recording_id}, {"signature": signature})

    def claim(self, chosen: Chosen, who: str, now: datetime, after: str = "") -> Item | None:
        free = or_(_I.holder.in_(["", who]), _I.held_until < now)
        query = _ordered(_queue(chosen)).where(free).limit(TRIED).with_for_update(of=review_item)
        with self._engine.begin() as db:
            db.execute(update(review_item).where(_I.holder == who).values(holder=""))
            if after:
                query = _beyond(db, query, after)
            row = db.execute(query).first()
            if row is None:
                return None
            held = {"holder": who, "held_until": now + CLAIM}
            db.execute(update(review_item).where(_I.id == row.id).values(held))
        return _noun(row)

    def item(self, item_id: str) -> Item:
        with reading(self._engine) as db:
            row = db.execute(select(review_item).where(_I.id == item_id, ~_I.gone)).first()
        if row is None:
            raise NotFound(what="问答", what_en="exchange", key=item_id)
        return _noun(row)

    def left(self, chosen: Chosen) -> int:
        with reading(self._engine) as db:
            query = select(func.count()).select_from(_queue(chosen).subquery())
            return int(db.execute(query).scalar() or 0)

    def items(self, chosen: Chosen, count: int) -> list[Item]:
        with reading(self._engine) as db:
            return [_noun(row) for row in db.execute(_ordered(_queue(chosen)).limit(count))]

    def tags(self, item_ids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        query = select(tagging).where(tagging.c.review_item_id.in_(list(item_ids)))
        with reading(self._engine) as db:
            for row in db.execute(query.order_by(tagging.c.at, tagging.c.tag_id)):
                found.setdefault(row.review_item_id, []).append(row.tag_id)
        return found

    def set(self, item_ids: Sequence[str], tag_id: str, on: bool, by: str, at: datetime) -> None:
        with self._engine.begin() as db:
            _put(db, item_ids, tag_id, on, by, at)
            act = {"at": at, "by": by, "tag_id": tag_id, "on": on, "items": list(item_ids)}
            db.execute(insert(tag_act).values(**act, undone=False))

    def nominated(self, item_id: str, by: str, at: datetime) -> None:
        act = {"at": at, "by": by, "tag_id": None, "on": True, "items": [item_id]}
        with self._engine.begin() as db:
            db.execute(insert(tag_act).values(**act, undone=False))

    def undo(self, by: str) -> Act | None:
        mine = select(tag_act).where(tag_act.c.by == by, ~tag_act.c.undone)
        with self._engine.begin() as db:
            act = db.execute(mine.order_by(tag_act.c.number.desc()).limit(1)).first()
            if act is None:
                return None
            if act.tag_id is not None:
                _put(db, act.items, act.tag_id, not act.on, by, act.at)
            done = update(tag_act).where(tag_act.c.number == act.number, ~tag_act.c.undone)
            db.execute(done.values(undone=True))
        return Act(tuple(act.items), act.tag_id or "")


def _same(known: dict[str, float], items: Sequence[Item]) -> dict[int, str]:
    """Which item is which known one, the nearest in time first, none farther than SAME."""
    gaps = sorted(
        (abs(start - item.start), place, key)
        for place, item in enumerate(items)
        for key, start in known.items()
        if abs(start - item.start) <= SAME
    )
    found: dict[int, str] = {}
    for _, place, key in gaps:
        if place not in found and key not in found.values():
            found[place] = key
    return found


def _put(
    db: Connection, item_ids: Sequence[str], tag_id: str, on: bool, by: str, at: datetime
) -> None:
    for item_id in item_ids:
        key = {"review_item_id": item_id, "tag_id": tag_id}
        if on:
            known = select(_I.id).where(_I.id == item_id)
            if db.execute(known).first() is not None:
                upsert(db, tagging, key, {"by": by, "at": at}, keep="*")
        else:
            this = (tagging.c.review_item_id == item_id) & (tagging.c.tag_id == tag_id)
            db.execute(delete(tagging).where(this))


def _queue(chosen: Chosen) -> Select[Any]:
    query = select(review_item).join(recording, recording.c.id == _I.recording_id)
    query = query.where(~_I.gone)
    if chosen.recordings is not None:
        query = query.where(_I.recording_id.in_(sorted(chosen.recordings)))
    tagged = tagging.c.review_item_id == _I.id
    if chosen.untagged:
        query = query.where(~exists().where(tagged))
    if chosen.tags:
        query = query.where(exists().where(tagged, tagging.c.tag_id.in_(sorted(chosen.tags))))
    if chosen.below:
        mine = (score.c.item_id == _I.id) & (score.c.calibration_id == "")
        query = query.where(exists().where(mine, score.c.total < chosen.below))
    if chosen.silence:
        query = query.where(_I.silence >= chosen.silence)
    return query


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(recording.c.created_at.desc(), _I.recording_id, _I.start, _I.id)


def _beyond(db: Connection, query: Select[Any], after: str) -> Select[Any]:
    """What comes after an item in the order of ``_ordered``."""
    place = select(recording.c.created_at, _I.recording_id, _I.start).select_from(
        review_item.join(recording, recording.c.id == _I.recording_id)
    )
    at = db.execute(place.where(_I.id == after)).first()
    if at is None:
        return query
    newer = recording.c.created_at < at.created_at
    same = recording.c.created_at == at.created_at
    later = (_I.recording_id > at.recording_id) | (
        (_I.recording_id == at.recording_id) & (_I.start > at.start)
    )
    return query.where(newer | (same & later))


def _placed(item: Item) -> dict[str, Any]:
    return {
        "place": item.place,
        "start": item.start,
        "end": item.end,
        "silence": item.silence,
        "gone": False,
    }


def _noun(row: Row[Any]) -> Item:
    return Item(row.id, row.recording_id, row.place, row.start, row.end, row.silence)
