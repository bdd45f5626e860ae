"""Answers to a question for a name, an address or a code: taken out whatever they are. Pure.

Rules know surnames and the words that end a road; people are called 古丽娜尔 and live 庙后头. Who is
asked for it and says something short says it, unless it is one of the ways of not answering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.places import CITY

_NAME = re.compile(
    r"贵姓|怎么称呼|姓什么|姓啥|叫什么|叫啥|什么名字|姓名|全名|大名|真名|名字(?:是|叫|怎么写|呢|报|写|[？?]|$)|怎么写|哪(?:个|几个|两个|三个)字|户名|"
    r"(?:收件人|收货人|联系人|户主|机主|经办人|代办人|投保人|持卡人|乘机人|患者|病人)[^，。]{0,3}(?:是|叫|谁|[？?]|$)"
)
_PLACE = re.compile(
    r"地址|地点|住(?:在)?(?:哪|什么|址)|(?:送|寄|发|派|搬|装|移|停)(?:到|在)?(?:哪|什么地方)|家(?:在哪|具体在|靠近)|具体(?:在|是)?(?:哪|位置)|门牌|几号楼|几栋|几单元|"
    r"哪(?:个|条|间)(?:小区|路|街|村|镇|单元|楼|院)?|小区(?:名|叫)|哪里的|几号$|村子?叫|在几环|什么标志|楼层|房号|房间号|还是[^，。]{2,10}(?:呢|[？?]|$)"
)
_NO_PLACE = re.compile(
    "哪个镇的|哪[个条]街道?的|哪个(?:套餐|业务|号码|功能|网点|银行|字|部门|时间|月|城市|省|平台)"
)
_CODE = re.compile(
    r"区号|(?:还有|后面|最后|前面|剩下)(?:是|的)?[几两三四1-9一]?[位个]|最后一位|后几位|(?:号码|编号|单号|账号|微信号?|户号|卡号|口令|密码)(?:呢|是(?:多少)?|多少|怎么拼|[？?]|$)|继续|您说|^嗯[，。]?$"
)
_STATED = re.compile(  # 寄到…, 我住…: as good as an answer
    r"(?:地址(?:就|还)?(?:是|写|改成|改为)|寄[到往]|送到|发到|家住|我住在?|住在|[我他她]家(?:就)?在|搬到|移到|装在|安装在|位于|户籍在|老家在?|派到|定位在?|导航到?|单位在|公司在|店在|学校在)"
    r"(?P<who>[^，。？！,.?!\s]{2,30})"
)
_NOT_STATED = re.compile(
    "你们|您|哪|附近|营业厅|网点|柜台|门口$|家里|这[里儿]|那[里儿边]|什么|手机|邮箱|短信|微信|指定|平台|客服|了$|吗$|快递[点柜]|不|没|外地|国外|乡下|城里|农村|小区里|楼上$|楼下$"
)
_SIGNS = re.compile(
    r"[A-Za-z0-9零〇一二三四五六七八九幺两洞拐勾](?:[A-Za-z0-9零〇一二三四五六七八九幺两洞拐勾_\-]|下划线|杠)*"
)
_AMOUNT = re.compile(r"[元块个天次年月日点号楼条台人兆GM%分秒钟]|下|位|遍|共")
_FILL = r"(?:嗯+|啊|呃|哦|噢|诶|对|是的?|好的?|就(?:是|写)?|那个|这个|免贵|我?姓|我?(?:名字)?叫|写的?|名字|全名|真名|您?记一下|改成|换成|我(?:就)?住?在|在|住|靠着|寄到?|送到?|后面(?:写|加上|还有|是)?|不是|差不多)"
_LEAD = re.compile(rf"(?:{_FILL}[\s，,、]*)*")
_CLAUSE = re.compile(r"[^，,。.！!？?；;\s]+")
_SILENT = re.compile(  # says something else than what was asked
    r"不知|稍等|等一下|等下|等会|什么|怎么|为啥|为什么|不方便|不说|不便|不用|没有|没变|不变|不对|可以|好的|行[吗吧]|干嘛|刚才|刚刚|已经|问|你们|一样|以前|"
    r"本人|我自己|^[我你您他她]$|谢谢|请|能不能|可不可以|多少|几[点号天]|客服|上面|系统|忘|记得|查|要|想|因为|所以|没|吗$|呢$|吧$|了$"
)
_TALK = re.compile(
    r"不|没|你|您|我|他|她|喊|电话|放|麻烦|谢|就(?:行|可|好)|这|拿|快|说|知|送这|记|忘|晚上|东西|要|想"
)
_WHERE = re.compile(
    r"[0-9零〇一二三四五六七八九十幺]|路|街|村|镇|乡|区|楼|栋|院|巷|号|门|后头|后面|旁边|隔壁|对面|边上|拐|胡同|园|苑|屯|组|队|店|厂|宿舍|城|庄"
)
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,8}[·•・.][\u4e00-\u9fff]{1,10}")
_SPELLS = re.compile(
    r"的.$|的.[字吗]?|旁|偏旁|草字头|三点水|两点水|去掉|底下|上面一|下面一|上下|左边|右边|那个音|四声"
)


def find_replies(said: Sequence[Said]) -> list[Finding]:
    """The first thing said to such a question, where the question ends the other's turn."""
    out = [
        Finding(i, a, b, Kind.ADDRESS, 0.55)
        for i, turn in enumerate(said)
        for a, b in _stated(turn.text)
    ]
    for i in range(1, len(said)):
        before, turn = said[i - 1], said[i]
        if before.speaker == turn.speaker:
            continue
        question = before.text[-24:]
        if _NAME.search(question):
            out += [Finding(i, a, b, Kind.NAME, 0.6) for a, b in _name(turn.text)]
        elif _CODE.search(question) and len(turn.text) <= 30:
            out += [Finding(i, a, b, Kind.OTHER, 0.55) for a, b in _code(turn.text)]
        elif _PLACE.search(question) and not _NO_PLACE.search(question):
            out += [Finding(i, a, b, Kind.ADDRESS, 0.6) for a, b in _place(turn.text)]
    return out


