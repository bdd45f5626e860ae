"""A weaker answer in a round: heard or read as its agent agreed, then the team's own version, voted on."""

from dataclasses import replace

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import NotFound, NotHearable, NotReleased, StepLocked
from coach.game.pack import WITHDRAWN, Pack, PackWords
from coach.game.phases import EntryKind, Kind
from coach.game.rounds import PlanOptions
from coach.library.counterpart import Consent, Counterpart
from coach.people.rights import LOCAL
from tests.library.test_counterpart import Table
from tests.playing import place


class Room:
    """A pack whose first round has a weaker answer; three people."""

    def __init__(self, demo: Services, consent: Consent) -> None:
        self.s, self.table = demo, Table(demo)
        self.c: Counterpart = self.table.proposed()
        self.table.released(self.c)
        self.table.agent.consent(self.c.id, consent)
        call = demo.call(self.table.mark.recording_id)
        opening = next(
            i for i, e in enumerate(call.exchanges)
            if e.question.start is not None and round(e.question.start, 1) == round(self.table.mark.start, 1)
        )  # fmt: skip
        plan = PlanOptions(count=2, keep=frozenset({opening}))
        self.pack: Pack = demo.prepare(call.recording.id, plan, PackWords(), contrast=True)
        demo.gate.release(self.pack.clips, "质检")
        self.round = next(i for i, r in enumerate(self.pack.rounds) if r.poor)
        self.id = demo.host.open(self.pack.id, [(None, n) for n in "甲乙丙"]).id

    @property
    def seats(self):  # type: ignore[no-untyped-def]
        return self.s.host.table(self.id).session.seats

    def write(self, kind: EntryKind, *texts: str) -> None:
        for seat, text in zip(self.seats, texts, strict=False):
            self.s.host.write(self.id, kind, self.round, seat.id, text)

    def view(self, kind: str) -> dict:
        place(self.s, self.id, kind)
        return self.s.host.view(self.id)


@pytest.fixture
def room(demo: Services) -> Room:
    return Room(demo, Consent.VOICE)


def test_the_steps_come_after_the_benchmark_and_only_in_that_round(room: Room) -> None:
    steps = room.s.host.table(room.id).steps
    kinds = [s.kind for s in steps if s.round == room.round]
    at = kinds.index(Kind.BENCHMARK)
    assert kinds[at + 1 : at + 4] == [Kind.CONTRAST, Kind.THIRD, Kind.VOTE]
    assert Kind.CONTRAST not in [s.kind for s in steps if s.round != room.round]
    without = room.s.prepare(room.pack.recording_id, PlanOptions(count=2), PackWords())
    assert all(r.poor is None for r in without.rounds), "only where it was asked for"


def test_nothing_of_it_before_its_step_and_no_name(room: Room) -> None:
    poor = room.pack.rounds[room.round].poor
    assert poor is not None
    for kind in ("answer", "share", "benchmark"):
        view = room.view(kind)
        assert poor.text not in str(view)
        with pytest.raises(NotHearable):
            room.s.host.clip(room.id, poor.clip)
    view = room.view("contrast")
    assert view["poor"] == {"text": poor.text}, "what differs is for the team to say first"
    assert view["clip"]["id"] == poor.clip
    assert room.s.host.clip(room.id, poor.clip).duration > 0
    assert "小刘" not in str(view)


def test_what_differs_then_a_third_version_then_the_vote(room: Room) -> None:
    room.view("contrast")
    room.write(EntryKind.DIFFERS, "没有先安抚")
    view = room.view("third")
    assert (view["said"], view["poor"]["differs"]) == (["没有先安抚"], "没有先安抚")
    room.write(EntryKind.THIRD, "您先别急，我马上查", "我理解您，我来办")
    assert "我理解您" not in str(view)
    assert "versions" not in room.s.host.seat(room.id, room.seats[2].id)
    view = room.view("vote")
    assert [v["text"] for v in view["versions"]] == ["您先别急，我马上查", "我理解您，我来办"]
    with pytest.raises(StepLocked):
        room.write(EntryKind.THIRD, "太晚")
    room.write(EntryKind.VOTE, "1", "0", "1")
    with pytest.raises(NotFound):
        room.write(EntryKind.VOTE, "2")
    assert "votes" not in str(room.s.host.view(room.id)["versions"]), "hidden until it is closed"
    view = room.view("note")
    assert [v["votes"] for v in view["versions"]] == [1, 2]
    form = Acting(room.s, LOCAL).form(room.id)
    assert form.rounds[room.round].third == "我理解您，我来办"


def test_text_only_is_read_and_never_heard(demo: Services) -> None:
    room = Room(demo, Consent.TEXT)
    view = room.view("contrast")
    assert "clip" not in view
    assert view["poor"]["text"] == room.c.answer
    with pytest.raises(NotHearable):
        demo.host.clip(room.id, room.c.clip)


def test_what_is_taken_back_in_mid_game_is_gone_at_once(room: Room) -> None:
    room.view("contrast")
    room.table.agent.consent(room.c.id, Consent.TEXT)
    assert "clip" not in room.s.host.view(room.id)
    with pytest.raises((NotHearable, NotReleased)):
        room.s.host.clip(room.id, room.c.clip)
    room.table.agent.consent(room.c.id, Consent.REFUSED)
    assert room.s.host.view(room.id)["poor"]["text"] == WITHDRAWN
    assert room.s.gate.released(room.pack.clips), "the pack is played on without it"
    assert replace(room.pack).poor_clips == [room.c.clip]
