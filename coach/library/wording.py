"""How a question is read before it is compared: script, width, numbers, fillers, synonyms. Pure.

Two questions that share nearly every character can still need opposite answers: another amount,
another plan, 开通 instead of 取消. ``clash`` says how much of the likeness such a difference leaves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from coach.calls.mandarin import simplified
from coach.calls.numbers import readings

LONGEST = 1000  # characters; more does not make a question clearer
SAME = tuple(
    tuple(line.split())
    for line in (Path(__file__).parent / "synonyms.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
"""Words of the trade that mean the same to a customer; teams add theirs in the glossary."""

OPPOSITES = (
    ("开通", "取消"), ("开通", "关闭"), ("开通", "退订"), ("打开", "关闭"), ("打开", "关掉"),
    ("提高", "降低"), ("调高", "调低"), ("升级", "降级"), ("增加", "减少"), ("加", "减"),
    ("转入", "转出"), ("转进", "转出"), ("开户", "销户"), ("提前", "推迟"), ("提前", "延后"),
    ("退货", "换货"), ("装", "拆"), ("绑定", "解绑"), ("挂失", "解挂"), ("冻结", "解冻"),
    ("停机", "复机"), ("国内", "国际"), ("预付", "后付"), ("买", "卖"), ("进", "出"),
)  # fmt: skip
_TOKEN = re.compile(r"\[[^\[\]]{1,6}\]")  # what masking put in place of a name or number
_FILLER = re.compile(
    r"嗯+|啊+|呃+|哎+|喂+|诶+|那个|这个|就是说|就是|然后|的话|我想问一下|我想问|想问一下|问一下"
    r"|请问|麻烦你|麻烦|帮我|你好|您好|我说|你们|吧|呢|嘛|呀|哦|噢|了"
)
_GAP = re.compile(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+")  # not the point of 59.9
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def bare(text: str) -> str:
    """One script, one width, one case; numbers as digits; without masks, fillers, punctuation."""
    text = unicodedata.normalize("NFKC", simplified(text[:LONGEST])).casefold()
    text = _TOKEN.sub(" ", text)
    for r in reversed(readings(text)):
        text = text[: r.start] + r.written + text[r.end :]
    kept = _GAP.sub(" ", _FILLER.sub(" ", text)).strip()
    return kept or _GAP.sub(" ", text).strip()


def expanded(text: str, groups: Iterable[Sequence[str]] = SAME) -> str:
    """The other words for what a bare text says, to be looked for besides; "" where there are none."""
    more: list[str] = []
    for group in groups:
        said = [word for word in group if word in text]
        if said:
            more += [word for word in group if word not in said]
    return " ".join(dict.fromkeys(more))


def numbers(text: str) -> frozenset[str]:
    """The amounts, sizes and plan numbers in a bare text."""
    return frozenset(n.rstrip("0").rstrip(".") if "." in n else n for n in _DIGITS.findall(text))


def opposed(a: str, b: str) -> bool:
    """One says what the other's opposite says, and neither says both."""
    for one, other in OPPOSITES:
        if (one in a and other in b and other not in a and one not in b) or (
            other in a and one in b and one not in a and other not in b
        ):
            return True
    return False


def clash(a: str, b: str) -> float:
    """What is left of the likeness of two bare texts, 0..1; 1 where nothing speaks against it."""
    left = 1.0
    ours, theirs = numbers(a), numbers(b)
    if ours and theirs and not ours & theirs:
        left *= 0.6
    if opposed(a, b):
        left *= 0.6
    return left
