"""Addresses without a road: 人民医院斜对面那个福源小卖部, 石桥村三组, 门牌一零三. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.calls.masking.findings import Finding, Kind, Said

_H, _NUM = "[\u4e00-\u9fff]", "[0-9零〇一二三四五六七八九十百幺两洞拐勾]"
_IN = "[^的在住到是去来寄送发给从跟与您你我他她那这吗呢吧啊呀了么就有叫说不没要想请问，。？！、,.?!；;：: \n嗯呃哦诶\\[\\]]"
_REST = "[^，,。.？?！!\\s的我]{0,12}"
_LAND = "|".join(  # what people live or work in, or beside
    [
        "医院|卫生院|养老院|敬老院|福利院|派出所|村委会|居委会|邮局|邮政信箱|干休所|菜市场|公园|奥体中心|加油站|驿站|林场|农场|分场",
        "超市|小卖部|便利店|客栈|酒店|宾馆|旅馆|网吧|饭店|餐馆|面馆|修车铺|物流园|工业园",
        f"幼儿园|小学|中学|大学|学校|[一二三四五六七八九十]中(?!{_H})|[一二三四五六七八九十]中(?=教)",
        f"火车站|地铁站|客运站|[东西南北]站|[关土龙城]?[帝王地隍]庙|{_H}{{2}}厂|{_H}{{2}}店(?![里员铺家])",
        "宿舍|家属楼|家属院|公社|大队|营子|公寓|世家|花苑|花园|家园|嘉园|苑|府(?!里)|府邸|新村|大厦|广场|交叉口|[庙街路巷]口",
    ]
)
_AT = "(?:我?(?:人|就|家|还)?(?:住在?|在)|[寄送派导搬移停]到?|改成|写|靠着|靠近|地址是?|老家|位置|看见|回|来|您是?在|登记|老房子|导)"
_BESIDE = re.compile(
    rf"{_AT}(?P<at>(?![这那哪一你我他您附本当]){_IN}{{0,9}}?(?:{_LAND}){_REST})|"
    rf"(?<!{_H})(?P<out>{_IN}{{1,8}}(?:{_LAND})(?:出来|对面|隔壁|旁边|后[面头]|斜对面|楼上|楼下|往[东西南北]){_REST})|"
    rf"(?:路边|旁边|对面|隔壁|前面|后面)(?P<near>{_IN}{{2,6}}(?:店|铺|厂|饭馆))"
)
_NOT_BESIDE = re.compile(
    "营业厅|公司|平台|客服|网上|手机|系统|店里|什么|哪|随便|不|附近|最近的|一家|中国|国际|银行(?!家属|宿舍)"
)
_NAMED = re.compile(  # what needs no word before it
    "|".join(
        [
            f"{_H}{{2,10}}有限公司",
            f"(?<![这那哪个城农]){_H}{{1,4}}(?:村|屯|寨|堡|公社|大队|庄|镇){_NUM}{{1,3}}[组社队连]",
            f"{_H}{{2,3}}[镇乡]{_H}{{2,5}}(?:村(?:{_NUM}{{1,3}}[组社队])?|[组屯](?!{_H}))",
            f"{_H}{{2}}社区{_H}{{2,4}}[路街巷]{_NUM}+号",
            f"{_H}{{2}}[镇乡][前后东西南北中上下][街村]",
            f"{_H}{{2,3}}[路街巷](?=走到头)",
            f"{_H}{{1,3}}屯(?!{_H})|(?<=老家){_H}{{2,5}}村",
            f"(?<![城下老家归]){_H}{{2}}乡(?=[，。管])",
        ]
    )
)
_CALLED = re.compile(
    rf"(?:我们?)?(?:村|小区|店|镇|屯|学校|楼盘|公司|楼)(?:名|是|就)?叫(?P<who>{_H}{{2,8}})(?=[，。,.\s]|$)|门牌号?是?(?P<door>{_NUM}{{2,5}})"
)
_DOORS = re.compile(  # once an address is being given: 六栋, 三十二号, 房号八三一八
    rf"(?:房号)?[A-Z]?{_NUM}{{1,5}}(?:号楼|号院|栋|幢|座|单元|室|房|床|排|户|门|梯)(?:{_NUM}{{1,4}}[号室房床户楼]?)*(?:[东西中]户)?(?:顶楼)?|"
    rf"(?<!月){_NUM}{{1,4}}号(?![码上下线个机早中晚之以左到去来前])|房号{_NUM}{{2,5}}|[A-Z]栋{_NUM}{{3,4}}|"
    rf"(?:下面|里面|楼上|楼下){_NUM}{{3,4}}(?!{_NUM}|[元块个])|{_NUM}{{1,3}}(?:楼|层|期|库)(?![的了])[^，,。.？?！!\s]{{0,6}}|(?<!{_H})(?<![0-9]){_NUM}{{3,4}}(?=[。，]?$)"
)
FEW = 2  # turns in which an address may go on


def find_landmarks(said: Sequence[Said]) -> list[Finding]:
    """Places named by what is there."""
    return [
        Finding(i, start, end, Kind.ADDRESS, 0.65)
        for i, turn in enumerate(said)
        for start, end in _places(turn.text)
    ]


def find_doors(said: Sequence[Said], found: Sequence[Finding]) -> list[Finding]:
    """Numbers of doors in turns where an address was ``found``, and shortly after."""
    turns = {f.turn + k for f in found if f.kind is Kind.ADDRESS for k in range(FEW + 1)}
    return [
        Finding(i, *match.span(), Kind.ADDRESS, 0.6)
        for i in sorted(turns & set(range(len(said))))
        for match in _DOORS.finditer(said[i].text)
    ]


def _places(text: str) -> Iterator[tuple[int, int]]:
    for match in _BESIDE.finditer(text):
        name = str(match.lastgroup)
        if not _NOT_BESIDE.search(match[name]):
            yield match.span(name)
    for match in _NAMED.finditer(text):
        yield match.span()
    for match in _CALLED.finditer(text):
        yield match.span(str(match.lastgroup))
