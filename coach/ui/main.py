"""The main script: navigation and frame. Each page is a file under screens/."""

from __future__ import annotations

import streamlit as st

from coach.i18n import LANGUAGES
from coach.ui.page import LANGUAGE, SCREENS, language, telling, translator

STYLE = """
<style>
.stApp h1 { color: #0f5c5c; letter-spacing: .02em; }
.stButton button, .stDownloadButton button, .stFormSubmitButton button { min-height: 46px; }
textarea, input { font-size: 16px !important; }
[data-testid="stPageLink"] p { color: #0f5c5c; text-decoration: underline; }
[data-stale="true"] { opacity: 1 !important; }
[data-testid="InputInstructions"] { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 3.2rem; padding-bottom: 3rem; }
</style>
"""


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
    pages = {
        t("班会"): [
            _page("today", t("今日"), ":material/home:", default=True),
            _page("prepare", t("备课"), ":material/extension:"),
            _page("release", t("放行"), ":material/verified_user:"),
            _page("stage", t("分享会"), ":material/headphones:"),
            _page("records", t("记录"), ":material/menu_book:"),
        ],
        t("自练"): [_page("practice", t("自己练"), ":material/record_voice_over:")],
        t("录音与标杆"): [
            _page("recordings", t("录音"), ":material/call:"),
            _page("jobs", t("任务"), ":material/pending_actions:"),
            _page("call", t("通话"), ":material/forum:"),
            _page("desk", t("校对"), ":material/edit_note:"),
            _page("library", t("标杆库"), ":material/workspace_premium:"),
        ],
        t("设置"): [
            _page("teams", t("班组"), ":material/groups:"),
            _page("glossary", t("术语表"), ":material/dictionary:"),
            _page("system", t("系统"), ":material/settings:"),
        ],
    }
    chosen = st.navigation(pages, expanded=True)
    _language_switch()
    with telling(t):
        chosen.run()


main()
