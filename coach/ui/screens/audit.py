"""日志: who heard, released, deleted, signed in, and failed to."""

import streamlit as st

from coach.people.rights import Right
from coach.ui.page import begin, download, when

SHOWN = 500
s, t = begin("日志", "谁听了原音、放行、撤回、删除、登录；只增不改。", need=Right.AUDIT)
acts = s.services.audit.latest(SHOWN)
if not acts:
    st.info(t("还没有记录。"))
    st.stop()
find = st.text_input(t("查找"), placeholder=t("人、动作或编号"))
st.dataframe(
    [
        {t("时间"): when(a.at, "%Y-%m-%d %H:%M:%S"), t("谁"): a.by, t("做了什么"): a.what, t("对象"): a.about}
        for a in acts
        if not find or find in f"{a.by} {a.what} {a.about}"
    ],
    hide_index=True,
    width="stretch",
)  # fmt: skip
if len(acts) == SHOWN:
    st.caption(t("只列出最近 {n} 条，全部请下载。", n=SHOWN))


st.html(download("/api/audit", t("下载全部（JSON Lines）")))
