"""班组: teams and their members."""

import streamlit as st

from coach.people.rights import Right, Scope
from coach.people.team import Team, names_from_file, parse_names
from coach.ui.page import attempt, begin, flash, plain

s, t = begin("班组", "写上组员的名字；开会时打勾，说过的话都记在本人名下。", need=Right.MEMBERS)
if s.who.scope(Right.MEMBERS) is Scope.ALL:
    with st.form("new", clear_on_submit=True):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        name = a.text_input(t("新班组"), max_chars=40)
        added = b.form_submit_button(t("添加"), width="stretch")
    if added:
        if not name.strip():
            st.warning(t("请先写班组的名字。"))
        elif attempt(t, lambda: s.add_team(name.strip())):
            flash(t("班组“{name}”已添加。", name=name.strip()))
            st.rerun()
teams = s.teams(Right.MEMBERS)
if not teams:
    st.info(t("还没有班组。"))


def from_file(team: Team) -> list[str]:
    """Names of an uploaded table. Raises BadInput."""
    file = st.session_state.get(f"file-{team.id}")
    return names_from_file(file.name, file.getvalue()) if file is not None else []


def add(team: Team, text: str) -> None:
    """Add the names typed and those of the table."""
    found = parse_names(text)
    if attempt(t, lambda: found.extend(from_file(team))):
        new = s.add_members(team, list(dict.fromkeys(found)))
        flash(t("添加了 {n} 人。", n=len(new)))
        st.rerun()


for team in teams:
    with st.expander(f"{team.name} · {t('{n} 人', n=len(team.members))}", expanded=len(teams) == 1):
        for person in team.members:
            a, b = st.columns([4, 1], vertical_alignment="center")
            a.markdown(plain(person.name))
            if b.button(t("移出"), key=f"off-{team.id}-{person.id}", width="stretch"):
                s.remove_member(team, person.id)
                st.rerun()
        with st.form(f"add-{team.id}", clear_on_submit=True):
            text = st.text_area(
                t("添加组员"), placeholder=t("一行一个，或用逗号分开；可以直接粘贴")
            )
            st.file_uploader(
                t("或上传名单（xlsx、csv）"),
                type=["xlsx", "csv"],
                key=f"file-{team.id}",
                max_upload_size=5,
            )
            if st.form_submit_button(t("添加")):
                add(team, text)
