"""People's names by the words around them and a list of surnames. Pure.

No library: name recognisers for Chinese are trained on news, need a model, and miss 免贵姓王 in text
without punctuation. A better one can stand behind ``finder.Finder``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from coach.calls.masking.findings import Finding, Kind, Said
from coach.calls.masking.lists import COMPOUND, GIVEN, NO_NAMES, SURNAMES

_STOP = frozenset(
    "的是吗啊吧呢了么嘛呀在和跟与那这您你我他她打有要想就还都也不没说叫给帮把被对从到去来过会能可请问先什怎哪几号，。？！、；：,.?! 0123456789"
    "[]\n嗯呃哦"
)
NOT_NAMES = re.compile(
    r"黄金|白金|金卡|高级|高速|高峰|马上|万一|万能|安全|安装|安排|何时|何况|方便|方法|方案|方式|成功|成为|常用|常见|和平|明天|应该|关于|关机|于是|任何|全部|全家|全国|元旦|毛病"
    r"|水费|江苏|江西|白天|白色|时间|时候|石家庄|石油|温州|路由|路上|路口|车主|车险|车票|华为|包裹|包月|包年|包邮|单位|单独|单号|计划|计费|简单|连接|连续|解决|解释|解除|解绑"
    r"|强制|强烈|位置|位数|查询|查一|查看|查下|查到|文件|文字|向您|费用|费率|章程|左右|平台|平时|管理|阳台|阳光|时段|游戏|游客|席位|项目|成都|成本|曲线|关闭|关注|白银|康复"
    r"|周末|周[一二三四五六日天]|商家|商品|商户|经常|经理|经济|程序|程度|林业|金额|金融|金牌|高铁|高温|高档|徐州|郑州|苏州|常州|柳州|许多|许可|余额|钱包|钱款|钱呢|毕竟|毕业"
    r"|雷电|武汉|龙卡|欧洲|欧元|齐全|司机|宁波|宁夏|桂林|童装|谷歌|梅雨|莫名|严重|严格|顾客|客服|客户|用户|本人|家里|全球|全额|全网|全程|花园|花费|花钱|花了|党员|商务|商量"
    r"|符合|屈臣|来电|来回|来自|来不|迟到|会员|申请|申诉|申报|尤其|谢谢|谢您|感谢|孙子|孙女|牛奶|熊猫|马路|马达|罗马|唐山|胡说|胡同|朱红|许久|何必|石头|毛重|毛利|史上|孟加拉"
    r"|段时|白条|林区|安心|安卓|万元|万块|甘肃|吉林|吉祥|全款|连锁|晋城|时常|童年|凌晨|费劲|纪念|盛行|成人|游泳|季度|易碎|易拉|管家|管道|古代|米线|广告|广东|广西|广州|广播"
    r"|盛大|童鞋|庄家|木头|冷气|冷却|燕窝|蒙牛|项链|曲谱|章节|武器|全天|田地|黑色|黑名单|美国|美团|美食|柏油|强行|强大|侯机|汤匙|孔雀|席卷|汤药"
)
_TITLE = r"先生|女士|小姐|太太|老师|师傅|阿姨|大姐|大哥|大爷|大妈|叔叔|经理|主任|医生|大夫|老板|同学|警官|法官|律师|队长|校长|院长|主管|组长|护士长|护士|支书|书记|会计|教授|专员|站长|部长|奶奶|爷爷|伯伯|班长|店长|局长|处长|科长|女生|男士|行长|总(?!共|是|计|数|额|部|体|的|之|裁|要|算|价|得)"
_TITLED = re.compile(rf"(?P<who>[\u4e00-\u9fff]{{1,4}}?)(?={_TITLE})")
_SURNAMED = re.compile(
    r"(?:免贵|我?(?:是)?姓(?:氏)?(?:是)?)(?!名)[，,\s]*(?:姓)?(?P<who>[\u4e00-\u9fff]{1,2})"
)
PEOPLE = (
    "前夫|前妻|妻子|丈夫|舅舅|舅妈|姑姑|姨妈|叔叔|婶婶|表哥|表弟|表姐|表妹|堂哥|堂弟|堂姐|堂妹|外甥|侄子|侄女|孙子|孙女|奶奶|爷爷|外婆|外公|公公|婆婆|岳父|岳母|"
    "媳妇|女婿|儿媳|儿子|女儿|邻居|老板|同学|室友|房东|租客|经办人|代办人|发货人|寄件人|查勘员|承租人|出租人|申请人|申报人|签收人|理赔员|店长|导游|姐夫|妹夫|嫂子|弟媳|承办人|委托人|代理人|担保人|监护人|快递员|业务员|维修员|护士长|村支书|合伙人"
)
_CUE = re.compile(
    rf"(?:{PEOPLE})(?=[\u4e00-\u9fff]{{2,4}}(?:[^\u4e00-\u9fff]|$|[说的是一总在]))|"
    r"真名|全名|大名|使用人(?:是)?|(?<!编)写(?:的|成)?(?=[\u4e00-\u9fff]{2,3}(?:[，。,.？?吗吧]|$))|[主副]卡(?=[\u4e00-\u9fff]{2,3}(?:[，。,.]|$))|同名的|一个(?=[\u4e00-\u9fff]{2,3}，一个)|，一个(?=[\u4e00-\u9fff]{2,3}(?:[，。]|$))|"
    r"我叫|名字(?:就)?(?:是|叫)?|叫做|姓名(?:是|叫)?|收件人(?:是|叫|姓名)?|收货人(?:是|叫)?|联系人(?:是|叫)?|户主(?:是|叫|姓名)?|机主(?:是|叫|姓名)?|"
    r"持卡人(?:是|叫)?|投保人(?:是|叫)?|被保(?:险)?人(?:是|叫)?|受益人(?:是|叫)?|乘机人(?:是|叫)?|乘客(?:是|叫)?|旅客(?:是|叫)?|登记(?:的)?(?:是|在)|"
    r"开户(?:人|名)(?:是|叫)?|户名(?:是|叫)?|实名(?:是|的是)?|(?:老公|老婆|爱人|妈妈|爸爸|母亲|父亲|儿子|女儿|孩子|先生|太太|姐姐|妹妹|哥哥|弟弟|朋友|同事|"
    r"对象)(?:就)?(?:叫|是)|人叫|就叫|他叫|她叫|叫(?=[\u4e00-\u9fff]{2,3}(?:[，。,.的]|$))|写(?:的)?是|[两三四五几]个人[，,：:是]*|请问是|您是|我是|这边是|[您你]好是|转给|本人(?:叫|是)?|(?:爱人|老公|老婆)(?!的)"
)
_UNSURE = frozenset(
    [
        "我是",
        "您是",
        "请问是",
        "这边是",
        "写的是",
        "写是",
        "本人",
        "您好是",
        "你好是",
        "转给",
        "爱人",
        "老公",
        "老婆",
        "写",
        "主卡",
        "副卡",
        *PEOPLE.split("|"),
    ]
)
_CALLED = re.compile(  # whatever the surname: 我叫晓峰, 我叫阿依古丽
    r"(?:(?:我|他|她|本人|名字|女儿|儿子|孩子|宝宝)(?:就)?叫(?:做)?|(?<!什么)名字是)(?P<who>[\u4e00-\u9fff]{2,8})(?=[，。,.！!？?\s]|$|[两三四五]个字)"
)
_NOT_CALLED = re.compile(
    "外卖|快递|车|师傅|客服|人工|滴滴|家人|朋友|救护|物业|保安|修|停|醒|价|苦|好$"
)
_GAP = re.compile(r"[，,：:\s呃嗯啊那个就是]*")
_ASKED = re.compile(
    r"贵姓|怎么称呼|姓什么|叫什么|什么名字|(?:您的|您)?(?:姓名|名字)|户主|机主(?:是谁|姓名)?|收件人|收货人|联系人|哪位|姓啥|开户名|户名|持卡人|投保人|乘机人"
)
_CLAUSE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{3,4}(?![\u4e00-\u9fff])")
_DOTTED = re.compile(
    r"(?:(?<=[叫是])|(?<![\u4e00-\u9fff]))(?:[我他她您]?(?:叫|是))?(?P<who>[\u4e00-\u9fff]{1,8}[·•・][\u4e00-\u9fff]{1,10})"
)
_PEOPLES = re.compile(  # 巴图，蒙古族; 阿依古丽四个字
    r"(?<![\u4e00-\u9fff])(?P<who>[\u4e00-\u9fff]{2,8})(?=[，,]?(?:[蒙古维吾尔哈萨克藏回苗彝壮满朝鲜傣侗白]{1,4}族|[两三四五六]个字))"
)
_HALF = re.compile(  # 聂什么涛, 石什么来着, 哪个陈
    rf"(?P<a>[{''.join(SURNAMES)}])什么(?:来着|(?P<b>[{''.join(GIVEN)}])(?=[，,。]|$))|(?:哪个|什么)(?P<c>[{''.join(SURNAMES)}])(?=[呢啊？?，]|$)"
)
_PASSPORT = re.compile(
    r"(?:拼音|护照)[^A-Za-z，。]{0,8}(?P<who>[A-Z]{2,}(?:[ ]?[A-Z]{2,}){0,2})(?![a-z0-9])"
)
_IS = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<who>[\u4e00-\u9fff]{{2,4}})[，,]?是(?:我|他|她|您)(?:们)?的?(?:{PEOPLE}|老公|老婆|爱人|妈妈?|爸爸?|母亲|父亲|孩子|姐姐?|妹妹?|哥哥?|弟弟?|朋友|同事)"
)
_ASKED_EN = re.compile(
    r"your (?:full |first |last )?name|who am i|name on|whose name|cardholder|spell (?:that|it)|how do you spell|who is this",
    re.I,
)
_SPELLING = re.compile(r"spell|letter|name", re.I)
_LETTERS = re.compile(r"\b[A-Za-z](?:[\s.,-]+(?:double\s+)?[A-Za-z]\b){2,14}")
_REPLY = re.compile(
    r"(?:(?:yes|yeah|sure|ok|okay|uh|um|it's|it is)[\s,]+)*(?P<who>[A-Za-z][a-z'’]+(?:[\s-]+[A-Z][a-z'’]+){0,2})[.,\s]*$",
    re.I,
)
_AFTER = re.compile(
    r"本人|(?<![接签代已没])收(?![到费取藏入回])|名下|打来的|这个名字|(?:两|三)个字|代收|先生的|的(?:名字|身份证|账户|账号|手机|电话|卡|保单|户头|订单|包裹|快递)"
)
_FAMILIAR = re.compile(
    r"(?:^|(?<=[，,。.\s找问叫跟给让请是我的和])|(?<=你好)|(?<=您好))[小老](?P<who>[\u4e00-\u9fff])(?=[^\u4e00-\u9fff]|$|[你您说那啊呢给帮在的吗呀跟刚昨今上家就还可是接打来去有他她吧和])"
)
_PET = re.compile(  # 小琴
    r"(?<=[找叫问跟让请])(?P<who>[小阿][\u4e00-\u9fff])(?=[^\u4e00-\u9fff]|$|[你您说那啊呢给帮在吗呀跟就接打来去有他她吧和])"
)
_KIN = re.compile(  # 李姐, 张哥, 刘工
    r"(?:^|(?<=[，,。.\s找问叫跟给让请是我的是长]))(?P<who>[\u4e00-\u9fff])(?:[姐哥叔姨嫂伯婶](?![姐妹哥们叔妈父])|工(?![作具资厂人程地单号时商行期本业会伤序]))"
)
_NOT_FAMILIAR = re.compile(
    "小时|小米|小路|小区|老师|老板|小康|小红|小计|老家|小于|小白|老公|老婆|老人|小汤|小包|小单|小车|老车|小段|小程|老文|小孙子|小孙女|老孙女|小额|小金|小方|小安|小常|小项|小史|小祝|小毛|老时|老常|小明白|老毛病|老方|老成|小成|小解|小管|老全|小华|小农|老农"
)
_ALSO = re.compile(r"(?:和|跟|、|还有|以及)")
_ENGLISH = re.compile(
    r"(?:my name is|my name's|name is|name's|this is|i'm|i am|hello|hi|is this|speaking with|am i speaking (?:with|to)|under(?: the name)?|"
    r"addressed to|cardholder is|it's under|name of|named|first name(?: is)?|last name(?: is)?|surname(?: is)?|"
    r"(?P<title>\b(?:mr|mrs|ms|miss|dr)\b\.?))[\s,:]+(?P<who>[A-Za-z][a-z'’]+(?:[\s-]+[A-Za-z][a-z'’]+)?)",
    re.I,
)


def _name_at(text: str, at: int, *, sure: bool) -> int:
    """Where the name that begins at ``at`` ends; ``at`` where none does."""
    rest = text[at : at + 5]
    if not rest or NOT_NAMES.match(rest):
        return at
    family = 2 if rest[:2] in COMPOUND else 1 if rest[0] in SURNAMES else 0
    if not family:
        return at
    given = 0
    while given < 2 and family + given < len(rest) and rest[family + given] not in _STOP:
        given += 1
    if not given or not all("\u4e00" <= c <= "\u9fff" for c in rest[: family + given]):
        return at
    after = text[at + family + given : at + family + given + 1]
    if not sure and after and after not in _STOP:
        return at
    return at + family + given


def _titled(text: str) -> Iterator[tuple[int, int, float]]:
    for match in re.finditer(_TITLE, text):
        end = match.start()
        for size in (4, 3, 2, 1):
            start = end - size
            who = text[max(0, start) : end]
            if start < 0 or any(c in _STOP for c in who):
                continue
            family = 2 if who[:2] in COMPOUND else 1 if who[0] in SURNAMES else 0
            if not family or size - family > 2 or (size == 4 and family == 1):
                continue
            if NOT_NAMES.match(text[start : end + 2]):
                continue
            edge = (
                start == 0
                or text[start - 1] in _STOP
                or size == family
                or not _han(text[start - 1])
            )
            if edge or size == 3:
                yield start, end, 0.9
                break


def _owned(text: str) -> Iterator[tuple[int, int, float]]:
    """Names told by what follows them (王建国本人, 刘芳收) or stands before (我叫, 小, 老)."""
    for match in _CALLED.finditer(text):
        if not set(match["who"]) & _STOP and not _NOT_CALLED.search(match["who"]):
            yield *match.span("who"), 0.8
    for match in _AFTER.finditer(text):
        end = match.start()
        for size in (4, 3, 2):
            start = end - size
            if (
                start < 0
                or not _whole_name(text[start:end])
                or NOT_NAMES.match(text[start : end + 1])
            ):
                continue
            if start == 0 or text[start - 1] in _STOP or not _han(text[start - 1]) or size == 3:
                yield start, end, 0.8
                break
    for match in _FAMILIAR.finditer(text):
        if match["who"] in SURNAMES and not _NOT_FAMILIAR.match(match[0]):
            yield match.start("who"), match.end("who"), 0.75
    for match in _PET.finditer(text):
        if match["who"][1] in GIVEN:
            yield *match.span("who"), 0.7
    for match in _KIN.finditer(text):
        if match["who"] in SURNAMES and match[0] != "施工":
            yield match.start("who"), match.end("who"), 0.75


def _likely(text: str) -> Iterator[tuple[int, int, float]]:
    """A surname and two characters that names are made of, at the edge of a phrase: no cue needed.

    Two such in 4,021 lines of service talk without names were none, and are kept out by the list.
    """
    for start in range(len(text) - 2):
        who = text[start : start + 3]
        if who[0] not in SURNAMES or who[1] not in GIVEN or who[2] not in GIVEN:
            continue
        before, after = text[start - 1 : start], text[start + 3 : start + 4]
        edge = any(not c or not _han(c) or c in _STOP for c in (before, after))
        if edge and not NOT_NAMES.match(text[start : start + 4]):
            yield start, start + 3, 0.6


def _alone(text: str) -> Iterator[tuple[int, int, float]]:
    """A clause that is a surname and two characters, one of which names are made of; and what
    somebody is said to be: 窦先进是我舅舅."""
    for match in _CLAUSE.finditer(text):
        who = match[0]
        family = 2 if who[:2] in COMPOUND else 1
        made = _whole_name(who) and set(who[family:]) & GIVEN
        if made and not NOT_NAMES.match(who):
            yield *match.span(), 0.55
    for pattern in (_PEOPLES, _PASSPORT):
        for match in pattern.finditer(text):
            if not set(match["who"]) & _STOP - {" "}:
                yield *match.span("who"), 0.7
    for match in _HALF.finditer(text):
        for part in "abc":
            if match[part]:
                yield *match.span(part), 0.7
    for match in _IS.finditer(text):
        if _whole_name(match["who"]) and not NOT_NAMES.match(match["who"]):
            yield *match.span("who"), 0.8


def _whole_name(text: str) -> bool:
    """A surname and a given name of one or two characters, and nothing else."""
    family = 2 if text[:2] in COMPOUND else 1 if text[:1] in SURNAMES else 0
    return bool(family) and 1 <= len(text) - family <= 2 and not set(text) & _STOP


def _han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff"


def _chinese(text: str, asked: bool) -> Iterator[tuple[int, int, float]]:
    for match in _SURNAMED.finditer(text):
        who = match["who"]
        size = 2 if who in COMPOUND else 1 if who[0] in SURNAMES else 0
        if size:
            yield match.start("who"), match.start("who") + size, 0.95
            end = _name_at(text, match.start("who"), sure=False)
            if end > match.start("who") + size and text[end : end + 1] not in ("的",):
                yield match.start("who"), end, 0.7
    for match in _CUE.finditer(text):
        gap = _GAP.match(text, match.end())
        at = gap.end() if gap else match.end()
        sure = match[0] not in _UNSURE
        end = _name_at(text, at, sure=sure)
        while end > at:
            yield at, end, 0.9
            also = _ALSO.match(text, end)
            at = also.end() if also else end
            end = _name_at(text, at, sure=False) if also else at
    yield from _titled(text)
    yield from _owned(text)
    yield from _likely(text)
    yield from _alone(text)
    for match in _DOTTED.finditer(text):
        yield *match.span("who"), 0.9
    if asked:
        at = _GAP.match(text).end() if _GAP.match(text) else 0  # type: ignore[union-attr]
        if text[at : at + 1] in ("叫", "姓", "是"):
            at += 1
        end = _name_at(text, at, sure=False)
        if end > at:
            yield at, end, 0.9
        elif _whole_name(text.strip("，。,. ！!嗯啊呃哦")):
            bare = text.strip("，。,. ！!嗯啊呃哦")
            yield text.index(bare), text.index(bare) + len(bare), 0.85
        elif len(text.strip("，。,. ")) <= 4 and text[at : at + 1] in SURNAMES:
            yield at, at + 1, 0.85


def find_names(said: Sequence[Said], known: Collection[str] = ()) -> list[Finding]:
    """Names, and where a full name was found all its other places; ``known``: names to look for."""
    out: list[Finding] = []
    for i, turn in enumerate(said):
        asked = any(
            _ASKED.search(before.text)
            for before in said[max(0, i - 2) : i]
            if before.speaker != turn.speaker
        )
        out += [Finding(i, a, b, Kind.NAME, sure) for a, b, sure in _chinese(turn.text, asked)]
        for match in _ENGLISH.finditer(turn.text):
            first = match["who"].split()[0].lower()
            start, end = match.span("who")
            if first in NO_NAMES:
                continue
            parts = re.split(r"[\s-]+", match["who"])
            if len(parts) > 1 and parts[1].lower() in NO_NAMES:
                end = start + len(parts[0])
            capital = match["who"][0].isupper() or match["title"] is not None
            strong = "name" in match[0].lower()[: match.start("who") - match.start()]
            if capital or strong:
                out.append(Finding(i, start, end, Kind.NAME, 0.85))
    for i, turn in enumerate(said):
        asked = any(
            _ASKED_EN.search(b.text) for b in said[max(0, i - 2) : i] if b.speaker != turn.speaker
        )
        for match in _LETTERS.finditer(turn.text):
            if asked or _SPELLING.search(turn.text):
                out.append(Finding(i, match.start(), match.end(), Kind.NAME, 0.8))
        reply = _REPLY.match(turn.text) if asked else None
        if reply and reply["who"].split()[0].lower() not in NO_NAMES:
            out.append(Finding(i, *reply.span("who"), Kind.NAME, 0.8))
    return out + again(said, out, known)


def again(
    said: Sequence[Said], found: Sequence[Finding], known: Collection[str] = ()
) -> list[Finding]:
    """The other places of full names, and of the parts by which people are called."""
    full = {said[f.turn].text[f.start : f.end] for f in found if f.end - f.start >= 2}
    full |= {part for n in full if _DOTTED.fullmatch(n) for part in re.split("[·•・]", n)}
    full |= {n[1:] for n in full if len(n) == 3 and n[0] in SURNAMES and set(n[1:]) <= GIVEN}
    return [
        Finding(i, m.start(), m.end(), Kind.NAME, 0.85)
        for name in {*full, *known}
        if len(name) >= 2
        for i, turn in enumerate(said)
        for m in re.finditer(re.escape(name), turn.text)
    ]


_WORDS = re.compile(r"[\u4e00-\u9fff]+")


def bare_names(text: str) -> list[Finding]:
    """Names that stand alone between other signs, as in the name of a file: 王小明_投诉.wav."""
    return [
        Finding(0, m.start(), m.end(), Kind.NAME, 0.7)
        for m in _WORDS.finditer(text)
        if 2 <= len(m[0]) <= 4 and _name_at(m[0], 0, sure=False) == len(m[0])
    ]
