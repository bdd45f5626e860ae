"""E-mail addresses, WeChat names, licence plates, birth dates: by their shape and their cues. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.calls.masking.digits import plain
from coach.calls.masking.findings import Finding, Kind, Said

_D = r"0-9零〇一二三四五六七八九幺两洞拐勾"
_EMAIL = re.compile(
    rf"[a-z{_D}](?:[a-z{_D}._\-+ ]|下划线|减号|杠|点|underscore|dash|dot){{0,60}}?\s*(?:@|艾特|圈a|at(?= ))\s*"
    rf"(?:(?:[a-z{_D}\-]|网易|新浪|搜狐|腾讯|企鹅| )+?)(?:\s*(?:\.|点|dot)\s*(?:[a-z]+))+",
    re.I,
)  # fmt: skip
_WECHAT = re.compile(
    rf"(?:微信(?:号码?|名)?|威信|wechat(?: id)?|q\s*q(?:号码?)?|扣扣(?:号)?|skype|line id)(?:是|叫|为|：|:|，|,|\s|就是|呃|嗯|is)*"
    rf"(?P<who>[a-z{_D}](?:[a-z{_D}_\-]|下划线|杠){{3,29}})",
    re.I,
)
_PLATE = re.compile(
    rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s，,·]*[a-z][\s，,·点]*(?:[a-z{_D}][\s，,]*){{4,6}}[a-z{_D}学挂警]?",
    re.I,
)
_YEAR = rf"(?:(?:19|20)\d\d|[一二两][九零〇][{_D}]{{2}}|[{_D}]{{2}})"
_DAY = r"(?:[0-9零一二三四五六七八九十初]{1,3})"
_DATE = re.compile(
    rf"{_YEAR}年?(?:[\s，,的嗯呃-]*{_DAY}(?:月|[-/.])份?[\s，,的嗯呃-]*(?:{_DAY}[号日]?)?)|(?:19|20)\d\d[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}[号日]?|"
    rf"(?:19|20)\d{{6}}|{_DAY}月(?:份)?{_DAY}[号日]?|{_YEAR}年"
)
_BORN = re.compile(
    r"生日|出生|生于|农历|阴历|阳历|(?:哪年|几几年)(?:的|生)|date of birth|birth ?day|\bdob\b|born",
    re.I,
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ENGLISH_DATE = re.compile(
    rf"(?:the\s+)?(?:[a-z0-9-]+\s+(?:of\s+)?)?(?:{_MONTHS})(?:\s+(?:the\s+)?[a-z0-9-]+)?(?:[\s,]+(?:(?:19|20)\d\d|nineteen\s+[a-z-]+(?:\s+[a-z-]+)?|"
    rf"two thousand(?: and)?\s*[a-z]*|twenty\s+[a-z-]+))?|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}",
    re.I,
)
_CARD_DATE = re.compile(
    rf"(?:有效期|到期(?:日|年月)?|expir\w*(?: date)?)[^，。,.{_D}]{{0,8}}[，,]?\s*(?P<when>[{_D}]{{1,4}}(?:年|斜杠|斜线|/|\s|，|slash|-|月|,)*[{_D}十]{{0,4}}月?)",
    re.I,
)


def find_contacts(said: Sequence[Said]) -> list[Finding]:
    """All of them, turn by turn."""
    out: list[Finding] = []
    for i, turn in enumerate(said):
        text = plain(turn.text)
        out += [Finding(i, *m.span(), Kind.EMAIL, 0.9) for m in _EMAIL.finditer(text)]
        out += [Finding(i, *m.span("who"), Kind.ACCOUNT, 0.85) for m in _WECHAT.finditer(text)]
        for m in _PLATE.finditer(text):
            out.append(Finding(i, m.start(), m.start() + len(m[0].rstrip("，, ")), Kind.PLATE, 0.9))
        nearby = "\n".join(s.text for s in said[max(0, i - 2) : i + 1])
        if _BORN.search(nearby):
            for pattern in (_DATE, _ENGLISH_DATE):
                out += [Finding(i, *m.span(), Kind.BIRTH, 0.85) for m in pattern.finditer(text)]
        cards = "\n".join(s.text for s in said[max(0, i - 3) : i + 1])
        if re.search(r"信用卡|卡|安全码|cv[vcn]|card", cards, re.I):
            out += [Finding(i, *m.span("when"), Kind.CODE, 0.85) for m in _CARD_DATE.finditer(text)]
    return out
