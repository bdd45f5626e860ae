"""What lies on the table: a session with its pack and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from coach.game.pack import Pack
from coach.game.phases import Mode, Program
from coach.game.session import Session
from coach.game.view import Known


@dataclass(frozen=True)
class Table:
    """A session with its pack and steps: what every question about it needs."""

    session: Session
    pack: Pack
    steps: Program

    @property
    def round(self) -> int:
        return self.steps[self.session.state.cursor].round


class About(TypedDict, total=False):
    """What a session is: the fields of ``Session`` by these names."""

    id: str  # the same for all who open it at once; else a new one
    mode: Mode
    team_id: str | None
    team_name: str
    leader: str
    owner: str
    named: bool
    due: tuple[str, ...]
    retests: str
    straight: bool


class Shown(NamedTuple):
    """With what is known beside it: all that the screens of a session need."""

    table: Table
    known: Known
