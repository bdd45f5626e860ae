"""标杆库: who answered this best?"""

import streamlit as st

from coach.library.benchmark import Benchmark
from coach.library.lexical import NAME as LEXICAL
from coach.people.rights import Right
from coach.ui.masking import shown
from coach.ui.page import begin, plain, screen
from coach.ui.server import clip_url, warm_soon

s, t = begin("标杆库", "谁答得最好？输入一个问题，找同事的标杆回答。", need=Right.LIBRARY)
library = s.library()
known = {b.id for b in library}
waiting = [b for b in s.marks() if b.id not in known]
if waiting:
    st.info(t("有 {n} 个标杆还没放行，放行了才找得到、听得到。", n=len(waiting)))
    st.page_link(screen("release"), label=t("去放行"))
    if not library:
        st.stop()
if not library:
    st.info(t("还没有标杆。打开一通电话，把答得好的问答标为标杆。"))
    if s.who.may(Right.MARK):
        st.page_link(screen("call"), label=t("打开通话"))
    st.stop()
warm_soon()
question = st.text_input(t("客户问了什么"), placeholder=t("例如：为什么又扣我钱"), max_chars=1000)


def card(b: Benchmark, note: str = "") -> None:
    """One benchmark: question, answer, sound, tags."""
    with st.container(border=True):
        st.html(f"<p><b>{shown(b.question, t)}</b></p><p>{shown(b.answer, t)}</p>")
        st.caption(
            plain(
                " · ".join(p for p in (b.agent, b.node, *(f"#{tag}" for tag in b.tags), note) if p)
            )
        )
        url = clip_url(s.who, may="hear", clip=b.clip)
        st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')


if question.strip():
    found = s.find(question, count=3)
    how = (
        t("按字词相似查找（没有装语义模型）")
        if found.embedder == LEXICAL
        else t("按意思相似查找：{name}", name=found.embedder)
    )
    st.caption(how)
    if not found.matches:
        st.info(t("还没有这样的标杆。换个说法，或请质检推荐一通。"))
    for m in found.matches:
        card(m.benchmark, t("相似 {p}", p=f"{m.similarity:.2f}"))
else:
    st.caption(t("共 {n} 个标杆", n=len(library)))
    for b in library[:20]:
        card(b)
