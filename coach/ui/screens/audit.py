"""日志: who heard, released, deleted, signed in, and failed to."""

import json

import streamlit as st

from coach.people.rights import Right
from coach.ui.page import begin, when

SHOWN, EXPORTED = 500, 100_000
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


def lines() -> str:
    """All of it, oldest first, one JSON document a line."""
    every = reversed(s.services.audit.latest(EXPORTED))
    return "".join(
        json.dumps({"at": a.at.isoformat(), "by": a.by, "what": a.what, "about": a.about}, ensure_ascii=False)
        + "\n"
        for a in every
    )  # fmt: skip


if st.download_button(t("下载全部（JSON Lines）"), lines, "audit.jsonl", "application/x-ndjson"):
    s.services.audit.add(s.who.name, "exported audit log", "")
