"""Playing a session in a page: the component's data, and what its events do."""

from __future__ import annotations

import html
import threading
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import streamlit as st

from coach.acting import Acting, extras
from coach.bootstrap import now
from coach.errors import CoachError, NotFound, NotReleased, UnexpectedProblem
from coach.game.host import Host
from coach.game.phases import Action, EntryKind, Kind, Mode
from coach.i18n import Translator
from coach.library.index import Wanted
from coach.library.lexical import NAME as LEXICAL
from coach.meeting.signed import Promise
from coach.people.rights import Right
from coach.ui.address import qr
from coach.ui.again import again_path
from coach.ui.components import stage
from coach.ui.page import acting, log, phones, screen, telling, when
from coach.ui.reading import read_soon
from coach.ui.server import clip_url, services, tickets, warm_soon
from coach.ui.stage_words import stage_words

PACE = 1.2  # seconds between two things that scripted participants write
PROMISING = (Kind.RECALL.value, Kind.SUMMARY.value)  # steps at which people promise something
TURNS = 6000  # two hours: nobody plays on
KEY = "stage"
_NEAREST, _ERROR, _ACK = "stage_nearest", "stage_error", "stage_ack"
FULL = """
<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"] { display: none; }
[data-testid="stMain"]:focus, [data-testid="stMain"]:focus-visible { outline: none; box-shadow: none; }
[data-testid="stMainBlockContainer"] { padding: 10px 18px 0; max-width: none; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 8px 10px 0; } }
</style>
"""


def play(t: Translator, session_id: str) -> None:
    """Draw the session full screen; ends on the records page when left. Raises NotFound."""
    acting().host(session_id)
    warm_soon()
    session = acting().services.host.table(session_id).session
    if extras.plays(acting().services, session):
        play_along(session_id)
    st.html(FULL)
    me = acting().who.name
    if me:
        st.html(watermark(f"{me} {when(now(), '%Y-%m-%d %H:%M')}"))

    @st.fragment
    def draw() -> None:
        with telling(t):
            data = stage_data(acting(), t, session_id)
            stage(data, key=KEY, on_event=lambda: on_event(t, session_id))
        if st.session_state.pop("stage_leave", False):
            st.switch_page(screen("records"), query_params={"session": session_id})

    draw()


@lru_cache(maxsize=16)
def play_along(session_id: str) -> None:
    """The scripted participants of a session, in the background; once per process."""

    def go_on() -> None:
        try:
            for _ in range(TURNS):
                if not extras.turn(services(), session_id):
                    break
                threading.Event().wait(PACE)
        except Exception:
            log.exception("the scripted participants left")
        play_along.cache_clear()

    threading.Thread(target=go_on, name="extras", daemon=True).start()


def watermark(text: str) -> str:
    """Who looks, and when, faintly over everything: a photograph of the screen says whose it was."""
    one = f'<span style="transform:rotate(-24deg);white-space:nowrap">{html.escape(text)}</span>'
    return (
        '<div aria-hidden="true" style="position:fixed;inset:0;z-index:99;pointer-events:none;'
        "overflow:hidden;opacity:.07;display:grid;grid-template-columns:repeat(3,1fr);"
        f'place-items:center;font-size:22px">{one * 12}</div>'
    )


def stage_data(s: Acting, t: Translator, session_id: str) -> dict[str, Any]:
    """The host's view with a ticket for the clip, its outline, and the words of the language."""
    host = s.host(session_id)
    view, session = host.view(session_id), s.record(session_id).session
    if "clip" in view:
        _sound(s, t, session_id, view)
    view["t"] = stage_words(t)
    view["teaches"] = s.who.may(Right.LEAD, team=session.team_name)
    view["live"] = f"api/stage/{session_id}"
    code = s.services.joining.code(session_id)
    if code:
        view["door"] = _door(session_id, code)
    # who has answered is for the leader's panel once anybody may answer by phone, locked in or not
    view["phones"] = len(s.services.joining.taken(session))
    view["hidden"] = bool(code or view["phones"])
    if view["again"] and s.who.id:
        view["again"] = {"qr": qr(phones().url + again_path(tickets(), session_id))}
    if view["mode"] == Mode.TEAM.value and view["step"]["kind"] in PROMISING:
        view["names"] = [seat.name for seat in session.seats]
        view["promises"] = [promised(p) for p in s.services.forms.promises(session_id)]
    view["ack"] = st.session_state.get(_ACK, 0)
    view["error"] = st.session_state.pop(_ERROR, "") or view.get("error", "")
    nearest = st.session_state.get(_NEAREST)
    if nearest and nearest["at"] == [session_id, view["cursor"]]:
        view["nearest"] = nearest
    return view


