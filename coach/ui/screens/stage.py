"""分享会: choose pack and people, then play."""

import streamlit as st

from coach.acting import extras
from coach.game.phases import Mode
from coach.people.rights import Right
from coach.people.team import parse_names
from coach.ui.page import (
    attempt,
    begin,
    clock,
    plain,
    screen,
    signed_by,
    told_apart,
    translator,
    when,
)
from coach.ui.playing import play

session_id = st.query_params.get("session", "")
if session_id:
    play(translator(), session_id)
    st.stop()

s, t = begin("分享会", "选好分享包，勾上到场的人，就可以开始。", need=Right.LEAD)
every, teams, packs = s.packs(), s.teams(), s.ready()
running = [x for x in s.sessions() if x.mode is not Mode.SOLO and not x.state.ended]
names = {p.id: p.title for p in every}
for x in running[:3]:
    label = t(
        "接着开：{title}（{team}，{time}）",
        title=names.get(x.pack_id, ""),
        team=x.team_name,
        time=when(x.created_at),
    )
    if st.button(plain(label), key=f"go-{x.id}"):
        st.query_params.clear()
        st.query_params["session"] = x.id
        st.rerun()
    if s.services.joining.code(x.id) and st.button(t("锁门，不再让人加入"), key=f"lock-{x.id}"):
        s.lock(x.id)
        st.rerun()
if len(packs) < len(every):
    st.info(t("有 {n} 个分享包还没放行，听过打码后的声音才能开。", n=len(every) - len(packs)))
    st.page_link(screen("release"), label=t("去放行"))
    if not packs:
        st.stop()
if not packs:
    st.info(t("还没有分享包。先备课：选一通电话，切成四个回合。"))
    st.page_link(screen("prepare"), label=t("去备课"))
    st.stop()

by_pack = {p.id: p for p in packs}
ids = list(by_pack)
asked = st.query_params.get("pack", "")
pack_id = st.selectbox(
    t("分享包"),
    ids,
    index=ids.index(asked) if asked in ids else 0,
    format_func=told_apart(ids, lambda i: f"{by_pack[i].title} · {clock(by_pack[i].seconds)}"),
)
people: list[tuple[str | None, str]] = []
team = None
if teams:
    by_team = {x.id: x for x in teams}
    called = told_apart(by_team, lambda i: by_team[i].name)
    team = by_team[st.selectbox(t("班组"), list(by_team), format_func=called)]
    with st.container(border=True):
        st.markdown(f"**{t('谁到了')}**")
        here = st.container(horizontal=True)
        for person in team.members:
            if here.checkbox(plain(person.name), value=True, key=f"here-{team.id}-{person.id}"):
                people.append((person.id, person.name))
        if not team.members:
            st.caption(t("这个班组还没有组员。"))
else:
    st.info(t("还没有班组。可以先写访客的名字开一场，也可以去添加班组。"))
    st.page_link(screen("teams"), label=t("添加班组"))
a, b = st.columns(2)
visitors = a.text_input(t("访客"), placeholder=t("名字，用逗号分开"))
people += [(None, name) for name in parse_names(visitors)]
leader = signed_by(s, t("主持"), b, placeholder=t("班长的名字"))
c, d = st.columns(2)
by_code = bool(s.who.id) and c.checkbox(
    t("让大家用手机加入"),
    help=t("开场屏幕上会显示二维码和六位码；会一结束，码和他们的入口就失效。"),
)
named = d.checkbox(
    t("写下谁答了什么"),
    help=t("全班都同意才勾：记录里和大屏幕的“大家说”写上名字；不勾只记人数，哪里都不写名字。"),
)
chosen = next(p for p in packs if p.id == pack_id)
if extras.offered(s.services, chosen) and st.checkbox(
    t("请三位演示同事一起玩"),
    help=t("他们按写好的话作答，让您一个人也能看到大家怎么玩；只在示范电话里有。"),
):
    people += [(None, name) for name in extras.NAMES]
st.caption(t("{n} 人到场。开始后按空格走下一步，按 ? 看所有按键。", n=len(people)))
if st.button(t("开始分享会"), type="primary", disabled=not people):
    opened: list[str] = []

    def start() -> None:
        """Open the session with who is ticked."""
        opened.append(s.open(pack_id, people, team=team, leader=leader, named=named).id)
        if by_code:
            s.door(opened[0])

    if attempt(t, start):
        st.query_params.clear()
        st.query_params["session"] = opened[0]
        st.rerun()
