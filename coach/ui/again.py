"""The link that people keep after a session: on the days of its re-tests it leads into them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from coach.acting.retesting import by_link, results, todays_retest
from coach.bootstrap import Services
from coach.errors import CoachError, NotDue, SessionEnded
from coach.game.recalling import OFFERED, opens
from coach.game.session import Session
from coach.i18n import Translator
from coach.ui.plain import page, translator
from coach.ui.tokens import Tickets

LIFE = (max(OFFERED.values()) + 1) * 86400  # seconds: until the last day of the last re-test


def again_path(tickets: Tickets, session_id: str) -> str:
    """Where a session is recalled again; nobody guesses it."""
    return f"/again/{tickets.give(again=session_id)}"


class Again:
    """``/again/{ticket}``: into today's re-test, or when the next one is."""

    def __init__(self, services: Callable[[], Services], tickets: Callable[[], Tickets]) -> None:
        self._services, self._tickets = services, tickets

    def routes(self) -> list[BaseRoute]:
        """Where it is."""
        return [Route("/again/{ticket}", self.again, methods=["GET", "POST"])]

    async def again(self, request: Request) -> Response:
        """A page with a button into the re-test, else one that says when it is, or how it went. Who only
        looks (a messenger that draws a preview, too) opens nothing."""
        t = translator(request, self._services().settings.language)
        ticket = self._tickets().read(request.path_params["ticket"], LIFE)
        if ticket is None or "again" not in ticket:
            told = t("这个链接不对，或者已经过期：七天后的复测也过了。")
            return page(t, t("复测"), f"<p>{told}</p>", status=404)
        s, session = self._services(), str(ticket["again"])
        try:
            if request.method == "POST":
                code = await run_in_threadpool(by_link, s, session)
                return RedirectResponse(f"/join?code={code}", 303)
            await run_in_threadpool(lambda: todays_retest(s, s.host.table(session)))
            return page(t, t("复测"), await run_in_threadpool(self._start, session, t))
        except (NotDue, SessionEnded) as error:
            done = isinstance(error, SessionEnded)
            body = await run_in_threadpool(self._told, session, t, done)
            return page(t, t("复测"), body)
        except CoachError as error:
            return page(t, t("复测"), "", error, 422)

    def _start(self, session_id: str, t: Translator) -> str:
        first = self._services().host.table(session_id).session
        ask = t("还记得那通录音吗？不看笔记，用自己的话写三个要点。")
        return (
            f"<p>{self._what(first)}</p><p>{ask}</p>"
            f'<form method="post"><button>{t("开始 45 秒")}</button></form>'
        )

    def _what(self, first: Session) -> str:
        day = f"{first.created_at.astimezone(self._services().zone):%m-%d}"
        return html.escape(f"{day} {first.team_name}")

    def _told(self, session_id: str, t: Translator, done: bool) -> str:
        """When it is, and what the team recalled by now; nobody by name."""
        s = self._services()
        first = s.host.table(session_id).session
        next_ = opens(first, s.zone, s.today(), done=done)
        out = [f"<p>{self._what(first)}</p>"]
        out += [_results(found, t) for _, found in results(s, session_id)]
        if next_ is not None and next_ > s.today():
            told = t("{day} 起可以答，45 秒：到时再打开这个链接。", day=f"{next_:%m-%d}")
            out.append(f"<p>{told}</p>")
        elif len(out) == 1:
            out.append(f"<p>{t('复测的日子过了。')}</p>")
        return "".join(out)


def _results(found: dict[str, Any], t: Translator) -> str:
    rows = "".join(
        f"<li>{html.escape(p['name'])} {p['made']} / {p['of']}"
        f" <small>{t('上次')} {p['before']['made']} / {p['before']['of']}</small></li>"
        for p in found["points"]
    )
    return f'<p>{t("这次复测做完了，全班：")}</p><ul class="people">{rows}</ul>'