def _sound(s: Acting, t: Translator, session_id: str, view: dict[str, Any]) -> None:
    """The clip's address and outline. Taken back in mid-game, it stops and says why; the rest stays."""
    clip = view["clip"]
    try:
        file = s.host(session_id).clip(session_id, clip["id"])
    except (NotReleased, NotFound) as error:
        del view["clip"]
        view["error"] = (
            f"{t.error(error)} {t('这一步放不了：按 ⇧→ 跳过，或结束；已经记下的都在。')}"
        )
        return
    clip["url"] = clip_url(s.who, session=session_id, clip=clip["id"])
    clip["peaks"] = s.services.hearing.peaks(file)
    clip["seconds"] = file.duration


def promised(p: Promise) -> dict[str, str]:
    """A promise as the stage shows it."""
    return {
        "id": p.id,
        "who": p.who,
        "what": p.what,
        "until": f"{p.until:%m-%d}" if p.until else "",
    }


def _door(session_id: str, code: str) -> dict[str, Any]:
    """How phones come in: address, code, QR; where the leader's panel is."""
    found = phones()
    return {
        "code": code,
        "where": f"{found.url}/join",
        "qr": qr(f"{found.url}/join?code={code}"),
        "reachable": found.reachable,
        "panel": f"panel/{session_id}",
    }


def on_event(t: Translator, session_id: str) -> None:
    """What the stage sent. A refusal becomes a sentence on the stage."""
    event = st.session_state[KEY].event
    if not isinstance(event, dict) or event.get("n", 0) <= st.session_state.get(_ACK, 0):
        return  # sent again, done already
    st.session_state[_ACK] = event["n"]
    try:
        _do(acting(), t, session_id, event)
    except CoachError as error:
        st.session_state[_ERROR] = t.error(error)
    except Exception as error:
        log.exception("stage event failed")
        st.session_state[_ERROR] = t.error(UnexpectedProblem(detail=type(error).__name__))


def _do(s: Acting, t: Translator, session_id: str, event: dict[str, Any]) -> None:
    action = str(event.get("action"))
    host = s.host(session_id)
    if action in ("write", "untick"):
        _entry(host, session_id, action, event)
    elif action == "join":
        host.join(session_id, str(event.get("name", "")), seat_id=_once(session_id, event))
    elif action == "mark":
        s.teaches(session_id)
        round_, place = int(event.get("round", -1)), int(event.get("place", -1))
        point, made = str(event.get("point", "")), bool(event.get("on"))
        host.correct(session_id, round_, place, point, s.name(), made=made)
    elif action == "guess":
        s.teaches(session_id)
        guess, right = str(event.get("guess", "")), bool(event.get("on"))
        host.settle_guess(session_id, guess, s.name(), right=right)
    elif action == "pick":
        host.pick(session_id, instead=str(event.get("instead", "")))
    elif action == "promise":
        until = s.services.today() + timedelta(days=max(0, min(90, int(event.get("days", 0)))))
        who, what = str(event.get("who", "")), str(event.get("what", ""))
        s.promise(session_id, who, what, until, _once(session_id, event))
    elif action == "unpromise":
        s.unpromise(session_id, str(event.get("promise", "")))
    elif action == "nearest":
        _nearest(s, t, session_id)
    elif action == "look":
        return  # drawn anew, that is all
    elif action == "leave":
        st.session_state["stage_leave"] = True
    elif action in {a.value for a in Action}:
        seen, step = event.get("seen"), event.get("step")
        host.act(
            session_id,
            Action(action),
            seen if isinstance(seen, int) else None,
            step if isinstance(step, int) else None,
        )
        read_soon(host, session_id)


def _once(session_id: str, event: dict[str, Any]) -> str:
    """The id of what an event makes: sent again to a server that was started anew, it is the same."""
    return str(uuid5(NAMESPACE_OID, f"{session_id} {event.get('new') or uuid4()}"))


def _entry(host: Host, session_id: str, action: str, event: dict[str, Any]) -> None:
    if event.get("kind") not in {k.value for k in EntryKind}:
        return
    kind, round_ = EntryKind(event["kind"]), int(event.get("round", -1))
    seat = str(event.get("seat", ""))
    if action == "write":
        host.write(session_id, kind, round_, seat, str(event.get("text", "")))
    else:
        host.untick(session_id, kind, round_, seat)


def _nearest(s: Acting, t: Translator, session_id: str) -> None:
    """Two answers of colleagues to the same question; pressed again they go away."""
    cursor = s.host(session_id).table(session_id).session.state.cursor
    shown = st.session_state.get(_NEAREST)
    if shown and shown["at"] == [session_id, cursor]:
        st.session_state[_NEAREST] = None
        return
    asked = s.host(session_id).question_revealed(session_id)
    if asked is None:
        return
    pack, question = asked
    found = s.find(question, count=2, wanted=Wanted(without_recording=pack.recording_id))
    how = t("按字词相似") if found.embedder == LEXICAL else t("按意思相似")
    st.session_state[_NEAREST] = {
        "at": [session_id, cursor],
        "how": how,
        "matches": [
            {
                "agent": m.benchmark.agent,
                "question": m.benchmark.question,
                "answer": m.benchmark.answer,
            }
            for m in found.matches
        ],
    }
