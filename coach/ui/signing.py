"""Under a record: promises, the signature, the versions; a month at a time."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from coach.acting import Acting
from coach.bootstrap import now
from coach.errors import CoachError
from coach.game.phases import Mode
from coach.game.session import Session
from coach.i18n import Translator
from coach.meeting.following import FollowUp
from coach.meeting.signed import ABSENT, LONGEST
from coach.people.rights import Right
from coach.ui.again import again_path
from coach.ui.page import attempt, download, flash, phones, plain, signed_by, when
from coach.ui.server import tickets

_REFUSED = "fill-refused"


def month(s: Acting, t: Translator, sessions: Sequence[Session]) -> list[Session]:
    """Which month, and which team; the whole month as one file."""
    zone = s.services.zone
    months = list(dict.fromkeys(f"{x.created_at.astimezone(zone):%Y-%m}" for x in sessions))
    teams = sorted({x.team_name for x in sessions if x.team_name})
    a, b, c = st.columns([1, 1, 1], vertical_alignment="bottom")
    chosen = a.selectbox(t("月份"), ["", *months], format_func=lambda m: m or t("全部"))
    team = b.selectbox(t("班组"), ["", *teams], format_func=lambda x: x or t("全部"))
    packed = chosen or (months[0] if months else "")
    if packed:
        url = f"/api/records/{packed}.zip?lang={t.language}"
        c.html(download(url, t("下载 {month} 的记录表", month=packed)))
    found = [
        x
        for x in sessions
        if (not chosen or f"{x.created_at.astimezone(zone):%Y-%m}" == chosen)
        and (not team or x.team_name == team)
    ]
    if not found:
        st.info(t("没有符合这些条件的记录。"))
        st.stop()
    return found


def link_to_send(s: Acting, t: Translator, session_id: str) -> None:
    """The link by which everybody recalls a session on their own: into the team's chat. Only where
    phones can come in at all."""
    if not s.who.id:
        return
    with st.expander(t("发给大家的复测链接")):
        found = phones()
        st.code(found.url + again_path(tickets(), session_id), language=None, wrap_lines=True)
        st.caption(t("贴到班组群里：点开、点自己的名字、45 秒说三点。十四天内有效，外人别给。"))
        if not found.reachable:
            st.warning(
                t("这个地址手机打不开：用 coach serve --host 0.0.0.0 运行，或设 COACH_PUBLIC_URL。")
            )


def signing(s: Acting, t: Translator, session_id: str) -> None:
    """What is promised, who signed, and what changed since."""
    paper, session = s.paper(session_id), s.record(session_id).session
    leads = s.who.may(Right.LEAD, team=session.team_name) and session.mode is Mode.TEAM
    with st.container(border=True):
        st.markdown(f"**{t('承诺')}**")
        promises = s.services.forms.promises(session_id)
        for p in promises:
            left, right = st.columns([5, 1], vertical_alignment="center")
            until = f" · {p.until.isoformat()}" if p.until else ""
            left.markdown(plain(f"{p.who}：{p.what}{until}"))
            if leads and right.button(t("去掉"), key=f"off-{p.id}", width="stretch"):
                s.unpromise(session_id, p.id)
                st.rerun()
        if leads:
            _promising(s, t, session_id)
        elif not promises:
            st.caption(t("没有。"))
        if leads:
            _filling(s, t, session_id)
        _signed(t, paper.signed is not None, paper.changed)
        if leads and session.state.ended and (paper.signed is None or paper.changed):
            _sign(s, t, session_id, again=paper.signed is not None)
        if paper.signed is not None:
            _countersigning(s, t, session_id, paper.after, paper.signed.number)
        for v in s.signed_versions(session_id):
            why = f" · {v.why}" if v.why else ""
            st.caption(
                plain(t("第 {n} 版 · {who} {when}", n=v.number, who=v.by, when=when(v.at)) + why)
            )


def _filling(s: Acting, t: Translator, session_id: str) -> None:
    """What the session cannot know; all of it may stay empty. Each is saved by itself: a page that is
    older than another leader's words does not undo them."""
    notes = s.services.forms.notes(session_id)
    labels = {
        "venue": t("地点"),
        "bulletin": t("今日通报"),
        "sentence": t("今天就用的一句话"),
        **{ABSENT + name: t("{name} 缺席的理由", name=name) for name in s.form(session_id).absent},
        "check_by": t("什么时候抽查"),
        "check_result": t("抽查结果"),
    }
    shown = {name: notes[name].text if name in notes else "" for name in labels}
    with st.expander(t("其他栏目")):
        if said := st.session_state.pop(_REFUSED, ""):
            st.error(plain(said))
        for name, label in labels.items():
            # named by what is in it: what somebody else wrote meanwhile is shown, not what stood there
            key = f"fill {session_id} {name} {shown[name]}"
            args = (s, t, session_id, name, shown[name], key)
            st.text_input(
                label, shown[name], max_chars=LONGEST, key=key, on_change=_fill, args=args
            )
        st.caption(t("写完一栏就存下了。"))


def _fill(s: Acting, t: Translator, session_id: str, name: str, shown: str, key: str) -> None:
    """As soon as a field is left: nobody signs without what they see."""
    try:
        s.fill(session_id, {name: str(st.session_state[key])}, seen={name: shown})
    except CoachError as error:
        st.session_state[_REFUSED] = t.error(error)


def _countersigning(
    s: Acting, t: Translator, session_id: str, after: FollowUp, version: int
) -> None:
    """QA has read it."""
    if after.reviewed_by and after.reviewed_at:
        told = t("{who} 审阅 {when}", who=after.reviewed_by, when=when(after.reviewed_at))
        st.caption(plain(told))
    elif s.who.may(Right.APPROVE):
        with st.form(f"countersign-{version}", border=False):  # a press is of the version shown
            by = signed_by(s, t("谁审阅"))
            done = st.form_submit_button(t("质检审阅"))
            if done and attempt(t, lambda: s.countersign(session_id, version, by)):
                st.rerun()


def _promising(s: Acting, t: Translator, session_id: str) -> None:
    """One line: who, what, by when."""
    names = [seat.name for seat in s.record(session_id).session.seats]
    with st.form("promise", clear_on_submit=True, border=False):
        a, b, c, d = st.columns([2, 4, 2, 1], vertical_alignment="bottom")
        who = a.selectbox(t("谁"), names)
        what = b.text_input(t("做什么"), max_chars=200)
        until = c.date_input(
            t("什么时候"), None, min_value=now().astimezone(s.services.zone).date()
        )
        if d.form_submit_button("＋", width="stretch") and attempt(
            t, lambda: s.promise(session_id, who, what, until)
        ):
            st.rerun()


def _signed(t: Translator, signed: bool, changed: bool) -> None:
    if changed:
        st.warning(t("签字以后又改过：下载和打印的还是签过的那一版，要更新就写明理由再签一次。"))
    elif not signed:
        st.caption(t("还没签字。签了以后这一版不再变。"))


def _sign(s: Acting, t: Translator, session_id: str, *, again: bool) -> None:
    with st.form("sign", border=False):
        a, b, c = st.columns([2, 3, 1], vertical_alignment="bottom")
        with a:
            by = signed_by(s, t("谁签字"))
        why = b.text_input(t("为什么改"), max_chars=200) if again else ""
        if c.form_submit_button(t("签字"), type="primary", width="stretch") and attempt(
            t, lambda: s.sign(session_id, by, why)
        ):
            flash(t("签好了。"))
            st.rerun()
