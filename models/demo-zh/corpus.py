"""What is said in training: service phrases with their slots filled, dictionary words, digits.

The sentences of the demo calls are kept out, and one phrase in twenty is kept for measuring.
"""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "recordings" / "demo" / "dialogues.toml"
DIGITS = "零幺二三四五六七八九"
PUNCTUATION = "，。？！、"
RARER = "呃嗯嘞幺昵浏阖靓驿G"  # what hotlines say beyond GB 2312's first level
# GB 2312's first level: the 3,755 common characters, in the order of their pinyin.
CHARACTERS = frozenset(
    bytes((row, cell)).decode("gb2312", "ignore")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
) - {""} | set(RARER)
SHARED_CLAUSE = 7  # characters in a row that make a sentence one of the demo's


def bare(text: str) -> str:
    """Without punctuation."""
    return re.sub(r"[^\w]", "", text)


@cache
def demo_clauses() -> frozenset[str]:
    """Every run of SHARED_CLAUSE characters said in the demo calls."""
    said = [
        bare(line.split(" ", 3)[3])
        for call in tomllib.loads(DEMO.read_text("utf-8"))["call"]
        for line in call["lines"].strip().splitlines()
        if not line.startswith("H ")
    ]
    return frozenset(
        s[i : i + SHARED_CLAUSE] for s in said for i in range(len(s) - SHARED_CLAUSE + 1)
    )


def is_demo(text: str) -> bool:
    """Whether ``text`` shares a clause with the demo calls."""
    plain = bare(text)
    return any(
        plain[i : i + SHARED_CLAUSE] in demo_clauses()
        for i in range(len(plain) - SHARED_CLAUSE + 1)
    )


@cache
def phrases(held: bool) -> tuple[str, ...]:
    """The phrases to train on, or those kept for measuring."""
    lines = (HERE / "phrases.txt").read_text("utf-8").split("\n")
    return tuple(
        line
        for line in dict.fromkeys(lines)
        if line
        and set(re.sub(r"\{\w+\}", "", line)) <= CHARACTERS | set(PUNCTUATION)
        and not is_demo(line)
        and (hashlib.sha256(line.encode()).digest()[0] % 20 == 0) is held
    )


@cache
def slots() -> dict[str, list[str]]:
    """The names that fill a slot, those of CHARACTERS only."""
    lists = tomllib.loads((HERE / "slots.toml").read_text("utf-8"))
    return {slot: [n for n in names if set(n) <= CHARACTERS] for slot, names in lists.items()}


def spoken(n: int) -> str:
    """0 ≤ n < 10,000 as it is said."""
    if n < 10:
        return "零一二三四五六七八九"[n]
    out, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // power % 10
        if digit:
            one = digit == 1 and power == 10 and not out
            out += ("零" if zero and out else "") + ("" if one else spoken(digit)) + unit
            zero = False
        elif out:
            zero = True
    return out


def digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(DIGITS) for _ in range(count))


def fill(slot: str, draw: random.Random) -> str:
    """One value for a slot of phrases.txt."""
    number = draw.randint
    match slot:
        case "钱":
            unit = draw.choice(["块", "块", "块钱", "元"])
            cents = spoken(number(1, 9)) + "毛" if unit == "块" and draw.random() < 0.15 else ""
            n = draw.choice([number(1, 100), number(1, 400), 10 * number(1, 60)])
            return spoken(n) + unit + cents
        case "数":
            return spoken(number(1, 100))
        case "手机号":
            return "幺" + draw.choice("三五七八九") + digits(draw, 9)
        case "四位" | "工号":
            return digits(draw, 4)
        case "日期":
            week = draw.choice(["周", "下周", "星期", "这周"]) + draw.choice("一二三四五六")
            day = f"{spoken(number(1, 12))}月{spoken(number(1, 31))}号"
            return draw.choice([week, day, day, f"{spoken(number(1, 31))}号", "明天", "后天"])
        case "时间":
            part = draw.choice(["早上", "上午", "中午", "下午", "晚上"])
            return f"{part}{spoken(number(1, 12))}点{draw.choice(['', '半', '钟', '四十'])}"
        case "月":
            return spoken(number(1, 12)) + draw.choice(["月", "月份"])
        case "天":
            n = spoken(number(1, 30)).replace("二", "两", 1) if draw.random() < 0.2 else ""
            n = n or draw.choice(["一", "两", "三", "五", "七", "十", "十五"])
            return n + draw.choice(["天", "个工作日", "个小时", "个月", "分钟"])
        case "流量":
            return spoken(number(1, 100)) + "个G"
        case "楼":
            room = "" if draw.random() < 0.5 else digits(draw, 3) + "室"
            return f"{spoken(number(1, 30))}号楼{spoken(number(1, 6))}单元{room}"
        case _:
            return draw.choice(slots()[slot])


def phrase(draw: random.Random, *, held: bool = False) -> str:
    """A service sentence."""
    template = draw.choice(phrases(held))
    return re.sub(r"\{(\w+)\}", lambda m: fill(m[1], draw), template)


@cache
def words() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Dictionary words of CHARACTERS, and the sums of the roots of their frequencies."""
    import jieba

    kept = []
    with jieba.get_dict_file() as lines:
        for raw in lines:
            word, count, *_ = raw.decode().split()
            if len(word) <= 4 and int(count) > 2 and set(word) <= CHARACTERS:
                kept.append((word, int(count)))
    total, sums = 0.0, []
    for _, n in kept:
        total += n**0.4
        sums.append(total)
    return tuple(w for w, _ in kept), tuple(sums)


def random_words(draw: random.Random) -> str:
    """Words in no order: every character turns up, whatever the phrases lack."""
    pool, sums = words()
    chosen = draw.choices(pool, cum_weights=sums, k=draw.randint(2, 7))
    out = "".join(w + ("，" if draw.random() < 0.15 else "") for w in chosen).rstrip("，")
    return out + draw.choice("。。。？")


def number_talk(draw: random.Random) -> str:
    """Digit strings and amounts, the words least helped by their neighbours."""
    kind = draw.randrange(5)
    if kind == 0:
        return f"{fill('手机号', draw)}。"
    if kind == 1:
        return f"{digits(draw, draw.randint(3, 9))}，{digits(draw, draw.randint(2, 5))}。"
    if kind == 2:
        return f"{fill('手机号', draw)}，{draw.choice(['对吗', '是吧', '没错吧', '对不对'])}？"
    if kind == 3:
        return f"{fill('钱', draw)}，{fill('日期', draw)}，{fill('时间', draw)}。"
    return (
        f"{spoken(draw.randint(1, 9999))}，{spoken(draw.randint(1, 999))}，{fill('流量', draw)}。"
    )


def sentence(draw: random.Random, *, service: bool) -> str:
    """What is said next in training; without ``service`` only what teaches sounds."""
    while True:
        kind = draw.random() if service else 0.65 + 0.35 * draw.random()
        if kind < 0.55:
            text = phrase(draw)
        elif kind < 0.65:
            text = phrase(draw) + phrase(draw)
        elif kind < 0.85:
            text = random_words(draw)
        else:
            text = number_talk(draw)
        if not is_demo(text) and len(text) <= 60:
            return text
