"""What is carried away: records and the audit log. Asked of Acting on each request, and written
down before it is sent."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from coach.acting import Acting
from coach.bootstrap import now
from coach.errors import BadTemplate, CoachError, NotAllowed, NotFound
from coach.game.phases import Mode
from coach.i18n import Translator
from coach.meeting import record
from coach.meeting.documents import document
from coach.meeting.printing import printed
from coach.meeting.sheets import workbook
from coach.people.rights import Right
from coach.ui.guard import who
from coach.ui.plain import translator

MOST = 1_000_000  # lines of the audit log in one file


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRINTED = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


def _file(text: str, name: str, kind: str) -> Response:
    return _sent(text.encode(), name, f"{kind}; charset=utf-8")


def _sent(data: bytes, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=kind, headers=headers)


async def audit(request: Request) -> Response:
    """The audit log as JSON lines, oldest first."""
    from coach.ui.server import problem, services

    acting = Acting(services(), who(request.scope))
    try:
        return await run_in_threadpool(_audit, acting)
    except NotAllowed as error:
        return problem(error, 403)


def _audit(acting: Acting) -> Response:
    acting.who.need(Right.AUDIT)
    acting.note("exported audit log", "")
    lines = [
        {"at": a.at.isoformat(), "by": a.by, "by_id": a.by_id, "what": a.what, "about": a.about}
        for a in reversed(acting.services.audit.latest(MOST))
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return _file(text, "audit.jsonl", "application/x-ndjson")


async def session(request: Request) -> Response:
    """A session's record: ``.md``, ``.csv``, ``.json``, ``.xlsx``, ``.docx``, or ``.html`` to print."""
    from coach.ui.server import problem, services

    acting = Acting(services(), who(request.scope))
    t = translator(request, services().settings.language)
    session_id, form = request.path_params["session"], request.path_params["form"]
    try:
        return await run_in_threadpool(_session, acting, t, session_id, form)
    except NotAllowed as error:
        return problem(error, 403)
    except NotFound as error:
        return problem(error, 404)
    except BadTemplate as error:
        return problem(error, 422)


def _session(acting: Acting, t: Translator, session_id: str, form: str) -> Response:
    table, zone = acting.record(session_id), acting.services.zone
    if form not in ("md", "csv", "json", "xlsx", "docx", "html"):
        return JSONResponse({"error": "form"}, 404)
    acting.note("exported record", session_id)
    name = f"{table.session.created_at.astimezone(zone):%Y%m%d-%H%M}.{form}"
    if form in ("json", "xlsx", "docx", "html"):
        return _paper(acting, t, session_id, form, name)
    if form == "csv":
        return _file("\ufeff" + record.csv(table, zone), name, "text/csv")
    text = record.markdown(table, zone, t)
    if table.session.mode is Mode.TEAM:
        text += record.added(acting.paper(session_id).to_json(), t)
    text += signature(acting.who.name, now().astimezone(zone), t)
    return _file(text, name, "text/markdown")


def _paper(acting: Acting, t: Translator, session_id: str, form: str, name: str) -> Response:
    """The form, as it was signed or as it stands."""
    fields = acting.paper(session_id).to_json()
    if form == "json":
        return _file(json.dumps(fields, ensure_ascii=False, indent=1), name, "application/json")
    if form == "xlsx":
        book = workbook(fields, t, acting.services.settings.form_template)
        return _sent(book, name, XLSX)
    if form == "docx":
        made = document(fields, t, acting.services.settings.form_document)
        return _sent(made, name, DOCX)
    by = signature(acting.who.name, now().astimezone(acting.services.zone), t).strip("\n-")
    return HTMLResponse(printed(fields, t, by), headers=PRINTED)


async def month(request: Request) -> Response:
    """The record forms of a month, one zip: ``2026-11``."""
    from coach.ui.server import problem, services

    acting = Acting(services(), who(request.scope))
    t = translator(request, services().settings.language)
    try:
        return await run_in_threadpool(_month, acting, t, request.path_params["month"])
    except NotAllowed as error:
        return problem(error, 403)
    except CoachError as error:
        return problem(error, 422)


def _month(acting: Acting, t: Translator, asked: str) -> Response:
    acting.who.need(Right.RECORDS)
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", asked)
    if not found:
        raise NotFound(what="月份", what_en="month", key=asked)
    out = io.BytesIO()
    sessions = acting.month(int(found[1]), int(found[2]))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for x in sessions:
            fields = acting.paper(x.id).to_json()
            at = f"{x.created_at.astimezone(acting.services.zone):%Y%m%d-%H%M}-{x.id[:4]}"
            template = acting.services.settings.form_template
            book.writestr(f"{at}.xlsx", workbook(fields, t, template))
            book.writestr(f"{at}.json", json.dumps(fields, ensure_ascii=False, indent=1))
    acting.note("exported records", f"{asked}: {len(sessions)}")
    return _sent(out.getvalue(), f"records-{asked}.zip", "application/zip")


def signature(name: str, at: datetime, t: Translator) -> str:
    """Who took it away, and when; nothing where nobody is signed in."""
    if not name:
        return ""
    words = t("{name} 于 {time} 导出", name=name, time=f"{at:%Y-%m-%d %H:%M}")
    return f"\n---\n{record.plain(words)}\n"
