"""E-mail addresses, WeChat names, licence plates, birth dates: by their shape and their cues. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.calls.masking.cues import CARDS, EXPIRY
from coach.calls.masking.digits import plain
from coach.calls.masking.findings import Finding, Kind, Said

_D = r"0-9零〇一二三四五六七八九幺两洞拐勾"
_DOMAIN = (
    r"gmail|qq|sina|163|126|139|189|一六三|一二六|outlook|hotmail|yahoo|sohu|foxmail|icloud|live"
)
_AT = re.compile(
    rf"\s*(?:@|艾特|圈a|at(?:\s|(?={_DOMAIN})))[^，。？]{{0,40}}?(?:\.|点|dot)\s*(?:com|cn|net|org)(?:(?:\.|点)cn)?",
    re.I,
)
_LOCAL = re.compile(
    rf"[a-z{_D}](?:[a-z{_D}._\-]|下划线|减号|点|underscore|dash|dot| )*[，,。.？\s]*$", re.I
)
_EMAIL = re.compile(
    rf"[a-z{_D}](?:[a-z{_D}._\-+ ]|下划线|减号|杠|点|underscore|dash|dot){{0,60}}?\s*(?:@|艾特|圈a|at(?= )|at(?={_DOMAIN}))\s*"
    rf"(?:(?:[a-z{_D}\-]|网易|新浪|搜狐|腾讯|企鹅| )+?)(?:\s*(?:\.|点|dot)\s*(?:[a-z]+))+",
    re.I,
)  # fmt: skip
_WECHAT = re.compile(
    rf"(?:微信(?:号码?|名)?|威信|wechat(?: id)?|q\s*q(?:号码?)?|扣扣(?:号)?|抖音(?:号)?|快手(?:号)?|小红书号|用户名|会员名|登录名|skype|line id)(?:是|叫|为|：|:|，|,|\s|就是|呃|嗯|is)*"
    rf"(?P<who>[a-z{_D}](?:[a-z{_D}_\- ]|下划线|下横线|中划线|杠){{3,29}})",
    re.I,
)
_MAIL_WORDS = re.compile(r"(?:(?:my|the|it's|it|email|e-mail|mail|address|is|to|on|so)\s+)+", re.I)
_SAID = re.compile(  # 登录密码是大写的L小写zx杠2019: whatever it is
    r"(?:密码|口令|会员名|用户名|抖音号|快手号|网名|昵称)(?:是|叫|为|：|:)?(?P<who>(?!是|不|错|忘|要|改|设|重|修|输|怎|有|没|也|都|在|被|和|跟|可|太|过|就)[^，。？！,.?!\s]{2,16})"
)
_NOT_SAID = re.compile(
    "什么|多少|错|忘|不|吗|呢|几|怎|您|我|你|他|初始|六位|服务|登录|验证|正确|一样|保护|管理|器|了$|的$|发|告诉|请|泄"
)
_STARRED = re.compile(r"1\d{2}\*{2,6}\d{2,4}|\d{3,6}\*{3,}\d{3,4}")
_OPENS = re.compile(rf"(?P<who>[a-z{_D}]{{2,6}})\s*(?:打头|开头|结尾|收尾)", re.I)
_BROKEN_MAIL = re.compile(
    rf"[a-z{_D}][^。？！]{{0,30}}?@\s?(?:{_DOMAIN})\s?(?:\.|点)\s?(?:com|cn|net)", re.I
)
_MIXED = re.compile(  # HW8Q3302LM7, YY-0619-27, huiyuan_cfy: nothing people say is written so
    r"(?<![A-Za-z0-9@._-])(?:(?=[A-Za-z0-9]*[A-Za-z])(?=(?:[A-Za-z]*[0-9]){4})[A-Za-z0-9]{10,}|[A-Z]{1,4}-\d{3,6}(?:-\d{1,6})+|[a-z]{3,}_[a-z0-9_]{2,})(?![A-Za-z0-9@_-])"
)
_PLATE = re.compile(
    rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s，,·]*[a-z][\s，,·点]*(?:(?:[两三四]个)?[a-z{_D}][\s，,]*){{2,6}}[a-z{_D}学挂警]",
    re.I,
)
_PLATE_HEAD = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s·点]?[a-z](?![a-z]{2})",
    re.I,
)
_YEAR = rf"(?:(?:19|20)\d\d|[一幺二两][九零〇][{_D}]{{2}}|[{_D}]{{2}})"
_DAY = r"(?:[0-9零一二三四五六七八九十初]{1,3})"
_DATE = re.compile(
    rf"(?:{_YEAR}年?[，,的]*)?(?:农历|阴历)?(?:正|腊|冬|{_DAY})月(?:初|廿){_DAY}?|(?:农历|阴历)(?:正|腊|冬|{_DAY})月[\s，]*(?:初|廿)?(?:{_DAY})?[号日]?|"
    rf"{_YEAR}年?(?:[\s，,的嗯呃-]*{_DAY}(?:月|[-/.])份?[\s，,的嗯呃-]*(?:{_DAY}[号日]?)?)|(?:19|20)\d\d[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}[号日]?|"
    rf"{_YEAR}年(?:的)?[，,]?(?:农历|阴历)?(?:正|腊|冬)月|(?:19|20)\d{{6}}|{_DAY}月(?:份)?{_DAY}[号日]?|{_YEAR}年"
)
_BORN = re.compile(
    r"生日|老人家|高龄|出生|生于|号生的?|年生的?|月生的?|属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?:的|[，。,.]|$)|农历|阴历|阳历|(?:哪年|几几年)(?:的|生)|date of birth|birth ?day|\bdob\b|born",
    re.I,
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ENGLISH_DATE = re.compile(
    rf"(?:{_YEAR}年?[，,的]*)?(?:农历|阴历)?(?:正|腊|冬|{_DAY})月(?:初|廿){_DAY}?|(?:农历|阴历)(?:正|腊|冬|{_DAY})月[\s，]*(?:初|廿)?(?:{_DAY})?[号日]?|"
    rf"(?:the\s+)?(?:[a-z0-9-]+\s+(?:of\s+)?)?(?:{_MONTHS})(?:\s+(?:the\s+)?[a-z0-9-]+)?(?:[\s,]+(?:(?:19|20)\d\d|nineteen\s+[a-z-]+(?:\s+[a-z-]+)?|"
    rf"two thousand(?: and)?\s*[a-z]*|twenty\s+[a-z-]+))?|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}",
    re.I,
)
_CARD_DATE = re.compile(
    rf"(?:{_YEAR}年?[，,的]*)?(?:农历|阴历)?(?:正|腊|冬|{_DAY})月(?:初|廿){_DAY}?|(?:农历|阴历)(?:正|腊|冬|{_DAY})月[\s，]*(?:初|廿)?(?:{_DAY})?[号日]?|"
    rf"(?:有效期|到期(?:日|年月)?|expir\w*(?: date)?)[^，。,.{_D}]{{0,8}}[，,]?\s*(?P<when>[{_D}]{{1,4}}(?:年|斜杠|斜线|/|\s|，|slash|-|月|,)*[{_D}十]{{0,4}}月?)",
    re.I,
)

_MONTH = re.compile(
    rf"[{_D}]{{1,4}}年[\s，,的]*[{_D}十]{{1,3}}月|[{_D}十]{{1,3}}月(?:份)?[\s，,的]*[{_D}]{{2,4}}年?|(?<!\d)\d\d\s?[/.]\s?\d\d(?!\d)"
)


_OTHER_TERM = re.compile("套餐|流量|优惠|活动|合约|会员|积分|券|保险|宽带|护照|证件")
_WORD = re.compile(
    r"(?:it's|it is|password is|is set to|changed it to)\s+(?P<who>(?!not|wrong|my|the|a |on|in |just|been|still|that|too|so)[a-z]{3,12})\b",
    re.I,
)


def _over_turns(said: Sequence[Said], i: int, text: str) -> list[Finding]:
    """A turn that begins with the @ of an address; its first part is what the speaker said before."""
    found = _AT.match(text)
    if found is None:
        return []
    out = [Finding(i, 0, found.end(), Kind.EMAIL, 0.85)]
    for k in range(i - 1, max(-1, i - 4), -1):
        local = _LOCAL.search(plain(said[k].text))
        if said[k].speaker == said[i].speaker and local:
            out.append(Finding(k, *local.span(), Kind.EMAIL, 0.8))
            break
    return out


def find_contacts(said: Sequence[Said]) -> list[Finding]:
    """All of them, turn by turn."""
    out: list[Finding] = []
    for i, turn in enumerate(said):
        text = plain(turn.text)
        for m in _EMAIL.finditer(text):
            begin = _MAIL_WORDS.match(m[0])
            out.append(
                Finding(i, m.start() + (begin.end() if begin else 0), m.end(), Kind.EMAIL, 0.9)
            )
        out += _over_turns(said, i, text)
        out += [Finding(i, *m.span("who"), Kind.ACCOUNT, 0.85) for m in _WECHAT.finditer(text)]
        out += [Finding(i, *m.span(), Kind.ACCOUNT, 0.7) for m in _MIXED.finditer(text)]
        out += [Finding(i, *m.span(), Kind.MOBILE, 0.8) for m in _STARRED.finditer(text)]
        out += [Finding(i, *m.span("who"), Kind.OTHER, 0.6) for m in _OPENS.finditer(text)]
        out += [Finding(i, *m.span(), Kind.EMAIL, 0.8) for m in _BROKEN_MAIL.finditer(text)]
        for m in _SAID.finditer(text):
            if not _NOT_SAID.search(m["who"]):
                kind = Kind.PASSWORD if m[0][1] in "码令" else Kind.ACCOUNT
                out.append(Finding(i, *m.span("who"), kind, 0.6))
        for m in _PLATE.finditer(text):
            out.append(Finding(i, m.start(), m.start() + len(m[0].rstrip("，, ")), Kind.PLATE, 0.9))
        if re.search("车牌|牌照", "\n".join(x.text for x in said[max(0, i - 2) : i + 1])):
            out += [Finding(i, *m.span(), Kind.PLATE, 0.8) for m in _PLATE_HEAD.finditer(text)]
        nearby = "\n".join(s.text for s in said[max(0, i - 2) : i + 1])
        if _BORN.search(nearby):
            for pattern in (_DATE, _ENGLISH_DATE):
                out += [Finding(i, *m.span(), Kind.BIRTH, 0.85) for m in pattern.finditer(text)]
        cards = "\n".join(s.text for s in said[max(0, i - 3) : i + 1])
        if CARDS.search(cards):
            out += [Finding(i, *m.span("when"), Kind.CODE, 0.85) for m in _CARD_DATE.finditer(text)]
        if EXPIRY.search(cards) and not _OTHER_TERM.search(cards):
            for pattern in (_MONTH, _ENGLISH_DATE):
                out += [Finding(i, *m.span(), Kind.CODE, 0.8) for m in pattern.finditer(text)]
        if "password" in cards.lower():
            out += [Finding(i, *m.span("who"), Kind.PASSWORD, 0.7) for m in _WORD.finditer(text)]
    return out
