"""今日: what to do now."""

from datetime import timedelta

import streamlit as st

from coach.acting.planning import OnAgenda
from coach.game.phases import Mode
from coach.game.recalling import Due
from coach.game.session import Session
from coach.people.rights import Right, Scope
from coach.ui.again import again_path
from coach.ui.page import (
    attempt,
    begin,
    clock,
    download,
    plain,
    screen,
    signed_by,
    told_apart,
    when,
)
from coach.ui.server import tickets
from coach.ui.signing import link_to_send

s, t = begin("今日", "把最好的一通电话，变成全班四分钟的练习。", need=Right.PRACTISE)
leads, releases = s.who.may(Right.LEAD), s.who.may(Right.RELEASE)
packs, waiting = s.ready(), [p for p in s.packs(Right.RELEASE) if not s.released(p)]
sessions = [x for x in s.sessions() if x.mode is Mode.TEAM]
running = [x for x in sessions if not x.state.ended]
retesting = [x for x in s.sessions() if x.mode is Mode.RETEST and not x.state.ended]
names = {p.id: p.title for p in s.packs()}

DAYS = {0: t("今天"), 1: t("明天")}


def planned(x: OnAgenda) -> None:
    """A day's pack: release it, confirm it, open it."""
    day, who = x.planned.day, x.planned.confirmed_by
    title = DAYS.get((day - s.services.today()).days, day.isoformat())
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"**{title} · {plain(x.planned.team)}**　{plain(x.pack.title)}")
        if x.confirmed and x.planned.confirmed_at:
            left.caption(
                plain(t("{who} 确认了 {when}", who=who, when=when(x.planned.confirmed_at)))
            )
        else:
            left.caption(t("放行了，等确认") if x.ready else t("还没放行"))
        if not s.who.may(Right.LEAD, team=x.planned.team):
            return
        key = f"{x.planned.team}-{day}"
        if not x.ready:
            with right:
                st.page_link(
                    screen("release"), label=t("去听、去放行"), query_params={"pack": x.pack.id}
                )
        elif not x.confirmed:
            by = signed_by(s, t("谁确认"), right, key=f"by-{key}")
            if right.button(
                t("确认"), key=f"ok-{key}", type="primary", width="stretch"
            ) and attempt(t, lambda: s.confirm(x.planned, by)):
                st.rerun()
        elif right.button(t("开分享会"), key=f"start-{key}", type="primary", width="stretch"):
            st.switch_page(screen("stage"), query_params={"pack": x.pack.id})
        if right.button(t("不排了"), key=f"off-{key}", width="stretch"):
            s.unplan(x.planned)
            st.rerun()


def recall_again(again: Due) -> None:
    """Who heard it recalls it: the next day, and after a week."""
    x = again.session
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"**{t('45 秒复测')} · {plain(x.team_name)}**　{plain(names[x.pack_id])}")
        told = t(
            "{n} 天前听的，{m} 人在场：不看笔记，还能说出几个要点？", n=again.days, m=len(x.seats)
        )
        left.caption(told)
        opened: list[str] = []
        if right.button(
            t("开始复测"), key=f"again-{x.id}-{again.when}", width="stretch"
        ) and attempt(t, lambda: opened.append(s.retest(x.id, x.leader).id)):
            st.switch_page(screen("stage"), query_params={"session": opened[0]})
        link_to_send(s, t, x.id)


def recall_alone(x: Session) -> None:
    """One's own, on the days when it is due: 45 seconds, without the others."""
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"**{t('45 秒复测')}**　{plain(names[x.pack_id])}")
        left.caption(t("{when} 听的：不看笔记，还能说出几个要点？", when=when(x.created_at)))
        right.html(download(again_path(tickets(), x.id), t("去复测"), new=True))


