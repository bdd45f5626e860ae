"""Plain pages of ours, without Streamlit: their frame, fields, cookies, and how often one may try."""

from __future__ import annotations

import asyncio
import html
import ipaddress
import json
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from coach.errors import BadInput, CoachError, TooManyTries, WrongCode, WrongPassword
from coach.i18n import LANGUAGES, Translator
from coach.ui.guard import secure

TRIES, WITHIN, REMEMBERED = 5, 60.0, 4096  # failures an address has, in seconds; addresses kept
MOST = 64 * 1024  # bytes of what a page sends as JSON
STYLE = """
body { font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; color: #1f2a2a; background: #f4f7f6; }
main { max-width: 22rem; margin: min(12vh, 3rem) auto 0; padding: 1.5rem; background: #fff; border-radius: 10px; box-shadow: 0 1px 6px #0002; }
h1 { font-size: 1.4rem; color: #0f5c5c; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 0; } p { margin: .25rem 0 1rem; }
label { display: block; margin: .75rem 0; } input { box-sizing: border-box; width: 100%; min-height: 46px; font: inherit; padding: 0 .75rem; border: 1px solid #8aa; border-radius: 6px; }
button { width: 100%; min-height: 46px; font: inherit; border: 0; border-radius: 6px; background: #0f5c5c; color: #fff; cursor: pointer; margin-top: .75rem; }
textarea { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .75rem; border: 1px solid #8aa; border-radius: 6px; }
.row { display: flex; gap: .5rem; } .people { list-style: none; padding: 0; } .people li { padding: .3rem 0; border-bottom: 1px solid #dde; }
mark { background: #cfe6df; color: inherit; }
button.name { text-align: left; padding: 0 .75rem; margin: 0; }
.people li:has(button.small) { display: flex; gap: .5rem; align-items: center; min-height: 44px; } button.small { width: auto; min-height: 40px; padding: 0 .75rem; margin: 0 0 0 auto; } button:disabled { opacity: .45; } .tick input { width: auto; min-height: 0; } blockquote { margin: .5rem 0; padding: .25rem .75rem; border-left: 4px solid #0f5c5c; background: #f4f7f6; overflow-wrap: anywhere; }
button.quiet { background: #fff; color: #0f5c5c; border: 1px solid #0f5c5c; } .error { color: #a11; } a { color: #0f5c5c; }
"""


@dataclass
class _Network:
    """Where tries come from."""

    failures: deque[float] = field(default_factory=deque)  # when
    underway: int = 0
    turn: asyncio.Condition = field(default_factory=asyncio.Condition)


class Tries:
    """Failures of each network within the last minute; the oldest are forgotten."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._networks: OrderedDict[str, _Network] = OrderedDict()

    @asynccontextmanager
    async def one(self, address: str) -> AsyncIterator[None]:
        """One more try, which a wrong code or password inside makes a failure.

        While as many are underway as may fail, the next one waits: a whole room comes in by one address
        at once, and nobody outruns the count. Raises TooManyTries.
        """
        network = self._networks.setdefault(_network(address), _Network())
        self._networks.move_to_end(_network(address))
        while len(self._networks) > REMEMBERED:
            self._networks.popitem(last=False)
        async with network.turn:
            await network.turn.wait_for(lambda: network.underway < max(1, self._left(network)))
            if not self._left(network):
                raise TooManyTries()
            network.underway += 1
        try:
            yield
        except (WrongCode, WrongPassword):
            network.failures.append(self._clock())
            raise
        finally:
            network.underway -= 1
            async with network.turn:
                network.turn.notify_all()

    def _left(self, network: _Network) -> int:
        """How many more may fail."""
        while network.failures and network.failures[0] < self._clock() - WITHIN:
            network.failures.popleft()
        return TRIES - len(network.failures)


def _network(address: str) -> str:
    """An IPv6 customer has a /64 to draw addresses from (RFC 6177)."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address


def set_cookie(request: Request, answer: Response, name: str, value: str, life: int) -> None:
    """For ``life`` seconds, for our own pages only; over TLS only where there is TLS."""
    tls = secure(request.scope, request.headers)
    answer.set_cookie(
        name, value, max_age=life, path="/", httponly=True, samesite="lax", secure=tls
    )


def page(
    t: Translator,
    title: str,
    body: str,
    error: CoachError | None = None,
    status: int = 200,
    script: str = "",
    **kept: str,
) -> HTMLResponse:
    """A page of ours; nothing but our own style, and our own ``script``, runs in it. In the other
    language it keeps what of its address is ``kept``."""
    said = f'<p class="error" role="alert">{html.escape(t.error(error))}</p>' if error else ""
    language = "zh-CN" if t.language == "zh" else "en"
    other = "en" if t.language == "zh" else "zh"
    address = html.escape(urlencode({**kept, "lang": other}))
    text = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)} · {t('录音分享')}</title><style>{STYLE}</style>"
        f"<main><h1>{html.escape(title)}</h1>{said}{body}"
        f'<p><a href="?{address}">{LANGUAGES[other]}</a></p></main>'
        + (f'<script src="{script}" defer></script></html>' if script else "</html>")
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
        + ("script-src 'self'; connect-src 'self'; media-src 'self'; " if script else "")
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    }
    return HTMLResponse(text, status, headers)


def translator(request: HTTPConnection, language: str) -> Translator:
    """In the language asked for in the address, or chosen on the last visit; else the setting's."""
    asked = request.query_params.get("lang") or request.cookies.get("coach_language")
    return Translator(asked if asked in LANGUAGES else language)


def labelled(label: str, name: str, complete: str, value: str = "", kind: str = "text") -> str:
    """An input with its label; ``complete``: what a browser may fill in (HTML autocomplete)."""
    return (
        f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" '
        f'value="{html.escape(value, quote=True)}" maxlength="256" required></label>'
    )


async def small_json(request: Request) -> dict[str, Any]:
    """What a phone sends. Raises BadInput: no object, or a large one."""
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > MOST:
            raise BadInput(detail="太长了", detail_en="too long")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(detail="看不懂", detail_en="not understood")
    return found


async def until_gone(socket: WebSocket) -> None:
    """What phones say here (nothing but signs of life) is not listened to."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()
