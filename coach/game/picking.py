"""点名: who is asked next, by chance, and fair over the month. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from coach.game.session import Seat


class PickStore(Protocol):
    """Where it is kept who was asked."""

    def put(self, session_id: str, step: int, seat_id: str) -> None:
        """One per step; the last counts."""

    def of(self, session_id: str) -> dict[int, str]:
        """Seats by step."""

    def month(self, session_id: str) -> dict[str, int]:
        """How often each name was asked in the 31 days before, in sessions of the same team."""


def pick(
    seats: Sequence[Seat],
    asked: Mapping[str, int],
    here: Sequence[str],
    draw: Callable[[int], int],
) -> Seat | None:
    """One of those who were asked least: in this session first, then over the month; None in an empty
    room.

    Args:
        asked: how often each name was asked over the month.
        here: seats asked in this session so far.
        draw: a number below another, by chance.
    """
    if not seats:
        return None

    def often(seat: Seat) -> tuple[int, int]:
        return here.count(seat.id), asked.get(seat.name, 0)

    least = min(often(seat) for seat in seats)
    fair = [seat for seat in seats if often(seat) == least]
    return fair[draw(len(fair))]
