"""The page of a phone in a session: the step the room is at, and a box to answer in. Nothing else.

Plain HTML of a few kilobytes: phones open it in a second. ``static/room.js`` is told of each step over
a websocket and asks anew when it comes back from sleep.
"""

from __future__ import annotations

import asyncio
import html
import tempfile
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import BadInput, CoachError, NotAllowed, SignedOut, StepLocked, UploadTooLarge
from coach.game.phases import EntryKind
from coach.game.table import Shown
from coach.i18n import Translator
from coach.people.rights import Who
from coach.ui.again import again_path
from coach.ui.guard import who
from coach.ui.joining import Entrance
from coach.ui.plain import page, small_json, translator, until_gone
from coach.ui.pushing import Push
from coach.ui.room_view import drawn, words
from coach.ui.tokens import Tickets

LARGEST = 20 * 2**20  # bytes of something said: two minutes of WAV at 48 kHz, in stereo
ROOMS = 16  # sessions kept read at once
WORDLESS = (EntryKind.SIGN, EntryKind.VOTE)  # answered by a tap
_Answer = Callable[[Request], Any]


class Room:
    """Joining, and the room's page."""

    def __init__(
        self,
        services: Callable[[], Services],
        tickets: Callable[[], Tickets],
        clip: Callable[[Request], Awaitable[Response]],
        push: Push,
    ) -> None:
        self._services, self._tickets, self._clip, self._push = services, tickets, clip, push
        self._entrance = Entrance(services)
        self._read: dict[str, tuple[Shown, set[str]]] = {}  # by session, as last pushed
        self._reading = threading.Lock()

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/join", self.join, methods=["GET", "POST"]),
            Route("/room", self.room),
            Route("/api/room", self._told(self._now)),
            Route("/api/room/entry", self._told(self._entry), methods=["POST"]),
            Route("/api/room/said", self.say, methods=["POST"]),
            Route("/api/room/said/{id}", self._told(self._said)),
            Route("/api/room/clip/{ticket}", self._clip),
            WebSocketRoute("/api/room/live", self.live),
        ]

    async def join(self, request: Request) -> Response:
        """A code and a name; then into the room."""
        return await self._entrance.join(request, self._t(request))

    async def room(self, request: Request) -> Response:
        """The page around it; back to the door where there is nothing to see any more."""
        t, me = self._t(request), who(request.scope)
        try:
            view = await run_in_threadpool(self._view, me, t)
            speaks = await run_in_threadpool(Acting(self._services(), me).can_speak)
        except CoachError:
            return RedirectResponse("/join", 303)
        said = "".join(f' data-{k}="{html.escape(v, quote=True)}"' for k, v in words(t).items())
        body = (
            f'<div id="room" data-session="{html.escape(me.session, quote=True)}" '
            f'data-speaks="{int(speaks)}" data-phase="{view["phase"]}" '
            f'data-key="{view["key"]}"{said}>'
            f'<div id="step" aria-live="polite">{view["html"]}</div>'
            f'<div id="box">{view["box"]}</div></div><p id="lost" role="status"></p>'
        )
        return page(t, t("录音分享"), body, script="/coach-static/room.js", session=me.session)

    async def live(self, socket: WebSocket) -> None:
        """Each new step, as soon as the database has it."""
        me, t = who(socket.scope), self._t(socket)
        await socket.accept()
        try:
            view = await run_in_threadpool(self._view, me, t)
            with self._push.watching(me.session, view["phase"], phase=True) as watch:
                gone = asyncio.create_task(until_gone(socket))
                await socket.send_json(view)
                while not gone.done():
                    change = asyncio.create_task(watch.changed())
                    await asyncio.wait({gone, change}, return_when=asyncio.FIRST_COMPLETED)
                    if not change.done():
                        change.cancel()
                        break
                    await socket.send_json(
                        await run_in_threadpool(self._pushed, me, t, change.result())
                    )
        except (CoachError, WebSocketDisconnect, RuntimeError):
            with suppress(RuntimeError):  # it is gone already
                await socket.close(4401)

    async def say(self, request: Request) -> Response:
        """A sound of the phone, to be written down."""
        me = who(request.scope)
        try:
            await run_in_threadpool(self._may_say, me)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "said"
                size = 0
                with path.open("wb") as file:
                    async for block in request.stream():
                        size += len(block)
                        if size > LARGEST:
                            raise UploadTooLarge(limit_mb=LARGEST >> 20)
                        file.write(block)
                spoken = await run_in_threadpool(self._say, me, path)
        except CoachError as error:
            return JSONResponse({"error": self._t(request).error(error)}, 422)
        return JSONResponse({"id": spoken})

    def _may_say(self, me: Who) -> None:
        """Raises StepLocked: the step at the cursor takes no words."""
        writing = Acting(self._services(), me).room(me.session).get("writing")
        if not writing or not writing["open"] or EntryKind(writing["kind"]) in WORDLESS:
            raise StepLocked()

    def _say(self, me: Who, path: Path) -> str:
        return Acting(self._services(), me).say(path).id

    def _said(self, request: Request) -> dict[str, Any]:
        acting = Acting(self._services(), who(request.scope))
        said = acting.said(request.path_params["id"])
        if said.failed is not None:
            raise BadInput(
                detail="没有听写出来，请打字", detail_en="it could not be written down: type it"
            )
        return {"text": said.text}

    def _now(self, request: Request) -> dict[str, Any]:
        return self._view(who(request.scope), self._t(request))

    def _entry(self, request: Request) -> dict[str, Any]:
        me, sent = who(request.scope), request.state.sent
        try:
            kind, round_ = EntryKind(sent["kind"]), int(sent["round"])
            text, shared = str(sent.get("text", "")), bool(sent.get("shared", True))
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise BadInput(detail="看不懂", detail_en="not understood") from error
        text = text.encode("utf-8", "replace").decode()
        passed = not text.strip() and kind is not EntryKind.SIGN
        Acting(self._services(), me).room_write(
            me.session, kind, round_, text, shared=shared, passed=passed
        )
        return {"kept": True}  # no more: a hundred may answer at once

    def _told(self, answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
        """JSON of what it says; an error as a sentence."""

        async def told(request: Request) -> Response:
            try:
                if request.method == "POST":
                    request.state.sent = await small_json(request)
                view = await run_in_threadpool(answer, request)
            except (SignedOut, NotAllowed) as error:
                return JSONResponse({"error": self._t(request).error(error)}, 403)
            except CoachError as error:
                return JSONResponse({"error": self._t(request).error(error)}, 422)
            return JSONResponse(view, headers={"Cache-Control": "no-store"})

        return told

    def _t(self, request: Request | WebSocket) -> Translator:
        return translator(request, self._services().settings.language)

    def _view(self, me: Who, t: Translator, shown: Shown | None = None) -> dict[str, Any]:
        view = Acting(self._services(), me).room(me.session, shown)
        url = ""
        if "clip" in view:
            ticket = self._tickets().give(to=me.id, session=me.session, clip=view["clip"]["id"])
            url = f"/api/room/clip/{ticket}?session={me.session}"
        again = again_path(self._tickets(), me.session) if view["again"] else ""
        return drawn(view, t, url, me.name, again)

    def _pushed(self, me: Who, t: Translator, phase: int) -> dict[str, Any]:
        """A step for one of many phones: the session is read once for all. Raises SignedOut: the
        leader freed the seat."""
        s = self._services()
        with self._reading:
            read = self._read.get(me.session)
            if read is None or read[0].table.session.phase != phase:
                shown = s.host.shown(me.session)
                self._read.pop(me.session, None)
                read = self._read[me.session] = (shown, s.joining.taken(shown.table.session))
                while len(self._read) > ROOMS:  # the one that stood still longest: it may be over
                    del self._read[next(iter(self._read))]
        if me.id not in read[1]:
            raise SignedOut()
        return self._view(me, t, read[0])
