"""Addresses: what comes after the city, by the words that end a road, an estate, a door. Pure.

Cities stay: they say where a call is from, not who calls. A gazetteer of cities is enough for that;
the packages with all 660,000 villages (cpca and others) answer another question, how to complete an
address, and bring a matcher of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.lists import CITIES, PROVINCES

CITY = re.compile(
    rf"(?:(?:{'|'.join(PROVINCES)})省?(?:壮族|回族|维吾尔)?(?:自治区)?)?(?:{'|'.join(sorted(CITIES, key=len, reverse=True))})市?"
)
_NUM = r"[0-9零〇一二三四五六七八九十百幺两洞拐勾]"
_PART = (  # what closes a part of an address
    rf"(?<![月{_NUM[1:]}){_NUM}+(?:号楼|号院|栋|幢|座|单元|号门|室|房|楼|层|弄|号|组|户|门|期|区)|[A-Za-z东西南北甲乙][座区栋幢]|"
    r"自治县|区(?!别|分|间|号|域)|县|镇|乡|街道|大道|大街|胡同|路(?!由|上|费|况|过|线|程|口)|街(?!上)|巷|弄|村|屯|庄|社区|小区|花园|家园|新村|公寓|大厦|广场|"
    r"苑|佳苑|雅居|家属院|宿舍|新城|国际|中心|别墅|公馆|华府|名邸|名城|花苑|嘉园|豪庭|名苑|山庄|大院|园区|工业园|科技园|产业园|学院|大学|医院|"
    r"[里湾城府庭园](?=[0-9零一二三四五六七八九十幺])"
)
_STOP = "的在住到是去来寄送发给从跟与您你我他她那这吗呢吧啊呀了么就有叫说在不没要想请问，。？！、,.?!；;：: \n嗯呃哦诶"
_NAME = rf"[^{_STOP}\[\]]{{1,7}}?"
_ADDRESS = re.compile(
    rf"(?:{_NUM}+(?:号楼|号院|栋|幢|单元|弄|室|座|门|号(?={_NUM}))|{_NAME}(?:{_PART})|{_NUM}{{1,5}}(?:(?:杠|之|-){_NUM}{{1,5}}){{1,3}}(?:{_PART})?)",
    re.I,
)
_NEXT = re.compile(rf"{_NUM}+(?:楼|层|号|期|组|区|户|房)|[东西南北]区|(?:路口|交叉口)")
_TAIL = re.compile(rf"[^{_STOP}\[\]0-9]{{2,6}}(?=[，,。.\s]|{_NUM}|$)")  # 南岸区香榭丽舍
_STRONG = re.compile(
    rf"{_NUM}+(?:号楼|号院|栋|幢|座|单元|室|弄|号)|小区|花园|家园|新村|公寓|大厦|胡同|街道|巷|大道|家属院|村|镇|[^的一]路|[^逛]街"
)
_ROAD_DOOR = re.compile(rf"[路街巷弄道同里村园苑庄区院]{_NUM}+号")  # no cue needed
_DOOR = re.compile(rf"{_NUM}{{2,5}}(?:号|室|房|户)?(?![十百千万块元个年月天点])")  # 三单元六零一
_CUE = re.compile(
    r"地址|我家|家里|住在|住(?=[\u4e00-\u9fff])|家在|送到|寄到|寄给|发到|送货|收货|位于|搬到|迁到|移到|装在|安装|上门|门牌|小区|哪个区|哪条路|具体位置|几号楼|几单元|邮寄|住址"
)
_GAP = re.compile(r"[，,、\s]*(?:(?:呃|嗯|啊|那个|就是|的|再是|然后|跟|和|与)[，,、\s]*){0,2}")
_NOT = re.compile(
    r"[\u4e00-\u9fff]{0,4}(?:这个区|那个区|本小区|你们小区|我们小区|咱们小区|整个小区|同一个小区|哪个小区|什么路|哪条路|哪个区|一条路|在路|半路|"
    r"小区(?:门口|里|都|的|物业|停电)|全国|各地|国际(?:长途|漫游|航班|快递)|服务中心|客服中心|"
    r"会员中心|营业中心|呼叫中心|中心(?!\d)|医院|学院|大学|一路|网路|线路|电路|公路|铁路|高速路|马路|套路|道路)"
)
_REGION = re.compile(
    r"(?:偏远|农村|贫困|老|新|主|整个|这个|那个|个|本|各|各个|不同|其他|高速|路口)*(?:服务区|地区|社区|时区|专区|郊区|市区|城区|片区|山区|各区)"
)
_ENGLISH = re.compile(
    r"\b(?:(?:flat|apartment|apt|unit)\s+[\w-]+(?:\s+[\w-]+)?[\s,]+)?(?:\d{1,5}|(?:(?:double\s+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|oh|zero|hundred)[\s-]+){1,5}?)\s*"
    r"(?:(?:north|south|east|west|old|new)\s+)?[A-Za-z][\w'’]*(?:\s+[A-Za-z][\w'’]*){0,2}\s+"
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|close|terrace|crescent|square|view|gardens|park|hill|row|mews)\b\.?"
    r"(?:[\s,]+(?:apartment|apt|flat|unit|suite|number|floor)\s*#?\s*[\w-]+(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine|oh)\b)*)?",
    re.I,
)  # fmt: skip


def _stretch(text: str, at: int) -> tuple[int, bool]:
    """Where the address that begins at ``at`` ends, and whether it tells a door or a road."""
    end, strong = at, False
    while True:
        gap = _GAP.match(text, end)
        start = gap.end() if gap and end > at else end
        found = (_NEXT.match(text, start) if end > at else None) or _ADDRESS.match(text, start)
        if found is None:
            tail = (
                _TAIL.match(text, end) if text[end - 1 : end] in "区县镇道" and end > at else None
            )
            end = tail.end() if tail else end
            door = _DOOR.match(text, start) if strong else None
            return door.end() if door else end, strong
        vague = _NOT.match(found[0]) or _REGION.fullmatch(found[0])
        if vague and not re.search(_NUM, found[0]):
            return end, strong
        strong = strong or _STRONG.search(found[0]) is not None
        end = found.end()


def find_places(said: Sequence[Said]) -> list[Finding]:
    """Addresses, without the city they begin with."""
    out: list[Finding] = []
    for i, turn in enumerate(said):
        asked = any(_CUE.search(b.text) for b in said[max(0, i - 5) : i])
        cue = asked or _CUE.search(turn.text) is not None
        at = 0
        for a, b, strong in _candidates(turn.text):
            if a < at or (b - a < 3 and not (asked and strong)):
                continue
            numbered = re.search(_NUM, turn.text[a:b]) is not None
            city = CITY.search(turn.text[max(0, a - 4) : a]) is not None
            parts = len(_ADDRESS.findall(turn.text[a:b]))
            door = _ROAD_DOOR.search(turn.text, a, b) is not None
            if (
                (strong and (cue or (numbered and parts > 1)))
                or (parts > 1 and (cue or city))
                or door
            ):
                out.append(Finding(i, a, b, Kind.ADDRESS, 0.85 if cue and strong else 0.7))
                at = b
        out += [
            Finding(i, m.start(), m.end(), Kind.ADDRESS, 0.85) for m in _ENGLISH.finditer(turn.text)
        ]
    return out


def _candidates(text: str) -> list[tuple[int, int, bool]]:
    """Stretches that look like addresses: after a city, or from a word that can begin one."""
    out, at = [], 0
    while at < len(text):
        city = CITY.match(text, at)
        start = city.end() if city else at
        if text[start : start + 1] in _STOP:
            at = start + 1
            continue
        end, strong = _stretch(text, start)
        if end > start:
            out.append((start, end, strong))
            at = end
        else:
            at = start + 1 if city is None else start
            if city is not None and start == city.start():
                at += 1
            begin = _next_edge(text, at)
            at = begin
    return out


def _next_edge(text: str, at: int) -> int:
    """The next place where an address may begin: after a word that cannot be inside a name."""
    while at < len(text) and text[at - 1 : at] not in _STOP and not CITY.match(text, at):
        at += 1
    return at
