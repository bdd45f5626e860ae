"""Scripted participants: in demo calls only, one at a time, as everybody else."""

import pytest

from coach.acting import extras
from coach.bootstrap import Services
from coach.game.phases import Action, EntryKind
from coach.game.session import Session
from coach.store.tables import recording
from tests.playing import place


@pytest.fixture
def room(demo: Services) -> Session:
    pack = demo.packs.listed()[0]
    assert extras.offered(demo, pack)
    return demo.host.open(pack.id, [(None, "我"), *((None, name) for name in extras.NAMES)])


def answered(demo: Services, room: Session) -> int:
    return len(demo.host.table(room.id).session.of(EntryKind.ANSWER, 0))


def test_they_answer_one_after_the_other_and_leave_the_others_alone(
    demo: Services, room: Session
) -> None:
    assert extras.turn(demo, room.id), "nothing to write yet"
    place(demo, room.id, "answer")
    for n in (1, 2, 3, 3):
        assert extras.turn(demo, room.id)
        assert answered(demo, room) == n
    me = demo.host.table(room.id).session.seats[0]
    assert me.id not in {e.seat for e in demo.host.table(room.id).session.entries}


def test_every_step_that_asks_is_answered(demo: Services, room: Session) -> None:
    for kind in ("answer", "note", "guess", "recall"):
        place(demo, room.id, kind)
        for _ in extras.NAMES:
            extras.turn(demo, room.id)
        writing = demo.host.view(room.id)["writing"]
        assert sum(s["done"] for s in writing["seats"]) == 3, kind


def test_they_go_when_it_is_over_and_come_to_no_real_call(demo: Services, room: Session) -> None:
    demo.host.act(room.id, Action.END)
    assert not extras.turn(demo, room.id)
    plain = demo.host.open(demo.packs.listed()[0].id, [(None, "我")])
    assert not extras.plays(demo, plain)
    pack = demo.packs.listed()[0]
    named = demo.host.open(pack.id, [(None, extras.NAMES[0])])
    assert extras.plays(demo, named)
    with demo.engine.begin() as db:
        db.execute(recording.update().values(source_name="real.wav"))
    assert not extras.offered(demo, pack)
    assert not extras.plays(demo, named), "somebody real has that name"
