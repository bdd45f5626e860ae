"""Spoken Chinese numbers and how they are written. Pure.

The transcript keeps what was said; the written reading stands beside it (幺三八… → 138…, 五十九块九 →
59.9元). Inverse text normalisation is known to break telephone numbers when it rewrites the text, so
nothing is rewritten here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{"〇": 0, "洞": 0, "幺": 1, "两": 2, "俩": 2, "拐": 7, "勾": 9},
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_D = "零〇一二三四五六七八九幺两"
_NUMBER = f"[{_D}十百千万亿]"
# 洞, 拐 and 勾 are words of their own: digits only within a longer string of digits
_STRING = re.compile(f"[{_D}]{{2,}}[{_D}洞拐勾]+|[{_D}洞拐勾]{{3,}}")
_MONEY = re.compile(
    f"(?P<n>{_NUMBER}+)(?:块钱?|元)(?:(?P<jiao>[{_D}])(?:毛|角)?)?(?:(?P<fen>[{_D}])分(?!钟))?|"
    f"(?P<only>[{_D}])(?:毛|角)(?P<cents>[{_D}])?分?"
)
_CLOCK = re.compile(
    f"(?P<h>[{_D}十]+)点(?:(?P<m>[{_D}十]+)分?|(?P<half>半)|(?P<quarter>[一三]刻)|钟|整)"
)
_DATE = re.compile(f"(?:(?P<y>[{_D}]{{2,4}})年)?(?P<m>[{_D}十]+)月(?:份|(?P<d>[{_D}十]+)[号日])?")
_PERCENT = re.compile(f"百分之(?P<n>{_NUMBER}+)(?:点(?P<f>[{_D}]+))?")
_DECIMAL = re.compile(f"(?P<n>{_NUMBER}+)点(?P<f>[{_D}]+)")
_PLAIN = re.compile(f"{_NUMBER}*[十百千万亿]{_NUMBER}*")


@dataclass(frozen=True)
class Reading:
    """Characters [start, end) of a text, as they would be written."""

    start: int
    end: int
    written: str


def value(spoken: str) -> int | None:
    """三百二十 → 320, 一万二 → 12000; None for what is no number (一十百)."""
    total = section = digit = last = 0
    seen = False
    for c in spoken:
        if c in DIGITS:
            digit, seen = DIGITS[c], True
            last = 1 if c in "零〇" else last
        elif c in _UNITS:
            if digit == 0 and not (_UNITS[c] == 10 and section % 100 == 0):
                return None
            section += (digit or 1) * _UNITS[c]
            digit, last, seen = 0, _UNITS[c], True
        elif c in _BIG:
            if not seen:
                return None
            total = (total + section + digit) * _BIG[c]
            section, digit, last = 0, 0, _BIG[c]
        else:
            return None
    if digit and last > 10:
        digit *= last // 10  # 一万二 is 12,000, 三百五 is 350
    return total + section + digit if seen else None


def readings(text: str) -> list[Reading]:
    """Every number in ``text`` of more than one character, in order, none overlapping."""
    found: list[Reading] = []
    taken = [False] * len(text)
    for pattern, write in _KINDS:
        for match in pattern.finditer(text):
            first, last = match.span()
            written = None if any(taken[first:last]) else write(match)
            if written is not None:
                taken[first:last] = [True] * (last - first)
                found.append(Reading(first, last, written))
    return sorted(found, key=lambda r: r.start)


def _string(match: re.Match[str]) -> str | None:
    return "".join(str(DIGITS[c]) for c in match[0])


def _money(match: re.Match[str]) -> str | None:
    if match["only"]:
        amount = Decimal(DIGITS[match["only"]]) / 10
        amount += Decimal(DIGITS[match["cents"]] if match["cents"] else 0) / 100
    else:
        whole = _whole(match["n"])
        if whole is None:
            return None
        amount = Decimal(whole)
        amount += Decimal(DIGITS[match["jiao"]] if match["jiao"] else 0) / 10
        amount += Decimal(DIGITS[match["fen"]] if match["fen"] else 0) / 100
    return f"{amount.normalize():f}元"


def _whole(spoken: str) -> int | None:
    """A number with units, or digits said one by one (一九九块)."""
    if len(spoken) > 1 and all(c in DIGITS for c in spoken):
        return int("".join(str(DIGITS[c]) for c in spoken))
    return value(spoken)


def _clock(match: re.Match[str]) -> str | None:
    hour = value(match["h"])
    if hour is None or hour > 24:
        return None
    if match["m"]:
        minute = _whole(match["m"])
        two = len(match["m"]) > 1 or "十" in match["m"]
        if minute is None or minute > 59 or not (two or match[0].endswith("分")):
            return None  # 三点五: a decimal
        return f"{hour}:{minute:02}"
    if match["half"]:
        return f"{hour}:30"
    if match["quarter"]:
        return f"{hour}:{15 * DIGITS[match['quarter'][0]]}"
    return f"{hour}:00"


def _date(match: re.Match[str]) -> str | None:
    month, day = value(match["m"]), value(match["d"]) if match["d"] else None
    if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    year = "".join(str(DIGITS[c]) for c in match["y"]) + "年" if match["y"] else ""
    end = f"{day}日" if day is not None else ""
    return f"{year}{month}月{end}"


def _percent(match: re.Match[str]) -> str | None:
    return _decimal(match, "%")


def _decimal(match: re.Match[str], unit: str = "") -> str | None:
    whole = _whole(match["n"])
    if whole is None:
        return None
    part = "".join(str(DIGITS[c]) for c in match["f"]) if match["f"] else ""
    return f"{whole}{'.' + part if part else ''}{unit}"


def _plain(match: re.Match[str]) -> str | None:
    found = value(match[0])
    return str(found) if found is not None and len(match[0]) > 1 else None


_KINDS = (
    (_PERCENT, _percent),
    (_DATE, _date),
    (_MONEY, _money),
    (_CLOCK, _clock),
    (_DECIMAL, _decimal),
    (_STRING, _string),
    (_PLAIN, _plain),
)
