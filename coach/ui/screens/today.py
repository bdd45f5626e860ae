"""今日: what to do now."""

import streamlit as st

from coach.game.phases import Mode
from coach.people.rights import Right
from coach.ui.page import begin, clock, plain, screen, when

s, t = begin("今日", "把最好的一通电话，变成全班四分钟的练习。", need=Right.PRACTISE)
leads, releases = s.who.may(Right.LEAD), s.who.may(Right.RELEASE)
packs, waiting = s.ready(), [p for p in s.packs(Right.RELEASE) if not s.released(p)]
sessions = [x for x in s.sessions() if x.mode is Mode.TEAM]
running = [x for x in sessions if not x.state.ended]
names = {p.id: p.title for p in s.packs()}

for x in running[:3]:
    with st.container(border=True):
        st.subheader(t("还没结束：{title}", title=plain(names.get(x.pack_id, ""))), anchor=False)
        st.caption(plain(x.team_name) + f" · {when(x.created_at)} · {t('{n} 人', n=len(x.seats))}")
        if leads and st.button(t("接着开"), key=f"go-{x.id}", type="primary"):
            st.switch_page(screen("stage"), query_params={"session": x.id})

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

used = {p.recording_id for p in [*packs, *waiting]}
fresh = [r for r in s.transcribed() if r.id not in used and s.whole(r.id)][:3]
if fresh and s.who.may(Right.PREPARE):
    st.subheader(t("还没备课的电话"), anchor=False)
    for r in fresh:
        st.page_link(screen("prepare"), label=plain(r.title), query_params={"call": r.id})

if len(sessions) > len(running):
    st.subheader(t("最近的记录"), anchor=False)
for x in [x for x in sessions if x.state.ended][:3]:
    st.page_link(
        screen("records"),
        label=plain(f"{when(x.created_at)} · {x.team_name} · {names.get(x.pack_id, '')}"),
        query_params={"session": x.id},
    )
