"""Signing in and out, and the first account: plain pages of ours, before any of Streamlit's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coach.errors import CoachError, CompanySignIn, TooManyTries, WrongPassword
from coach.i18n import Translator
from coach.people.account import LIFE
from coach.people.signing import Signing
from coach.ui.company import Company
from coach.ui.guard import COOKIE, secure, token, who
from coach.ui.plain import Tries, labelled, page, set_cookie, translator
from coach.ui.tokens import Tickets

KEPT, AWAY = "coach_company", 600  # cookie of whoever is at the provider; seconds
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
            return await answer(request, translator(request, self._language()))

        return speak

    async def login(self, request: Request, t: Translator) -> Response:
        """Login and password; then on to the page that was asked for."""
        s = self._signing()
        if await run_in_threadpool(lambda: s.open):
            return RedirectResponse("/setup", 303)
        if request.method != "POST":
            return page(t, t("登录"), self._login_form(t))
        form = await request.form(max_files=0, max_fields=10)
        address = request.client.host if request.client else ""
        name, password = str(form.get("login", "")), str(form.get("password", ""))
        try:
            async with self._tries.one(address):
                made = await to_thread.run_sync(s.sign_in, name, password, limiter=self._hashing)
        except (WrongPassword, TooManyTries) as error:
            status = 429 if isinstance(error, TooManyTries) else 401
            return page(t, t("登录"), self._login_form(t, name), error, status)
        return _enter(request, made, _inside(request.query_params.get("next", "/")))

    def _login_form(self, t: Translator, login: str = "") -> str:
        other = f'<p><a href="/login/company">{t("用公司账号登录")}</a></p>'
        return (
            f'<form method="post">{labelled(t("登录名"), "login", "username", login)}'
            f"{labelled(t('密码'), 'password', 'current-password', kind='password')}"
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
            return page(t, t("登录"), self._login_form(t), error, 502)
        answer = RedirectResponse(url, 303)
        set_cookie(request, answer, KEPT, self._tickets().give(**kept), AWAY)
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
            answer: Response = page(t, t("登录"), self._login_form(t), error, 401)
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
            return page(t, t("第一个账号"), _setup_form(t))
        form = await request.form(max_files=0, max_fields=10)
        login, name = str(form.get("login", "")), str(form.get("name", ""))
        try:
            made = await run_in_threadpool(s.first, login, name, str(form.get("password", "")))
        except CoachError as error:
            return page(t, t("第一个账号"), _setup_form(t, login, name), error, 422)
        return _enter(request, made, "/")

    async def account(self, request: Request, t: Translator) -> Response:
        """One's own: signing out, a new password."""
        me = who(request.scope)
        if not me.id:
            return RedirectResponse("/setup", 303)
        if request.method != "POST":
            return page(t, me.name, _account_form(t))
        form = await request.form(max_files=0, max_fields=10)
        old, new = str(form.get("old", "")), str(form.get("password", ""))
        here = token(request.headers)
        try:
            await run_in_threadpool(self._signing().own_password, me, here, old, new)
        except CoachError as error:
            return page(t, me.name, _account_form(t), error, 422)
        return page(t, me.name, f"<p>{t('密码改好了，其他地方的登录都已失效。')}</p>{_back(t)}")

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
    set_cookie(request, answer, COOKIE, made, int(LIFE.total_seconds()))
    return answer


def _back_here(request: Request) -> str:
    """The address that the provider sends people back to; it has to be registered there."""
    scheme = "https" if secure(request.scope, request.headers) else "http"
    return f"{scheme}://{request.headers.get('host', '')}/login/callback"


def _inside(following: str) -> str:
    """An address of ours to go on to; never another site's."""
    parts = urlsplit(following)
    plain = following.startswith("/") and not following.startswith("//") and "\\" not in following
    return following if plain and not parts.netloc else "/"


def _setup_form(t: Translator, login: str = "", name: str = "") -> str:
    lead = t("先建管理员的账号；以后每个人都要登录，看到的只有自己该看的。")
    return (
        f'<p>{lead}</p><form method="post">{labelled(t("名字"), "name", "name", name)}'
        f"{labelled(t('登录名'), 'login', 'username', login)}"
        f"{labelled(t('密码（10 个字符以上）'), 'password', 'new-password', kind='password')}"
        f"<button>{t('建账号并登录')}</button></form>{_back(t)}"
    )


def _account_form(t: Translator) -> str:
    return (
        f'<form method="post" action="/logout"><button>{t("退出登录")}</button></form>'
        f'<form method="post" action="/logout?all=1">'
        f'<button class="quiet">{t("在所有设备上退出")}</button></form>'
        f'<h2>{t("改密码")}</h2><form method="post">'
        f"{labelled(t('现在的密码'), 'old', 'current-password', kind='password')}"
        f"{labelled(t('新密码（10 个字符以上）'), 'password', 'new-password', kind='password')}"
        f"<button>{t('改密码')}</button></form>{_back(t)}"
    )


def _back(t: Translator) -> str:
    return f'<p><a href="/">{t("回到首页")}</a></p>'
