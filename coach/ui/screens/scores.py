"""评分: an exchange or a whole call by a rubric; the rubrics themselves."""

import streamlit as st

from coach.calls.cuts import Cut
from coach.errors import NotFound
from coach.library.reviewing import Chosen, Item
from coach.library.rubrics import START_TEXT, Mark, Rubric, rubric_text
from coach.people.rights import Right
from coach.ui.page import (
    attempt,
    begin,
    choose_call,
    clock,
    flash,
    plain,
    screen,
    signed_by,
    told_apart,
    when,
)
from coach.ui.scoring import marks_form
from coach.ui.server import clip_url

s, t = begin("评分", "按评分表给一问一答或整通电话打分；评语可以钉在某一秒。", need=Right.MARK)
calls = s.transcribed()
if not calls:
    st.info(t("还没有带文字稿的录音。先导入一通，再转写或放入文字稿。"))
    st.page_link(screen("recordings"), label=t("去导入"))
    st.stop()
rubrics = s.rubrics()


def choose_rubric() -> Rubric:
    """Which rubric; one that is alone is not asked for."""
    if len(rubrics) == 1:
        return rubrics[0]
    names = {r.id: r for r in rubrics}
    known = told_apart(names, lambda i: names[i].name)
    chosen = st.selectbox(t("评分表"), list(names), format_func=known)
    return names[chosen]


def choose_part(items: list[Item]) -> Item | None:
    """The whole call, or one of its exchanges."""
    by_id = {i.id: i for i in items}

    def told(item_id: str) -> str:
        if not item_id:
            return t("整通电话")
        item = by_id[item_id]
        try:
            question = s.exchange(item).question.text
        except NotFound:
            question = ""
        return f"{clock(item.start)} {question[:40]}"

    chosen = st.selectbox(
        t("给哪一段打分"), ["", *by_id], format_func=told_apart(["", *by_id], told)
    )
    return by_id.get(chosen)


def remarks(m: Mark) -> str:
    """A comment, and the moment it is pinned to."""
    return m.comment if m.moment is None else f"{clock(m.moment)} {m.comment}"


def give(rubric: Rubric) -> None:
    """One form: hear, judge, save."""
    recording = choose_call(calls, t)
    s.fill_queue()
    items = s.services.library.reviewing.store.items(
        Chosen(frozenset({recording.id}), untagged=False), 100
    )
    item = choose_part(items)
    span = Cut(item.start, item.end) if item else Cut(0.0, recording.duration)
    url = clip_url(s.who, recording=recording.id, cut=span.to_json())
    st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
    if item:
        exchange = s.exchange(item)
        st.markdown(f"**{t('客户')}** {plain(exchange.question.text)}")
        st.markdown(f"**{t('坐席')}** {plain(exchange.answer.text if exchange.answer else '')}")
    part = item.id if item else ""
    scores = [x for x in s.scores(recording.id) if x.item_id == part]
    mine = next((x for x in scores if x.by_id == s.who.id and x.rubric_id == rubric.id), None)
    same = mine is not None and mine.number == rubric.number
    with st.form(f"score-{recording.id}-{part}-{rubric.id}-{rubric.number}"):
        marks = marks_form(rubric, t, "score", mine.marks if mine and same else ())
        by = signed_by(s, t("评分人"))
        if st.form_submit_button(t("存"), type="primary") and attempt(
            t, lambda: s.score(rubric, recording.id, marks, item_id=part, by=by)
        ):
            flash(t("存好了。"))
            st.rerun()
    if scores:
        st.dataframe(
            [
                {
                    t("评分人"): x.by,
                    t("得分"): "—" if x.total is None else x.total,
                    t("时间"): when(x.at),
                    t("评语"): "；".join(remarks(m) for m in x.marks if m.comment),
                }
                for x in scores
            ],
            hide_index=True,
            width="stretch",
        )


def edit(rubric: Rubric) -> None:
    """The rubric as text; each change is a version of its own."""
    if not s.who.may(Right.APPROVE):
        return
    with st.expander(t("评分表 {name}，第 {n} 版", name=rubric.name, n=rubric.number)):
        st.caption(t("一行一项，写法“名称 | 权重 | 最差；…；最好”；名称前加 ! 表示出现就是零分。"))
        with st.form("rubric"):
            name = st.text_input(t("名称"), rubric.name, max_chars=40)
            text = st.text_area(t("评分项"), rubric_text(rubric.criteria), height=260)
            a, b = st.columns(2)
            again = a.form_submit_button(t("存为新的一版"), width="stretch")
            new = b.form_submit_button(t("另存为新的评分表"), width="stretch")
        if again and attempt(t, lambda: s.save_rubric(name, text, rubric.id)):
            flash(t("存好了。"))
            st.rerun()
        if new and attempt(t, lambda: s.save_rubric(name, text or START_TEXT)):
            flash(t("存好了。"))
            st.rerun()


chosen = choose_rubric()
give(chosen)
edit(chosen)
