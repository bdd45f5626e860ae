"""Made-up calls with personal data whose places are known: what masking is measured on.

Templates (tests/data/masking/templates.txt) give the talk, words.toml the words and forms, this
module the values and the ways in which people say them. It knows nothing of the masking itself.
`python -m tests.masking_cases [seed]` prints twenty cases with the spans in 【】.
"""

import hashlib
import random
import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "masking"
WORDS: dict[str, Any] = tomllib.loads((DATA / "words.toml").read_text("utf-8"))
KINDS = {slot: kind for kind, slots in WORDS["kinds"].items() for slot in slots.split()}
SLOT = re.compile(r"\{([a-z]+)(\d?)(?::(\w+))?(?:#(\d))?\}")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
MARKS = re.compile("[，。？！、：,.?!]")
HANDS = "零一二三四五六七八九"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NARROW = str.maketrans("，。？！", ",.?!")
DIGITS = re.compile(r"[0-9０-９零〇一二三四五六七八九十两幺洞拐勾叉]")
EN_ONES: list[str] = WORDS["en"]["numerals"]["ones"].split()
EN_TENS: list[str] = WORDS["en"]["numerals"]["tens"].split()
NUMERALS = {"oh", "double", *EN_ONES, *EN_TENS}


@dataclass(frozen=True)
class Span:
    """One piece of personal data: offsets of characters within a turn's text."""

    turn: int
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Case:
    """A short dialogue with every piece of personal data marked."""

    language: str
    turns: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    template: int


class Script:
    """A dialogue being written: its turns and spans, and the values already given to slots."""

    def __init__(self, rng: random.Random, english: bool, bare: bool) -> None:
        self.rng, self.en, self.bare = rng, english, bare
        self.turns: list[list[str]] = []
        self.spans: list[Span] = []
        self.values: dict[str, Any] = {}
        self.yao = rng.choice([0.0, 1.0, 1.0, 0.5])
        self.odd = {2: "两", 0: "洞", 7: "拐", 9: "勾"} if rng.random() < 0.12 else {}

    def say(self, text: str, kind: str = "") -> None:
        """Add to the current turn, as personal data of this kind or as plain talk."""
        turn, here = self.turns[-1], len(self.turns) - 1
        text = text if turn[1] else text.lstrip()
        start, end = len(turn[1]), len(turn[1]) + len(text)
        turn[1] += text
        if kind and text:
            last = self.spans[-1] if self.spans else None
            if last and (last.turn, last.end, last.kind) == (here, start, kind):
                start = self.spans.pop().start
            self.spans.append(Span(here, start, end, kind))

    def talk(self, text: str) -> None:
        """Talk inside a number: never digits, and no marks where the dialogue has none."""
        assert not DIGITS.search(text), text
        assert not NUMERALS & set(re.findall("[a-z]+", text.lower())), text
        if self.bare:
            text = MARKS.sub("", text.replace("…", " ")) or self.rng.choice(["", " "])
        self.say(text)

    def word(self, name: str) -> str:
        """Some talk of a sort: a joint, a correction, a nod."""
        return str(self.rng.choice(look("talk", name, self.en).split("|")))

    def reply(self, echo: str = "", kind: str = "") -> None:
        """The other side nods or echoes, then the speaker goes on."""
        speaker = self.turns[-1][0]
        self.turns.append(["A" if speaker == "C" else "C", ""])
        self.say(echo, kind)
        if not echo or self.rng.random() < 0.5:
            self.talk(self.word("after" if echo else "ack"))
        self.turns.append([speaker, ""])


def look(table: str, name: str, en: bool) -> Any:
    """An entry of words.toml in a language, or the Chinese one where it will do for both."""
    found = WORDS["en"].get(table, {}).get(name) if en else None
    return found or WORDS["zh"].get(table, {}).get(name)


def cardinal(number: int) -> str:
    """A Chinese number below ten thousand, as said: 一百零八, 二十三."""
    text, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + HANDS[digit] + word
        gap = not digit
    return text[1:] if text.startswith("一十") else text


