"""People who are mentioned: kin, colleagues, doubled names, names beside numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.lists import COMPOUND, GIVEN, SURNAMES
from coach.calls.masking.names import NOT_NAMES, PEOPLE

_HAN = "[\u4e00-\u9fff]"
_KIN = "老公|老婆|爱人|妈妈?|爸爸?|母亲|父亲|儿子|女儿|孩子|姐姐?|妹妹?|哥哥?|弟弟?|朋友|同事|对象|孙女"
_S, _G = "".join(SURNAMES), "".join(GIVEN)
_FAMILY = rf"(?:{'|'.join(COMPOUND)}|[{_S}])"
_AFTER = re.compile(
    rf"(?:{PEOPLE}|我(?:{_KIN})|老[大二三]|客户经理|卡主是|上写的?是?|签的名是|写成了?|变成|请问您和|被保险人是我，)(?:叫|是|，)?(?P<who>{_FAMILY}{_HAN}{{0,1}}[{_G}]|{_FAMILY}[{_G}])"
)
_CALLED = re.compile(
    rf"(?:{PEOPLE}|{_KIN})(?:就)?叫(?P<who>{_HAN}{{2,4}})(?=[，。,.]|$)|叫我?(?P<just>(?![小老]){_HAN}{{2,4}})就(?:行|可以|好)"
)
_LATIN = re.compile(
    r"(?:叫|写的?是|按护照写|英文名(?:是|叫)?|经理|同事|老师)[，,\s]*(?P<who>[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)?)"
)
_DOUBLED = re.compile(
    rf"(?:叫|找|喂[，,\s]*|^|[，,。\s])(?P<who>(?P<twice>[{_G}习朵乐甜豆])(?P=twice))(?=[，,。？?吗]|$)"
)
_NOT_DOUBLED = re.compile("天天|明明|平平|多多|常常|等等|轻轻|仅仅|重重")
_REPEATED = re.compile(rf"(?P<who>[{_S}])(?:…+|\.{{2,}})(?=(?P=who))")
_READ = re.compile(rf"(?<!{_HAN})(?P<who>[{_S}])(?=，(?:念|读|不是)|[，。]?$)")
_BESIDE = re.compile(
    rf"(?<!{_HAN})(?P<who>{_FAMILY}{_HAN}{{1,2}})(?=[，,\s]?[0-9]{{6}})|(?<=[0-9]{{6}})[，,\s]?(?:这个是)?(?P<after>{_FAMILY}{_HAN}{{1,2}})(?=[，,。\s]|$|的)"
)
_OWN = re.compile(
    rf"(?:把|将)(?P<who>{_FAMILY}{_HAN}{{1,2}})的(?:名|户口|卡|号)|(?:让给|换成?|转给|过户给)(?P<to>{_FAMILY}[{_G}]{{1,2}})(?!{_HAN})"
)
_OLD = re.compile(rf"[小老](?P<who>[{_S}])(?=[替帮给]我)|找一下老(?P<old>[{_S}])")
_EITHER = re.compile(
    rf"叫什么(?P<who>{_FAMILY}{_HAN}{{1,2}}?)(?=还是)|还是(?P<or>{_FAMILY}[{_G}]{{1,2}})(?=我|，|。|$)|不是(?P<not>{_FAMILY}[{_G}]{{1,2}})(?=，?是)|"
    rf"(?:名字|单名)(?:就)?一个(?P<one>{_HAN})(?=字|，|。|$)|和(?P<with>{_HAN}{{2,4}})是什么关系"
)
_PATTERNS = (_AFTER, _CALLED, _LATIN, _DOUBLED, _REPEATED, _BESIDE, _OWN, _OLD, _EITHER)
_STOP = re.compile("什么|怎么|我|你|他|她|不|没|客服|人工|外卖|快递|物业|套餐|业务")


def find_mentions(said: Sequence[Said]) -> list[Finding]:
    """Names of whoever is spoken of, turn by turn; and a compound surname wherever it is said."""
    out = [
        Finding(i, a, b, Kind.NAME, 0.6)
        for i, turn in enumerate(said)
        for a, b in _named(turn.text)
    ]
    heard = {said[f.turn].text[f.start : f.end] for f in out}
    families = {n[:2] for n in heard if n[:2] in COMPOUND}
    return out + [
        Finding(i, m.start(), m.end(), Kind.NAME, 0.6)
        for name in families
        for i, turn in enumerate(said)
        for m in re.finditer(name, turn.text)
    ]


def _named(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = next(n for n, v in match.groupdict().items() if v and n != "twice")
            who = match[name]
            if _STOP.search(who) or NOT_NAMES.match(who) or _NOT_DOUBLED.fullmatch(who):
                continue
            yield match.span(name)
    if len(text) <= 8 or re.search("姓|名字|哪个字", text):
        for match in _READ.finditer(text):
            yield match.span("who")
