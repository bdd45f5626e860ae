"""校准: the same exchanges scored blind by several people, then laid open."""

import streamlit as st

from coach.calls.cuts import Cut
from coach.errors import NotFound
from coach.library.calibration import NEAR, Agreement, Calibration
from coach.library.reviewing import Chosen
from coach.library.rubrics import Rubric, Score, total
from coach.people.rights import Right
from coach.ui.page import attempt, begin, flash, plain, screen, told_apart, when
from coach.ui.scoring import marks_form
from coach.ui.server import clip_url

RATER = "calibration_rater"
MOST = 12  # exchanges of one calibration: about an hour
s, t = begin(
    "校准",
    "几个人各自给同样的问答打分，谁也看不到别人的；结束后看一致程度，讨论出定分。",
    need=Right.MARK,
)
rubrics = s.rubrics()


def start() -> None:
    """A new one: title, rubric, exchanges of a call."""
    calls = s.transcribed()
    if not s.who.may(Right.APPROVE) or not calls:
        return
    with st.expander(t("开始一次校准"), expanded=not s.calibrations()):
        s.fill_queue()
        by_id = {r.id: r for r in calls}
        recording = st.selectbox(
            t("选一通电话"), list(by_id), format_func=told_apart(by_id, lambda i: by_id[i].title)
        )
        queue = Chosen(frozenset({recording}), untagged=False)
        items = {i.id: i for i in s.services.library.reviewing.store.items(queue, 100)}

        def told(item_id: str) -> str:
            try:
                return s.exchange(items[item_id]).question.text[:40]
            except NotFound:
                return "—"

        with st.form("start"):
            title = st.text_input(t("标题"), max_chars=60)
            names = {r.id: r for r in rubrics}
            known = told_apart(names, lambda i: names[i].name)
            rubric = st.selectbox(t("评分表"), list(names), format_func=known)
            chosen = st.multiselect(
                t("哪些问答"),
                list(items),
                list(items)[:4],
                format_func=told_apart(items, told),
                max_selections=MOST,
            )
            if st.form_submit_button(t("开始"), type="primary") and attempt(
                t, lambda: s.calibrate(title, names[rubric], chosen)
            ):
                flash(t("开始了，请几位质检各自来打分。"))
                st.rerun()


def give(c: Calibration, rubric: Rubric) -> None:
    """One's own scores, exchange by exchange."""
    by = s.who.name or rater()
    if not by:
        return
    mine = s.my_scores(c, by)
    st.caption(t("已评 {n} / {all}", n=len(mine), all=len(c.items)))
    for name, n in s.progress(c).items():
        st.caption(plain(f"{name} · {n} / {len(c.items)}"))
    left = [i for i in c.items if i not in mine]
    place = st.segmented_control(
        t("哪一个"), range(len(c.items)), default=c.items.index(left[0]) if left else 0,
        format_func=lambda n: f"{n + 1}{'✓' if c.items[n] in mine else ''}",
    )  # fmt: skip
    item_id = c.items[place or 0]
    if not heard(item_id):
        return
    old = mine.get(item_id)
    with st.form(f"blind-{c.id}-{item_id}"):
        marks = marks_form(rubric, t, f"blind-{place}", old.marks if old else ())
        if st.form_submit_button(t("存"), type="primary") and attempt(
            t,
            lambda: s.score(
                rubric, s.item(item_id).recording_id, marks, item_id=item_id,
                calibration_id=c.id, by=by,
            ),
        ):  # fmt: skip
            flash(t("存好了。"))
            st.rerun()
    if s.who.may(Right.APPROVE):
        close(c)


def rater() -> str:
    """Who scores, where nobody signs in: asked before anything is scored, so that nothing is lost."""
    known = str(st.session_state.get(RATER, ""))
    with st.form("rater", border=False):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        typed = a.text_input(t("评分人"), known, max_chars=40).strip()
        if b.form_submit_button(t("换人") if known else t("开始打分"), width="stretch") and typed:
            st.session_state[RATER] = typed
            st.rerun()
    return known


def close(c: Calibration) -> None:
    """Nobody scores any more; with scores missing, that must be meant."""
    missing = {name: len(c.items) - n for name, n in s.progress(c).items() if n < len(c.items)}
    with st.form("close", border=False):
        sure = True
        if missing:
            left = "、".join(t("{name} 差 {n} 个", name=name, n=n) for name, n in missing.items())
            sure = st.checkbox(plain(t("还没评完（{left}），也结束", left=left)))
        if not st.form_submit_button(t("结束，公开分数")):
            return
    if not sure:
        st.warning(t("还有人没评完；要结束请先打勾。"))
    elif attempt(t, lambda: s.close_calibration(c.id)):
        st.rerun()


