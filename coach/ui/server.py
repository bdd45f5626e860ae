"""The server beside the pages: routes for clips and uploads, guard, worker, start and end."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from coach.acting import Acting
from coach.acting.retesting import close_old
from coach.bootstrap import Services, build, drop_ended, keep_benchmarks
from coach.calls.cuts import Cut
from coach.calls.recording import CallMeta, meta_from_name, parse_when, safe_name
from coach.errors import (
    CoachError,
    DiskFull,
    NotAllowed,
    NotFound,
    NotHearable,
    NotReleased,
    SealingError,
    UnexpectedProblem,
    UploadTooLarge,
)
from coach.jobs.supervisor import Supervisor
from coach.people.rights import Right, Who
from coach.settings import load_settings
from coach.ui import carrying, downloads, signin
from coach.ui.again import Again
from coach.ui.assets import STATIC
from coach.ui.company import company
from coach.ui.desk import desk_route
from coach.ui.guard import Guard, who
from coach.ui.panel import Panel
from coach.ui.pushing import Push
from coach.ui.room import Room
from coach.ui.sending import send
from coach.ui.tokens import Tickets, load_key

log = logging.getLogger("coach.server")
MAIN = Path(__file__).parent / "main.py"
TRANSCRIPT_LIMIT = 50  # MB
SWEEP = 600.0  # seconds
UPLOAD_STATUS: dict[type[CoachError], int] = {UploadTooLarge: 413, NotAllowed: 403}


@lru_cache(maxsize=1)
def services() -> Services:
    """One set of services for the whole process."""
    return build(load_settings())


@lru_cache(maxsize=1)
def tickets() -> Tickets:
    """The tickets of this data folder."""
    return Tickets(load_key(services().settings.data))


@lru_cache(maxsize=1)
def push() -> Push:
    """Tells screens and phones of changes."""
    return Push(lambda ids: services().host.versions(ids))


def clip_url(me: Who, **what: Any) -> str:
    """The address of a sound, for one person: ``session`` and ``clip`` as it is played; ``may``
    "hear" or "review" and ``clip``; ``recording`` and ``cut`` for the original."""
    return f"api/clip/{tickets().give(to=me.id, **what)}"


def ticket_of(request: Request, text: str) -> dict[str, Any] | None:
    """What a ticket says, if it was made for whoever sends it."""
    found = tickets().read(text)
    return found if found is not None and found.get("to") == who(request.scope).id else None


class Fresh(StaticFiles):
    """Static files that a browser asks about each time (ETag): none is stale after an upgrade."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def clip(request: Request) -> Response:
    """A clip by its ticket: 401 without a good one, 403 before its step, ranges answered."""
    ticket = ticket_of(request, request.path_params["ticket"])
    if ticket is None or not (
        {"session", "clip"} <= set(ticket)
        or {"may", "clip"} <= set(ticket)
        or {"recording", "cut"} <= set(ticket)
    ):
        return JSONResponse({"error": "ticket"}, 401)
    try:
        found = await run_in_threadpool(_clip, Acting(services(), who(request.scope)), ticket)
    except (NotAllowed, NotHearable, NotReleased) as error:
        return problem(error, 403)
    except SealingError as error:
        return problem(error, 503)
    except NotFound as error:
        return problem(error, 404)
    return send(request, found)


def _clip(acting: Acting, ticket: dict[str, Any]) -> BinaryIO:
    if "session" in ticket:
        found = acting.step_clip(str(ticket["session"]), str(ticket["clip"]))
    elif ticket.get("may") == "review":
        found = acting.review(str(ticket["clip"]))
    elif "clip" in ticket:
        found = acting.hear(str(ticket["clip"]))
    else:
        found = acting.original(str(ticket["recording"]), Cut.from_json(ticket["cut"]))
    return acting.services.hearing.opened(found)


async def upload(request: Request) -> Response:
    """A recording or transcript streamed to disk, then imported off the event loop."""
    ticket = ticket_of(request, request.query_params.get("ticket", ""))
    if ticket is None or ticket.get("may") != "upload":
        return JSONResponse({"error": "ticket"}, 401)
    s, acting = services(), Acting(services(), who(request.scope))
    s.settings.incoming.mkdir(parents=True, exist_ok=True)
    try:
        acting.who.need(Right.IMPORT)
        with tempfile.TemporaryDirectory(dir=s.settings.incoming) as folder:
            name = safe_name(request.query_params.get("name", ""))
            path = Path(folder) / ("upload" + Path(name).suffix.lower()[:8])
            about = request.query_params.get("recording", "")
            limit = TRANSCRIPT_LIMIT if about else s.settings.max_upload_mb
            await _to_disk(request, path, limit, name)
            query = dict(request.query_params)
            answer = await run_in_threadpool(_import, acting, path, name, about, query)
        return JSONResponse(answer)
    except CoachError as error:
        return problem(error, UPLOAD_STATUS.get(type(error), 422))
    except ClientDisconnect:
        return Response(status_code=499)  # cancelled by its sender; the folder is gone already
    except Exception as error:
        log.exception("upload failed")
        return problem(UnexpectedProblem(detail=type(error).__name__), 500)


