"""What customers asked after what, masked and sealed, in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from coach.calls.sealing.keyring import Keyring
from coach.game.odds import MOST, Next
from coach.store.engine import reading, there, upsert
from coach.store.tables import next_asked, recording


class SqlNextStore:
    """Implements ``coach.game.odds.NextStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], keys: Keyring) -> None:
        self._engine, self._now, self._keys = engine, now, keys

    def put(self, recording_id: str, found: Sequence[Next]) -> None:
        pairs = self._keys.seal([[n.question, n.then] for n in found], recording_id)
        with self._engine.begin() as db:
            there(db, recording_id)
            values = {"pairs": pairs, "created_at": self._now()}
            upsert(db, next_asked, {"recording_id": recording_id}, values, keep="created_at")

    def listed(self, node: str, without: str = "") -> list[Next]:
        query = (
            select(next_asked.c.recording_id, next_asked.c.pairs)
            .join(recording)
            .where(next_asked.c.recording_id != without, recording.c.erased.is_(False))
            .order_by(next_asked.c.created_at.desc(), next_asked.c.recording_id)
            .limit(MOST)
        )
        if node:
            query = query.where(recording.c.node == node)
        found: list[Next] = []
        with reading(self._engine) as db:
            for row in db.execute(query):
                found += [Next(*pair) for pair in self._keys.opened(row.pairs, row.recording_id)]
                if len(found) >= MOST:
                    break
        return found[:MOST]

    def nodes(self) -> dict[str, int]:
        query = (
            select(recording.c.node, next_asked.c.recording_id, next_asked.c.pairs)
            .join(recording)
            .where(recording.c.erased.is_(False))
            .order_by(next_asked.c.created_at.desc())
            .limit(10 * MOST)
        )
        count: Counter[str] = Counter()
        with reading(self._engine) as db:
            for row in db.execute(query):
                count[row.node] += len(self._keys.opened(row.pairs, row.recording_id))
        return dict(count.most_common())
