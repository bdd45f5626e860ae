"""Picks, experiments and re-tests in the database: on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from coach.game.phases import Mode
from coach.store.experiments import SqlExperimentStore
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


def test_a_retest_and_how_it_is_played_come_back(engine: Engine) -> None:
    store = sessions(engine)
    store.add(replace(session(), mode=Mode.RETEST, retests="first", straight=True))
    found = store.get(session().id)
    assert (found.mode, found.retests, found.straight) == (Mode.RETEST, "first", True)
