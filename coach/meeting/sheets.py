"""The record form as a workbook: our own sheet of one A4, or a company's template with fields by name.

A template is any xlsx: ``{{team}}`` in a cell becomes that field, ``{{rounds.1.question}}`` the first
round's; its logo, widths and borders stay. A cell that holds nothing but one field keeps its number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coach.errors import BadTemplate
from coach.i18n import Translator

FIELD = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDTHS = (12, 16, 44, 16, 22)


def workbook(fields: Mapping[str, Any], t: Translator, template: Path | None = None) -> bytes:
    """The form as xlsx. Raises BadTemplate: it cannot be read, or names a field that there is none of."""
    book = _filled(fields, template) if template else _own(fields, t)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def value(fields: Mapping[str, Any], name: str) -> Any:
    """A field by its name; "" for a round or promise that there is none of. Raises KeyError."""
    first, _, rest = name.partition(".")
    found = fields[first]
    if not rest:
        return found
    if first == "signed":
        return "" if found is None else found[rest]
    number, _, last = rest.partition(".")
    places = list(found)
    if not number.isdigit() or not last:
        raise KeyError(name)
    return places[int(number) - 1][last] if 1 <= int(number) <= len(places) else ""


def _filled(fields: Mapping[str, Any], template: Path) -> Any:
    import openpyxl

    try:
        book = openpyxl.load_workbook(template)
    except Exception as error:  # whatever its reader stumbles over
        raise BadTemplate(name=template.name, detail="xlsx") from error
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "{{" in cell.value:
                    cell.value = _said(fields, cell.value, template.name)
    return book


def _said(fields: Mapping[str, Any], text: str, name: str) -> Any:
    try:
        alone = FIELD.fullmatch(text.strip())
        if alone:
            found = value(fields, alone[1])
            return found if isinstance(found, int | float) else _still(str(found))
        return _still(FIELD.sub(lambda m: str(value(fields, m[1])), text))
    except (KeyError, TypeError) as error:
        raise BadTemplate(name=name, detail=str(error).strip("'\"")[:40]) from error


def _own(fields: Mapping[str, Any], t: Translator) -> Any:
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = t("录音分享记录表")
    for row in rows(fields, t):
        sheet.append([_still(str(v)) for v in row])
    line = Side(style="thin", color="999999")
    for place, cells in enumerate(sheet.iter_rows(max_col=len(WIDTHS)), start=1):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(line, line, line, line)
            cell.font = Font(bold=place == 1, size=14 if place == 1 else 10)
    for column, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = sheet.page_setup.fitToWidth = 1
    return book


def rows(fields: Mapping[str, Any], t: Translator) -> list[list[Any]]:
    """Our own form line by line."""
    f = fields
    out: list[list[Any]] = [
        [t("录音分享记录表"), "", f["title"]],
        [t("日期"), f["date"], f"{f['time']} {f['venue']}".strip(), t("班组"), f["team"]],
        [t("编号"), f["number"], _told(t("今日通报"), f["bulletin"]), t("分享包"), f"{f['pack']} {t('已打码放行') if f['released'] else ''}".strip()],
        [t("主持"), f["leader"], t("计划 {a} 分钟，实际 {b} 分钟", a=f["planned_minutes"], b=f["minutes"]),
         t("业务节点"), f["node"]],
        [t("指标"), f["metric"], f["why"], t("标杆"), f["alias"]],
        [t("到场"), f"{f['present']} / {f['due']}", f["names"], t("缺席"), f["absent"]],
        [t("签到"), "", f["signed_in"], t("迟到"), f["late"]],
        [t("访客"), "", f["visitors"], t("参与率"), _beside(f, "participation", t)],
    ]  # fmt: skip
    for r in f["rounds"]:
        out += [
            [t("第 {n} 回合", n=r["number"]), t("{n} 秒", n=r["seconds"]), r["question"],
             t("作答"), t("{n} 人", n=r["answered"])],
            ["", t("大家说"), r["said"], t("要点"), r["points"]],
            ["", t("标杆"), r["benchmark"], t("差距"), _gap(r, t)],
            ["", t("笔记"), r["notes"], t("猜测"), f"{r['guesses']} {r['hits']}".strip()],
        ]  # fmt: skip
    out.append([t("三个要点"), "", f["recall"], t("要点"), f["recall_points"]])
    out.append([t("今天就用"), "", f["sentence"], t("猜中率"), _beside(f, "hit_rate", t)])
    out += [[t("承诺"), p["who"], p["what"], t("什么时候"), p["until"]] for p in f["promises"]]
    signed = f.get("signed") or {}
    out.append(
        [
            t("签字"),
            signed.get("by", ""),
            f"{signed.get('at', '')[:10]} {signed.get('why', '')}".strip(),
            t("版"),
            signed.get("version", ""),
        ]
    )
    return out + _after(f, t)


def _after(f: Mapping[str, Any], t: Translator) -> list[list[Any]]:
    """What came after the meeting."""
    out: list[list[Any]] = [
        [t("复测"), t("{n} 天后", n=a["days"]), t("{n} 人", n=a["people"]), t("记得"),
         t("{now}（上次 {before}）", now=a["share"], before=a["before"])]
        for a in f["retests"]
    ]  # fmt: skip
    review = f"{f['reviewed_by']} {f['reviewed_at']}".strip()
    return [*out, [t("抽查"), f["check_by"], f["check_result"], t("质检"), review]]


def _beside(f: Mapping[str, Any], name: str, t: Translator) -> str:
    """A figure, and the one of the team's meeting before."""
    before = f[f"previous_{name}"]
    return t("{now}（上次 {before}）", now=f[name] or "—", before=before) if before else f[name]


def _told(label: str, said: str) -> str:
    return f"{label}：{said}" if said else ""


def _gap(r: Mapping[str, Any], t: Translator) -> str:
    """What the team left out, and what it had beyond the benchmark."""
    missed = t("漏：{what}", what=r["missed"]) if r["missed"] else ""
    return "；".join(x for x in (missed, t("多：{what}", what=r["more"]) if r["more"] else "") if x)


def bare(text: str) -> str:
    """Without what no office file may hold."""
    return _CONTROL.sub("", text)[:32_000]


def _still(text: str) -> str:
    """What a spreadsheet would run as a formula stays text."""
    text = bare(text)
    return "'" + text if text[:1] in tuple("=+-@\t\r") else text
