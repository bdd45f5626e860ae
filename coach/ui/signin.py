"""Signing in and out, and the first account: plain pages of ours, before any of Streamlit's."""

from __future__ import annotations

import html
import ipaddress
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from time import monotonic
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from coach.errors import CoachError, CompanySignIn, TooManyTries, WrongPassword
from coach.i18n import LANGUAGES, Translator
from coach.people.account import LIFE
from coach.people.signing import Signing
from coach.ui.company import Company
from coach.ui.guard import COOKIE, secure, token, who
from coach.ui.tokens import Tickets

KEPT, AWAY = "coach_company", 600  # cookie of whoever is at the provider; seconds
TRIES, WITHIN, REMEMBERED = 5, 60.0, 4096  # failures an address has, in seconds; addresses kept
STYLE = """
body { font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; color: #1f2a2a; background: #f4f7f6; }
main { max-width: 22rem; margin: 12vh auto 0; padding: 1.5rem; background: #fff; border-radius: 10px; box-shadow: 0 1px 6px #0002; }
h1 { font-size: 1.4rem; color: #0f5c5c; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 0; } p { margin: .25rem 0 1rem; }
label { display: block; margin: .75rem 0; } input { box-sizing: border-box; width: 100%; min-height: 46px; font: inherit; padding: 0 .75rem; border: 1px solid #8aa; border-radius: 6px; }
button { width: 100%; min-height: 46px; font: inherit; border: 0; border-radius: 6px; background: #0f5c5c; color: #fff; cursor: pointer; margin-top: .75rem; }
button.quiet { background: #fff; color: #0f5c5c; border: 1px solid #0f5c5c; } .error { color: #a11; } a { color: #0f5c5c; }
"""


class Tries:
    """Failures of each network within the last minute; the oldest are forgotten."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def enter(self, address: str) -> None:
        """One more try. Raises TooManyTries."""
        times = self._failures.setdefault(_network(address), deque())
        self._failures.move_to_end(_network(address))
        while times and times[0] < self._clock() - WITHIN:
            times.popleft()
        if len(times) >= TRIES:
            raise TooManyTries()
        times.append(self._clock())
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def forgive(self, address: str) -> None:
        """It was right: it does not count."""
        times = self._failures.get(_network(address))
        if times:
            times.pop()


def _network(address: str) -> str:
    """An IPv6 customer has a /64 to draw addresses from (RFC 6177)."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address


_Answer = Callable[[Request, Translator], Awaitable[Response]]


