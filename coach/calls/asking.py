"""Does a customer's turn ask something of its own? Pure.

Method: log-odds of a handful of features of the turn and of what the agent said before it, as in
a logistic regression. The weights are fitted on the half of our own labelled calls that was read
while the features were chosen and on the demo calls (``python -m tests.hotline fit``); the other half says how good they
are (docs/methods.md). Nothing from outside is learned from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.calls import cues


@dataclass(frozen=True)
class Asked:
    """A customer's turn and what stands before it."""

    text: str
    agent_said: str = ""  # the agent's last turn that was more than a nod
    agent_asked: bool = False  # and it wants a reply, which has not come yet
    agent_says: str = ""  # what the agent says next; empty where the customer goes on
    goes_on: bool = False  # the customer also spoke just before
    first: bool = False  # nothing was asked in the call so far


_SHIFT = re.compile(
    r"^(?:[嗯呃哦噢啊哎诶喂好行对]|好的|那个|谢谢|这个)*(?:那|对了|还有|另外|再|顺便|我再|我还|最后|比如|如果|要是|万一|but|and)"
)
_TAKES_IN = re.compile(
    r"^(?:嗯|哦|噢|好|对|行|是|不是|没有|没|有|可以|知道|明白|ok|yes|no|yeah|right)"
)
_STRONG = re.compile(
    r"我(?:是|就)?(?:想|要|得|需要|打算|希望|要求|申请)|(?:帮|替|给)我|帮(?:个)?忙|麻烦[你您](?!了)|请[你您]|"
    r"想(?:问|办|查|改|换|退|取消|咨询|了解)|问(?:一下|下|问|个)|咨询|了解一下|投诉|举报|报修|转人工|"
    r"\b(?:i (?:want|need|would like)|i'd like|help me|please)\b",
    re.I,
)
_DO = re.compile(
    r"[查看问催改换退补办开关停取转约订加派报](?:一下|下|一个|个|一张|掉|了吧|到|成)|取消|注销|赔|补偿|解释|说法|解决|处理|安排"
)
_TROUBLE = re.compile(
    r"不(?:了|到|上|开|出|动|亮|热|行|通|对|准|见|着|灵)|没(?:收到|来|到|人|信号|网|水|电|反应|通知|动静|退|发|给|用)|"
    r"还没|坏|断|掉线|卡住|太慢|很慢|漏|堵|错|丢|少了|[多乱又还]扣|扣了|又收|停[水电机]|过期|失效|冻结|锁|打不|登不|"
    r"收不|付不|退不|用不|连不|进不|打不|不会|不能|骗|凭什么|忘|\b(?:can't|cannot|doesn't|isn't|won't|lost|wrong|broken)\b",
    re.I,
)
_KEEPS = re.compile(r"一直|还是|老是|总是|又|突然|怎么又|到现在|都.{1,4}天|昨天|刚才|上[个回次]")
_FEELS = re.compile(r"算了|差不多|放心|不容易|辛苦|哈|呵|唉|好家伙|行吧|那就|就这样|先这样|还行")

_SERVES = re.compile(
    r"帮您|给您|为您|跟您|稍等|看一下|查一下|抱歉|不好意思|理解|let me|sorry|moment", re.I
)

LONG = 20  # characters: what is longer tells nothing more
BIAS = -2.07
WEIGHTS = {
    "asks": 1.26,
    "wants": 0.62,
    "does": 0.57,
    "fails": 0.94,
    "keeps": 0.65,
    "feels": 0.1,
    "long": 1.23,
    "echo": -1.13,
    "line": -1.18,
    "takes in": -0.8,
    "closes": -0.78,
    "number": -0.58,
    "shift": 1.36,
    "first": 1.0,
    "goes on": 1.48,
    "offered": 0.11,
    "reply": -1.49,
    "reply asks": 0.76,
    "reply wants": 0.2,
    "reply fails": 0.23,
    "reply long": -0.92,
    "answer long": 1.68,
    "answer none": -0.76,
    "answer nods": -0.78,
    "answer serves": -0.1,
    "answer asks": 0.25,
    "answer ends": -0.66,
}


def features(turn: Asked) -> dict[str, float]:
    """Every feature of a turn by name, 0..1."""
    text, plain = turn.text, cues.bare(turn.text)
    asks, wants = cues.asks(text), _STRONG.search(text) is not None
    does, fails = _DO.search(text) is not None, _TROUBLE.search(text) is not None
    long = min(1.0, len(plain) / LONG)
    reply = turn.agent_asked
    return {
        "asks": float(asks),
        "wants": float(wants),
        "does": float(does),
        "fails": float(fails),
        "keeps": float(_KEEPS.search(text) is not None),
        "feels": float(_FEELS.search(text) is not None),
        "long": long,
        "echo": float(cues.echoes(text, turn.agent_said)),
        "line": float(cues.is_line_check(text)),
        "takes in": float(_TAKES_IN.search(plain) is not None),
        "closes": float(cues.closes(text)),
        "number": float(cues.gives_number(text)),
        "shift": float(_SHIFT.search(plain) is not None),
        "first": float(turn.first),
        "goes on": float(turn.goes_on),
        "offered": float(cues.offers(turn.agent_said) or not turn.agent_said),
        "reply": float(reply),
        "reply asks": float(reply and asks),
        "reply wants": float(reply and (wants or does)),
        "reply fails": float(reply and fails),
        "reply long": long * reply,
        "answer long": min(1.0, len(cues.bare(turn.agent_says)) / LONG),
        "answer none": float(not turn.agent_says),
        "answer nods": float(_TAKES_IN.search(cues.bare(turn.agent_says)) is not None),
        "answer serves": float(_SERVES.search(turn.agent_says) is not None),
        "answer asks": float(cues.wants_reply(turn.agent_says)),
        "answer ends": float(cues.closes(turn.agent_says)),
    }


def opens(turn: Asked) -> bool:
    """Whether the odds are for a question of its own."""
    return BIAS + sum(WEIGHTS[name] * value for name, value in features(turn).items()) > 0
