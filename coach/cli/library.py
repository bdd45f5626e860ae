"""Commands that take benchmarks and tags out and in."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.main import Json, emit, say, services
from coach.cli.main import app as root
from coach.errors import NotFound

if TYPE_CHECKING:
    from coach.acting import Acting

library = typer.Typer(no_args_is_help=True, help="Benchmarks between sites: export, import.")
tags = typer.Typer(no_args_is_help=True, help="Tags and scores: export, import.")
root.add_typer(library, name="library")
root.add_typer(tags, name="tags")


class Form(StrEnum):
    """What tags and scores can be exported as."""

    CSV = "csv"
    XLSX = "xlsx"
    LABELSTUDIO = "labelstudio"


@library.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="zip to write")], as_json: Json = False
) -> None:
    """Approved benchmarks with the sound of their released, masked clips."""
    count = _acting().export_benchmarks(file)
    emit({"file": str(file), "benchmarks": count}) if as_json else say(f"{count}  {file}")


@library.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="zip of another site")],
    by: Annotated[str, typer.Option(help="who takes it in")] = "",
    as_json: Json = False,
) -> None:
    """Take benchmarks of another site in: nominated, to be released and approved here."""
    found = _acting().import_benchmarks(_there(file), file.name, by)
    if as_json:
        emit({"benchmarks": [b.id for b in found]})
        return
    say(str(len(found)))


@tags.command("export")
def export_tags(
    form: Annotated[Form, typer.Option("--format", help="csv, xlsx or labelstudio")] = Form.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="file to write")] = None,
) -> None:
    """Exchanges with tags and scores, masked, to standard output or a file."""
    from coach.library.labels import table, to_tasks

    rows = _acting().filled().rows()
    if form is Form.LABELSTUDIO:
        data = json.dumps(to_tasks(rows), ensure_ascii=False, indent=1).encode()
    else:
        data = table(rows, form.value)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)


@tags.command("import")
def import_tags(
    file: Annotated[Path, typer.Argument(help="JSON exported from Label Studio")],
    as_json: Json = False,
) -> None:
    """Set the tags that were chosen in Label Studio."""
    raw = _there(file).read_text("utf-8", errors="replace")
    count = _acting().filled().import_tags(raw, file.name)
    emit({"exchanges": count}) if as_json else say(str(count))


def _acting() -> Acting:
    from coach.acting import Acting
    from coach.people.rights import LOCAL

    return Acting(services(), LOCAL)


def _there(file: Path) -> Path:
    if not file.is_file():
        raise NotFound(what="文件", what_en="file", key=str(file))
    return file
