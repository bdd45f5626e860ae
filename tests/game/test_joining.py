"""Visitors come in by a code, for one session only: on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from coach import errors
from coach.calls.masking.gate import Gate
from coach.calls.sealing.keyring import Keyring
from coach.game.host import Host
from coach.game.joining import SIGNS, Joining, new_code, read_code
from coach.game.phases import Action, EntryKind, Mode
from coach.game.reading import Reader
from coach.game.session import MOST_SEATS
from coach.library.meaning import Meaning
from coach.store.clips import SqlClipStore
from coach.store.counterparts import SqlCounterpartStore
from coach.store.doors import SqlDoorStore
from coach.store.learned import SqlLearnedStore
from coach.store.odds import SqlNextStore
from coach.store.packs import SqlPackStore
from coach.store.picks import SqlPickStore
from coach.store.sessions import SqlSessionStore
from tests.factories import START, ids, pack, session
from tests.store.test_stores import with_recording


class Hall:
    """A session and its door, with a clock that tests move."""

    def __init__(self, engine: Engine, mode: Mode = Mode.TEAM) -> None:
        with_recording(engine)
        packs, sessions = SqlPackStore(engine), SqlSessionStore(engine)
        packs.add(pack())
        sessions.add(session(mode=mode))
        self.now = START
        gate = Gate(SqlClipStore(engine, self.clock), None, None)  # type: ignore[arg-type]
        self.host = Host(
            sessions,
            packs,
            gate,
            learned := SqlLearnedStore(engine, self.clock),
            Reader(Meaning(lambda: None), learned),
            SqlNextStore(engine, self.clock, Keyring()),
            SqlPickStore(engine),
            SqlCounterpartStore(engine),
            new_id=ids("seat-"),
            now=self.clock,
        )
        self.joining = Joining(self.host, SqlDoorStore(engine), now=self.clock)
        self.id = session().id

    def clock(self) -> datetime:
        return self.now


@pytest.fixture
def hall(engine: Engine) -> Hall:
    return Hall(engine)


def test_a_code_leads_to_a_seat_of_this_session(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    assert hall.joining.open(hall.id) == code == hall.joining.code(hall.id)
    token = hall.joining.join(f" {code[:3].lower()}-{code[3:].lower()} ", "小访")
    guest = hall.joining.guest(token)
    assert (guest.session_id, guest.name) == (hall.id, "小访")
    seat = hall.host.table(hall.id).session.seats[-1]
    assert (seat.id, seat.name, seat.visitor) == (guest.seat_id, "小访", True)


@pytest.mark.parametrize("typed", ["", "ABCDEF", "' OR 1=1", "ＡＢＣ", "A" * 5000])
def test_a_wrong_code_leads_nowhere(hall: Hall, typed: str) -> None:
    hall.joining.open(hall.id)
    with pytest.raises(errors.WrongCode):
        hall.joining.join(typed, "小访")


def test_a_locked_door_lets_nobody_in_and_nobody_out(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    token = hall.joining.join(code, "小访")
    hall.joining.close(hall.id)
    assert hall.joining.code(hall.id) == ""
    with pytest.raises(errors.WrongCode):
        hall.joining.join(code, "晚到的")
    assert hall.joining.guest(token).name == "小访"
    assert hall.joining.open(hall.id) == code


def test_with_the_session_the_way_in_ends(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    token = hall.joining.join(code, "小访")
    hall.host.act(hall.id, Action.END)
    with pytest.raises(errors.SignedOut):
        hall.joining.guest(token)
    with pytest.raises(errors.WrongCode):
        hall.joining.join(code, "小访")
    with pytest.raises(errors.SessionEnded):
        hall.joining.open(hall.id)


def test_a_session_that_nobody_ended_closes_by_itself(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    token = hall.joining.join(code, "小访")
    hall.now += timedelta(hours=12, minutes=1)
    with pytest.raises(errors.SignedOut):
        hall.joining.guest(token)
    with pytest.raises(errors.WrongCode):
        hall.joining.join(code, "小访")


def test_a_name_is_needed(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    with pytest.raises(errors.BadInput):
        hall.joining.join(code, "  ")


def test_a_code_that_got_about_does_not_flood_the_room(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    before = len(hall.host.table(hall.id).session.seats)
    for i in range(MOST_SEATS - before):
        hall.joining.join(code, f"路人{i}")
    with pytest.raises(errors.BadInput):
        hall.joining.join(code, "多的")


def test_a_visitor_who_was_let_out_comes_back_to_the_same_seat(hall: Hall) -> None:
    code = hall.joining.open(hall.id)
    first = hall.joining.guest(hall.joining.join(code, "小访"))
    for action in (Action.NEXT, Action.SKIP):
        hall.now += timedelta(seconds=1)
        hall.host.act(hall.id, action)
    hall.host.write(hall.id, EntryKind.ANSWER, 0, first.seat_id, "先道歉")
    other = hall.joining.guest(hall.joining.join(code, "小访"))
    assert other.seat_id != first.seat_id, "a namesake while the first is in"
    hall.host.remove(hall.id, first.seat_id)
    again = hall.joining.guest(hall.joining.join(code, " 小访 "))
    assert again.seat_id == first.seat_id, "counted once"


def test_practice_has_no_door(engine: Engine) -> None:
    hall = Hall(engine, Mode.SOLO)
    with pytest.raises(errors.SessionEnded):
        hall.joining.open(hall.id)


def test_codes_have_signs_that_nobody_confuses() -> None:
    assert not set(SIGNS) & set("OI01")
    codes = {new_code() for _ in range(1000)}
    assert len(codes) > 990  # of a thousand million; two alike come once in 2,000 such runs
    assert all(len(c) == 6 and set(c) <= set(SIGNS) and read_code(c) == c for c in codes)
