"""Clips, what happened to them, and people's decisions about masking, in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from coach.calls.cuts import Cut
from coach.calls.masking.clip import Block, Clip, ClipEvent, ClipState
from coach.calls.masking.gate import Choice
from coach.calls.masking.sound import Window
from coach.calls.sealing.keyring import OPEN, Keyring
from coach.errors import NotFound
from coach.store.benchmarks import LIBRARY
from coach.store.engine import reading, there, touch, upsert
from coach.store.tables import clip, clip_event, mask_choice


class SqlClipStore:
    """Implements ``coach.calls.masking.clip.ClipStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def add(self, clips: Sequence[Clip], by: str) -> None:
        with self._engine.begin() as db:
            for one in clips:
                there(db, one.recording_id)
                values = {
                    "recording_id": one.recording_id,
                    "cut": one.cut.to_json(),
                    "windows": [[w.start, w.end] for w in one.windows],
                    "text": one.text,
                    "state": one.state.value,
                    "block": one.block.value,
                }
                upsert(db, clip, {"id": one.id}, values)
                self._note(db, one.id, one.state, by, one.block.value)

    def get(self, clip_id: str) -> Clip:
        found = self.many([clip_id])
        if clip_id not in found:
            raise NotFound(what="片段", what_en="clip", key=clip_id)
        return found[clip_id]

    def many(self, ids: Sequence[str]) -> dict[str, Clip]:
        with reading(self._engine) as db:
            rows = db.execute(select(clip).where(clip.c.id.in_(list(ids)))).all()
        return {row.id: _noun(row) for row in rows}

    def of(self, recording_id: str) -> list[Clip]:
        mine = (clip.c.recording_id == recording_id) & (clip.c.state != ClipState.DRAFT.value)
        with reading(self._engine) as db:
            return [_noun(row) for row in db.execute(select(clip).where(mine)).all()]

    def spoil(self, ids: Sequence[str], by: str) -> None:
        gone = {"state": ClipState.DRAFT.value, "block": Block.STALE.value}
        with self._engine.begin() as db:
            for one in ids:
                db.execute(update(clip).where(clip.c.id == one).values(gone))
                self._note(db, one, ClipState.DRAFT, by, Block.STALE.value)

    def move(
        self, ids: Sequence[str], before: ClipState, after: ClipState, by: str, why: str
    ) -> bool:
        wanted = list(dict.fromkeys(ids))
        mine = clip.c.id.in_(wanted)
        with self._engine.begin() as db:
            rows = db.execute(select(clip.c.id, clip.c.state).where(mine).with_for_update()).all()
            states = {row.id: row.state for row in rows}
            if any(states.get(i) not in (before.value, after.value) for i in wanted):
                return False
            for one in [i for i in wanted if states[i] == before.value]:
                db.execute(update(clip).where(clip.c.id == one).values(state=after.value))
                self._note(db, one, after, by, why)
        return True

    def put(
        self, clip_id: str, was: ClipState, state: ClipState, block: Block, by: str, why: str
    ) -> bool:
        this = (clip.c.id == clip_id) & (clip.c.state == was.value)
        values = {"state": state.value, "block": block.value}
        with self._engine.begin() as db:
            if not db.execute(update(clip).where(this).values(values)).rowcount:
                return False
            self._note(db, clip_id, state, by, why)
        return True

    def events(self, clip_id: str) -> list[ClipEvent]:
        query = select(clip_event).where(clip_event.c.clip_id == clip_id)
        with reading(self._engine) as db:
            rows = db.execute(query.order_by(clip_event.c.number)).all()
        return [ClipEvent(r.clip_id, r.at, r.by, ClipState(r.state), r.why) for r in rows]

    def _note(self, db: Connection, clip_id: str, state: ClipState, by: str, why: str) -> None:
        last = select(func.max(clip_event.c.number)).where(clip_event.c.clip_id == clip_id)
        row = {
            "clip_id": clip_id,
            "number": (db.execute(last).scalar() or 0) + 1,
            "at": self._now(),
            "by": by,
            "state": state.value,
            "why": why,
        }
        db.execute(insert(clip_event).values(row))
        touch(db, LIBRARY)


class SqlChoiceStore:
    """Implements ``coach.calls.masking.gate.ChoiceStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], keys: Keyring = OPEN) -> None:
        self._engine, self._now, self._keys = engine, now, keys

    def add(self, recording_id: str, choice: Choice) -> None:
        text = choice.text.strip()[:200]
        values = {"mask": choice.mask, "by": choice.by, "why": choice.why, "at": self._now()}
        mine = mask_choice.c.recording_id == recording_id
        with self._engine.begin() as db:
            there(db, recording_id)
            for old in db.execute(select(mask_choice.c.text).where(mine)).scalars().all():
                if (
                    self._keys.opened_word(old, recording_id) == text
                ):  # under an older key it is another row
                    db.execute(delete(mask_choice).where(mine, mask_choice.c.text == old))
            row = {"recording_id": recording_id, "text": self._keys.seal_word(text, recording_id)}
            db.execute(insert(mask_choice).values(**row, **values))

    def of(self, recording_id: str) -> list[Choice]:
        query = select(mask_choice).where(mask_choice.c.recording_id == recording_id)
        with reading(self._engine) as db:
            rows = db.execute(query.order_by(mask_choice.c.at, mask_choice.c.text)).all()
        opened = self._keys.opened_word
        return [Choice(opened(r.text, recording_id), r.mask, r.by, r.why) for r in rows]


def _noun(row: Row[Any]) -> Clip:
    return Clip(
        id=row.id,
        recording_id=row.recording_id,
        cut=Cut.from_json(row.cut),
        windows=tuple(Window(a, b) for a, b in row.windows),
        text=row.text,
        state=ClipState(row.state),
        block=Block(row.block),
    )
