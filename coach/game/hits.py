"""猜中: which guesses the customer then asked, round by round. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.game.coverage import Learned
from coach.game.odds import Base, odds
from coach.game.phases import EntryKind
from coach.game.view import guessed_before, really_asked

if TYPE_CHECKING:
    from coach.game.table import Table


def hits(table: Table, learned: Learned) -> dict[int, tuple[int, int]]:
    """By round: guesses that the customer asked, and guesses written; rounds without any are not in it."""
    found = {}
    for place, step in enumerate(table.steps):
        round_ = guessed_before(table.steps, place)
        if round_ is None or place > table.session.state.reached or not step.clip:
            continue
        texts = [e.text for e in table.session.of(EntryKind.GUESS, round_) if e.text]
        if texts:
            said = odds(texts, really_asked(table.pack, table.steps, place), learned, Base())
            found[round_] = sum(len(g.texts) for g in said.guessed if g.right), len(texts)
    return found
