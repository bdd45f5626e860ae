"""The gate: nothing is heard that is not masked, checked and released, and withdrawing works."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.masking.clip import Block, Clip, ClipState, foreign, second_look
from coach.calls.masking.finder import Rules
from coach.calls.masking.gate import ANY_LANGUAGE, Choice
from coach.calls.masking.sound import Window
from coach.calls.master import Master
from coach.errors import BadInput, Blocked, NotReleased
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from tests.conftest import DEMO

NUMBER = "幺三八零零幺三八零零零"


def imported(s: Services, number: str = "01", **change: object) -> str:
    """A demo call, freshly imported."""
    audio, file = next(DEMO.glob(f"{number}*.flac")), next(DEMO.glob(f"{number}*.transcript.json"))
    return s.intake.take(audio, transcript=file).recording.id


def test_a_new_pack_is_silent_until_it_is_released(services: Services) -> None:
    pack = services.prepare(imported(services), PlanOptions(), PackWords())
    with pytest.raises(NotReleased):
        services.host.open(pack.id, [(None, "林晓")])
    with pytest.raises(BadInput):
        services.gate.release(pack.clips, "  ")
    services.gate.release(pack.clips, "林晓")
    session = services.host.open(pack.id, [(None, "林晓")])
    assert services.host.view(session.id)["step"]["kind"] == "opening"
    assert [e.state for e in services.clips.events(pack.clips[0])] == ["checked", "released"]
    assert services.clips.events(pack.clips[0])[-1].by == "林晓"


def test_number_and_name_in_a_title_are_out_of_the_pack(services: Services) -> None:
    words = PackWords(title="13800138000-0622-林晓")
    pack = services.prepare(imported(services), PlanOptions(), words)
    assert "13800138000" not in pack.title
    assert "林晓" not in pack.title


def test_withdrawn_in_the_middle_nothing_more_is_heard(services: Services) -> None:
    pack = services.prepare(imported(services), PlanOptions(), PackWords())
    services.gate.release(pack.clips, "林晓")
    assert services.gate.hear(pack.clips[0]).duration > 0
    services.gate.withdraw(pack.clips, "质检", "客户要求")
    with pytest.raises(NotReleased):
        services.gate.hear(pack.clips[0])
    assert services.clips.events(pack.clips[0])[-1].why == "客户要求"


def test_numbers_are_in_no_text_and_no_sound_of_a_pack(services: Services) -> None:
    """Against the synthesis truth: where each character of the number sounds, the clip is silent."""
    recording_id = imported(services)
    pack = services.prepare(recording_id, PlanOptions(count=8), PackWords())
    texts = [x.text for r in pack.rounds for x in (r.question, r.answer, r.follow) if x]
    assert not any(NUMBER in text for text in texts)
    assert sum(text.count("[手机号]") for text in texts) == 2
    words = "".join(
        w.text for r in pack.rounds for x in (r.question, r.answer, r.follow) if x for w in x.words
    )
    assert NUMBER not in words
    truth = json.loads(next(DEMO.glob("01*.transcript.json")).read_text("utf-8"))["segments"]
    spoken = []
    for row in truth:
        text = "".join(w["text"] for w in row["words"])
        if NUMBER in text:
            owners = [w for w in row["words"] for _ in w["text"]]
            at = text.index(NUMBER)
            spoken.append((owners[at]["start"], owners[at + len(NUMBER) - 1]["end"]))
    assert len(spoken) == 2
    heard = 0
    for clip in services.gate.states(pack.clips).values():
        sound = Master(services.gate.review(clip.id).path)
        for start, end in spoken:
            a, b = max(start, clip.cut.start), min(end, clip.cut.end)
            if a < b:
                heard += 1
                part = sound.read(a - clip.cut.start, b - clip.cut.start)
                assert np.abs(part).max(initial=0) == 0
    assert heard >= 2


def test_what_a_person_adds_is_masked_and_what_one_waives_stays(services: Services) -> None:
    recording_id = imported(services)
    call = services.call(recording_id)
    services.gate.decide(recording_id, Choice("亲情号", True, "林晓", ""))
    services.gate.decide(recording_id, Choice(NUMBER, False, "林晓", "测试号码"))
    masked = services.gate.mask(call)
    said = "".join(t.text for t in masked.turns)
    assert "亲情号" not in said
    assert said.count(NUMBER) == 2


@pytest.mark.parametrize(
    "choice",
    [Choice("", True, "林晓", ""), Choice("词", True, "", ""), Choice("词", False, "林晓", " ")],
)
def test_a_decision_needs_a_text_a_name_and_a_reason(services: Services, choice: Choice) -> None:
    with pytest.raises(BadInput):
        services.gate.decide(imported(services), choice)


def test_without_times_nothing_is_released(services: Services, tmp_path: Path) -> None:
    recording_id = imported(services)
    call = services.call(recording_id)
    timeless = replace(
        call, turns=tuple(replace(t, start=None) if NUMBER in t.text else t for t in call.turns)
    )
    masked = services.gate.mask(timeless)
    assert len(masked.lost) == 2
    part = next(
        e.question for e in call.exchanges if any(i in masked.lost for i in e.question.turns)
    )
    clip = masked.clip("c", recording_id, Cut(0, 9), [part])
    assert (clip.state, clip.block) == (ClipState.DRAFT, Block.TIME)
    services.clips.add(services.gate.look([clip]), "")
    with pytest.raises(NotReleased):
        services.gate.review("c")
    with pytest.raises(Blocked):
        services.gate.release(["c"], "林晓")


def test_the_second_look_stops_what_the_first_left() -> None:
    clip = Clip("c", "r", Cut(0, 1), (), f"号码{NUMBER}", ClipState.MASKED)
    assert second_look(clip, Rules()).block is Block.LEFT
    assert second_look(replace(clip, text="号码[手机号]"), Rules()).state is ClipState.CHECKED


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("您好", False),
        ("hello there", False),
        ("Здравствуйте", True),
        ("안녕하세요", True),
        ("", False),
        ("123", False),
    ],
)
def test_a_language_without_rules_is_told_by_its_script(text: str, unknown: bool) -> None:
    assert foreign(text) is unknown


def test_a_language_without_rules_is_blocked_until_somebody_vouches(services: Services) -> None:
    recording_id = imported(services)
    call = services.call(recording_id)
    other = replace(
        call, turns=tuple(replace(t, text="Здравствуйте", words=()) for t in call.turns)
    )
    exchange = call.exchanges[0]

    def made() -> Clip:
        return services.gate.mask(other).clip("c", recording_id, Cut(0, 9), [exchange.question])

    assert made().block is Block.LANGUAGE
    services.gate.decide(recording_id, Choice(ANY_LANGUAGE, False, "林晓", "听过"))
    assert made().state is ClipState.MASKED


def test_all_of_a_pack_are_released_or_none(services: Services) -> None:
    ready = Clip("a", imported(services), Cut(0, 1), (Window(0, 1),), "好", ClipState.CHECKED)
    services.clips.add([ready, replace(ready, id="b", state=ClipState.MASKED)], "")
    with pytest.raises(Blocked):
        services.gate.release(["a", "b"], "林晓")
    with pytest.raises(Blocked):
        services.gate.release(["a", "missing"], "林晓")
    assert services.clips.get("a") == ready


def test_who_listens_to_an_original_is_written_down(services: Services) -> None:
    recording_id = imported(services)
    services.original(recording_id, Cut(0, 2), "林晓")
    (act,) = services.audit.latest()
    assert (act.by, act.what) == ("林晓", "heard original")
    assert recording_id in act.about