def english(number: int) -> str:
    """An English number below a hundred, as said."""
    if number < 20:
        return EN_ONES[number]
    return EN_TENS[number // 10 - 2] + (f" {EN_ONES[number % 10]}" if number % 10 else "")


def spoken(script: Script, text: str) -> str:
    """Digits as this speaker says them; letters stay, but the X of an identity card."""
    rng, said = script.rng, ""
    if script.en:
        return spoken_english(rng, text)
    for digit, more, letter in re.findall(r"(\d)(\1*)|(\D)", text):
        if letter:
            said += rng.choice(["X", "X", "x", "叉", "艾克斯"]) if letter == "X" else letter
            continue
        words = ""
        for _ in digit + more:
            one = "幺" if rng.random() < script.yao else "一"
            plain = one if digit == "1" else HANDS[int(digit)]
            words += script.odd.get(int(digit), plain) if rng.random() < 0.6 else plain
        count = len(words)
        said += f"{HANDS[count]}个{words[0]}" if 2 < count < 9 and rng.random() < 0.6 else words
    return said


def spoken_english(rng: random.Random, text: str) -> str:
    """Digits as English words: oh, double five."""
    words, zero = list[str](), rng.choice(["oh", "oh", "zero"])
    for digit, more, letters in re.findall(r"(\d)(\1?)|([A-Z]|[^A-Z\d]+)", text):
        word = letters or (zero if digit == "0" else EN_ONES[int(digit)])
        twice = ["double " + word] if rng.random() < 0.6 else [word, word]
        words += twice if more else [word]
    return " ".join(words)


def atom(script: Script, rng: random.Random, name: str, written: bool) -> str:
    """What stands for <name> in a form: a number, digits, or a word of a list."""
    if number := re.fullmatch(r"(=?)(\d+)-(\d+)", name):
        value = rng.randint(int(number[2]), int(number[3]))
        if written or number[1]:
            text = f"{value:0{len(number[2])}}" if number[1] else str(value)
            return text if written else spoken(script, text)
        return english(value) if script.en else cardinal(value)
    if digits := re.fullmatch(r"d(\d)", name):
        text = "".join(rng.choice("0123456789") for _ in range(int(digits[1])))
        return text if written else spoken(script, text)
    if name in ("district", "village"):
        return rng.choice(place(script, name == "village")[2:])
    words: str = look("lists", name, script.en)
    word = rng.choice(words.split("|" if "|" in words else None))
    if name == "pinyin" and not written and script.rng.random() < 0.2:
        return " ".join(word)
    return word if name not in ("first", "last") else word.lower()


def place(script: Script, county: bool) -> list[str]:
    """Where this dialogue's addresses lie: city, province, districts or what villages begin with."""
    where = "counties" if county else "districts"
    city = script.values.setdefault(where, script.rng.choice(sorted(WORDS[where])))
    return [city, *WORDS[where][city]]


def said_place(script: Script, county: bool) -> str:
    """The city as said, with or without its province: never personal."""
    city, province = place(script, county)[:2]
    ways = [city, f"{city}市", f"{province}{city}", f"{province}省{city}市"]
    return script.rng.choice(ways if province else ways[:2])


def choose(rng: random.Random, text: str) -> str:
    """Take one wording of each [a|b]."""
    while found := CHOICE.search(text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    return text


def number_of(script: Script, slot: str, rng: random.Random) -> list[str]:
    """The groups of a number, with a right check digit where the kind has one."""
    form = rng.choice(look("numbers", slot, script.en))
    groups = re.sub("<(.*?)>", lambda m: atom(script, rng, m[1], True), form).split()
    body = "".join(groups)
    if slot == "card":
        double = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(body))]
        groups[-1] += str(-sum(n - 9 if n > 9 else n for n in double) % 10)
    elif slot == "id" and not script.en:
        groups[-1] += "10X98765432"[sum(int(d) * 2 ** (17 - i) for i, d in enumerate(body)) % 11]
    return groups


def regroup(rng: random.Random, groups: list[str]) -> list[str]:
    """The usual groups, or whatever the speaker takes a breath after."""
    text, cut = "".join(groups), list[str]()
    if rng.random() < 0.6:
        return groups
    while text:
        size = rng.choice([2, 3, 3, 4, 4, 5, 6])
        size += len(text) - size == 1  # nobody leaves one digit over
        cut, text = [*cut, text[:size]], text[size:]
    return cut


