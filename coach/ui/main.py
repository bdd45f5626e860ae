"""The main script: navigation and frame. Each page is a file under screens/."""

from __future__ import annotations

import html

import streamlit as st

from coach.errors import SignedOut
from coach.i18n import LANGUAGES, Translator, later
from coach.people.rights import Right, Who
from coach.ui.page import LANGUAGE, ROLES, SCREENS, language, me, plain, telling, translator

STYLE = """
<style>
.stApp h1 { color: #0f5c5c; letter-spacing: .02em; }
.stButton button, .stDownloadButton button, .stFormSubmitButton button { min-height: 46px; }
textarea, input { font-size: 16px !important; }
[data-testid="stMain"] [data-testid="stCaptionContainer"], [data-testid="stMain"] [data-testid="stCaptionContainer"] p { color: #5b6a68 !important; opacity: 1 !important; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"], [data-testid="stSidebar"] [data-testid="stCaptionContainer"] p { color: #d5e3e1 !important; opacity: 1 !important; }
[data-testid="stPageLink"] p { color: #0f5c5c; text-decoration: underline; }
[data-stale="true"] { opacity: 1 !important; }
[data-testid="stSidebarNavItems"] li a { padding-block: .1rem; min-height: 0; }
[data-testid="stSidebarNavSeparator"] { margin-block: .25rem; }
[data-testid="InputInstructions"] { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 3.2rem; padding-bottom: 3rem; }
</style>
"""


HOME = "today"
PAGES = {
    later("班会"): (
        ("today", later("今日"), ":material/home:", Right.PRACTISE),
        ("targets", later("找录音"), ":material/target:", Right.PREPARE),
        ("prepare", later("备课"), ":material/extension:", Right.PREPARE),
        ("release", later("放行"), ":material/verified_user:", Right.RELEASE),
        ("stage", later("分享会"), ":material/headphones:", Right.LEAD),
        ("records", later("记录"), ":material/menu_book:", Right.RECORDS),
        ("proof", later("成效"), ":material/insights:", Right.LEAD),
    ),
    later("自练"): (
        ("practice", later("自己练"), ":material/record_voice_over:", Right.PRACTISE),
        ("own", later("我的通话"), ":material/person:", Right.PRACTISE),
    ),
    later("录音与标杆"): (
        ("recordings", later("录音"), ":material/call:", Right.IMPORT),
        ("jobs", later("任务"), ":material/pending_actions:", Right.ORIGINALS),
        ("call", later("通话"), ":material/forum:", Right.ORIGINALS),
        ("desk", later("校对"), ":material/edit_note:", Right.ORIGINALS),
        ("tagging", later("标注台"), ":material/sell:", Right.MARK),
        ("scores", later("评分"), ":material/grading:", Right.MARK),
        ("calibration", later("校准"), ":material/balance:", Right.MARK),
        ("library", later("标杆库"), ":material/workspace_premium:", Right.LIBRARY),
        ("nexts", later("客户接着问"), ":material/alt_route:", Right.APPROVE),
        ("benchmarks", later("标杆认可"), ":material/military_tech:", Right.MARK),
    ),
    later("设置"): (
        ("teams", later("班组"), ":material/groups:", Right.MEMBERS),
        ("glossary", later("术语表"), ":material/dictionary:", Right.GLOSSARY),
        ("requests", later("删除请求"), ":material/delete_forever:", Right.ERASE),
        ("accounts", later("账号管理"), ":material/badge:", Right.ACCOUNTS),
        ("audit", later("日志"), ":material/history:", Right.AUDIT),
        ("system", later("系统"), ":material/settings:", Right.SYSTEM),
    ),
}


def _whose(who: Who, t: Translator) -> None:
    """Who is signed in, and the way to password and signing out."""
    with st.sidebar:
        if who.id:
            st.html(
                f'<a href="/account" target="_self" style="color:inherit">{html.escape(who.name)}</a> · {t(ROLES[who.role])}'
            )
        else:
            st.caption(t("还没有账号：在这台机器上谁都看得到全部内容。"))
            st.html(
                f'<a href="/setup" target="_self" style="color:inherit">{t("建第一个账号")}</a>'
            )


def _page(name: str, title: str, icon: str, *, default: bool = False) -> st.Page:
    return st.Page(
        SCREENS / f"{name}.py",
        title=title,
        icon=icon,
        url_path=None if default else name,
        default=default,
    )


def _language_switch() -> None:
    with st.sidebar:
        st.segmented_control(
            "语言 Language",
            list(LANGUAGES),
            default=language(),
            format_func=lambda code: LANGUAGES[code],
            key=LANGUAGE,
        )


def main() -> None:
    """Draw the frame, then the page chosen."""
    t = translator()
    st.set_page_config(
        page_title=t("录音分享"),
        page_icon=str(SCREENS.parent / "static" / "icon.svg"),
        layout="wide",
    )
    st.html(STYLE)
    st.html(
        f"<script>document.documentElement.lang='{'zh-CN' if t.language == 'zh' else 'en'}';"
        f"document.cookie='{LANGUAGE}={t.language};path=/;max-age=31536000;samesite=lax'</script>",
        unsafe_allow_javascript=True,
    )
    try:
        who = me()
    except SignedOut as error:
        st.error(plain(t.error(error)))
        st.html(f'<a href="/login" target="_self">{t("登录")}</a>')
        return
    pages = {
        t(heading): [
            _page(name, t(title), icon, default=name == HOME)
            for name, title, icon, right in section
            if who.may(right)
        ]
        for heading, section in PAGES.items()
    }
    chosen = st.navigation({k: v for k, v in pages.items() if v}, expanded=True)
    _language_switch()
    _whose(who, t)
    with telling(t):
        chosen.run()


main()
