"""The host on a real call: what may be heard and written, and that a restart loses nothing."""

import pytest

from coach.bootstrap import Services, build
from coach.errors import BadInput, NotFound, NotHearable, SessionEnded, StepLocked
from coach.game.phases import Action, EntryKind, Kind, Mode
from coach.game.session import Session
from tests.playing import place


@pytest.fixture
def played(demo: Services) -> tuple[Services, Session]:
    (pack,) = demo.packs.listed()
    team = demo.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members[:2]]
    return demo, demo.host.open(
        pack.id, [*people, (None, "访客甲")], team_id=team.id, team_name=team.name
    )


def test_a_clip_is_heard_from_its_step_on_and_not_before(played: tuple[Services, Session]) -> None:
    s, session = played
    first = s.host.table(session.id).pack.rounds[0]
    for clip in (first.question.clip, first.answer.clip, "nonsense", ""):
        with pytest.raises(NotHearable):
            s.host.clip(session.id, clip)
    place(s, session.id, Kind.QUESTION.value)
    assert s.host.clip(session.id, first.question.clip).duration > 1
    with pytest.raises(NotHearable):
        s.host.clip(session.id, first.answer.clip)


def test_answers_are_kept_changed_and_locked(played: tuple[Services, Session]) -> None:
    s, session = played
    a, b, visitor = session.seats
    with pytest.raises(StepLocked):
        s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "太早")
    place(s, session.id, Kind.ANSWER.value)
    s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "先这样")
    s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "改一下")
    s.host.write(session.id, EntryKind.ANSWER, 0, b.id, "")
    s.host.write(session.id, EntryKind.ANSWER, 0, visitor.id, "我也说")
    s.host.untick(session.id, EntryKind.ANSWER, 0, b.id)
    assert "改一下" not in str(s.host.view(session.id)), "hidden until all are shown"
    place(s, session.id, Kind.SHARE.value)
    view = s.host.view(session.id)
    assert view["wall"] == ["改一下", "我也说"]
    assert "wall_names" not in view, "nobody's name, unless everybody agreed"
    with pytest.raises(StepLocked):
        s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "太晚")
    with pytest.raises(BadInput):
        s.host.write(session.id, EntryKind.NOTE, 0, a.id, "长" * 3000)
    with pytest.raises(NotFound):
        s.host.write(session.id, EntryKind.NOTE, 0, "no-seat", "x")


def test_a_pass_is_no_answer_and_takes_back_what_was_sent(
    played: tuple[Services, Session],
) -> None:
    s, session = played
    a, b, c = session.seats
    place(s, session.id, "answer")
    s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "写错了，别给人看")
    s.host.write(session.id, EntryKind.ANSWER, 0, a.id, "", passed=True)
    s.host.write(session.id, EntryKind.ANSWER, 0, b.id, "", passed=True)
    s.host.write(session.id, EntryKind.ANSWER, 0, c.id, "")
    assert sum(x["done"] for x in s.host.view(session.id)["writing"]["seats"]) == 3, "all are in"
    place(s, session.id, "share")
    view = s.host.view(session.id)
    assert (view["wall"], view["aloud"]) == ([], 1)


def test_a_tick_shows_nobody_what_was_kept_to_oneself(played: tuple[Services, Session]) -> None:
    s, session = played
    seat = session.seats[0].id
    place(s, session.id, "note")
    s.host.write(session.id, EntryKind.NOTE, 0, seat, "只给自己", shared=False)
    s.host.write(session.id, EntryKind.NOTE, 0, seat, "")
    (note,) = s.host.table(session.id).session.of(EntryKind.NOTE, 0)
    assert (note.text, note.shared) == ("只给自己", False)


def test_names_stand_on_the_wall_where_everybody_agreed(demo: Services) -> None:
    (pack,) = demo.packs.listed()
    session = demo.host.open(pack.id, [(None, "甲"), (None, "乙")], named=True)
    place(demo, session.id, "answer")
    demo.host.write(session.id, EntryKind.ANSWER, 0, session.seats[1].id, "我来说")
    place(demo, session.id, "share")
    assert demo.host.view(session.id)["wall_names"] == ["乙"]
    phone = demo.host.seat(session.id, session.seats[0].id)
    assert phone["wall"] == ["我来说"]
    assert "wall_names" not in phone, "not on phones"


def test_a_restart_returns_to_the_same_step_with_everything(
    played: tuple[Services, Session],
) -> None:
    s, session = played
    place(s, session.id, Kind.ANSWER.value)
    s.host.write(session.id, EntryKind.ANSWER, 0, session.seats[0].id, "在")
    before = s.host.view(session.id)
    s.engine.dispose()
    again = build(s.settings)
    after = again.host.view(session.id)
    for view in (before, after):
        view.pop("clock")
    assert after == before
    assert again.host.table(session.id).session.of(EntryKind.ANSWER, 0)[0].text == "在"


def test_it_can_end_early_and_be_resumed(played: tuple[Services, Session]) -> None:
    s, session = played
    place(s, session.id, Kind.ANSWER.value)
    s.host.act(session.id, Action.END)
    with pytest.raises(SessionEnded):
        s.host.write(session.id, EntryKind.ANSWER, 0, session.seats[0].id, "x")
    s.host.act(session.id, Action.REOPEN)
    s.host.write(session.id, EntryKind.ANSWER, 0, session.seats[0].id, "x")


def test_latecomers_get_a_seat_and_nobody_is_no_session(played: tuple[Services, Session]) -> None:
    s, session = played
    s.host.join(session.id, " 新人 ")
    assert [x.name for x in s.host.table(session.id).session.seats][-1] == "新人"
    with pytest.raises(BadInput):
        s.host.join(session.id, "  ")
    with pytest.raises(BadInput):
        s.host.open(session.pack_id, [])
    with pytest.raises(NotFound):
        s.host.open("no-pack", [(None, "x")])


def test_colleagues_answers_come_only_after_the_benchmark(played: tuple[Services, Session]) -> None:
    s, session = played
    place(s, session.id, Kind.QUESTION.value)
    assert s.host.question_revealed(session.id) is None
    place(s, session.id, Kind.BENCHMARK.value)
    assert s.host.question_revealed(session.id) is not None


def test_alone_one_s_own_answer_stands_beside_the_benchmark(demo: Services) -> None:
    (pack,) = demo.packs.listed()
    session = demo.host.open(pack.id, [(None, "我")], mode=Mode.SOLO)
    place(demo, session.id, Kind.ANSWER.value)
    demo.host.write(session.id, EntryKind.ANSWER, 0, session.seats[0].id, "我的回答")
    place(demo, session.id, Kind.BENCHMARK.value)
    view = demo.host.view(session.id)
    assert view["wall"] == ["我的回答"]
    assert view["answer"]
