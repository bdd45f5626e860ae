"""术语表: the team's own words, for the recogniser and for what it gets wrong."""

import re

import streamlit as st

from coach.calls.glossary import Term, read_terms
from coach.errors import BadGlossary
from coach.people.rights import Right
from coach.ui.page import attempt, begin, flash

SHOWN = 300
s, t = begin(
    "术语表",
    "转写前告诉模型这些词，转写后把听错的改回来，查找时把同一个意思的说法当成一个。校对时按 G 也会记到这里。",
    need=Right.GLOSSARY,
)
terms = s.services.glossary.listed()

with st.form("term", clear_on_submit=True):
    a, b, c, d = st.columns([2, 2, 3, 3])
    text = a.text_input(t("术语"), max_chars=40)
    node = b.text_input(t("业务节点"), max_chars=80, placeholder=t("不填就是通用"))
    wrong = c.text_input(t("常听错成"), placeholder=t("几种写法用逗号分开"))
    same = d.text_input(t("客户也这么说"), placeholder=t("几种写法用逗号分开"))
    if st.form_submit_button(t("加入"), type="primary"):
        forms, others = (
            tuple(w for w in re.split(r"[,，、|｜\s]+", typed) if w) for typed in (wrong, same)
        )
        if not text.strip():
            st.warning(t("先写术语。"))
        elif attempt(
            t,
            lambda: s.services.glossary.put([Term(text.strip(), node.strip(), forms, same=others)]),
        ):
            flash(t("已加入“{term}”。", term=text.strip()))
            st.rerun()

with st.expander(t("成批导入")):
    st.caption(t("CSV 或文本，每行一个：术语,业务节点,错听一|错听二,说法一|说法二"))
    file = st.file_uploader(
        t("术语文件"), type=["csv", "txt"], label_visibility="collapsed", max_upload_size=5
    )
    if file is not None and st.button(t("导入“{name}”", name=file.name)):

        def take() -> None:
            """Read the file and keep its terms."""
            try:
                raw = file.getvalue().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise BadGlossary(name=file.name, line=0, detail="UTF-8") from error
            found = read_terms(raw, name=file.name)
            new = s.services.glossary.put(found)
            flash(t("{n} 个术语，其中 {new} 个是新的。", n=len(found), new=new))

        if attempt(t, take):
            st.rerun()

if not terms:
    st.info(t("还没有术语。先写几个业务名、产品名和人名，转写会少错很多。"))
    st.stop()
st.subheader(t("{n} 个术语", n=len(terms)), anchor=False)
find = st.text_input(t("查找"), placeholder=t("术语或错听"))
hits = [x for x in terms if not find or find in x.text or any(find in w for w in x.wrong)]
st.dataframe(
    [
        {
            t("术语"): x.text,
            t("业务节点"): x.node,
            t("常听错成"): "、".join(x.wrong),
            t("客户也这么说"): "、".join(x.same),
            t("出现次数"): x.uses,
        }
        for x in hits[:SHOWN]
    ],
    hide_index=True,
    width="stretch",
)
if len(hits) > SHOWN:
    st.caption(t("只列出前 {n} 个，请用查找。", n=SHOWN))
gone = st.selectbox(
    t("删除哪一个"), [x.text for x in hits[:SHOWN]], index=None, placeholder=t("选一个")
)
if gone and st.button(t("删除“{term}”", term=gone)):
    s.services.glossary.remove(gone)
    flash(t("已删除“{term}”。", term=gone))
    st.rerun()