def heard(item_id: str) -> bool:
    """An exchange to hear and read; False where it is gone."""
    try:
        item = s.item(item_id)
        exchange = s.exchange(item)
    except NotFound as error:
        st.warning(plain(t.error(error)))
        return False
    url = clip_url(s.who, recording=item.recording_id, cut=Cut(item.start, item.end).to_json())
    st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
    st.markdown(f"**{t('客户')}** {plain(exchange.question.text)}")
    st.markdown(f"**{t('坐席')}** {plain(exchange.answer.text if exchange.answer else '')}")
    return True


def opened(c: Calibration, rubric: Rubric) -> None:
    """What came out: agreement, spread, drift, and the final marks."""
    scores, found = s.opened(c)
    if not scores:
        st.info(t("没有人打过分。"))
        return
    summary(found)
    st.dataframe(
        [
            {
                t("评分项"): x.name,
                t("加权 kappa"): "—" if x.kappa is None else x.kappa,
                t("离散（档）"): x.spread,
            }
            for x in found.criteria
        ],
        hide_index=True,
        width="stretch",
    )
    st.dataframe(
        [
            {
                t("评分人"): x.by,
                t("评了几个"): x.scored,
                t("比定分高（+）低（−）"): x.drift,
                t("±{n} 分以内", n=round(NEAR)): f"{x.near:.0%}",
                t("提醒"): t("偏高，聊一聊")
                if x.drifts and x.drift > 0
                else t("偏低，聊一聊")
                if x.drifts
                else "",
            }
            for x in found.raters
        ],
        hide_index=True,
        width="stretch",
    )
    settle(c, rubric, scores)


def summary(found: Agreement) -> None:
    """The two figures that matter."""
    a, b = st.columns(2)
    a.metric(t("平均加权 kappa"), "—" if found.kappa is None else f"{found.kappa:.2f}")
    st.caption(
        t(
            "kappa：除去碰巧，几个人给的档有多一致，1 是完全一致，0.6 以上算好。离散：同一项上各人平均差几档。"
        )
    )
    near = "—" if found.near is None else f"{found.near:.0%}"
    b.metric(t("离定分 ±{n} 分以内", n=round(NEAR)), near)


def settle(c: Calibration, rubric: Rubric, scores: list[Score]) -> None:
    """One exchange: what everybody gave, and what was agreed on."""
    place = st.segmented_control(
        t("哪一个"), range(len(c.items)), default=0,
        format_func=lambda n: f"{n + 1}{'✓' if c.items[n] in c.finals else ''}",
    )  # fmt: skip
    item_id = c.items[place or 0]
    heard(item_id)
    st.dataframe(
        [
            {t("评分人"): x.by, t("得分"): "—" if x.total is None else str(x.total)}
            | {
                criterion.name: t("不适用") if m.level is None else criterion.levels[m.level]
                for criterion, m in zip(rubric.criteria, x.marks, strict=True)
            }
            for x in scores
            if x.item_id == item_id
        ],
        hide_index=True,
        width="stretch",
    )
    final = c.finals.get(item_id)
    if final:
        st.caption(t("定分 {n}", n=total(rubric, final)))
    if not s.who.may(Right.APPROVE):
        return
    with st.form(f"final-{item_id}"):
        marks = marks_form(rubric, t, f"final-{place}", final or ())
        if st.form_submit_button(t("存为定分")) and attempt(t, lambda: s.settle(c, item_id, marks)):
            flash(t("存好了。"))
            st.rerun()


start()
listed = s.calibrations()
if not listed:
    st.info(t("还没有校准。挑几个问答，请两位以上质检各自打分。"))
    if not s.transcribed():
        st.page_link(screen("recordings"), label=t("去导入"))
    st.stop()
names = {c.id: c for c in listed}
ids = list(names)
asked = st.query_params.get("calibration", "")
chosen = names[
    st.selectbox(
        t("哪一次"), ids, index=ids.index(asked) if asked in names else 0,
        format_func=told_apart(ids, lambda i: f"{names[i].title} · {when(names[i].at)}"),
    )
]  # fmt: skip
st.query_params["calibration"] = chosen.id
rubric = s.services.library.rubrics.rubric(chosen.rubric_id, chosen.number)
if chosen.closed:
    opened(chosen, rubric)
else:
    give(chosen, rubric)