async def _to_disk(request: Request, path: Path, limit: int, name: str) -> None:
    most = limit * 1024 * 1024
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise UploadTooLarge(limit_mb=limit)
    size = 0
    try:
        with path.open("wb") as file:
            async for block in request.stream():
                size += len(block)
                if size > most:
                    raise UploadTooLarge(limit_mb=limit)
                file.write(block)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(name=name) from error
        raise


def _import(
    acting: Acting, path: Path, name: str, recording_id: str, query: dict[str, str]
) -> dict[str, Any]:
    s = acting.services
    if recording_id:
        taken = acting.put_transcript(recording_id, path, name)
        return {"recording": taken.id, "title": taken.title, "known": True}
    when = query.get("called_at", "")
    typed = CallMeta(
        agent=query.get("agent", "")[:80],
        team=query.get("team", "")[:80],
        called_at=parse_when(when, s.zone) if when else None,
        node=query.get("node", "")[:80],
    )
    meta = typed.filled_from(meta_from_name(name, s.settings.filename_pattern, s.zone))
    found, known = acting.import_call(path, name, meta)
    return {"recording": found.id, "title": found.title, "known": known}


def problem(error: CoachError, status: int) -> JSONResponse:
    """An error as JSON."""
    return JSONResponse({"error": error.as_dict()}, status)


async def health(_: Request) -> Response:
    """Is the server there, and its database?"""
    try:
        await run_in_threadpool(lambda: services().packs.listed()[:1])
    except Exception as error:
        return JSONResponse({"ok": False, "error": type(error).__name__}, 503)
    return JSONResponse({"ok": True})


def routes() -> list[BaseRoute]:
    """Our routes beside Streamlit's."""
    return [
        Route("/api/health", health),
        Route("/api/clip/{ticket}", clip),
        Route("/api/upload", upload, methods=["PUT"]),
        Route("/api/audit", downloads.audit),
        Route("/api/library/{name}", carrying.library),
        Route("/api/record/{session}.{form}", downloads.session),
        Route("/api/records/{month}.zip", downloads.month),
        Route("/api/desk/{ticket}", desk_route, methods=["GET", "POST"]),
        *signin.Pages(
            lambda: services().signing,
            lambda: services().settings.language,
            lambda: company(services().settings),
            tickets,
        ).routes(),
        *Room(services, tickets, clip, push()).routes(),
        *Panel(services, push()).routes(),
        *Again(services, tickets).routes(),
        Mount("/coach-static", Fresh(directory=STATIC)),
    ]


def middleware() -> list[Middleware]:
    """Only names of this machine are answered, so that no website can rebind its way in; then the
    guard asks who it is."""
    allowed = [name.strip() for name in load_settings().allowed_hosts.split(",") if name.strip()]
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed),
        Middleware(Guard, signing=lambda: services().signing, joining=lambda: services().joining),
    ]


def warm() -> None:
    """Import what search by characters needs (seconds), then freeze it out of collection."""
    import sklearn.feature_extraction.text  # noqa: F401

    services().search.warm()
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=1)
def warm_soon() -> None:
    """Once per process, in the background: a page that may search calls it when it is drawn."""
    threading.Thread(target=warm, name="warm", daemon=True).start()


async def _sweep(s: Services) -> None:
    """Now and then: what broke off, and what has been kept long enough."""
    while True:
        try:
            await run_in_threadpool(s.erasing.resume)
            await run_in_threadpool(s.retention.look, partial(keep_benchmarks, s))
            await run_in_threadpool(drop_ended, s)
            await run_in_threadpool(close_old, s)
            await run_in_threadpool(s.rotation.look)
            await run_in_threadpool(s.embed_soon)
            await run_in_threadpool(s.dictation.sweep)
            await run_in_threadpool(s.intake.sweep, 24 * 3600, time.time())
            await run_in_threadpool(s.hearing.tidy, 3600, time.time())
        except Exception:
            log.exception("sweep failed")
        await asyncio.sleep(SWEEP)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Open the database, start the worker, and freeze what is loaded out of garbage collection."""
    s = await run_in_threadpool(services)
    s.intake.sweep(older_than=24 * 3600, clock=time.time())
    supervisor = Supervisor() if s.settings.worker == "app" else None
    if supervisor is not None:
        supervisor.start()
    sweeper = asyncio.create_task(_sweep(s))
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        sweeper.cancel()
        if supervisor is not None:
            await run_in_threadpool(supervisor.stop)
