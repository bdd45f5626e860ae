"""Repairs as values: done, undone, refused where the lines have changed."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.bootstrap import Services, new_id, now
from coach.calls import desk
from coach.calls.desk import Repair, apply, changed_word, in_order, lines_of
from coach.calls.transcript import Role, Segment, Word
from coach.errors import BadInput, NotFound, RepairConflict
from coach.store.desk import SqlDeskStore
from tests.calls.test_mandarin import joined, spoken
from tests.conftest import DEMO
from tests.factories import ids


def line(text: str, start: float = 0.0, *, name: str = "a", speaker: str = "ch0") -> Segment:
    made = spoken(text, start=start)
    return Segment(made.start, made.end, text, speaker=speaker, words=made.words, id=name)


def call() -> list[Segment]:
    return [
        line("您好请问有什么可以帮您", name="a"),
        line("我想办青青号", 4.0, name="b", speaker="ch1"),
        line("好的请稍等", 7.0, name="c"),
    ]


def test_a_turn_becomes_a_line_and_a_line_stays_one() -> None:
    said = [spoken("您好"), spoken("请问您办什么", start=1.0), spoken("喂", start=9.0)]
    lines = lines_of(said, ids())
    assert [x.text for x in lines] == ["您好请问您办什么", "喂"]
    assert lines_of(lines, ids("more")) == lines
    assert all(joined(x) == x.text for x in lines)


def test_words_that_stay_keep_their_times() -> None:
    repair = desk.reword(call()[1], "我想办亲情号")
    assert repair is not None
    (after,) = repair.after
    assert after.text == joined(after) == "我想办亲情号"
    assert [w.start for w in after.words] == [w.start for w in call()[1].words]
    assert desk.reword(call()[1], "我想办青青号 ") is None


def test_a_text_taken_away_puts_the_line_aside_and_writing_it_again_brings_it_back() -> None:
    aside = desk.reword(call()[1], "  ")
    assert aside is not None
    assert aside.after[0].doubt == desk.PERSON
    assert aside.after[0].text == "我想办青青号"
    back = desk.reword(aside.after[0], "我想办青青号")
    assert back is not None
    assert back.after[0].doubt == ""


def test_splitting_and_merging_lose_nothing() -> None:
    parts = desk.split(call()[0], 2, ids("n"))
    assert [x.text for x in parts.after] == ["您好", "请问有什么可以帮您"]
    assert parts.after[0].end <= parts.after[1].start
    assert all(joined(x) == x.text for x in parts.after)
    again = desk.merge(*parts.after, ids("m"))
    assert again.after[0].text == call()[0].text
    assert again.after[0].words == call()[0].words


def test_a_word_across_the_cut_shares_its_time_out() -> None:
    whole = Segment(0, 2, "您好请讲", words=(Word(0, 1, "您好请"), Word(1, 2, "讲")), id="a")
    left, right = desk.split(whole, 2, ids()).after
    assert left.end == pytest.approx(2 / 3)
    assert [w.text for w in right.words] == ["请", "讲"]


@pytest.mark.parametrize("at", [-3, 0, 11, 99])
def test_a_cut_at_the_edge_is_no_cut(at: int) -> None:
    with pytest.raises(BadInput):
        desk.split(call()[0], at if at >= 0 else 0, ids())


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 4), (0, 99), (float("nan"), 2)])
def test_bounds_outside_the_call_are_refused(start: float, end: float) -> None:
    with pytest.raises(BadInput):
        desk.move(call()[0], start=start, end=end, duration=20)


def test_moving_a_bound_pulls_the_words_inside() -> None:
    repair = desk.move(call()[0], start=0.5, end=1.5, duration=20)
    assert repair is not None
    assert all(0.5 <= w.start <= w.end <= 1.5 for w in repair.after[0].words)


def test_the_other_side_is_the_one_with_the_other_role() -> None:
    roles = {"ch0": Role.AGENT, "ch1": Role.CUSTOMER}
    assert desk.other_speaker(call(), roles, call()[0]) == "ch1"
    assert desk.other_speaker(call()[:1], {"ch0": Role.AGENT}, call()[0]) == "ch0′"


def test_lines_changed_by_somebody_else_are_not_overwritten() -> None:
    mine = desk.reword(call()[1], "我想办亲情号")
    theirs = desk.reword(call()[1], "我想办青青号啊")
    assert mine is not None
    assert theirs is not None
    with pytest.raises(RepairConflict):
        apply(apply(call(), theirs), mine)


@given(st.data())
def test_any_repairs_undone_leave_the_call_as_it_was(data: st.DataObject) -> None:
    lines, new_id = call(), ids("n")
    done: list[Repair] = []
    for _ in range(data.draw(st.integers(1, 8))):
        one = data.draw(st.sampled_from(lines))
        choices: list[Callable[[], Repair | None]] = [
            lambda one=one: desk.reword(one, data.draw(st.text("甲乙丙丁", max_size=6))),
            lambda one=one: desk.give(one, data.draw(st.sampled_from(["ch0", "ch1"]))),
            lambda one=one: desk.put_aside(one),
            lambda one=one: desk.split(one, data.draw(st.integers(0, 12)), new_id),
            lambda one=one, last=lines[-1]: desk.merge(one, last, new_id) if one is not last else None,
            lambda one=one: desk.move(
                one, start=one.start, end=one.end + 0.2, duration=60
            ),
        ]  # fmt: skip
        try:
            repair = data.draw(st.sampled_from(choices))()
        except BadInput:
            continue
        if repair is not None:
            lines = apply(lines, repair)
            done.append(repair)
    for repair in reversed(done):
        lines = apply(lines, repair.undone)
    assert lines == in_order(call())


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("我想办青青号", "我想办亲情号", ("青青", "亲情")),
        ("带上光毛", "带上光猫", ("光毛", "光猫")),
        ("您好", "您好", None),
        ("是光毛。", "是，光猫", ("光毛", "光猫")),
        ("您好", "您好啊", None),
        ("请稍等", "请您稍等一下", ("稍等", "您稍等一下")),
    ],
)
def test_what_was_corrected_is_a_word_for_the_glossary(
    before: str, after: str, word: tuple[str, str] | None
) -> None:
    found = changed_word(before, after)
    assert found == word


def imported(s: Services) -> str:
    audio = next(DEMO.glob("01*.flac"))
    transcript = next(DEMO.glob("01*.transcript.json"))
    return s.intake.take(audio, transcript=transcript).recording.id


def test_every_repair_is_kept_with_who_and_when(services: Services) -> None:
    call_id = imported(services)
    first = services.repairing.lines(call_id)[0]
    services.repairing.do(call_id, {"do": "text", "id": first.id, "text": "喂，您好"}, "林晓")
    (revision,) = services.repairing.revisions(call_id)
    assert (revision.by, revision.repair.kind, revision.standing) == ("林晓", "text", True)
    assert revision.repair.before == (first,)
    assert services.calls.segments(call_id)[0].text == "喂，您好"
    services.repairing.do(call_id, {"do": "undo"}, "林晓")
    assert services.repairing.lines(call_id)[0] == first
    services.repairing.do(call_id, {"do": "redo"}, "林晓")
    assert services.call(call_id).turns[0].text == "喂，您好"
    services.repairing.do(call_id, {"do": "redo"}, "林晓")  # nothing left: nothing happens


def test_roles_of_a_line_move_the_exchanges(services: Services) -> None:
    call_id = imported(services)
    before = services.call(call_id).exchanges
    asked = services.repairing.lines(call_id)[before[1].question.turns[0]]
    services.repairing.do(call_id, {"do": "role", "id": asked.id}, "")
    assert len(services.call(call_id).exchanges) < len(before)
    services.repairing.do(call_id, {"do": "undo"}, "")
    assert services.call(call_id).exchanges == before


@pytest.mark.parametrize(
    "action",
    [{}, {"do": "fly"}, {"do": "split"}, {"do": "split", "at": "x"}, {"do": "move", "start": None}],
)
def test_what_is_no_repair_changes_nothing(services: Services, action: dict[str, object]) -> None:
    call_id = imported(services)
    first = services.repairing.lines(call_id)[0]
    with pytest.raises((BadInput, NotFound)):
        services.repairing.do(call_id, {"id": first.id, **action}, "")
    assert services.repairing.lines(call_id)[0] == first


def test_a_new_transcript_takes_the_repairs_with_it(services: Services) -> None:
    call_id = imported(services)
    first = services.repairing.lines(call_id)[0]
    services.repairing.do(call_id, {"do": "doubt", "id": first.id}, "")
    file = next(DEMO.glob("01*.transcript.json"))
    services.put_transcript(call_id, file, file.name)
    assert services.repairing.revisions(call_id) == []
    assert services.repairing.lines(call_id)[0].doubt == ""


def test_a_pack_keeps_what_it_was_cut_from(demo: Services) -> None:
    pack = demo.packs.listed()[0]
    first = demo.repairing.lines(pack.recording_id)[1]
    demo.repairing.do(pack.recording_id, {"do": "text", "id": first.id, "text": "全改了"}, "")
    assert demo.packs.get(pack.id) == pack


def test_who_has_not_seen_a_change_does_not_undo_it(services: Services) -> None:
    call_id = imported(services)
    first = services.repairing.lines(call_id)[0]
    seen = {"text": first.text}
    one = {"do": "text", "id": first.id, "text": "甲改的", "was": seen}
    services.repairing.do(call_id, one, "甲")
    with pytest.raises(RepairConflict):
        services.repairing.do(call_id, {**one, "text": "乙改的"}, "乙")
    assert services.repairing.lines(call_id)[0].text == "甲改的"


def test_roles_nobody_knew_are_set_by_one_line(services: Services) -> None:
    call_id = imported(services)
    recording = services.calls.get(call_id)
    unknown = dict.fromkeys(recording.roles, Role.UNKNOWN)
    services.calls.save(replace(recording, roles=unknown))
    line = services.repairing.lines(call_id)[1]
    services.repairing.do(call_id, {"do": "role", "id": line.id}, "")
    roles = services.calls.get(call_id).roles
    assert roles[line.speaker] is Role.AGENT
    assert set(roles.values()) == {Role.AGENT, Role.CUSTOMER}
    assert services.calls.get(call_id).roles_by == "人工"


@pytest.mark.parametrize("at", [-2, 0, 99, float("nan"), float("inf")])
def test_a_cut_outside_the_text_is_refused(services: Services, at: float) -> None:
    call_id = imported(services)
    line = services.repairing.lines(call_id)[0]
    with pytest.raises(BadInput):
        services.repairing.do(call_id, {"do": "split", "id": line.id, "at": at}, "")
    assert services.repairing.lines(call_id)[0] == line


def test_a_window_that_comes_while_lines_are_made_is_not_lost(services: Services) -> None:
    """Saved between the desk's reading and its writing: in the lines, or still to come."""
    call_id = imported(services)

    def save() -> None:
        services.calls.save_segments(call_id, "0001/0", "import", [spoken("第二段", start=100)])

    class Slow:
        """Makes an id; the first one only after a window has been saved, or tries to be."""

        saving: threading.Thread | None = None

        def __call__(self) -> str:
            if self.saving is None:
                self.saving = threading.Thread(target=save)
                self.saving.start()
                self.saving.join(0.5)  # where the store locks, it waits for us
            return new_id()

    make = Slow()
    SqlDeskStore(services.engine, now).lines(call_id, lambda found: desk.lines_of(found, make))
    assert make.saving is not None
    make.saving.join()
    said = "".join(x.text for x in services.repairing.lines(call_id))
    assert said.count("第二段") == 1
    assert said.count("您好") >= 1
    assert services.repairing.lines(call_id) == services.calls.segments(call_id)


def test_swapping_all_roles_is_a_revision_that_can_be_undone(services: Services) -> None:
    call_id = imported(services)
    before = services.calls.get(call_id).roles
    services.repairing.do(call_id, {"do": "roles"}, "林晓")
    swapped = services.calls.get(call_id).roles
    assert swapped != before
    (revision,) = services.repairing.revisions(call_id)
    assert (revision.by, revision.repair.kind) == ("林晓", "roles")
    assert (revision.repair.was, revision.repair.now) == (before, swapped)
    services.repairing.do(call_id, {"do": "undo"}, "林晓")
    assert services.calls.get(call_id).roles == before
    services.repairing.do(call_id, {"do": "redo"}, "林晓")
    assert services.calls.get(call_id).roles == swapped
