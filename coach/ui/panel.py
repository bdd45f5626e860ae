"""The leader's own panel, on a phone or in a second window, never on the projector: who is in, who has
answered, the way in, and the keys of the stage."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import BadInput, CoachError, NotAllowed, NotFound, SignedOut, StepLocked
from coach.game.phases import Action, EntryKind
from coach.i18n import Translator
from coach.people.rights import Who
from coach.ui.guard import token, who
from coach.ui.plain import page, small_json, translator, until_gone
from coach.ui.pushing import Push
from coach.ui.reading import read_soon
from coach.ui.stage_words import stage_words

STEERS = {a.value for a in (Action.NEXT, Action.SKIP, Action.BACK, Action.PAUSE, Action.RESUME,
                            Action.END, Action.REOPEN)}  # fmt: skip


class Panel:
    """The panel, and the stage's own line to the server."""

    def __init__(self, services: Callable[[], Services], push: Push) -> None:
        self._services, self._push = services, push

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/panel/{session}", self.panel),
            Route("/api/panel/{session}", self.act, methods=["GET", "POST"]),
            WebSocketRoute("/api/stage/{session}", self.stage),
            WebSocketRoute("/api/panel/{session}/live", self.live),
        ]

    async def panel(self, request: Request) -> Response:
        """The page around it. Raises nothing: what is not for them is said."""
        t, session = self._t(request), request.path_params["session"]
        try:
            view = await run_in_threadpool(self._view, who(request.scope), t, session)
        except CoachError as error:
            return page(t, t("主持面板"), "", error, 404 if isinstance(error, NotFound) else 403)
        body = (
            f'<div id="panel" data-session="{html.escape(session, quote=True)}" '
            f'data-sure="{html.escape(t("现在结束分享会吗？已经记下的都会保留。"), quote=True)}" '
            f'data-lost="{html.escape(t("连不上，正在重试……"), quote=True)}" '
            f'data-revision="{view["revision"]}">{view["html"]}</div><p id="lost" role="status"></p>'
        )
        return page(t, t("主持面板"), body, script="/coach-static/panel.js")

    async def act(self, request: Request) -> Response:
        """A key of the stage, the door, or a seat; answers with what the panel shows then."""
        t, me, session = self._t(request), who(request.scope), request.path_params["session"]
        try:
            if request.method == "POST":
                await run_in_threadpool(self._do, me, session, await small_json(request))
            return JSONResponse(
                await run_in_threadpool(self._view, me, t, session),
                headers={"Cache-Control": "no-store"},
            )
        except CoachError as error:
            status = 403 if isinstance(error, NotAllowed | SignedOut) else 422
            return JSONResponse({"error": t.error(error)}, status)

    async def stage(self, socket: WebSocket) -> None:
        """Tells the stage, and a second one, that something changed."""

        def told(acting: Acting, session: str, version: int) -> dict[str, Any]:
            acting.host(session)
            return {"version": version}

        await self._watched(socket, told)

    async def live(self, socket: WebSocket) -> None:
        """The panel anew with each change."""
        t = self._t(socket)
        await self._watched(socket, lambda acting, session, _: self._view(acting.who, t, session))

    async def _watched(
        self, socket: WebSocket, told: Callable[[Acting, str, int], dict[str, Any]]
    ) -> None:
        """What is told with each change, to whom it may be told by then: a page that is open ends with
        the visit, and with the right to lead."""
        session = socket.path_params["session"]

        def tell(version: int) -> dict[str, Any]:
            me = self._services().signing.who(token(socket.headers))
            return told(Acting(self._services(), me), session, version)

        await socket.accept()
        try:
            await run_in_threadpool(Acting(self._services(), who(socket.scope)).host, session)
            with self._push.watching(session, -1) as watch:
                gone = asyncio.create_task(until_gone(socket))
                while not gone.done():
                    change = asyncio.create_task(watch.changed())
                    await asyncio.wait({gone, change}, return_when=asyncio.FIRST_COMPLETED)
                    if not change.done():
                        change.cancel()
                        break
                    await socket.send_json(await run_in_threadpool(tell, change.result()))
        except (CoachError, WebSocketDisconnect, RuntimeError):
            with suppress(RuntimeError):
                await socket.close(4401)

    def _do(self, me: Who, session: str, sent: dict[str, Any]) -> None:
        acting, does = Acting(self._services(), me), str(sent.get("do", ""))
        if does in STEERS:
            seen = sent.get("seen")
            host = acting.host(session)
            host.act(session, Action(does), seen if isinstance(seen, int) else None)
            read_soon(host, session)
        elif does == "lock":
            acting.lock(session)
        elif does == "open":
            acting.door(session)
        elif does in ("tick", "untick"):
            self._tick(acting, session, str(sent.get("seat", "")), on=does == "tick")
        elif does == "pick":
            acting.host(session).pick(session)
        elif does == "free":
            acting.free(session, str(sent.get("seat", "")))
        else:
            raise BadInput(detail="看不懂", detail_en="not understood")

    def _tick(self, acting: Acting, session: str, seat: str, *, on: bool) -> None:
        """Somebody without a phone said it aloud, or not after all."""
        host = acting.host(session)
        writing = host.view(session).get("writing")
        if writing is None:
            raise StepLocked()
        kind, round_ = EntryKind(writing["kind"]), int(writing["round"])
        if on:
            host.write(session, kind, round_, seat, "")
        else:
            host.untick(session, kind, round_, seat)

    def _view(self, me: Who, t: Translator, session: str) -> dict[str, Any]:
        acting = Acting(self._services(), me)
        view = acting.host(session).view(session)
        table = self._services().host.table(session).session
        joining = self._services().joining
        phones, code = joining.taken(table), joining.code(session)
        seats = [(s.id, s.name, s.id in phones) for s in table.seats]
        return {"revision": view["revision"], "html": _panel(view, seats, code, t)}

    def _t(self, request: Request | WebSocket) -> Translator:
        return translator(request, self._services().settings.language)


