"""Sessions put where a test needs them, without waiting for the machine's debounce at each step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from coach.bootstrap import Services, now
from coach.game.phases import Action, LogEntry, State
from coach.store.sessions import SqlSessionStore
from coach.store.tables import session


def place(s: Services, session_id: str, kind: str) -> None:
    """On to the next step of a kind, as if its leader had come there; where it is, if that is one."""
    steps = s.host.table(session_id).steps

    def jump(state: State) -> tuple[State, LogEntry]:
        index = next(i for i in range(state.reached, len(steps)) if steps[i].kind.value == kind)
        moved = replace(state, reached=index, cursor=index, revision=state.revision + 1)
        return moved, LogEntry(now(), Action.SKIP, index)

    SqlSessionStore(s.engine).step(session_id, jump)


def played_before(s: Services, session_id: str, days: int) -> None:
    """As if it had been played so many days ago."""
    then = now() - timedelta(days=days)
    with s.engine.begin() as db:
        db.execute(session.update().where(session.c.id == session_id).values(created_at=then))
