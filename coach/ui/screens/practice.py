"""自己练: the same pack, alone."""

import streamlit as st

from coach.game.phases import Mode
from coach.people.rights import Right
from coach.ui.page import attempt, begin, clock, plain, screen, told_apart, translator, when
from coach.ui.playing import play

session_id = st.query_params.get("session", "")
if session_id:
    play(translator(), session_id)
    st.stop()

s, t = begin("自己练", "先自己答，再听标杆；只记在你自己名下。", need=Right.PRACTISE)
packs = s.ready()
if not packs:
    st.info(t("还没有放行的分享包。请班长先备课、放行。"))
    if s.who.may(Right.PREPARE):
        st.page_link(screen("prepare"), label=t("去备课"))
    st.stop()
person = None
who: tuple[str | None, str] = (s.who.person_id, s.who.name)
if not s.who.id:  # without accounts, people say who they are
    members = {p.id: (p.id, p.name, team) for team in s.teams() for p in team.members}
    mine_id = st.selectbox(
        t("我是"),
        list(members),
        index=None,
        placeholder=t("选自己的名字"),
        format_func=told_apart(members, lambda i: f"{members[i][1]} · {members[i][2].name}"),
    )
    person = members[mine_id] if mine_id else None
    visitor = st.text_input(t("不在名单里？写名字")) if person is None else ""
    who = (person[0], person[1]) if person else (None, visitor.strip()[:40])
mine = [
    x
    for x in s.sessions()
    if x.mode is Mode.SOLO and not x.state.ended and (s.who.id or x.seats[0].person_id == who[0])
]
titles = {p.id: p.title for p in packs}
for x in mine[:3]:
    if st.button(
        t(
            "接着练：{title}（{time}）",
            title=plain(titles.get(x.pack_id, "")),
            time=when(x.created_at),
        ),
        key=f"go-{x.id}",
    ):
        st.query_params["session"] = x.id
        st.rerun()
by_pack = {p.id: p for p in packs}
pack_id = st.selectbox(
    t("练哪一包"),
    list(by_pack),
    index=next((i for i, p in enumerate(packs) if p.id == st.query_params.get("pack")), 0),
    format_func=told_apart(by_pack, lambda i: f"{by_pack[i].title} · {clock(by_pack[i].seconds)}"),
)
if st.button(t("开始练"), type="primary", disabled=not who[1]):
    opened: list[str] = []

    def start() -> None:
        """Open a session of one."""
        team = person[2] if person else None
        opened.append(s.open(pack_id, [who], mode=Mode.SOLO, team=team).id)

    if attempt(t, start):
        st.query_params["session"] = opened[0]
        st.rerun()
