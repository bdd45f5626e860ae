"""The way into a session from a phone: the code on the screen, then one's name."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coach.bootstrap import Services
from coach.errors import BadInput, CoachError, NotFound, SignedOut, TooManyTries, WrongCode
from coach.game.phases import Mode
from coach.game.session import Session
from coach.i18n import Translator
from coach.people.team import Person
from coach.ui.guard import COOKIE, GUEST, token
from coach.ui.plain import Tries, labelled, page, set_cookie

LIFE = 12 * 3600  # seconds that the cookie is kept; it is worth nothing once the session is over


@dataclass(frozen=True)
class _Found:
    """A session that a code led to, seen by who asks."""

    session: Session
    people: list[Person] = field(default_factory=list)  # who may come in by a tap
    free: list[Person] = field(default_factory=list)  # of them, those without a phone in it
    me: str | None = None  # which of them is signed in
    cookie: str = ""  # of this phone


class Entrance:
    """``/join``. A wrong code counts as a try; so nobody finds one by trying."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services, self._tries = services, Tries()

    async def join(self, request: Request, t: Translator) -> Response:
        """The form for the code, the one for the name, or into the room."""
        asked = request.query_params
        typed, name, member = asked.get("code", "")[:20], "", ""
        if request.method == "POST":
            form = await request.form(max_files=0, max_fields=10)
            typed, name, member = (str(form.get(k, ""))[:80] for k in ("code", "name", "member"))
        if not typed:
            return page(t, t("加入分享会"), _code_form(t))
        known = await run_in_threadpool(self._returning, request, typed)
        if known is not None:
            session, cookie = known
            return _in(request, cookie, t, session) if cookie else page(t, t("分享会已结束。"), "")
        address = request.client.host if request.client else ""
        try:
            async with self._tries.one(address):
                found = await run_in_threadpool(self._found, request, typed)
        except (WrongCode, TooManyTries) as error:
            status = 429 if isinstance(error, TooManyTries) else 422
            return page(t, t("加入分享会"), _code_form(t, typed), error, status, code=typed)
        wrong: CoachError | None = None
        if name.strip() or member or found.me:
            try:
                made = await run_in_threadpool(self._joined, typed, name, member, found)
                return _in(request, made, t, found.session.id)
            except CoachError as error:
                wrong = error
        visitors = found.session.mode is not Mode.RETEST
        where = " · ".join(x for x in (found.session.team_name, found.session.leader) if x)
        asks = f"<p>{html.escape(where)}</p>" if where else ""
        asks += _name_form(t, typed, found.free, visitors=visitors)
        return page(t, t("你是谁"), asks, wrong, 422 if wrong else 200, code=typed)

    def _returning(self, request: Request, typed: str) -> tuple[str, str] | None:
        """The session that a phone is in already and its cookie then, "" where that is over."""
        joining, cookie = self._services().joining, token(request.headers, GUEST)
        found = joining.returning(typed, cookie)
        if found is None:
            return None
        way, guest = found
        return guest.session_id, "" if guest.ended else joining.keep(cookie, way)

    def _found(self, request: Request, typed: str) -> _Found:
        """The room, and who asks. Raises WrongCode."""
        s = self._services()
        session = s.joining.find(typed)
        cookie = token(request.headers, GUEST)
        expected, taken = s.joining.expected(session), s.joining.taken(session)
        held = {x.person_id for x in session.seats if x.id in taken}
        people = [
            m
            for team in s.teams.listed()
            for m in team.members
            if team.id == session.team_id and (expected is None or m.id in expected)
        ]
        me = None
        with suppress(SignedOut):
            me = s.signing.who(token(request.headers, COOKIE)).person_id
        mine = me if me in {p.id for p in people} else None
        return _Found(session, people, [p for p in people if p.id not in held], mine, cookie)

    def _joined(self, typed: str, name: str, member: str, found: _Found) -> str:
        """The cookie of who came in. Raises CoachError."""
        s, people = self._services(), found.people
        by_id = {p.id: p for p in people}
        member = found.me or member
        if member and member not in by_id:
            raise NotFound(what="组员", what_en="member", key=member)
        if member:
            made = s.joining.join(typed, by_id[member].name, member)
        else:
            if name.strip() in {p.name for p in people}:
                raise BadInput(
                    detail="名单里有这个名字，请在名单里点",
                    detail_en="that name is on the list: tap it",
                )
            made = s.joining.join(typed, name)
        guest = s.joining.guest(made)
        s.audit.add(guest.name, "member joined" if member else "visitor joined", guest.session_id)
        return s.joining.keep(found.cookie, made)


def _in(request: Request, cookie: str, t: Translator, session: str) -> Response:
    """Into the room, in the language that was chosen at the door."""
    answer = RedirectResponse(f"/room?session={session}", 303)
    set_cookie(request, answer, GUEST, cookie, LIFE)
    if request.query_params.get("lang"):
        set_cookie(request, answer, "coach_language", t.language, LIFE)
    return answer


def _code_form(t: Translator, code: str = "") -> str:
    return (
        f'<form method="post">{labelled(t("大屏幕上的六位码"), "code", "one-time-code", code)}'
        f"<button>{t('下一步')}</button></form>"
    )


def _name_form(t: Translator, code: str, people: list[Person], *, visitors: bool) -> str:
    """Members to tap; a visitor types a name, where there is something for visitors."""
    kept = f'<input type="hidden" name="code" value="{html.escape(code, quote=True)}">'
    taps = "".join(
        f'<button name="member" value="{html.escape(p.id, quote=True)}" class="quiet">'
        f"{html.escape(p.name)}</button>"
        for p in people
    )
    members = f'<form method="post">{kept}{taps}</form>' if people else ""
    if not visitors:
        return members or f"<p>{t('这次复测，那天到场的人都已经在里面了。')}</p>"
    visitor = t("不在名单里（访客）") if people else t("名字")
    return (
        f'{members}<form method="post">{kept}{labelled(visitor, "name", "name")}'
        f"<button>{t('加入分享会')}</button></form>"
    )