def in_one(script: Script, kind: str, groups: list[str], style: str) -> None:
    """Without a pause: written, full-width, spoken, in groups, or digit by digit."""
    mark = script.rng.choice([" ", " ", "-"]) if style == "grouped" else " "
    whole = "".join(groups)
    if style in ("grouped", "spaced"):
        for index, group in enumerate(groups if style == "grouped" else whole):
            script.say(mark if index else "")
            script.say(group if style == "grouped" else spoken(script, group), kind)
    else:
        ways = {"written": whole, "full": whole.translate(WIDE)}
        script.say(ways[style] if style in ways else spoken(script, whole), kind)


def in_chunks(script: Script, kind: str, groups: list[str], style: str) -> None:
    """Chunk by chunk: with pauses, turn by turn, echoed, corrected, or half written."""
    rng, chunks = script.rng, regroup(script.rng, groups)
    digits, wrong = rng.random() < 0.3, rng.randrange(len(chunks))
    by_turns = style in ("turns", "echo")
    for index, chunk in enumerate(chunks):
        as_is = digits or (style == "mixed" and (index == 0 or rng.random() < 0.4))
        if index and not by_turns:
            script.talk(script.word("join"))
        if style == "fixed" and index == wrong and chunk[-1].isdigit():
            near = chunk[:-1] + str((int(chunk[-1]) + rng.randint(1, 9)) % 10)
            script.say(near if as_is else spoken(script, near), kind)
            script.talk(script.word("oops"))
        script.say(chunk if as_is else spoken(script, chunk), kind)
        if by_turns and index < len(chunks) - 1:
            script.reply(spoken(script, chunk) if style == "echo" else "", kind)


def put_number(script: Script, kind: str, groups: list[str], style: str, again: bool) -> None:
    """A number in the style asked for, or in any; a plain one where it was said before."""
    easy = ["written", "spoken"] * (3 if len(groups) == 1 else 2) + ["full"] * (not script.en)
    hard = ["chunks", "chunks", "mixed", "fixed", "turns", "echo", "repeat", "grouped"]
    rare = ["fixed", "repeat", "spaced"] if len(groups) == 1 else hard
    style = style or script.rng.choice(easy if again else easy + rare)
    if style == "repeat":
        in_one(script, kind, groups, script.rng.choice(["written", "spoken"]))
        script.talk(script.word("again"))
        style = script.rng.choice(["spoken", "grouped"])
    one = style in ("written", "full", "spoken", "grouped", "spaced")
    (in_one if one else in_chunks)(script, kind, groups, style)


def put_form(script: Script, slot: str, style: str, seed: str, again: bool) -> None:
    """A phrase after a form; the seed keeps its form and numbers when it is said again."""
    kind, rng, written = KINDS.get(slot, ""), random.Random(seed), script.rng.random() < 0.4
    chunked = look("chunked", slot, script.en) if not (script.en and slot == "birth") else None
    forms = chunked or look("forms", slot, script.en) or look("plain", slot, script.en)
    if isinstance(forms, dict):
        usual = [name for name in forms if name != "green" and not (again and name == "turns")]
        style = style or script.rng.choice(usual)
        written, forms = style == "written" or script.rng.random() < 0.15, forms[style]
    forms = [forms[int(style)]] if style.isdigit() else forms
    form = choose(script.rng, rng.choice(forms))
    written = written or bool(re.search("[$£.:/@·-]", re.sub("<.*?>", "", form)))
    for piece in re.split("(<.*?>|~)", form):
        if piece == "~":
            script.reply()
        elif piece[:1] == "<":
            script.say(atom(script, rng, piece[1:-1], written), kind)
        elif chunked:
            script.talk(piece)
        else:
            script.say(MARKS.sub("", piece) if script.bare and piece == "，" else piece, kind)


