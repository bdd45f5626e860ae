"""What every page begins with: services, words, and how to speak of errors and times."""

from __future__ import annotations

import html
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from coach.acting import Acting
from coach.bootstrap import SECOND
from coach.calls.recording import Recording
from coach.errors import CoachError, UnexpectedProblem
from coach.i18n import LANGUAGES, Translator, later
from coach.jobs.queue import Job, JobState
from coach.meeting.record import plain as markdown_plain
from coach.people.rights import Right, Role, Who
from coach.ui.address import Address, phones_address
from coach.ui.guard import COOKIE
from coach.ui.server import services

log = logging.getLogger("coach.ui")
SCREENS = Path(__file__).parent / "screens"
LANGUAGE = "coach_language"
FLASH = "coach_flash"
ASK = "coach_ask"  # a question that goes to the library page: never in an address
ROLES = {
    Role.ADMIN: later("管理员"),
    Role.QA: later("质检"),
    Role.LEADER: later("班长"),
    Role.AGENT: later("班员"),
    Role.VISITOR: later("访客"),
}


def language() -> str:
    """Chosen in this browser session, else the setting."""
    chosen = (
        st.session_state.get(LANGUAGE)
        or st.query_params.get("lang")
        or st.context.cookies.get(LANGUAGE)  # of the last visit
    )
    return chosen if chosen in LANGUAGES else services().settings.language


def translator() -> Translator:
    return Translator(language())


def me() -> Who:
    """Whose browser this is, asked anew on every run. Raises SignedOut."""
    return services().signing.who(st.context.cookies.get(COOKIE, ""))


def acting() -> Acting:
    """What they may see and do. Raises SignedOut."""
    return Acting(services(), me())


def begin(title: str, lead: str = "", *, need: Right) -> tuple[Acting, Translator]:
    """What this person may do, and the translator, after the page's heading and what the last
    action had to say. Raises SignedOut, NotAllowed."""
    t, who_acts = translator(), acting()
    who_acts.who.need(need)
    st.title(t(title), anchor=False)
    if lead:
        st.caption(t(lead))
    flash = st.session_state.pop(FLASH, None)
    if flash:
        st.toast(flash, icon=":material/check:")  # no element of the page moves
    return who_acts, t


def flash(text: str) -> None:
    """Say this on top of the next page drawn."""
    st.session_state[FLASH] = plain(text)


@contextmanager
def telling(t: Translator) -> Iterator[None]:
    """Errors become sentences with advice; never a traceback on a screen."""
    try:
        yield
    except CoachError as error:
        st.error(plain(t.error(error)))
    except Exception as error:
        log.exception("page failed")
        st.error(plain(t.error(UnexpectedProblem(detail=type(error).__name__))))


def plain(text: str) -> str:
    """Text of people for st.markdown: nothing in it acts, Streamlit's own :red[…] and $…$ neither."""
    return markdown_plain(text).replace(":", "\\:")


def attempt(t: Translator, action: Callable[[], Any]) -> bool:
    """Run an action of a button; say what went wrong, if it did."""
    try:
        action()
    except CoachError as error:
        st.error(plain(t.error(error)))
        return False
    return True


def signed_by(s: Acting, label: str, where: Any = st, **more: Any) -> str:
    """Who answers for it: the one signed in; without accounts, a name is typed."""
    if s.who.name:
        where.caption(plain(f"{label} · {s.who.name}"))
        return s.who.name
    return str(where.text_input(label, max_chars=40, **more))


def phones() -> Address:
    """Where phones reach this server, by how this browser did."""
    headers = st.context.headers
    tls = headers.get("x-forwarded-proto", "").startswith("https")
    return phones_address(
        services().settings.public_url,
        headers.get("host", ""),
        tls=tls or (st.context.url or "").startswith("https"),
        listens=str(st.get_option("server.address") or ""),
    )


def download(url: str, label: str, *, new: bool = False) -> str:
    """A link to a file of ours, asked for anew each time; looks like a button. ``new``: a page that
    opens beside this one."""
    style = (
        "display:block;text-align:center;line-height:44px;border:1px solid #0f5c5c;"
        "border-radius:8px;color:#0f5c5c;text-decoration:none"
    )
    how = 'target="_blank" rel="noopener"' if new else "download"
    return f'<a href="{url}" {how} style="{style}">{html.escape(label)}</a>'


def told_apart(ids: Iterable[str], label: Callable[[str], str]) -> Callable[[str], str]:
    """Labels of a choice, no two alike: Streamlit knows an option by its label, and would take the other.

    What is called the same gets the start of its id.
    """
    labels = {i: label(i) for i in ids}
    often = Counter(labels.values())
    return lambda i: f"{labels[i]} · {i[:8]}" if often[labels[i]] > 1 else labels[i]


def choose_call(recordings: Sequence[Recording], t: Translator) -> Recording:
    """The call this page is about: asked for in the address, else the newest; kept there."""
    by_id = {r.id: r for r in recordings}
    ids = list(by_id)
    asked = st.query_params.get("call", "")
    chosen = st.selectbox(
        t("选一通电话"),
        ids,
        index=ids.index(asked) if asked in by_id else 0,
        format_func=told_apart(ids, lambda i: by_id[i].title),
    )
    st.query_params["call"] = chosen
    return by_id[chosen]


def screen(name: str) -> str:
    """The file of a page, for links to it."""
    return str(SCREENS / f"{name}.py")


def when(value: datetime, form: str = "%m-%d %H:%M") -> str:
    """A time in the zone of the settings."""
    return value.astimezone(services().zone).strftime(form)


def clock(seconds: float) -> str:
    """m:ss, or h:mm:ss."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    text = f"{rest // 60}:{rest % 60:02d}"
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else text


def job_line(job: Job, t: Translator, now: datetime) -> str:
    """How far a job is, in words."""
    if job.state is JobState.QUEUED:
        return t("排队中")
    if job.state is JobState.RUNNING:
        far = {"done": clock(job.done), "total": clock(job.total)}
        second = job.kind == SECOND
        text = (
            t("复听 {done} / {total}", **far) if second else t("正在转写 {done} / {total}", **far)
        )
        left = job.seconds_left(now)
        return text + (t("，约剩 {left}", left=clock(left)) if left is not None else "")
    return {
        JobState.DONE: t("复听完成") if job.kind == SECOND else t("转写完成"),
        JobState.CANCELLED: t("已取消"),
        JobState.FAILED: t("没有成功"),
    }[job.state]


def job_error(job: Job, t: Translator) -> str:
    """Why a job failed and what to do, as it was stored."""
    try:
        stored = json.loads(job.error)
        end = "_zh" if t.language == "zh" else ""
        return f"{stored['message' + end]} {stored['advice' + end]}"
    except (ValueError, KeyError, TypeError):
        return job.error
