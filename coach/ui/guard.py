"""The guard in front of every route and page: who asks, from where, and may they come in at all.

What somebody may have is asked again behind it, by ``coach.acting``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.errors import SignedOut
from coach.game.joining import Joining
from coach.people.rights import Right, Role, Who
from coach.people.signing import Signing

COOKIE, GUEST = "coach_visit", "coach_guest"
PUBLIC = ("/join", "/login", "/login/company", "/login/callback", "/api/health", "/_stcore/health")
PUBLIC_UNDER = (  # program code that anyone may have with the package; links that nobody can guess
    "/static/",
    "/coach-static/",
    "/again/",
)
GUESTS = ("/room", "/api/room", "/api/room/")  # all that a phone which joined may open
_PROXIES = ("x-forwarded-", "x-real-", "cf-", "x-envoy-", "x-original-")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
    # Streamlit compiles charts at run time and writes styles inline; nothing may leave or frame us
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' "
    "'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
}


class Guard:
    """Pure ASGI middleware: HTTP without a visit is sent to sign in, a websocket is refused."""

    def __init__(
        self, app: ASGIApp, signing: Callable[[], Signing], joining: Callable[[], Joining]
    ) -> None:
        self._app, self._signing, self._joining = app, signing, joining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = await self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, self._watched(scope, headers, receive, send), send)
            else:
                await receive()  # websocket.connect
                await send({"type": "websocket.close", "code": 4401})
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    found.setdefault(name, value)
                if secure(scope, headers):
                    found.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await (refusal or self._app)(scope, receive, sealed)

    def _watched(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> Receive:
        """Asks again with every message: a tab that is open ends with its visit."""

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                try:
                    await run_in_threadpool(self._whose, scope, headers)
                except SignedOut:
                    await send({"type": "websocket.close", "code": 4401})
                    return {"type": "websocket.disconnect", "code": 4401}
            return message

        return receiving

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """None where it may pass; then ``scope["coach.who"]`` says who it is."""
        if not same_origin(scope, headers):
            return PlainTextResponse("another site", 403)
        path = str(scope["path"])
        if path in PUBLIC or path.startswith(PUBLIC_UNDER):
            return None
        signing = self._signing()
        if await run_in_threadpool(lambda: signing.open) and not local(scope, headers):
            return PlainTextResponse(NO_ACCOUNTS, 403)
        try:
            scope["coach.who"] = await run_in_threadpool(self._whose, scope, headers)
            return _beyond(path, scope["coach.who"])
        except SignedOut as error:
            page = "text/html" in headers.get("accept", "") and not path.startswith("/api/")
            if page and scope.get("method") == "GET":
                visitor = path in GUESTS or token(headers, GUEST)
                to = "/join" if visitor else f"/login?next={quote(path)}"
                return RedirectResponse(to, 303)
            return JSONResponse({"error": error.as_dict()}, 401)

    def _whose(self, scope: Scope, headers: Headers) -> Who:
        """Who asks: in the room by the cookie that joining gave, for the session that its page is of;
        elsewhere by the visit's.

        Raises SignedOut.
        """
        path = str(scope["path"])
        if path not in GUESTS and not path.startswith(GUESTS[-1]):
            return self._signing().who(token(headers))
        session = QueryParams(scope["query_string"]).get("session", "")
        found = self._joining().guest(token(headers, GUEST), session)
        return Who(found.seat_id, found.name, Role.VISITOR, session=found.session_id)


def _beyond(path: str, me: Who) -> Response | None:
    """What of Streamlit's own is not for every role: figures of the process, uploads to memory."""
    figures = path == "/_stcore/metrics" and not me.may(Right.SYSTEM)
    uploads = path.startswith("/_stcore/upload_file") and not (
        me.may(Right.MEMBERS) or me.may(Right.GLOSSARY)
    )
    return PlainTextResponse("not for this account", 403) if figures or uploads else None


NO_ACCOUNTS = (
    "还没有账号。请在运行本程序的机器上打开 http://localhost，或运行 coach account add。\n"
    "There are no accounts yet. Open it on the machine it runs on, or run coach account add there.\n"
)


def token(headers: Headers, name: str = COOKIE) -> str:
    """The visit's cookie; none where there are two, since one of them was planted."""
    sent = headers.get("cookie", "")
    return cookie_parser(sent).get(name, "") if sent.count(f"{name}=") == 1 else ""


def who(scope: Scope) -> Who:
    """Whom the guard let in."""
    found: Any = scope["coach.who"]
    assert isinstance(found, Who)
    return found


def secure(scope: Scope, headers: Headers) -> bool:
    """Whether the browser speaks TLS, to us or to the proxy before us."""
    forwarded = headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return scope["scheme"] in ("https", "wss") or forwarded == "https"


def local(scope: Scope, headers: Headers) -> bool:
    """Whether a browser on this machine asks, by this machine's own name, with no proxy between."""
    if any(h in ("forwarded", "via") or h.startswith(_PROXIES) for h in headers):
        return False
    address = (scope.get("client") or ("",))[0]
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
    return here and (host in LOCAL_NAMES or host == "::1")


def same_origin(scope: Scope, headers: Headers) -> bool:
    """No other site's page asks for anything that changes or streams (RFC 6454; Fetch Metadata)."""
    if scope["type"] == "http" and scope["method"] in ("GET", "OPTIONS"):
        return True
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host", "")
    except ValueError:
        return False
