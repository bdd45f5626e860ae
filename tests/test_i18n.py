"""Every Chinese string on a screen has its English, and none is left over."""

import ast
import re
import string
from pathlib import Path

from babel.messages.pofile import read_po

from coach.errors import all_errors
from coach.i18n import Translator

PACKAGE = Path(__file__).parents[1] / "coach"


def used() -> set[str]:
    """First arguments of t(…) and later(…), and both of begin(…), wherever they stand."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                taken = {"t": 1, "later": 1, "begin": 2}.get(node.func.id, 0)
                for argument in node.args[:taken]:
                    found |= {
                        c.value for c in ast.walk(argument)
                        if isinstance(c, ast.Constant) and isinstance(c.value, str) and c.value
                    }  # fmt: skip
    return {text for text in found if re.search(r"[\u4e00-\u9fff]", text)}


def catalogue() -> dict[str, str]:
    with (PACKAGE / "locale" / "en.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale="en") if m.id}


def test_english_is_complete_and_has_nothing_left_over() -> None:
    texts = catalogue()
    missing = sorted(used() - {k for k, v in texts.items() if v})
    assert missing == []
    assert sorted(set(texts) - used()) == []


def test_both_languages_fill_the_same_fields() -> None:
    for source, text in catalogue().items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(x) if f} for x in (source, text)]
        assert fields[0] == fields[1], source


def test_english_holds_no_chinese() -> None:
    assert [v for v in catalogue().values() if re.search(r"[\u4e00-\u9fff]", v)] == []


def test_the_translator_speaks_both() -> None:
    assert Translator("zh")("班组") == "班组"
    assert Translator("en")("班组") == "Team"
    assert Translator("??").language == "zh"


def test_every_error_has_a_code_both_sentences_and_advice() -> None:
    errors = all_errors()
    codes = [e.code for e in errors]
    assert len(codes) == len(set(codes))
    for e in errors:
        assert re.search(r"[\u4e00-\u9fff]", e.zh), e
        assert re.search(r"[\u4e00-\u9fff]", e.do_zh), e
        for english in (e.en, e.do_en):
            assert not re.search(r"[\u4e00-\u9fff]", english), e
            assert english.strip(), e
        fields = [{f for _, f, _, _ in string.Formatter().parse(x) if f} for x in (e.zh, e.en)]
        assert {f.removesuffix("_en") for f in fields[0]} == {
            f.removesuffix("_en") for f in fields[1]
        }, e
