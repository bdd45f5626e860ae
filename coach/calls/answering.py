"""Which of an agent's turns answer in substance, and which only check, hold or ask back. Pure.

Method: as in ``asking``: log-odds of features, weights fitted on the read half of our own calls.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from coach.calls import cues


@dataclass(frozen=True)
class Replied:
    """An agent's turn and what stands around it."""

    text: str
    after_question: bool = False  # the customer's turn before it asked
    after_reply: bool = False  # the customer's turn before it only replied or nodded
    goes_on: bool = False  # the agent also spoke just before
    customer_says: str = ""  # next


_SERVES = re.compile(
    r"(?:帮|给|为|跟|替)您(?:查|看|核|确认|登记|记|转|问|办|操作|提交)|看一下|看一眼|查一下|查询|核实|稍等|别挂|别急|"
    r"let me|one moment|check",
    re.I,
)
_DONE = re.compile(
    r"已经|好了|久等|查到|看到|显示|这边是|成功|完成|提交了|登记了|下了?单|记下|done|i see|found",
    re.I,
)
_TELLS = re.compile(
    r"可以|不用|需要|不能|没有|能|会|是因为|因为|所以|就是|只要|如果|的话|建议|您(?:先|到|去|可以|打开|点)|按照|规定|免费|"
    r"\b(?:you can|you will|because|if you|it is|it takes)\b",
    re.I,
)
_AMOUNT = re.compile(
    r"[零一二两三四五六七八九十百千万半\d]+(?:块|元|毛|分钟|小时|天|个?工作日|个?月|年|号|点|折|次|G|兆|公里|层|度|分之)"
)
_FEELS = re.compile(r"理解|抱歉|对不起|不好意思|别着急|别急|放心|辛苦|sorry|understand", re.I)
_CONFIRMS = re.compile(
    r"(?:是吧|对吗|对吧|对不对|是吗|是不是|确认)[？?。]?$|^(?:对的?|是的?|好的?|嗯)[，。]?"
)

BIAS = -10.01
WEIGHTS = {
    "long": 3.03,
    "wants": -0.77,
    "wants long": -0.49,
    "hold": 0.58,
    "serves": -0.26,
    "done": 1.33,
    "tells": 1.34,
    "amount": 1.48,
    "feels": -0.3,
    "confirms": 0.2,
    "closes": -0.72,
    "offers": -1.76,
    "after question": 0.91,
    "after reply": 0.57,
    "goes on": 1.14,
    "then number": -0.08,
    "then nods": 0.86,
    "then long": 0.16,
    "then takes in": 1.07,
}


def features(turn: Replied) -> dict[str, float]:
    """Every feature of a turn by name, 0..1 but for the lengths (log characters)."""
    text, plain = turn.text, cues.bare(turn.text)
    wants = cues.wants_reply(text)
    long = math.log(1 + len(plain))
    return {
        "long": long,
        "wants": float(wants),
        "wants long": long * wants,
        "hold": float(cues.is_hold(text)),
        "serves": float(_SERVES.search(text) is not None),
        "done": float(_DONE.search(text) is not None),
        "tells": float(_TELLS.search(text) is not None),
        "amount": float(_AMOUNT.search(text) is not None),
        "feels": float(_FEELS.search(text) is not None),
        "confirms": float(_CONFIRMS.search(text) is not None),
        "closes": float(cues.closes(text)),
        "offers": float(cues.offers(text)),
        "after question": float(turn.after_question),
        "after reply": float(turn.after_reply),
        "goes on": float(turn.goes_on),
        "then number": float(cues.gives_number(turn.customer_says)),
        "then nods": float(bool(turn.customer_says) and cues.is_nod(turn.customer_says)),
        "then long": math.log(1 + len(cues.bare(turn.customer_says))),
        "then takes in": float(
            re.match(r"哦|噢|好|行|那", cues.bare(turn.customer_says)) is not None
        ),
    }


def answers(turn: Replied) -> bool:
    """Whether the odds are for an answer in substance."""
    return BIAS + sum(WEIGHTS[name] * value for name, value in features(turn).items()) > 0