def put_person(script: Script, slot: str, tag: str) -> None:
    """A name, or a part of one, or how it is spelt."""
    rng = script.rng
    if "person" + tag not in script.values:
        spelt = rng.random() < 0.3 or "spelt" in script.values
        lists = ("last", "first") if script.en else ("surnames", "given")
        pair = [rng.choice(look("lists", name, script.en).split()) for name in lists]
        if spelt and not script.en:
            pair = [rng.choice(list(WORDS["spelt"])), rng.choice(list(WORDS["gspelt"]))]
        script.values["person" + tag] = pair
    last, first = script.values["person" + tag]
    full = f"{first} {last}" if script.en else last + first
    spelling = " ".join(last.upper()) if script.en else WORDS["spelt"].get(last, last)
    ways = {"name": full, "surname": last, "given": first, "spelt": spelling}
    script.say(ways[slot] if slot in ways else WORDS["gspelt"][first], "姓名")


def put(script: Script, slot: str, tail: str, style: str, tag: str) -> None:
    """Fill in one slot."""
    again = slot + tag in script.values
    seed = script.values.setdefault(slot + tag, str(script.rng.random()))
    if slot == "place":
        script.say(said_place(script, style == "county"))
    elif slot == "city":
        script.say(atom(script, random.Random(seed), "cities", True))
    elif KINDS.get(slot) == "姓名":
        put_person(script, slot, tag)
    elif look("numbers", slot, script.en):
        groups = number_of(script, slot, random.Random(seed))
        groups = ["".join(groups)[-int(tail) :]] if tail else groups
        put_number(script, KINDS[slot], groups, style, again)
    else:
        put_form(script, slot, style, seed, again)


def render(template: int, block: str, rng: random.Random) -> Case:
    """One dialogue after a template."""
    en = not re.search("[一-鿿]", block)
    silent = rng.random() < 0.12
    script = Script(rng, en, silent or not MARKS.search(SLOT.sub("", block)))
    if "spelt}" in block:
        script.values["spelt"] = ""
    for line in choose(rng, block).splitlines():
        script.turns.append([line[0], ""])
        at = 3
        for slot in [*SLOT.finditer(line), None]:
            literal = line[at : slot.start() if slot else None]
            script.say(MARKS.sub(" ", literal) if silent and not en else literal)
            if slot:
                put(script, slot[1], slot[2] or "", slot[3] or "", slot[4] or "")
                at = slot.end()
    narrow = not en and rng.random() < 0.08
    turns = [(who, t.translate(NARROW) if narrow else t) for who, t in script.turns]
    spans = tuple(script.spans)
    for text in (turns[s.turn][1][s.start : s.end] for s in spans):
        assert "" != text == text.strip(" ，。"), (block, text)
    return Case("en" if en else "zh", tuple((w, t.rstrip()) for w, t in turns), spans, template)


@cache
def blocks() -> tuple[str, ...]:
    """The templates, in the order of the file."""
    lines = (DATA / "templates.txt").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    return tuple(b.strip("\n") for b in re.split(r"\n{2,}", text) if b.strip())


def half_of(block: str) -> str:
    """Which half a template belongs to: by its text, so that others do not move it."""
    return "held" if hashlib.sha256(block.encode()).digest()[0] % 2 else "tuned"


def cases(half: str, per_template: int = 12) -> list[Case]:
    """The dialogues of a half, "tuned" or "held": the same in every run, none of them twice."""
    made: dict[tuple[tuple[str, str], ...], Case] = {}
    for index, block in enumerate(blocks()):
        for turn in range(per_template if half_of(block) == half else 0):
            case = render(index, block, random.Random(f"{turn} {block}"))
            made.setdefault(case.turns, case)
    return list(made.values())


def marked(case: Case) -> str:
    """A case for reading over."""
    lines = []
    for index, (speaker, text) in enumerate(case.turns):
        for span in sorted((s for s in case.spans if s.turn == index), key=lambda s: -s.start):
            text = f"{text[: span.start]}【{text[span.start : span.end]}】{text[span.end :]}"
        lines.append(f"{speaker}: {text}")
    return "\n".join(lines)


if __name__ == "__main__":
    chance = random.Random(sys.argv[1] if len(sys.argv) > 1 else "0")
    for shown in chance.sample(cases("tuned") + cases("held"), 20):
        print(f"# {shown.template} {sorted({s.kind for s in shown.spans})}\n{marked(shown)}\n")
