"""Names by how they are written: 弓长张, 孔子的孔, 草字头下面一个千; and the name so explained. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.lists import SURNAMES

_HAN = "[\u4e00-\u9fff]"
_SPELT = re.compile(
    r"弓长张|立早章|木子李|古月胡|耳东陈|口天吴|双木林|言午许|草头黄|三横王|三横一竖(?:的)?王?|人可何|双人徐|走肖赵|走之赵|干[勾钩]于|委鬼魏|关耳郑|禾呈程|丘山岳|禾口和|草办苏|言射谢|门里一个三的闫|人则俞|刀口邵|"
    r"文刀刘|木易杨|两点水(?:的)?冯|双口吕|米田番(?:的)?潘?|十八子李|美女姜|大江的江|水工江|余额的余|人未余"
)
_SIGNS = re.compile(  # parts of characters
    r"(?:三点水|两点水|草字头|竹字头|宝盖头|[女木日口土火金王禾石目言]字旁|双人旁|单人旁|提手旁|竖心旁|耳朵旁|绞丝旁|走之(?:底|旁)?)"
    rf"(?:(?:的|底下|下面|加)?(?:那个)?{_HAN}{{0,4}}?(?={_HAN}?(?:[，,。.\s]|$)){_HAN}?)?|{_HAN}{{1,4}}[去加]掉?(?:三点水|草字头|{_HAN}字旁)|"
    rf"左边{_HAN}{{1,2}}右边{_HAN}{{1,3}}|(?:是)?三个[牛木日石金口]|门里面?{_HAN}{{1,4}}"
)
_NEXT = rf"(?!{_HAN})|(?=[不吗吧呢啊呀哦嘛是还和那，])"
_EXPLAINED = re.compile(
    rf"(?:(?P<a>{_HAN}){_HAN}{{1,3}}的(?P=a)|{_HAN}{{1,3}}?(?P<b>{_HAN})的(?P=b)|{_HAN}(?P<c>{_HAN}){_HAN}{{1,2}}的(?P=c))"
    rf"(?:{_NEXT}|(?={_HAN}{{1,4}}的)(?!{_HAN}{{1,2}}[，。]))"
)
_TWICE = re.compile(
    rf"{_HAN}{{0,3}}(?P<d>{_HAN}{{2}})的(?P=d)(?!{_HAN})|(?P<e>{_HAN}{{2}}){_HAN}{{1,2}}的(?P=e)(?!{_HAN})|(?P<f>{_HAN})是[^，。]{{0,8}}(?:那个|哪个|的)(?P=f)(?!{_HAN})|(?P<w>{_HAN}{{1,2}}){_HAN}{{0,3}}那个(?P=w)(?!{_HAN})|{_HAN}(?P<v>{_HAN}){_HAN}{{1,2}}那个(?P=v)(?!{_HAN})|三个(?:石头|太阳|木头|口|水|火|金子|日头)的(?P<x>{_HAN})|[木玉羽日火水竹禾]字(?:旁|头|边)[^，。？！\s]{{0,8}}的?(?P<y>{_HAN})(?!{_HAN})|"
    rf"{_HAN}{{2,4}}那个(?P<g>[{''.join(SURNAMES)}])(?=[，？]|$)|(?P<h>{_HAN})那个(?P=h)(?!{_HAN})|{_HAN}{{1,3}}(?P<k>{_HAN})的(?P=k)(?=一样)"
)
_PARTS = re.compile(  # 草重董: how the surname is written
    rf"(?:^|[，,。.\s])(?P<all>{_HAN}{{2,3}}(?P<one>{_HAN}))(?=[，,。.\s]|$)"
)
_TOLD = re.compile("姓|叫|名字|个字|怎么写|^写")
_BEFORE = frozenset("叫姓是写哪个")
_TAIL = re.compile(rf"{_HAN}{{1,3}}?(?=[吧吗呢啊呀哦嘛了字]*(?!{_HAN}))")
_LIKE = re.compile(rf"{_HAN}{{2,4}}那个(?:音|字|{_HAN}{{1,2}})(?!{_HAN})")
NEAR = 2  # turns around an explanation in which the name is said


def _explained(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a character is explained, and which."""
    for match in _EXPLAINED.finditer(text):
        yield match.start(), match.end(), match["a"] or match["b"] or match["c"]
    for match in _TWICE.finditer(text):
        yield match.start(), match.end(), str(match[str(match.lastgroup)])[0]
    for match in _LIKE.finditer(text) if _TOLD.search(text) else ():
        yield match.start(), match.end(), match[0][0]
    for match in _SPELT.finditer(text):
        yield match.start(), match.end(), match[0][-1]
    for match in _SIGNS.finditer(text):
        if len(match[0]) > 3 or _TOLD.search(text):
            yield match.start(), match.end(), match[0][-1]
    for match in _PARTS.finditer(text) if _TOLD.search(text) else ():
        if match["one"] in SURNAMES and not set(match["all"]) & set("姓叫贵是我您你"):
            yield match.start("all"), match.end("all"), match["one"]


def find_spelt(said: Sequence[Said]) -> list[Finding]:
    """Explanations, and near them the clauses that hold an explained character or begin with it."""
    out: list[Finding] = []
    chars: dict[int, set[str]] = {}
    for i, turn in enumerate(said):
        for start, end, char in _explained(turn.text):
            out.append(Finding(i, start, end, Kind.NAME, 0.8))
            for k in range(max(0, i - NEAR), min(len(said), i + NEAR + 1)):
                chars.setdefault(k, set()).add(char)
    for i, explained in chars.items():
        for start, end in _named(said[i].text, explained):
            out.append(Finding(i, start, end, Kind.NAME, 0.7))
    return out


def _named(text: str, explained: set[str]) -> Iterator[tuple[int, int]]:
    """Names that begin with an explained character, or hold one after a surname."""
    for at, char in enumerate(text):
        for start in (at, at - 1) if char in explained else ():
            edge = start == 0 or (
                start > 0 and (not _han(text[start - 1]) or text[start - 1] in _BEFORE)
            )
            if not edge or (start < at and text[start] not in SURNAMES):
                continue
            name = _TAIL.match(text, start)
            if name is not None and name.end() > at:
                yield start, name.end()
                break


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
