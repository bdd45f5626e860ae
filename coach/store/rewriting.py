"""Every stored form of a call's text, changed in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select, update

from coach.calls.desk import ROLES
from coach.calls.sealing.keyring import OPEN, Keyring
from coach.calls.transcript import Segment
from coach.store.tables import desk, revision, transcript_part


class SqlRewriter:
    """Implements ``coach.calls.masking.destroying.Rewriter``."""

    def __init__(self, engine: Engine, keys: Keyring = OPEN) -> None:
        self._engine, self._keys = engine, keys

    def rewrite(self, recording_id: str, change: Callable[[Segment], Segment]) -> int:
        count = 0

        def changed(docs: list[dict[str, Any]]) -> list[dict[str, Any]]:
            nonlocal count
            before = [Segment.from_json(d) for d in docs]
            after = [change(s) for s in before]
            count += sum(a != b for a, b in zip(before, after, strict=True))
            return [s.to_json() for s in after]

        with self._engine.begin() as db:
            for table, columns in (
                (transcript_part, ("segments",)),
                (desk, ("lines",)),
                (revision, ("before", "after")),
            ):
                mine = table.c.recording_id == recording_id
                for row in db.execute(select(table).where(mine)).mappings().all():
                    if table is revision and row["kind"] == ROLES:
                        continue
                    before = {c: self._keys.opened(row[c], recording_id) for c in columns}
                    after = {c: changed(before[c]) for c in columns}
                    if before != after:
                        this = [column == row[column.name] for column in table.primary_key.columns]
                        sealed = {
                            c: self._keys.seal(docs, recording_id) for c, docs in after.items()
                        }
                        db.execute(update(table).where(*this).values(sealed))
        return count
