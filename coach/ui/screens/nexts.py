"""客户接着问: what customers ask next, by node, from the site's own calls."""

import pandas as pd
import streamlit as st

from coach.game.odds import LEAST
from coach.people.rights import Right
from coach.ui.page import begin, screen

s, t = begin(
    "客户接着问",
    "每个业务里，客户问完一句，接着最常问什么。通话多了，这张表自己会长；猜下一问时用它算比例。",
    need=Right.APPROVE,
)
nodes = s.next_nodes()
if not nodes:
    st.info(t("还没有：导入录音、转写完成以后，这里自己会有。"))
    st.page_link(screen("recordings"), label=t("去导入"))
    st.stop()
node = st.selectbox(
    t("业务节点"),
    list(nodes),
    format_func=lambda name: f"{name or t('没写节点')}（{nodes[name]}）",
)
with st.spinner(t("正在数……")):
    rows = s.usual_next(node)
if not rows:
    st.info(t("这个业务只有 {n} 次，不足 {m} 次，先不算比例。", n=nodes[node], m=LEAST))
    st.stop()
st.caption(
    t("共 {n} 次，都打了码；区间按 90% 算。意思相近的放在一起，是机器按字词分的，会有分错的。",
      n=rows[0].share.of)
)  # fmt: skip
table = pd.DataFrame(
    {
        t("客户接着问"): [r.text for r in rows],
        t("占"): [100 * r.share.share for r in rows],
        t("区间"): [f"{r.share.low:.0%} – {r.share.high:.0%}" for r in rows],
        t("次数"): [r.share.count for r in rows],
    }
)
st.dataframe(
    table,
    hide_index=True,
    column_config={t("占"): st.column_config.ProgressColumn(format="%.0f%%", max_value=100.0)},
)
