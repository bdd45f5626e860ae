"""账号: who may sign in, and as what."""

import secrets
from dataclasses import replace

import streamlit as st

from coach.people.account import Account
from coach.people.rights import Right, Role
from coach.ui.page import ROLES, attempt, begin, flash, plain, told_apart

s, t = begin(
    "账号管理", "每个人一个账号；角色和班组改了，对方下一次点击就生效。", need=Right.ACCOUNTS
)
signing = s.services.signing
if signing.open:
    st.info(t("还没有账号。先建自己的管理员账号，再给别人建。"))
    st.html(f'<a href="/setup" target="_self">{t("建第一个账号")}</a>')
    st.stop()
teams = {team.id: team.name for team in s.teams()}
roles: list[Role] = [
    r for r in Role if r is not Role.VISITOR
]  # visitors join a session by its code
FRESH = "fresh_password"
if FRESH in st.session_state:
    who, password = st.session_state.pop(FRESH)
    st.success(t("{name} 的密码（只显示这一次，请当面告诉本人）：", name=plain(who)))
    st.code(password, language=None)


def made(name: str, change: str) -> None:
    """Keep a password made here until the page is drawn again, once."""
    st.session_state[FRESH] = (name, change)


with st.form("new", clear_on_submit=True):
    a, b = st.columns(2)
    name = a.text_input(t("名字"), max_chars=40)
    login = b.text_input(t("登录名"), max_chars=64, help=t("字母、数字、点或邮箱"))
    role = a.selectbox(t("角色"), roles, index=3, format_func=lambda r: t(ROLES[r]))
    named = told_apart(teams, lambda i: teams[i])
    own = b.multiselect(t("班组"), list(teams), format_func=named, placeholder=t("选班组"))
    if st.form_submit_button(t("添加"), type="primary"):
        fresh = secrets.token_urlsafe(12)
        if attempt(t, lambda: signing.add(s.who, login, name, role, fresh, teams=tuple(own))):
            made(name or login, fresh)
            st.rerun()


def row(account: Account) -> None:
    """One account, to change."""
    label = f"{account.name} · {t(ROLES[account.role])} · {account.login}"
    with st.expander(plain(label + (f" · {t('停用')}" if account.disabled else ""))):
        with st.form(f"change-{account.id}"):
            a, b = st.columns(2)
            role = a.selectbox(
                t("角色"), roles, roles.index(account.role), format_func=lambda r: t(ROLES[r])
            )
            own = b.multiselect(
                t("班组"),
                list(teams),
                [x for x in account.teams if x in teams],
                format_func=told_apart(teams, lambda i: teams[i]),
                placeholder=t("选班组"),
            )
            off = st.checkbox(t("停用：不能再登录"), account.disabled)
            changed = replace(account, role=role, teams=tuple(own), disabled=off)
            if st.form_submit_button(t("保存")) and attempt(
                t, lambda: signing.change(s.who, changed)
            ):
                flash(t("已保存。"))
                st.rerun()
        a, b = st.columns(2)
        if a.button(t("重设密码"), key=f"password-{account.id}", width="stretch"):
            fresh = secrets.token_urlsafe(12)
            if attempt(t, lambda: signing.new_password(s.who, account.id, fresh)):
                made(account.name, fresh)
                st.rerun()
        if b.button(t("结束所有登录"), key=f"end-{account.id}", width="stretch") and attempt(
            t, lambda: signing.end_visits(s.who, account.id)
        ):
            flash(t("{name} 要重新登录了。", name=account.name))
            st.rerun()


for found in signing.listed(s.who):
    row(found)
