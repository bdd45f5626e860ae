"""The record form as one A4 of HTML, to print. Pure; nothing in it acts."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from coach.i18n import Translator
from coach.meeting.sheets import rows

LONGEST = (160, 120, 90, 60, 40, 25, 15)  # characters of a cell on paper
SIZES = (10.0, 9.25, 8.5, 7.75, 7.0)  # points
WIDE = (13.0, 20.0, 90.0, 13.0, 30.0)  # millimetres of text in each column
HIGH = 240.0  # millimetres: an A4 less margins, title and foot
STYLE = """
@page { size: A4; margin: 12mm; }
body { font: %spt/1.4 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #111; margin: 12mm auto; max-width: 186mm; }
@media print { body { margin: 0; } .screen { display: none; } }
h1 { font-size: 15pt; margin: 0 0 3mm; } table { border-collapse: collapse; width: 100%%; table-layout: fixed; }
td { border: .3mm solid #888; padding: .6mm 1.5mm; vertical-align: top; overflow-wrap: anywhere; }
td:nth-child(1) { width: 17mm; font-weight: 600; } td:nth-child(2) { width: 24mm; } td:nth-child(4) { width: 17mm; } td:nth-child(5) { width: 34mm; }
p { margin: 3mm 0 0; font-size: 8.5pt; color: #444; }
"""


def printed(fields: Mapping[str, Any], t: Translator, by: str = "") -> str:
    """A whole page. ``by``: who prints it, and when; on every sheet."""
    size, table = _fitted(rows(fields, t))
    title = html.escape(f"{table[0][0]} · {fields['title']}")
    body = "".join(
        "<tr>" + "".join(f'<td dir="auto">{html.escape(str(v))}</td>' for v in _five(row)) + "</tr>"
        for row in table[1:]
    )
    language = "zh-CN" if t.language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE % size}</style><h1>{title}</h1><table>{body}</table><p>{html.escape(by)}</p></html>"
    )


def _five(row: list[str]) -> list[str]:
    return [*row, *[""] * (5 - len(row))]


def _fitted(table: list[list[Any]]) -> tuple[float, list[list[str]]]:
    """The letters' size in points, and the texts, so that all is one A4: first smaller letters, then
    shorter texts."""
    for longest in LONGEST:
        short = [[_short(str(v), longest) for v in row] for row in table]
        for size in SIZES:
            if _height(short, size) <= HIGH:
                return size, short
    return SIZES[-1], short


def _short(text: str, longest: int) -> str:
    """What several wrote alike stands once, with how often; what is long is cut: all of it is in the
    other forms."""
    said = Counter(text.split("；"))
    text = "；".join(f"{one}（×{n}）" if n > 1 else one for one, n in said.items())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _height(table: list[list[str]], size: float) -> float:
    """Millimetres that a table takes, a little too many: letters as wide as they are high."""
    em = size * 25.4 / 72
    lines = (
        max(1, *(math.ceil(len(v) * em / w) for v, w in zip(_five(row), WIDE, strict=True)))
        for row in table
    )
    return sum(1.4 * em * n + 1.6 for n in lines)
