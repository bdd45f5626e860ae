"""我的通话: what of my calls is used, my objection, the name others see; QA answers."""

import streamlit as st

from coach.people.objection import Answer, Objection
from coach.people.rights import Right
from coach.ui.contrasting import asked
from coach.ui.masking import shown
from coach.ui.page import attempt, begin, flash, plain, when

s, t = begin(
    "我的通话", "你的电话被选作标杆或分享时，这里看得到；不愿意可以申诉，先停用再答复。",
    need=Right.PRACTISE,
)  # fmt: skip
if not s.who.name:
    st.info(t("登录以后才知道哪些是你的通话。"))
    st.stop()
ANSWER = {
    Answer.OPEN: t("等质检答复，现在谁也听不到"),
    Answer.UPHELD: t("同意了：不再使用"),
    Answer.DISMISSED: t("没有同意：可以重新放行"),
}


def told(o: Objection) -> None:
    """An objection and what became of it."""
    title = titles.get(o.recording_id, "")
    st.markdown(plain(f"{when(o.at)} · {o.by} · {title}：{o.why}"))
    answered = f" · {o.answered_by}：{o.because}" if o.because else ""
    st.caption(plain(ANSWER[o.answer] + answered))


def answering(o: Objection) -> None:
    """QA's answer, with a reason."""
    with st.form(f"answer-{o.id}"):
        because = st.text_input(t("理由"), max_chars=500, key=f"because-{o.id}")
        a, b = st.columns(2)
        yes = a.form_submit_button(t("同意：不再使用"), width="stretch")
        no = b.form_submit_button(t("不同意"), width="stretch")
    if (yes or no) and attempt(t, lambda: s.answer(o.id, upheld=yes, because=because)):
        flash(t("已答复。"))
        st.rerun()


def objecting(recording_id: str, why: str) -> None:
    """Out of use until it is answered."""
    if attempt(t, lambda: s.object_to(recording_id, why)):
        flash(t("已停用，等质检答复。"))
        st.rerun()


asked(s, t)
used, objections = s.used(), s.objections()
titles = {u.recording.id: u.recording.title for u in used}
if s.who.may(Right.ERASE):
    titles |= {r.id: r.title for r in s.recordings()}
pending = {o.recording_id for o in objections if o.answer is not Answer.DISMISSED}
for u in used:
    with st.container(border=True):
        st.markdown(f"**{plain(u.recording.title)}**")
        for text in u.texts[:6]:
            st.html(shown(text, t))
        if u.recording.id in pending:
            continue
        with st.form(f"object-{u.recording.id}"):
            why = st.text_input(t("为什么不愿意"), max_chars=500, key=f"why-{u.recording.id}")
            if st.form_submit_button(t("申诉")):
                objecting(u.recording.id, why)
if not used:
    st.info(t("你的电话还没有被选上。"))
else:
    with st.form("alias"):
        name = st.text_input(
            t("别人看到的名字"), s.my_alias(), max_chars=40, help=t("可以是化名；空着就用本名")
        )
        if st.form_submit_button(t("保存")):
            s.call_me(name)
            flash(t("已保存。"))
            st.rerun()
if objections:
    st.subheader(t("申诉"), anchor=False)
for o in objections:
    with st.container(border=True):
        told(o)
        if o.answer is Answer.OPEN and s.who.may(Right.ERASE):
            answering(o)
