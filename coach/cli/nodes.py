"""Commands on node reports: take one in, show where a team is weakest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from coach.cli.main import Json, emit, say, services
from coach.cli.main import app as root
from coach.errors import BadInput

nodes = typer.Typer(no_args_is_help=True, help="Node reports: import, report.")
root.add_typer(nodes, name="nodes")


@nodes.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="xlsx or csv")],
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="FIELD=HEADING: node, team, agent, calls, solved, satisfied"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take a node report in; which column is which is remembered for the next one like it."""
    from coach.acting import Acting
    from coach.library.reports import FIELDS
    from coach.people.rights import LOCAL

    acting = Acting(services(), LOCAL)
    sheet, mapping = acting.read_report(file, file.name)
    for pair in column or ():
        field, _, heading = pair.partition("=")
        if field not in FIELDS or heading not in sheet.headings:
            raise BadInput(
                detail=f"--map {pair}：字段 {'、'.join(FIELDS)}，列 {'、'.join(sheet.headings)}",
                detail_en=f"--map {pair}: fields {', '.join(FIELDS)}; columns {', '.join(sheet.headings)}",
            )
        mapping[field] = heading
    count = acting.take_report(sheet, mapping, file.name)
    report = acting.reports()[0]
    document = {"id": report.id, "name": report.name, "rows": count, "columns": mapping}
    emit(document) if as_json else say(f"{report.id}  {count}")


@nodes.command("report")
def report(
    team: Annotated[str, typer.Option(help="one team; all when left out")] = "",
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=200)] = 10,
    as_json: Json = False,
) -> None:
    """Where teams are weakest by the newest report, and who is strong there."""
    from coach.acting import Acting
    from coach.people.rights import LOCAL

    acting = Acting(services(), LOCAL)
    reports = acting.reports()
    newest = reports[0] if reports else None
    weak = acting.weak(newest.id, team)[:count] if newest else []
    rows = [_row(acting, newest.id if newest else "", w) for w in weak]
    if as_json:
        emit({"report": newest.name if newest else None, "weak": rows})
        return
    if newest is None:
        say("还没有节点报表。 No report yet: coach nodes import FILE")
    for r in rows:
        strong = "、".join(x["agent"] for x in r["strong"])
        say(
            f"{r['team']}  {r['node']}  {r['calls']}  {r['solved']:.0%} → {r['shrunk']:.0%}"
            f" / {r['mean']:.0%}  −{r['lost']:.0f}  {r['sure']:.0%}  {strong}"
        )


def _row(acting: Any, report_id: str, w: Any) -> dict[str, Any]:
    return {
        "node": w.node,
        "team": w.team,
        "calls": w.calls,
        "solved": round(w.solved.share, 4),
        "shrunk": round(w.solved.shrunk, 4),
        "low": round(w.solved.low, 4),
        "high": round(w.solved.high, 4),
        "mean": round(w.mean, 4),
        "lost": round(w.lost, 1),
        "sure": round(w.sure, 3),
        "satisfied": None if w.satisfied is None else round(w.satisfied, 4),
        "strong": [
            {
                "agent": x.agent,
                "team": x.team,
                "calls": x.calls,
                "shrunk": round(x.solved.shrunk, 4),
            }
            for x in acting.strong(report_id, w.node)[:3]
        ],
    }
