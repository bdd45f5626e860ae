"""删除请求: an agent takes consent back, a customer wants to be forgotten: each in one action."""

from collections.abc import Sequence

import streamlit as st

from coach.calls.recording import Recording
from coach.people.rights import Right
from coach.ui.page import attempt, begin, plain, signed_by, when

s, t = begin(
    "删除请求", "坐席撤回同意，或客户要求删除：声音、文字稿、片段和标杆一次删完。", need=Right.ERASE
)
REPORT = "erase_report"
if REPORT in st.session_state:
    st.success(st.session_state.pop(REPORT))


def carry_out(found: Sequence[Recording], why: str, key: str) -> None:
    """What would go, who decides, and the button."""
    for r in found[:50]:
        st.markdown(plain(f"{when(r.meta.called_at or r.created_at)} · {r.title}"))
    with st.form(f"erase-{key}"):
        by = signed_by(s, t("谁决定的"), key=f"by-{key}")
        sure = st.checkbox(t("我知道不能恢复"), key=f"sure-{key}")
        if not st.form_submit_button(t("全部删除 {n} 通", n=len(found)), type="primary"):
            return
    if not sure:
        st.warning(t("请先打勾确认。"))
        return
    ids = [r.id for r in found]
    stay = s.records_of(ids)
    done: list[int] = []
    if attempt(t, lambda: done.append(s.erase_all(ids, by, why))):
        st.session_state[REPORT] = t(
            "删除了 {n} 通电话，{files} 个声音文件。留下 {m} 场分享记录，只有打码后的文字；以后也不能再导入这些电话。",
            n=len(ids),
            files=done[0],
            m=stay,
        )
        st.rerun()


tab_agent, tab_customer, tab_done = st.tabs([t("坐席撤回同意"), t("客户要求删除"), t("已删除")])
with tab_agent:
    agents = sorted({r.meta.agent for r in s.recordings() if r.meta.agent})
    if not agents:
        st.info(t("没有写明坐席的电话。"))
    agent = st.selectbox(t("坐席"), agents, index=None, placeholder=t("选一个"))
    if agent:
        mine = [r for r in s.recordings() if r.meta.agent == agent]
        carry_out(mine, t("坐席撤回同意"), "agent")
with tab_customer:
    number = st.text_input(
        t("客户的号码"),
        help=t("在通话里怎么念的都找得到：幺三八零零…、138 0013…；至少五位"),
        max_chars=40,
    )
    if number.strip():
        found = s.mentioning(number)
        if found:
            carry_out(found, t("客户要求删除"), "customer")
        else:
            st.info(t("没有哪一通说过这个号码。可以在“通话”页按时间找到那一通，再删除。"))
with tab_done:
    rows = [
        {
            t("时间"): when(e.at, "%Y-%m-%d %H:%M"),
            t("谁决定的"): e.by,
            t("理由"): e.why,
            t("编号"): e.recording_id,
            t("删完了"): "✓" if e.finished else "…",
        }
        for e in s.erasures()
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")
    else:
        st.info(t("没有删除过电话。"))
