"""What is carried away from the library: benchmarks as a bundle, tags and scores as tables."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from coach.acting import Acting
from coach.errors import CoachError, NotAllowed
from coach.library.labels import table, to_tasks
from coach.ui.guard import who

PRIVATE = {"Cache-Control": "private, no-store"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def library(request: Request) -> Response:
    """``benchmarks.zip``, or tags and scores as ``tags.csv``, ``tags.xlsx``, ``tags.json``."""
    from coach.ui.server import problem, services

    acting = Acting(services(), who(request.scope))
    make = FILES.get(request.path_params["name"])
    if make is None:
        return JSONResponse({"error": "not_found"}, 404)
    try:
        return await run_in_threadpool(make, acting)
    except CoachError as error:
        return problem(error, 403 if isinstance(error, NotAllowed) else 500)


def _bundle(acting: Acting) -> Response:
    with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as file:
        path = Path(file.name)
    try:
        acting.export_benchmarks(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, filename="benchmarks.zip", headers=PRIVATE, background=gone)


def _table(form: str, kind: str) -> Callable[[Acting], Response]:
    def make(acting: Acting) -> Response:
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="tags.{form}"'}
        return Response(table(acting.rows(), form), media_type=kind, headers=headers)

    return make


def _tasks(acting: Acting) -> Response:
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="tags.json"'}
    text = json.dumps(to_tasks(acting.rows()), ensure_ascii=False, indent=1)
    return Response(text.encode(), media_type="application/json", headers=headers)


FILES: dict[str, Callable[[Acting], Response]] = {
    "benchmarks.zip": _bundle,
    "tags.csv": _table("csv", "text/csv; charset=utf-8"),
    "tags.xlsx": _table("xlsx", XLSX),
    "tags.json": _tasks,
}
