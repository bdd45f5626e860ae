"""The page of whoever joined by a code: the step the room is at, its sound, and nothing else.

Plain HTML of a few kilobytes: phones open it in a second. ``static/room.js`` asks for it anew.
"""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import BadInput, CoachError, TooManyTries, WrongCode
from coach.i18n import LANGUAGES, Translator
from coach.ui.guard import GUEST, who
from coach.ui.plain import Tries, field, page, set_cookie
from coach.ui.stage_words import stage_words
from coach.ui.tokens import Tickets

LIFE = 12 * 3600  # seconds that the cookie is kept; it is worth nothing once the session is over


class Room:
    """Joining, and the room's page."""

    def __init__(
        self,
        services: Callable[[], Services],
        tickets: Callable[[], Tickets],
        clip: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._services, self._tickets, self._clip, self._tries = services, tickets, clip, Tries()

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/join", self.join, methods=["GET", "POST"]),
            Route("/room", self.room),
            Route("/api/room", self.now),
            Route("/api/room/clip/{ticket}", self._clip),
        ]

    async def join(self, request: Request) -> Response:
        """A code and a name; then into the room."""
        t = self._t(request)
        typed = request.query_params.get("code", "")
        if request.method != "POST":
            return page(t, t("加入分享会"), _form(t, typed))
        form = await request.form(max_files=0, max_fields=10)
        typed, name = str(form.get("code", ""))[:20], str(form.get("name", ""))
        address = request.client.host if request.client else ""
        try:
            self._tries.enter(address)
            made = await run_in_threadpool(self._joined, typed, name)
            self._tries.forgive(address)
        except (WrongCode, TooManyTries, BadInput) as error:
            status = 429 if isinstance(error, TooManyTries) else 422
            return page(t, t("加入分享会"), _form(t, typed, name), error, status)
        answer = RedirectResponse("/room", 303)
        set_cookie(request, answer, GUEST, made, LIFE)
        return answer

    def _joined(self, typed: str, name: str) -> str:
        s = self._services()
        made = s.joining.join(typed, name)
        guest = s.joining.guest(made)
        s.audit.add(guest.name, "visitor joined", guest.session_id)
        return made

    async def room(self, request: Request) -> Response:
        """The page around it; back to the door where there is nothing to see any more."""
        t = self._t(request)
        try:
            view = await run_in_threadpool(self._view, request, t)
        except CoachError:
            return RedirectResponse("/join", 303)
        body = (
            f'<div id="room" aria-live="polite" data-over="{html.escape(t("分享会已结束。"))}" '
            f'data-lost="{html.escape(t("连不上，正在重试……"))}" '
            f'data-revision="{view["revision"]}">{view["html"]}</div><p id="lost" role="status"></p>'
        )
        return page(t, t("录音分享"), body, script="/coach-static/room.js")

    async def now(self, request: Request) -> Response:
        """The step as HTML, and the revision it is of."""
        try:
            view = await run_in_threadpool(self._view, request, self._t(request))
        except CoachError as error:
            return JSONResponse({"error": error.as_dict()}, 403)
        return JSONResponse(view, headers={"Cache-Control": "no-store"})

    def _t(self, request: Request) -> Translator:
        asked = request.query_params.get("lang") or request.cookies.get("coach_language")
        return Translator(asked if asked in LANGUAGES else self._services().settings.language)

    def _view(self, request: Request, t: Translator) -> dict[str, Any]:
        me = who(request.scope)
        view = Acting(self._services(), me).room(me.session)
        url = ""
        if "clip" in view:
            ticket = self._tickets().give(to=me.id, session=me.session, clip=view["clip"]["id"])
            url = f"/api/room/clip/{ticket}"
        return {"revision": view["revision"], "html": _step(view, t, url, me.name)}


def _form(t: Translator, code: str, name: str = "") -> str:
    return (
        f'<form method="post">{field(t("大屏幕上的六位码"), "code", "one-time-code", code)}'
        f"{field(t('名字'), 'name', 'name', name)}<button>{t('加入')}</button></form>"
    )


def _step(view: dict[str, Any], t: Translator, url: str, name: str) -> str:
    words, step = stage_words(t), view["step"]
    out = [f"<h2>{html.escape(words['steps'][step['kind']])}</h2>"]
    if step["round"] >= 0:
        out.append(f"<p>{t('第 {n} / {m} 回合', n=step['round'] + 1, m=view['rounds'])}</p>")
    else:
        out.append(f"<p>{html.escape(view['opening']['title'])}</p>")
    for key, label in (("question", t("客户")), ("answer", t("标杆"))):
        if key in view and not (key == "question" and "said_next" in view and step["round"] < 0):
            out.append(f"<p><b>{label}</b> {html.escape(view[key])}</p>")
    if step["kind"] == "follow" and "said_next" in view:
        out.append(f"<p><b>{t('客户')}</b> {html.escape(view['said_next'])}</p>")
    if url:
        out.append(f'<audio controls preload="none" style="width:100%" src="{url}"></audio>')
    out += [f"<blockquote>{html.escape(text)}</blockquote>" for text in view.get("wall", [])]
    if view["paused"]:
        out.append(f"<p><b>{t('已暂停')}</b></p>")
    out.append(f"<p><small>{html.escape(name)}（{t('访客')}）</small></p>")
    return "".join(out)
