"""What changes after a clip was made: decisions, repairs, deletions, voices nobody wrote down."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.masking.clip import Block, Clip, ClipState
from coach.calls.masking.findings import Finding, Kind
from coach.calls.masking.gate import Choice, everywhere
from coach.calls.masking.sound import Window, locate, unheard
from coach.calls.transcript import Role, Word
from coach.calls.turns import Turn
from coach.errors import BadInput, Blocked, NotFound, NotReleased
from coach.game.pack import WITHDRAWN, PackWords
from coach.game.phases import Action
from coach.game.rounds import PlanOptions
from coach.people.rights import LOCAL
from tests.calls.test_erasing import played
from tests.calls.test_gate import imported


def test_a_decision_reaches_clips_that_were_released_before_it(services: Services) -> None:
    recording_id, pack_id, session_id = played(services)
    pack = services.packs.get(pack_id)
    services.host.act(session_id, Action.NEXT)
    Acting(services, LOCAL).decide(recording_id, Choice("亲情号", True, "林晓", ""))
    states = services.gate.states(pack.clips)
    spoilt = [c for c in states.values() if c.block is Block.STALE]
    assert spoilt
    assert all(c.state is ClipState.DRAFT for c in spoilt)
    with pytest.raises(NotReleased):
        services.gate.hear(spoilt[0].id)
    texts = str(services.host.table(session_id).pack)
    assert WITHDRAWN in texts
    assert "亲情号" not in texts.partition("rounds=")[2]


def test_a_decision_about_something_else_leaves_them_alone(services: Services) -> None:
    recording_id = imported(services)
    pack = services.prepare(recording_id, PlanOptions(count=1), PackWords())
    services.gate.release(pack.clips, "林晓")
    last = services.call(recording_id).turns[-1].text[:4]
    Acting(services, LOCAL).decide(recording_id, Choice(last, True, "林晓", ""))
    assert services.gate.released(pack.clips)


def test_a_decision_between_preparing_and_releasing_stops_the_release(services: Services) -> None:
    recording_id = imported(services)
    pack = services.prepare(recording_id, PlanOptions(), PackWords())
    for clip in pack.clips:
        Acting(services, LOCAL).review(clip)
    services.gate.decide(recording_id, Choice("亲情号", True, "林晓", ""))  # past Acting
    with pytest.raises(Blocked):
        Acting(services, LOCAL).release(pack.clips, "林晓")


def test_a_repair_that_brings_a_name_to_light_spoils_the_clips(services: Services) -> None:
    recording_id, pack_id, _ = played(services)
    pack = services.packs.get(pack_id)
    asked = services.call(recording_id).exchanges[0].question.turns[0]
    line = services.repairing.lines(recording_id)[asked]
    services.repairing.do(
        recording_id, {"do": "text", "id": line.id, "text": "我叫王小明，" + line.text}, "林晓"
    )
    assert services.remask(recording_id, "林晓")
    assert not services.gate.released(pack.clips)


@pytest.mark.parametrize("text", ["亲 情 号", "亲情，号", "亲情号"])
def test_a_text_is_found_however_it_is_spaced(text: str) -> None:
    assert [(f.start, f.end) for f in everywhere(text, ["开个亲情号吧"])] == [(2, 5)]
    assert everywhere("ＶＩＰ", ["我是 v i p 客户"]) == [Finding(0, 3, 8, Kind.OTHER, 1.0)]
    assert everywhere("，。", ["我，。"]) == []


def test_a_decision_about_a_text_that_is_not_there_is_refused(services: Services) -> None:
    with pytest.raises(BadInput):
        Acting(services, LOCAL).decide(imported(services), Choice("没说过", True, "林晓", ""))


# sound that nobody wrote down


def at(start: float, end: float, text: str = "好") -> Turn:
    return Turn(Role.CUSTOMER, text, start=start, end=end, words=(Word(start, end, text),))


@pytest.mark.parametrize(
    ("sounds", "wanted"),
    [
        ([(1, 3)], []),
        ([(0.8, 3.3)], []),  # a breath before, a tail after
        ([(1, 3), (5, 8)], [(5, 8)]),
        ([(1, 4.5)], [(3.36, 4.5)]),
        ([(1, 3), (5, 5.3)], []),  # a click
        ([(5, 5.3), (5.4, 5.8)], [(5, 5.8)]),
    ],
)
def test_what_sounds_beside_every_turn_is_silenced(
    sounds: list[tuple[float, float]], wanted: list[tuple[float, float]]
) -> None:
    frames = np.zeros((1000, 2), bool)
    for start, end in sounds:
        frames[int(start * 100) : int(end * 100), 1] = True
    found = unheard([at(1, 3)], frames)
    assert found == [pytest.approx(w, abs=0.02) for w in wanted]


def test_of_a_call_whose_words_are_all_known_only_the_hold_tone_goes(demo: Services) -> None:
    silenced = 0.0
    for recording in demo.calls.listed():
        call = demo.call(recording.id)
        if call.turns:
            found = demo.gate.mask(call)
            by_words = locate(call.turns, found.findings, recording.duration).windows
            for window in set(found.windows) - set(by_words):
                silenced += window.end - window.start
                assert not any(window.start < t.end and window.end > t.start for t in call.turns)
    assert 1.0 < silenced < 3.0


def test_a_sentence_missing_from_the_transcript_is_not_heard(services: Services) -> None:
    recording_id = imported(services)
    call = services.call(recording_id)
    missing = call.turns[3]
    cut = replace(call, turns=(*call.turns[:3], *call.turns[4:]))
    inside = [
        w
        for w in services.gate.mask(cut).windows
        if w.start < (missing.end or 0) and w.end > (missing.start or 0)
    ]
    assert inside
    assert sum(w.end - w.start for w in inside) > 0.5 * (missing.end - missing.start)  # type: ignore[operator]


# times that cannot be


@pytest.mark.parametrize(
    "times",
    [
        [(0.0, 0.0)] * 11,
        [(10.0, 10.0)] * 11,
        [(i * 0.01, i * 0.01 + 0.01) for i in range(11)],
        [(-0.9, -0.8)] * 11,
        [(3.0, 3.0)] * 11,
    ],
)
def test_word_times_that_cannot_be_take_the_whole_turn(times: list[tuple[float, float]]) -> None:
    text = "幺三八零零幺三八零零零"
    words = tuple(Word(a, b, c) for c, (a, b) in zip(text, times, strict=True))
    turn = Turn(Role.CUSTOMER, text, start=0.0, end=10.0, words=words)
    found = locate([turn], [Finding(0, 0, 11, Kind.MOBILE, 1.0)], 60)
    assert found.windows == (Window(0.0, 10.25),)


def test_a_turn_too_short_for_its_words_has_no_time() -> None:
    turn = Turn(Role.CUSTOMER, "幺三八零零幺三八零零零", start=2.0, end=2.1)
    found = locate([turn], [Finding(0, 0, 11, Kind.MOBILE, 1.0)], 60)
    assert (found.windows, found.lost) == ((), (0,))


def test_a_finding_without_a_time_stops_every_clip_of_the_call(services: Services) -> None:
    recording_id = imported(services)
    call = services.call(recording_id)
    timeless = replace(call.turns[2], text="我叫王小明", start=None, end=None, words=())
    masked = services.gate.mask(replace(call, turns=(*call.turns[:2], timeless, *call.turns[3:])))
    part = call.exchanges[-1].question
    assert 2 not in part.turns
    assert masked.clip("c", recording_id, Cut(0, 9), [part]).block is Block.TIME


# after deletion


def test_nothing_is_stored_for_a_call_that_was_deleted(services: Services) -> None:
    recording_id, pack_id, _ = played(services)
    pack, mark = services.packs.get(pack_id), services.benchmarks.listed()[0]
    services.erasing.erase(recording_id, "质检", "客户要求删除")
    for late in (
        lambda: services.clips.add([Clip("x", recording_id, Cut(0, 1), (), "")], "林晓"),
        lambda: services.gate.decide(recording_id, Choice("王小明", True, "林晓", "")),
        lambda: services.packs.add(replace(pack, id="late")),
        lambda: services.benchmarks.add(mark),
    ):
        with pytest.raises(NotFound):
            late()
    assert services.packs.get(pack_id).title == "（已删除）"


def test_a_deletion_is_not_finished_while_somebody_reads_what_was_deleted(
    services: Services,
) -> None:
    recording_id, _, _ = played(services)
    title = services.calls.get(recording_id).title
    file = services.settings.data / "coach.db"
    reader = sqlite3.connect(file)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM recording").fetchall()
    assert not services.erasing.erase(recording_id, "质检", "客户要求删除").finished
    reader.close()
    assert services.erasing.resume() == 1
    assert services.erasing.records()[0].finished
    left = b"".join(p.read_bytes() for p in file.parent.glob("coach.db*") if Path(p).is_file())
    assert title.encode() not in left


def test_a_benchmark_taken_down_is_not_heard_by_an_old_address(services: Services) -> None:
    recording_id, _, _ = played(services)
    (mark,) = services.benchmarks.listed()
    assert services.gate.hear(mark.clip)
    Acting(services, LOCAL).unmark(mark.id)
    with pytest.raises(NotReleased):
        services.gate.hear(mark.clip)
    again = services.mark(recording_id, 0, (), "")
    services.gate.release([again.clip], "林晓")
    services.mark(recording_id, 0, (), "")
    with pytest.raises(NotReleased):
        services.gate.hear(again.clip)


def test_file_names_give_away_neither_number_nor_name(services: Services) -> None:
    clean = services.gate.cleaned
    assert clean("王小明_投诉_13800138000") == "[姓名]_投诉_[手机号]"
    assert clean("宽带移机预约 0622") == "宽带移机预约 0622"
    assert clean("流量超出套餐的投诉") == "流量超出套餐的投诉"
