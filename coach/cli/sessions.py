"""Commands on sessions: list and show them, export one."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.main import Json, app, emit, say, services

if TYPE_CHECKING:
    from coach.game.session import Session
    from coach.game.table import Table


class Format(StrEnum):
    """What a session can be exported as."""

    MD = "md"
    CSV = "csv"
    JSON = "json"


@app.command()
def sessions(
    session_id: Annotated[str | None, typer.Argument(help="id; all when left out")] = None,
    as_json: Json = False,
) -> None:
    """The sessions played; one of them with all that was said."""
    s = services()
    if session_id is not None:
        document = _document(s.host.table(session_id), s.zone)
        if as_json:
            emit(document)
        else:
            from coach.i18n import Translator
            from coach.meeting.record import markdown

            t = Translator(s.settings.language)
            sys.stdout.write(markdown(s.host.table(session_id), s.zone, t))
        return
    found = s.host.listed()
    if as_json:
        emit({"sessions": [_line(x) for x in found]})
        return
    for x in found:
        when = x.created_at.astimezone(s.zone)
        end = "✓" if x.state.ended else "…"
        say(f"{x.id}  {when:%Y-%m-%d %H:%M}  {x.mode.value}  {x.team_name}  {len(x.seats)}  {end}")


def _line(x: Session) -> dict[str, Any]:
    return {
        "id": x.id,
        "pack_id": x.pack_id,
        "mode": x.mode.value,
        "team": x.team_name,
        "leader": x.leader,
        "present": [seat.name for seat in x.seats],
        "created_at": x.created_at.isoformat(),
        "ended": x.state.ended,
    }


@app.command()
def export(
    session_id: str,
    form: Annotated[Format, typer.Option("--format", help="md, csv or json")] = Format.MD,
    as_json: Json = False,
) -> None:
    """The record of a session as Markdown, CSV or JSON, to standard output."""
    from coach.i18n import Translator
    from coach.meeting import record

    s = services()
    table = s.host.table(session_id)
    if as_json or form is Format.JSON:
        emit(_document(table, s.zone))
    elif form is Format.CSV:
        sys.stdout.write(record.csv(table, s.zone))
    else:
        sys.stdout.write(record.markdown(table, s.zone, Translator(s.settings.language)))


def _document(table: Table, zone: Any) -> dict[str, Any]:
    from coach.meeting.record import round_seconds, rows

    x = table.session
    return {
        "id": x.id,
        "pack": {"id": table.pack.id, "title": table.pack.title, "node": table.pack.node},
        "mode": x.mode.value,
        "team": x.team_name,
        "leader": x.leader,
        "present": [{"name": s.name, "visitor": s.visitor} for s in x.seats],
        "created_at": x.created_at.isoformat(),
        "ended": x.state.ended,
        "round_seconds": round_seconds(table),
        "entries": rows(table, zone),
    }
