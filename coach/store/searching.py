"""What search learnt and what it could not find, in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select, update

from coach.library.limits import Limits, Pair, Report
from coach.library.unanswered import Unanswered
from coach.library.wording import bare
from coach.store.engine import reading, upsert
from coach.store.tables import judged_pair, search_limit, unanswered


class SqlLimitStore:
    """Implements ``coach.library.limits.LimitStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def limits(self, embedder: str) -> Limits | None:
        query = select(search_limit).where(search_limit.c.embedder == embedder)
        with reading(self._engine) as db:
            row = db.execute(query).first()
        return Limits(row.threshold, row.model) if row else None

    def learnt(self, embedder: str, report: Report) -> None:
        limits = report.limits
        values = {"threshold": limits.threshold, "model": limits.model, "at": self._now()}
        values["report"] = report.to_json()
        with self._engine.begin() as db:
            upsert(db, search_limit, {"embedder": embedder}, values)

    def judge(self, pair: Pair, by: str) -> None:
        key = _key(bare(pair.asked) + "\n" + pair.question)
        values = {"asked": pair.asked, "question": pair.question, "same": pair.same, "by": by}
        values["at"] = self._now()
        with self._engine.begin() as db:
            upsert(db, judged_pair, {"key": key}, values)

    def pairs(self) -> list[Pair]:
        with reading(self._engine) as db:
            rows = db.execute(select(judged_pair).order_by(judged_pair.c.at)).all()
        return [Pair(row.asked, row.question, row.same) for row in rows]


class SqlUnansweredStore:
    """Implements ``coach.library.unanswered.UnansweredStore``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def ask(self, question: str, by: str) -> None:
        key, at = _key(bare(question)), self._now()
        with self._engine.begin() as db:
            again = {"times": unanswered.c.times + 1, "by": by, "at": at, "closed": ""}
            known = update(unanswered).where(unanswered.c.key == key).values(again)
            if not db.execute(known).rowcount:
                row = {"question": question, "times": 1, "by": by, "at": at, "closed": ""}
                upsert(db, unanswered, {"key": key}, {**row, "first_at": at})

    def listed(self) -> list[Unanswered]:
        u = unanswered.c
        query = select(unanswered).where(u.closed == "").order_by(u.times.desc(), u.at.desc())
        with reading(self._engine) as db:
            rows = db.execute(query).all()
        return [Unanswered(r.key, r.question, r.times, r.by, r.first_at, r.at) for r in rows]

    def close(self, key: str, by: str) -> None:
        with self._engine.begin() as db:
            done = update(unanswered).where(unanswered.c.key == key)
            db.execute(done.values(closed=by or "-"))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