def _clauses(text: str) -> list[tuple[int, int]]:
    """Clauses without what only fills; the gaps between them are not theirs."""
    out = []
    for match in _CLAUSE.finditer(text):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        if start < match.end():
            out.append((start, match.end()))
    return out


def _stated(text: str) -> Iterator[tuple[int, int]]:
    """Where somebody says unasked where they live, work or want something sent."""
    for match in _STATED.finditer(text):
        city = CITY.match(text, *match.span("who"))
        start, end = city.end() if city else match.start("who"), match.end("who")
        told = text[start:end]
        if len(told) >= 2 and _WHERE.search(told) and not _NOT_STATED.search(told):
            yield start, end


def _code(text: str) -> list[tuple[int, int]]:
    """Runs of letters and digits that count nothing: three signs, or one alone in its clause."""
    out = []
    for match in _SIGNS.finditer(text):
        alone = not re.search("[\u4e00-\u9fff]", text.split("，")[0]) and match.start() == 0
        long = len(match[0]) >= 3 and not re.fullmatch("[A-Za-z]+", match[0])
        if (long or alone) and not _AMOUNT.match(text, match.end()):
            out.append(match.span())
    return out


def _name(text: str) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in _clauses(text):
        part = text[start:end]
        if _FOREIGN.fullmatch(part) or (_SPELLS.search(part) and len(part) <= 9 and out):
            out.append((start, end))
        elif _SILENT.search(part) or len(part) > 4 or not re.fullmatch("[\u4e00-\u9fff]+", part):
            if out or len(part) > 4:
                break
        else:
            out.append((start, end))
        if len(out) == 4:
            break
    return out


def _place(text: str) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for begin, end in _clauses(text):
        city = CITY.match(text, begin, end)  # which may stay
        start = city.end() if city else begin
        part = text[start:end]
        if (
            not part
            or _SILENT.search(part)
            or (out and (_TALK.search(part) or not _WHERE.search(part)))
        ):
            if out:
                break
            continue
        if 2 <= len(part) <= 30 and (out or _WHERE.search(part) or len(part) <= 8):
            out.append((start, end))
    return out
