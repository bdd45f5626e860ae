"""Turns to exchanges, as a table of what happens on hotlines."""

import json
from pathlib import Path

import pytest

from coach.calls.exchanges import pair
from coach.calls.formats import read_transcript
from coach.calls.roles import decide_roles
from coach.calls.transcript import Role
from coach.calls.turns import Turn, build_turns
from tests.conftest import DEMO
from tests.factories import dialogue

CASES: dict[str, tuple[list[str], list[tuple[str, str | None]]]] = {
    "question and answer": (
        ["客 流量怎么查？", "席 您发短信就可以查"],
        [("流量怎么查？", "您发短信就可以查")],
    ),
    "a greeting is nobody's answer": (
        ["席 您好，请问有什么可以帮您", "客 我想办个套餐", "席 好的，为您办理"],
        [("我想办个套餐", "好的，为您办理")],
    ),
    "backchannels do not open": (
        ["客 什么时候到账？", "席 三个工作日", "客 嗯", "席 到账有短信"],
        [("什么时候到账？", "三个工作日到账有短信")],
    ),
    "an agent's nod does not answer": (
        ["客 我上个月办的那个套餐", "席 嗯", "客 怎么还没生效？", "席 下个月一号生效"],
        [("我上个月办的那个套餐怎么还没生效？", "下个月一号生效")],
    ),
    "an identity check is part of the answer": (
        ["客 帮我查一下话费", "席 请问您的号码是多少？", "客 幺三八零零幺三八零零零", "席 您的余额是二十块"],
        [("帮我查一下话费", "请问您的号码是多少？您的余额是二十块")],
    ),
    "a statement that asks": (
        ["客 你们为什么又扣我五十块钱", "席 我帮您查一下"],
        [("你们为什么又扣我五十块钱", "我帮您查一下")],
    ),
    "thanks close": (
        ["客 怎么取消？", "席 打热线就能取消", "客 好的谢谢", "席 不客气，再见"],
        [("怎么取消？", "打热线就能取消")],
    ),
    "a short request after the greeting": (
        ["席 您好，请问有什么可以帮您", "客 我想取消彩铃业务", "席 好的，已为您取消"],
        [("我想取消彩铃业务", "好的，已为您取消")],
    ),
    "another request after an open offer": (
        ["客 话费多少？", "席 三十元，请问还有其他问题吗", "客 帮我查下余额", "席 您的余额是五十元"],
        [("话费多少？", "三十元，请问还有其他问题吗"), ("帮我查下余额", "您的余额是五十元")],
    ),
    "a short no is an answer": (
        ["客 提前取消有没有违约金？", "席 没有。", "客 那我现在取消要带什么？", "席 带身份证"],
        [("提前取消有没有违约金？", "没有。"), ("那我现在取消要带什么？", "带身份证")],
    ),
    "a hold alone is no answer": (
        ["客 我想查一下话费为什么这么高", "席 好的请稍等", "客 还有那个流量是不是也超了？", "席 是超了两个G"],
        [("我想查一下话费为什么这么高还有那个流量是不是也超了？", "是超了两个G")],
    ),
    "a line check is no question": (
        ["客 我想问下宽带怎么移机", "客 喂听得到吗", "席 听得到您请说", "席 移机要先预约"],
        [("我想问下宽带怎么移机", "听得到您请说移机要先预约")],
    ),
    "nothing more is no question": (
        ["客 怎么退？", "席 在手机上退", "客 没什么了谢谢", "席 感谢来电再见"],
        [("怎么退？", "在手机上退")],
    ),
    "a vague reply is a reply": (
        ["客 帮我换个套餐", "席 您要多少钱的？", "客 就那个什么三十八块的", "席 好的换好了"],
        [("帮我换个套餐", "您要多少钱的？好的换好了")],
    ),
    "nobody answered": (["客 怎么取消啊？"], [("怎么取消啊？", None)]),
    "one speaker": (["席 您好", "席 请问您听得到吗？"], []),
    "nobody": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_happens_on_hotlines(name: str) -> None:
    lines, expected = CASES[name]
    found = [(e.question.text, e.answer.text if e.answer else None) for e in pair(dialogue(*lines))]
    assert found == expected


def test_times_come_from_the_turns_and_may_be_missing() -> None:
    timed = pair(dialogue("客 怎么办？", "席 这样办"))[0]
    assert (timed.question.start, timed.question.end) == (0.0, 1.5)
    assert timed.gap == 0.5
    bare = pair([Turn(Role.CUSTOMER, "怎么办？"), Turn(Role.AGENT, "这样办")])[0]
    assert bare.question.start is None
    assert bare.gap is None
    assert bare.question.seconds > 0


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.transcript.json")), ids=lambda p: p.name[:2])
def test_the_demo_calls_have_the_exchanges_they_were_written_with(path: Path) -> None:
    """At least six; every labelled question and answer lies in an exchange of its own label."""
    rows = json.loads(path.read_text("utf-8"))["segments"]
    segments = read_transcript(path)
    roles = decide_roles([(s.speaker, s.text) for s in segments])
    exchanges = pair(build_turns(segments, roles.by_speaker))
    assert len(exchanges) >= 6
    for row in rows:
        if row.get("part") == "question":
            assert any(row["text"] in e.question.text for e in exchanges), row["text"]
        if row.get("part") == "answer":
            assert any(row["text"] in e.answer.text for e in exchanges if e.answer), row["text"]
