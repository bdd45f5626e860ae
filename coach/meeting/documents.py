"""The record form as a Word document: our own page, or a company's with fields by name.

A template is any docx: ``{{team}}`` in a paragraph, a table, a header or a footer becomes that field, as in
the workbook. Word cuts a field into pieces where somebody stopped typing, so a paragraph that holds one is
written anew in the letters of its first piece.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from coach.errors import BadTemplate
from coach.i18n import Translator
from coach.meeting.sheets import FIELD, bare, rows, value


def document(fields: Mapping[str, Any], t: Translator, template: Path | None = None) -> bytes:
    """The form as docx. Raises BadTemplate: it cannot be read, or names a field that there is none of."""
    made = _filled(fields, template) if template else _own(fields, t)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _filled(fields: Mapping[str, Any], template: Path) -> Any:
    import docx

    try:
        made = docx.Document(str(template))
    except Exception as error:  # whatever its reader stumbles over
        raise BadTemplate(name=template.name, detail="docx") from error
    for paragraph in _paragraphs(made):
        if "{{" in paragraph.text:
            _write(paragraph, fields, template.name)
    return made


def _write(paragraph: Any, fields: Mapping[str, Any], name: str) -> None:
    try:
        text = FIELD.sub(lambda m: bare(str(value(fields, m[1]))), paragraph.text)
    except (KeyError, TypeError) as error:
        raise BadTemplate(name=name, detail=str(error).strip("'\"")[:40]) from error
    first, *rest = paragraph.runs
    first.text = text
    for run in rest:
        run.text = ""


def _paragraphs(part: Any) -> Iterator[Any]:
    """Those of a document, of its tables and of its headers and footers."""
    yield from part.paragraphs
    for table in part.tables:
        for cell in {id(c._tc): c for row in table.rows for c in row.cells}.values():
            yield from _paragraphs(cell)
    for section in getattr(part, "sections", ()):
        for margin in (section.header, section.footer):
            yield from _paragraphs(margin)


def _own(fields: Mapping[str, Any], t: Translator) -> Any:
    import docx
    from docx.shared import Mm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(12)
    made.styles["Normal"].font.size = Pt(9)
    title, *lines = rows(fields, t)
    made.add_heading(" ".join(bare(str(x)) for x in title if x), level=1)
    table = made.add_table(rows=0, cols=5)
    table.style = "Table Grid"
    for line in lines:
        cells = table.add_row().cells
        for cell, said in zip(cells, line, strict=False):
            cell.text = bare(str(said))
        if len(line) < 5:  # the last text takes the rest of the line
            cells[len(line) - 1].merge(cells[4])
    return made