def _panel(
    view: dict[str, Any], seats: list[tuple[str, str, bool]], code: str, t: Translator
) -> str:
    words, step = stage_words(t), view["step"]
    round_ = f" · {step['round'] + 1} / {view['rounds']}" if step["round"] >= 0 else ""
    out = [f"<h2>{html.escape(words['steps'][step['kind']])}{round_}</h2>", _keys(view, t)]
    writing = view.get("writing")
    done = {s["id"] for s in writing["seats"] if s["done"]} if writing else set()
    if writing:
        left = len(seats) - len(done)
        out.append(f"<p><b>{t('还差 {n} 人', n=left) if left else t('都到齐了')}</b></p>")
        if view.get("picked"):
            out.append(f"<p>{t('请 {name} 说说', name=html.escape(view['picked']))}</p>")
        if writing["kind"] != EntryKind.SIGN.value:
            out.append(f'<button class="quiet" data-do="pick">{t("点名")}</button>')
    rows = []
    for seat, name, phone in seats:
        mark = ("✓ " if seat in done else "○ ") if writing else ""
        if writing and writing["open"] and not phone:  # said aloud: the leader ticks it
            does = "untick" if seat in done else "tick"
            tick = f'data-do="{does}" data-seat="{html.escape(seat, quote=True)}"'
            rows.append(
                f'<li><button class="quiet name" {tick}>{mark}{html.escape(name)}</button></li>'
            )
            continue
        free = (
            f'<button class="quiet small" data-do="free" data-seat="{html.escape(seat, quote=True)}">'
            f"{t('移出')}</button>" if phone else ""
        )  # fmt: skip
        device = f" <small>{t('手机')}</small>" if phone else ""
        rows.append(f"<li>{mark}{html.escape(name)}{device} {free}</li>")
    out.append(f'<ul class="people">{"".join(rows)}</ul>')
    if code and not view["ended"]:
        out.append(f"<p>{t('加入码')} <b>{html.escape(code)}</b></p>")
        out.append(f'<button class="quiet" data-do="lock">{t("锁门，不再让人加入")}</button>')
    elif not view["ended"]:
        out.append(f'<button class="quiet" data-do="open">{t("让大家用手机加入")}</button>')
    return "".join(out)


def _keys(view: dict[str, Any], t: Translator) -> str:
    if view["ended"]:
        return f'<p>{t("分享会已结束。")}</p><button data-do="reopen">{t("接着开")}</button>'
    last = view["cursor"] == len(view["steps"]) - 1
    held = " disabled" if view["paused"] or not view["heard"] else ""
    next_ = (
        f'<button data-do="end">{t("结束")}</button>'
        if last
        else f'<button data-do="next"{held}>{t("下一步")}</button>'
    )
    pause = ("resume", t("继续")) if view["paused"] else ("pause", t("暂停"))
    rest = [("back", t("回看")), pause, *([] if last else [("skip", t("跳过"))])]
    small = "".join(f'<button class="quiet" data-do="{do}">{word}</button>' for do, word in rest)
    return f'{next_}<div class="row">{small}</div>'