class Pages:
    """The pages, for the services as they are when they are asked."""

    def __init__(
        self,
        signing: Callable[[], Signing],
        language: Callable[[], str],
        company: Callable[[], Company | None],
        tickets: Callable[[], Tickets],
    ) -> None:
        self._signing, self._language, self._tries = signing, language, Tries()
        self._company, self._tickets = company, tickets
        self._hashing = CapacityLimiter(2)  # 64 MiB and a thread for each

    def routes(self) -> list[Route]:
        """Where they are."""
        pages = {"login": self.login, "setup": self.setup, "account": self.account}
        out = [
            Route(f"/{name}", self._speaking(page), methods=["GET", "POST"])
            for name, page in pages.items()
        ]
        return [
            *out,
            Route("/logout", self._speaking(self.logout), methods=["POST"]),
            Route("/login/company", self._speaking(self.leave_for_company)),
            Route("/login/callback", self._speaking(self.back_from_company)),
        ]

    def _speaking(self, answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
        async def speak(request: Request) -> Response:
            asked = request.query_params.get("lang") or request.cookies.get("coach_language")
            language = asked if asked in LANGUAGES else self._language()
            return await answer(request, Translator(language))

        return speak

    async def login(self, request: Request, t: Translator) -> Response:
        """Login and password; then on to the page that was asked for."""
        s = self._signing()
        if await run_in_threadpool(lambda: s.open):
            return RedirectResponse("/setup", 303)
        if request.method != "POST":
            return _page(t, t("登录"), self._login_form(t))
        form = await request.form(max_files=0, max_fields=10)
        address = request.client.host if request.client else ""
        name, password = str(form.get("login", "")), str(form.get("password", ""))
        try:
            self._tries.enter(address)  # counted before the work: many at once do not outrun it
            made = await to_thread.run_sync(s.sign_in, name, password, limiter=self._hashing)
            self._tries.forgive(address)
        except (WrongPassword, TooManyTries) as error:
            status = 429 if isinstance(error, TooManyTries) else 401
            return _page(t, t("登录"), self._login_form(t, name), error, status)
        return _enter(request, made, _inside(request.query_params.get("next", "/")))

    def _login_form(self, t: Translator, login: str = "") -> str:
        other = f'<p><a href="/login/company">{t("用公司账号登录")}</a></p>'
        return (
            f'<form method="post">{_field(t("登录名"), "login", "username", login)}'
            f"{_field(t('密码'), 'password', 'current-password', kind='password')}"
            f"<button>{t('登录')}</button></form>{other if self._company() else ''}"
        )

    async def leave_for_company(self, request: Request, t: Translator) -> Response:
        """To the company's provider; a signed cookie keeps what has to match on the way back."""
        company = self._company()
        if company is None:
            return RedirectResponse("/login", 303)
        try:
            url, kept = await run_in_threadpool(company.begin, _back_here(request))
        except CoachError as error:
            return _page(t, t("登录"), self._login_form(t), error, 502)
        answer = RedirectResponse(url, 303)
        _set(request, answer, KEPT, self._tickets().give(**kept), AWAY)
        return answer

    async def back_from_company(self, request: Request, t: Translator) -> Response:
        """Back from there."""
        company = self._company()
        kept = self._tickets().read(request.cookies.get(KEPT, ""), AWAY)
        try:
            if company is None or kept is None or "verifier" not in kept:
                raise CompanySignIn(detail="cookie")
            back = _back_here(request)
            came = f"{back}?{request.url.query}"
            found = await run_in_threadpool(company.finish, back, came, kept)
            made = await run_in_threadpool(self._signing().company, found.subject, found.email)
        except CoachError as error:
            answer: Response = _page(t, t("登录"), self._login_form(t), error, 401)
        else:
            answer = _enter(request, made, "/")
        answer.delete_cookie(KEPT, path="/")
        return answer

    async def setup(self, request: Request, t: Translator) -> Response:
        """The first account, while there is none."""
        s = self._signing()
        if not await run_in_threadpool(lambda: s.open):
            return RedirectResponse("/login", 303)
        if request.method != "POST":
            return _page(t, t("第一个账号"), _setup_form(t))
        form = await request.form(max_files=0, max_fields=10)
        login, name = str(form.get("login", "")), str(form.get("name", ""))
        try:
            made = await run_in_threadpool(s.first, login, name, str(form.get("password", "")))
        except CoachError as error:
            return _page(t, t("第一个账号"), _setup_form(t, login, name), error, 422)
        return _enter(request, made, "/")

    async def account(self, request: Request, t: Translator) -> Response:
        """One's own: signing out, a new password."""
        me = who(request.scope)
        if not me.id:
            return RedirectResponse("/setup", 303)
        if request.method != "POST":
            return _page(t, me.name, _account_form(t))
        form = await request.form(max_files=0, max_fields=10)
        old, new = str(form.get("old", "")), str(form.get("password", ""))
        here = token(request.headers)
        try:
            await run_in_threadpool(self._signing().own_password, me, here, old, new)
        except CoachError as error:
            return _page(t, me.name, _account_form(t), error, 422)
        return _page(t, me.name, f"<p>{t('密码改好了，其他地方的登录都已失效。')}</p>{_back(t)}")

    async def logout(self, request: Request, t: Translator) -> Response:
        """Here, or with ``?all=1`` everywhere."""
        s, here = self._signing(), token(request.headers)
        if request.query_params.get("all"):
            me = who(request.scope)
            await run_in_threadpool(s.end_visits, me, me.id)
        await run_in_threadpool(s.sign_out, here)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _enter(request: Request, made: str, following: str) -> Response:
    answer = RedirectResponse(following, 303)
    _set(request, answer, COOKIE, made, int(LIFE.total_seconds()))
    return answer


def _set(request: Request, answer: Response, name: str, value: str, life: int) -> None:
    tls = secure(request.scope, request.headers)
    answer.set_cookie(
        name, value, max_age=life, path="/", httponly=True, samesite="lax", secure=tls
    )


def _back_here(request: Request) -> str:
    """The address that the provider sends people back to; it has to be registered there."""
    scheme = "https" if secure(request.scope, request.headers) else "http"
    return f"{scheme}://{request.headers.get('host', '')}/login/callback"


def _inside(following: str) -> str:
    """An address of ours to go on to; never another site's."""
    parts = urlsplit(following)
    plain = following.startswith("/") and not following.startswith("//") and "\\" not in following
    return following if plain and not parts.netloc else "/"


def _page(
    t: Translator, title: str, body: str, error: CoachError | None = None, status: int = 200
) -> HTMLResponse:
    said = f'<p class="error" role="alert">{html.escape(t.error(error))}</p>' if error else ""
    language = "zh-CN" if t.language == "zh" else "en"
    other = "en" if t.language == "zh" else "zh"
    text = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)} · {t('录音分享')}</title><style>{STYLE}</style>"
        f"<main><h1>{html.escape(title)}</h1>{said}{body}"
        f'<p><a href="?lang={other}">{LANGUAGES[other]}</a></p></main></html>'
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    }
    return HTMLResponse(text, status, headers)


def _field(label: str, name: str, complete: str, value: str = "", kind: str = "text") -> str:
    return (
        f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" '
        f'value="{html.escape(value, quote=True)}" maxlength="256" required></label>'
    )


def _setup_form(t: Translator, login: str = "", name: str = "") -> str:
    lead = t("先建管理员的账号；以后每个人都要登录，看到的只有自己该看的。")
    return (
        f'<p>{lead}</p><form method="post">{_field(t("名字"), "name", "name", name)}'
        f"{_field(t('登录名'), 'login', 'username', login)}"
        f"{_field(t('密码（10 个字符以上）'), 'password', 'new-password', kind='password')}"
        f"<button>{t('建账号并登录')}</button></form>{_back(t)}"
    )


def _account_form(t: Translator) -> str:
    return (
        f'<form method="post" action="/logout"><button>{t("退出登录")}</button></form>'
        f'<form method="post" action="/logout?all=1">'
        f'<button class="quiet">{t("在所有设备上退出")}</button></form>'
        f'<h2>{t("改密码")}</h2><form method="post">'
        f"{_field(t('现在的密码'), 'old', 'current-password', kind='password')}"
        f"{_field(t('新密码（10 个字符以上）'), 'password', 'new-password', kind='password')}"
        f"<button>{t('改密码')}</button></form>{_back(t)}"
    )


def _back(t: Translator) -> str:
    return f'<p><a href="/">{t("回到首页")}</a></p>'
