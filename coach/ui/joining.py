"""The way into a session from a phone: the code on the screen, then one's name."""

from __future__ import annotations

import html
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coach.bootstrap import Services
from coach.errors import BadInput, NameTaken, NotFound, SignedOut, TooManyTries, WrongCode
from coach.game.phases import Mode
from coach.game.session import Session
from coach.i18n import Translator
from coach.people.rights import Who
from coach.people.team import Person
from coach.ui.guard import COOKIE, GUEST
from coach.ui.plain import Tries, field, page, set_cookie

LIFE = 12 * 3600  # seconds that the cookie is kept; it is worth nothing once the session is over


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
        address = request.client.host if request.client else ""
        try:
            self._tries.enter(address)
            session, people, me = await run_in_threadpool(self._room, request, typed)
            self._tries.forgive(address)
        except (WrongCode, TooManyTries) as error:
            status = 429 if isinstance(error, TooManyTries) else 422
            return page(t, t("加入分享会"), _code_form(t, typed), error, status)
        wrong: NameTaken | BadInput | None = None
        if name.strip() or member or me:
            try:
                made = await run_in_threadpool(self._joined, typed, name, member, people, me)
                answer = RedirectResponse("/room", 303)
                set_cookie(request, answer, GUEST, made, LIFE)
                return answer
            except (NameTaken, BadInput) as error:
                wrong = error
        taken = await run_in_threadpool(self._services().joining.taken, session)
        held = {s.person_id for s in session.seats if s.id in taken}
        free = [p for p in people if p.id not in held]
        asks = _name_form(t, typed, free, visitors=session.mode is not Mode.RETEST)
        return page(t, t("你是谁"), asks, wrong, 422 if wrong else 200)

    def _room(self, request: Request, typed: str) -> tuple[Session, list[Person], Who | None]:
        """The session, the members of its team, and who asks, where they are signed in as one."""
        s = self._services()
        session = s.joining.find(typed)
        teams = [x for x in s.teams.listed() if x.id == session.team_id]
        people = [m for team in teams for m in team.members]
        try:
            me = s.signing.who(request.cookies.get(COOKIE, ""))
        except SignedOut:
            return session, people, None
        mine = me.id and me.person_id in {p.id for p in people}
        return session, people, me if mine else None

    def _joined(
        self, typed: str, name: str, member: str, people: list[Person], me: Who | None
    ) -> str:
        s = self._services()
        by_id = {p.id: p for p in people}
        if me is not None and me.person_id is not None:
            member = me.person_id
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
        return made


def _code_form(t: Translator, code: str = "") -> str:
    return (
        f'<form method="post">{field(t("大屏幕上的六位码"), "code", "one-time-code", code)}'
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
    if people and not visitors:
        return members
    visitor = t("不在名单里（访客）") if people else t("名字")
    return (
        f'{members}<form method="post">{kept}{field(visitor, "name", "name")}'
        f"<button>{t('加入')}</button></form>"
    )
