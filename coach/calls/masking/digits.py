"""Digits as they are said: 幺洞拐勾两, in chunks, with 嗯 and 然后 between, across turns. Pure.

A ``Chunk`` is a run of digits of one turn with nothing but breath between them. An ``Episode`` is
what belongs together of a conversation: one number given in chunks, echoed and corrected.
Amounts, volumes, dates and times are taken out first: 三十八块 is no string of digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from coach.calls.masking.findings import Said

_HAN = {
    **{c: str(i) for i, c in enumerate("零一二三四五六七八九")},
    **{c: str(i) for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"〇": "0", "○": "0", "洞": "0", "幺": "1", "妖": "1", "腰": "1", "两": "2", "俩": "2", "拐": "7", "勾": "9"},
}  # fmt: skip
_ENGLISH = {
    **{w: str(i) for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])},
    **{"oh": "0", "nought": "0", "o": "0"},
}  # fmt: skip
_TEENS = {
    w: str(i + 10)
    for i, w in enumerate(
        [
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: str(i + 2)
    for i, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    )
}
_WORDS = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_N = r"[\d零〇一二三四五六七八九十百千两俩.点几]"
_MEASURE = (
    r"万|千(?!万)|百|块|元|毛|角|分(?!机)|[Gg](?![a-z])|[Mm](?:[Bb]|\b)|兆|[Kk][Bb]|个(?![\d零〇一二三四五六七八九幺洞拐勾])|天|年|月(?!亮)|日|周|点(?!com|cn)|小时|分钟|秒|岁|次|"
    r"条|张|份|件|人|位(?!置)|层|折|%|％|倍|米|公里|平|度|台|部|页|遍|家|套(?!餐)|种|类|项|期|级|代|"
    r"号(?=[，。,.\s之以到前后那的下上早晚开截]|$)|星期|"
    r"\s*(?:dollars?|bucks?|cents?|percent|gigs?|gb|mb|minutes?|hours?|days?|weeks?|months?|years?|am|pm|a\.m|p\.m|o'clock|times|people)\b"
)
_UNIT = re.compile(
    rf"(?P<many>double|triple)\s+(?P<of>{_WORDS}|\d)\b|\b(?P<ten>{'|'.join(_TENS)})(?:[\s-]+(?P<one>one|two|three|four|five|six|seven|eight|nine))?\b|"
    rf"\b(?P<teen>{'|'.join(_TEENS)})\b|\b(?P<word>{_WORDS})\b|"
    rf"(?P<times>[一两二三四五六七八九1-9])个(?P<each>[{''.join(_HAN)}\d])(?!{_MEASURE})|(?P<han>[{''.join(_HAN)}])|(?P<digit>\d)|"
    rf"(?P<letters>(?<![a-z])[a-z]{{1,6}}(?=[{''.join(_HAN)}\d])|(?<=[{''.join(_HAN)}\d])[a-z]{{1,2}}(?=[{''.join(_HAN)}\d]))|"
    r"(?P<x>(?<=[\d零〇一二三四五六七八九幺])(?:[\s，,、]|嗯|啊|呃|然后|最后|是|再|个|大写){0,6}(?:[xXＸ](?![a-zA-Z])|艾克斯|叉))",
    re.I,
)
_QUANTITY = re.compile(
    rf"(?:第|百分之|百分|[¥￥$])?(?:{_N}{{1,9}}|\d+[.:：]\d+)(?:{_MEASURE})", re.I
)
_SAID = "|".join([*_ENGLISH, *_TEENS, *_TENS, "hundred", "thousand", "and", "a", "point"])
_AMOUNT = re.compile(
    rf"\b(?:{_SAID})(?:[\s-]+(?:{_SAID}))*[\s-]+(?:dollars?|bucks?|cents?|percent|gigs?|gigabytes?|minutes?|hours?|days?|weeks?|months?|"
    r"years?|times|people|o'clock|am|pm|pounds?|euros?|of (?:my|the|our|them|us))\b",
    re.I,
)
_NUMERAL = re.compile(rf"{_N}*[十百千万亿]{_N}*")
_LEAD = re.compile(rf"(?:第|百分之|百分|[¥￥$])\s*{_N}+")
_DECIMAL = re.compile(  # 59.9, 三点一四一五九; not the dot between two parts of a number
    r"(?<![零一二三四五六七八九幺\d])(?<!\d\.)(?:[零一二三四五六七八九十百两\d]{1,4}(?:点(?!com|cn)|\.)[零一二三四五六七八九\d]{1,2}|"
    r"[零一二三四五六七八九\d](?:点(?!com|cn)|\.)[零一二三四五六七八九\d]{3,20})(?![零一二三四五六七八九幺\d]|[.点][\d零一二三四五六七八九])"
)
_NAMED = re.compile(
    r"\d[Gg]\b|[A-Za-z]{2,}\d{1,2}\b(?!\d|[，,])|\bone (?=moment|second|minute|more|of|thing)"
)  # 5G, iphone15
LONG = 7  # digits: so many are no amount
PUBLIC = re.compile(
    r"1(?:10|19|20|22|14|21|17)|1(?:00(?:86\d?|10|0\d|50|99|60)|2(?:3\d\d|5\d\d|1\d\d)|118[35])|95\d{3,4}|96\d{3,4}|"
    r"(?:400|800)\d{7}|911|311|411"
)

_PUNCTUATION = (
    r"\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\s，,、。.．;；:：\-—－–_·…~～/（）()\"“”'‘’?？!！"
)
_MARKS = re.compile(rf"[{_PUNCTUATION}]")
_FILL = (
    r"嗯|呃|额|啊|哦|噢|诶|哎|哈|呀|嘛|吧|呢|然后(?:是|呢)?|接着(?:是)?|再(?:是|来)|后面(?:是)?|前面(?:是)?|"
    r"就是|那个|这个|完了|还有|对|是|的|好的?|行|没错|继续|您说|您讲|你说|请说|请讲|杠|转|横杠|分机|嗯哼|"
    r"不对|不是|错了|说错了|等一下|等下|我看看|应该是?|重新说|不好意思|我?重复(?:一遍)?|抱歉|对不起|不不|不|again|my mistake|i repeat|correction|u+m+|u+h+|er+|and|then|dash|hyphen|space|okay|ok|yes|yeah|right|"
    r"go ahead|got it|mhm|that's|it's|is|sorry|no|wait|i mean|中间(?:是)?|最后(?:是)?|开头(?:是)?|记一下|记好了?|我再说一遍|再说一遍|"
    r"您稍等|你记一下|您记一下|我念一下|我念|我报|听得清吗|有点卡|哪个"
)
_BREATH = re.compile(rf"[{_PUNCTUATION}]+|{_FILL}", re.I)
ACROSS = 4  # turns that may stand between two chunks of one number
_ACK = re.compile(
    rf"{_BREATH.pattern}|往下(?:说)?|记[下着]了?|收到|明白|知道了?|可以|谢谢|您|请|我|了|在|听|what's next|thank you|thanks|alright|sure|go on|carry on|m+h*m+|uh huh|h+m+|perfect|great|next",
    re.I,
)


@dataclass(frozen=True)
class Chunk:
    """Digits of one turn: characters [start, end)."""

    turn: int
    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class Episode:
    """Chunks that belong together, in order."""

    chunks: tuple[Chunk, ...]

    @property
    def digits(self) -> str:
        return "".join(c.digits for c in self.chunks)


def plain(text: str) -> str:
    """Full-width and circled letters and digits as ASCII, lower case; each stays in its place."""
    if text.isascii():
        return text.lower()
    return "".join(_PLAIN.get(c) or _plain(c) for c in text)


_PLAIN: dict[str, str] = {}


def _plain(char: str) -> str:
    """One character for one (NFKC, Unicode annex 15, where that gives one); remembered."""
    one = unicodedata.normalize("NFKC", char) if char.isalnum() else char
    one = one.lower() if len(one) == len(one.lower()) == 1 else char
    _PLAIN[char] = one
    return one


def _quantities(text: str) -> list[bool]:
    """Per character, whether it belongs to an amount, a date, a time, a name with a number."""
    taken = [False] * len(text)
    for pattern in (_LEAD, _QUANTITY, _AMOUNT, _DECIMAL, _NUMERAL, _NAMED):
        for found in pattern.finditer(text):
            count = sum(c.isdigit() or c in _HAN for c in found[0])
            if count < LONG or pattern is _DECIMAL:
                taken[found.start() : found.end()] = [True] * (found.end() - found.start())
    return taken


def _value(found: re.Match[str]) -> str:
    if found["many"]:
        one = found["of"].lower()
        return _ENGLISH.get(one, one) * (2 if found["many"].lower() == "double" else 3)
    if found["teen"]:
        return _TEENS[found["teen"].lower()]
    if found["ten"]:
        one = found["one"]
        return _TENS[found["ten"].lower()] + (_ENGLISH[one.lower()] if one else "0")
    if found["word"]:
        return _ENGLISH[found["word"].lower()]
    if found["times"]:
        each = found["each"]
        return _HAN.get(each, each) * int(_HAN.get(found["times"], found["times"]))
    if found["letters"]:
        return ""
    if found["x"]:
        return "X"
    return _HAN.get(found[0], found[0])


def chunks(turn: int, text: str) -> list[Chunk]:
    """The runs of digits in a turn; a digit alone is one too."""
    text = plain(text)
    taken = _quantities(text)
    out: list[Chunk] = []
    for found in _UNIT.finditer(text):
        if taken[found.start()] or taken[found.end() - 1]:
            continue
        value, last = _value(found), out[-1] if out else None
        between = text[last.end : found.start()] if last else ""
        close = last is not None and len(between) <= 3 and not _MARKS.sub("", between)
        if last is not None and close and not (between and _hotline(last.digits)):
            out[-1] = Chunk(turn, last.start, found.end(), last.digits + value)
        elif value != "X":
            out.append(Chunk(turn, found.start(), found.end(), value))
    return [c for c in out if c.digits]


def _hotline(digits: str) -> bool:
    return len(digits) >= 5 and PUBLIC.fullmatch(digits) is not None


def episodes(said: Sequence[Said]) -> list[Episode]:
    """Chunks of a conversation, those of one number together."""
    texts = [plain(s.text) for s in said]
    found = [c for i, text in enumerate(texts) for c in chunks(i, text)]
    groups: list[list[Chunk]] = []
    for chunk in found:
        if groups and _together(groups[-1][-1], chunk, texts):
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    return [Episode(tuple(g)) for g in groups]


def _together(before: Chunk, after: Chunk, texts: Sequence[str]) -> bool:
    """Only fillers lie between two chunks."""
    if before.turn == after.turn:
        return not _BREATH.sub("", texts[before.turn][before.end : after.start])
    if after.turn - before.turn > ACROSS:
        return False
    tail, head = texts[before.turn][before.end :], texts[after.turn][: after.start]
    middle = texts[before.turn + 1 : after.turn]
    return all(len(t) <= 24 and not _ACK.sub("", t) for t in (tail, *middle, head))