def put_on() -> None:
    """A pack on a day of a team."""
    teams = [x.name for x in s.teams()] or ([""] if s.who.scope(Right.LEAD) is Scope.ALL else [])
    if not packs or not teams:
        return
    with st.expander(t("排一次分享会")), st.form("plan"):
        a, b, c = st.columns([2, 1, 1])
        by_id = {p.id: p for p in packs}
        pack_id = a.selectbox(
            t("分享包"), list(by_id), format_func=told_apart(by_id, lambda i: by_id[i].title)
        )
        team = b.selectbox(t("班组"), teams)
        today = s.services.today()
        day = c.date_input(t("哪天开"), today + timedelta(days=1), min_value=today)
        if st.form_submit_button(t("排上")) and attempt(t, lambda: s.plan(pack_id, team, day)):
            st.rerun()


def unfinished(x: Session) -> None:
    """A session that runs, or a re-test that some have answered."""
    retest = x.mode is Mode.RETEST
    with st.container(border=True):
        title = plain(names.get(x.pack_id, ""))
        told = t("复测没结束：{title}") if retest else t("还没结束：{title}")
        st.subheader(told.replace("{title}", title), anchor=False)
        told = f" · {when(x.created_at)} · {t('{n} 人', n=len(x.seats))}"
        if retest and leads:
            told += f" · {t('{n} 人已经说了', n=s.recalled_by_now(x.id))}"
        st.caption(plain(x.team_name) + told)
        if retest and leads:
            link_to_send(s, t, x.retests)
        kind = "secondary" if retest else "primary"
        if leads and st.button(t("接着开"), key=f"go-{x.id}", type=kind):
            st.switch_page(screen("stage"), query_params={"session": x.id})


for x in running[:3]:
    unfinished(x)

for on in s.agenda():
    planned(on)

for x in retesting[:6]:
    unfinished(x)
for again in s.retests()[:4]:
    recall_again(again)
for mine in s.my_retests()[:4]:
    recall_alone(mine)

if s.who.may(Right.IMPORT) and not s.recordings():
    st.info(t("还没有录音。先导入一通电话：wav、mp3、m4a、flac、ogg、amr 都可以。"))
    st.page_link(screen("recordings"), label=t("导入录音"))
elif leads and not packs and not waiting:
    st.info(t("录音有了，还没有分享包。选一通电话，切成四个回合。"))
    st.page_link(screen("prepare"), label=t("去备课"))
if s.who.may(Right.MEMBERS) and not s.teams():
    st.info(t("还没有班组。先写上组员的名字，开会时打勾就行。"))
    st.page_link(screen("teams"), label=t("添加班组"))

if releases and waiting:
    st.info(t("有 {n} 个分享包还没放行，听过打码后的声音才能开。", n=len(waiting)))
    st.page_link(screen("release"), label=t("去放行"))
busy = [j for j in s.jobs() if j.state.open]
if busy:
    st.info(t("正在转写 {n} 通电话。", n=len(busy)))
    st.page_link(screen("jobs"), label=t("看进度"))
if packs:
    st.subheader(t("可以开的分享包"), anchor=False)
for pack in packs[:6]:
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(f"**{plain(pack.title)}**")
        parts = [
            pack.node,
            t("{n} 个回合", n=len(pack.rounds)),
            clock(pack.seconds),
            when(pack.created_at),
        ]
        left.caption(plain(" · ".join(p for p in parts if p)))
        label = t("开分享会") if leads else t("自己练")
        if right.button(label, key=f"open-{pack.id}", width="stretch"):
            target = "stage" if leads else "practice"
            st.switch_page(screen(target), query_params={"pack": pack.id})

if leads:
    put_on()

used = {p.recording_id for p in [*packs, *waiting]}
fresh = [r for r in s.transcribed() if r.id not in used and s.whole(r.id)][:3]
if fresh and s.who.may(Right.PREPARE):
    st.subheader(t("还没备课的电话"), anchor=False)
    for r in fresh:
        st.page_link(screen("prepare"), label=plain(r.title), query_params={"call": r.id})

if any(x.state.ended for x in sessions):
    st.subheader(t("最近的记录"), anchor=False)
for x in [x for x in sessions if x.state.ended][:3]:
    st.page_link(
        screen("records"),
        label=plain(f"{when(x.created_at)} · {x.team_name} · {names.get(x.pack_id, '')}"),
        query_params={"session": x.id},
    )
