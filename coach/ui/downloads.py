"""What is carried away: records and the audit log. Asked of Acting on each request, and written
down before it is sent."""

from __future__ import annotations

import json
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coach.acting import Acting
from coach.bootstrap import now
from coach.errors import NotAllowed, NotFound
from coach.i18n import LANGUAGES, Translator
from coach.meeting import record
from coach.people.rights import Right
from coach.ui.guard import who

MOST = 1_000_000  # lines of the audit log in one file


def _file(text: str, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)


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
    """A session's record: ``.md`` or ``.csv``."""
    from coach.ui.server import problem, services

    acting = Acting(services(), who(request.scope))
    asked = request.query_params.get("lang") or request.cookies.get("coach_language") or ""
    t = Translator(asked if asked in LANGUAGES else services().settings.language)
    session_id, form = request.path_params["session"], request.path_params["form"]
    try:
        return await run_in_threadpool(_session, acting, t, session_id, form)
    except NotAllowed as error:
        return problem(error, 403)
    except NotFound as error:
        return problem(error, 404)


def _session(acting: Acting, t: Translator, session_id: str, form: str) -> Response:
    table, zone = acting.record(session_id), acting.services.zone
    if form not in ("md", "csv"):
        return JSONResponse({"error": "form"}, 404)
    acting.note("exported record", session_id)
    name = f"{table.session.created_at.astimezone(zone):%Y%m%d-%H%M}.{form}"
    if form == "csv":
        return _file("\ufeff" + record.csv(table, zone), name, "text/csv")
    text = record.markdown(table, zone, t) + signature(acting.who.name, now().astimezone(zone), t)
    return _file(text, name, "text/markdown")


def signature(name: str, at: datetime, t: Translator) -> str:
    """Who took it away, and when; nothing where nobody is signed in."""
    if not name:
        return ""
    words = t("{name} 于 {time} 导出", name=name, time=f"{at:%Y-%m-%d %H:%M}")
    return f"\n---\n{record.plain(words)}\n"
