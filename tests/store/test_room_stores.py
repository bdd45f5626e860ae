"""Picks, experiments and re-tests in the database: on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from coach.errors import NotFound
from coach.game.phases import EntryKind, Mode
from coach.game.session import Entry, Seat
from coach.meeting.signed import Note
from coach.store.experiments import SqlExperimentStore
from coach.store.forms import SqlFormStore
from coach.store.packs import SqlPackStore
from coach.store.picks import SqlPickStore
from coach.store.sessions import SqlSessionStore
from tests.factories import START, pack, session
from tests.store.test_stores import with_recording


def sessions(engine: Engine) -> SqlSessionStore:
    with_recording(engine)
    SqlPackStore(engine).add(pack())
    return SqlSessionStore(engine)


def test_who_was_asked_is_kept_by_step_and_counted_over_the_month(engine: Engine) -> None:
    store, picks = sessions(engine), SqlPickStore(engine)
    first = session()
    later = replace(
        first,
        id="later",
        created_at=first.created_at + timedelta(days=7),
        seats=tuple(replace(s, id=f"l-{s.id}") for s in first.seats),
    )
    for one in (first, later):
        store.add(one)
    picks.put(first.id, 2, first.seats[0].id)
    picks.put(first.id, 2, first.seats[1].id)
    picks.put(later.id, 2, later.seats[1].id)
    assert picks.of(first.id) == {2: first.seats[1].id}, "one per step, the last counts"
    assert picks.month(later.id) == {first.seats[1].name: 2}
    assert picks.month("none") == {}
    version = store.get(first.id).version
    picks.put(first.id, 3, first.seats[2].id)
    assert store.get(first.id).version == version + 1, "the stage is told"
    assert store.remove_seat(first.id, first.seats[2].id), "who was asked and wrote nothing can go"
    assert picks.of(first.id) == {2: first.seats[1].id}


def test_a_team_compares_since_it_first_did(engine: Engine) -> None:
    times = iter([START, START + timedelta(days=9), START + timedelta(days=10)])
    store = SqlExperimentStore(engine, lambda: next(times))
    assert store.state("一组") is None
    for on in (True, False, True):
        store.switch("一组", on, "王芳")
        assert store.state("一组") == (on, START)
    assert store.state("二组") is None


def test_a_session_of_the_same_id_is_not_made_twice(engine: Engine) -> None:
    store = sessions(engine)
    assert store.add(session())
    other = replace(session(), seats=(), team_name="别的班")
    assert not store.add(other)
    found = store.get(session().id)
    assert (found.team_name, len(found.seats)) == (session().team_name, len(session().seats))


def test_a_seat_of_another_session_writes_nothing_here(engine: Engine) -> None:
    store = sessions(engine)
    store.add(session())
    there = Seat("elsewhere", "别人")
    store.add(replace(session(), id="other", seats=(there,)))
    entry = Entry(EntryKind.ANSWER, 0, there.id, "x", START)
    with pytest.raises(NotFound):
        store.write(session().id, entry, lambda _: True)
    assert store.get(session().id).entries == ()


def test_when_somebody_sat_down_comes_back(engine: Engine) -> None:
    store = sessions(engine)
    store.add(session())
    store.add_seat(session().id, Seat("late", "晚到", None, START + timedelta(minutes=3)), 120)
    found = store.get(session().id).seats
    assert [s.at for s in found] == [*[None] * (len(found) - 1), START + timedelta(minutes=3)]


def test_fields_that_were_typed_are_replaced_and_emptied(engine: Engine) -> None:
    sessions(engine).add(session())
    store = SqlFormStore(engine)
    for text in ("三楼", "四楼"):
        store.note(session().id, "venue", Note(text, "王芳", START))
    assert store.notes(session().id) == {"venue": Note("四楼", "王芳", START)}
    store.note(session().id, "venue", Note("", "王芳", START))
    assert store.notes(session().id) == {}
    with pytest.raises(NotFound):
        store.note("nothing", "venue", Note("x", "y", START))


def test_a_retest_and_how_it_is_played_come_back(engine: Engine) -> None:
    store = sessions(engine)
    store.add(replace(session(), mode=Mode.RETEST, retests="first", straight=True))
    found = store.get(session().id)
    assert (found.mode, found.retests, found.straight) == (Mode.RETEST, "first", True)
