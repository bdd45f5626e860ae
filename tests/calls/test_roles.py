"""Who is the agent, on the evidence of wording, greeting and talk share."""

import json

import pytest

from coach.calls.formats import read_transcript
from coach.calls.roles import decide_roles, swapped
from coach.calls.transcript import Role
from tests.conftest import DEMO, SHARED

A, C = Role.AGENT, Role.CUSTOMER


@pytest.mark.parametrize(
    ("lines", "agent"),
    [
        (["x您好，很高兴为您服务", "y我想查一下话费"], "x"),
        (["y喂，我家宽带断网了", "x请您稍等，我帮您看一下"], "x"),
        (["x你们为什么又扣我钱", "y非常抱歉，我马上为您核实"], "y"),
        (["x how can i help you today", "y i lost my debit card"], "x"),
    ],
)
def test_the_agent_is_known_by_wording(lines: list[str], agent: str) -> None:
    roles = decide_roles([(line[0], line[1:]) for line in lines])
    assert roles.by_speaker[agent] is A
    assert sorted(roles.by_speaker.values()) == [A, C]
    assert roles.confidence > 0.6


def test_no_evidence_is_said_to_be_none() -> None:
    roles = decide_roles([("a", "嗯"), ("b", "嗯")])
    assert set(roles.by_speaker.values()) == {Role.UNKNOWN}
    assert roles.confidence < 0.6
    assert decide_roles([]).by_speaker == {}


def test_one_speaker_gets_a_role_by_wording_alone() -> None:
    assert decide_roles([("a", "您好，工号一二三为您服务")]).by_speaker == {"a": A}


def test_swapping_twice_is_nothing() -> None:
    roles = {"a": A, "b": C, "c": Role.UNKNOWN}
    assert swapped(swapped(roles)) == roles
    assert swapped(roles)["a"] is C


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.transcript.json")), ids=lambda p: p.name[:2])
def test_the_demo_calls_are_all_told_right(path: object) -> None:
    doc = json.loads(path.read_text("utf-8"))  # type: ignore[attr-defined]
    agent = json.loads(str(doc["segments"][0]["channel"]))  # the agent greets first in all of them
    roles = decide_roles([(str(s["channel"]), s["text"]) for s in doc["segments"]])
    assert roles.by_speaker[str(agent)] is A


@pytest.mark.skipif(not SHARED.is_dir(), reason="real calls are not there")
def test_the_real_calls_are_all_told_right() -> None:
    for path in sorted((SHARED / "harper_valley" / "transcripts").glob("*.json")):
        segments = read_transcript(path)
        roles = decide_roles([(s.speaker, s.text) for s in segments])
        assert roles.by_speaker["agent"] is A, path.name


def test_a_menu_is_keys_to_press_not_an_agent_who_transfers() -> None:
    from coach.calls.roles import is_menu

    assert is_menu(["欢迎致电，查询请按一", "人工服务请按零", "正在为您转接"])
    agent = ["您好，欢迎致电某某银行。", "好的，我帮您转接信用卡专席。", "正在为您转接，请稍等。"]
    assert not is_menu(agent)
    assert not is_menu([])
