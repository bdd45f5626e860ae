"""标杆: nominate, approve, change by versions, retire."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import streamlit as st

from coach.bootstrap import now
from coach.calls.masking.clip import ClipState
from coach.library.benchmark import Benchmark, CaseCard, Standing, parse_tags
from coach.library.keypoints import KeyPoint, parse_points, points_text, suggest
from coach.people.rights import Right
from coach.ui.contrasting import choosing
from coach.ui.masking import shown
from coach.ui.page import (
    attempt,
    begin,
    download,
    flash,
    plain,
    screen,
    signed_by,
    told_apart,
    when,
)
from coach.ui.server import clip_url

SOON = 14  # days before its end that a benchmark is brought up
LARGEST = 200  # MB of a bundle through the browser; larger ones by `coach library import`
HELD = 180  # days that an approval holds unless somebody says otherwise
s, t = begin(
    "标杆认可", "推荐的标杆由另一个人认可；改动另存一版，认可以后才换下旧版。", need=Right.MARK
)
TODAY = now().astimezone(s.services.zone).date()
STANDING = {
    Standing.NOMINATED: t("待认可"), Standing.APPROVED: t("已认可"), Standing.DECLINED: t("没有认可"),
    Standing.REPLACED: t("旧版"), Standing.RETIRED: t("已停用"),
}  # fmt: skip


def state(b: Benchmark) -> str:
    """How it stands, in words; when it ends, if it does."""
    if b.standing is Standing.APPROVED and b.expired(TODAY):
        return t("已过期")
    if b.standing is Standing.APPROVED and b.until:
        return t("已认可，到 {date}", date=b.until.isoformat())
    return STANDING[b.standing]


def due(b: Benchmark) -> bool:
    """Approved, and over soon or already."""
    soon = TODAY + timedelta(days=SOON)
    return b.standing is Standing.APPROVED and b.until is not None and b.until <= soon


def choose(marks: list[Benchmark]) -> Benchmark | None:
    """Which kind, then which one; the address keeps it."""
    waiting = s.waiting()
    kinds = {
        t("待认可"): [b for b in marks if b.id in waiting],
        t("快到期或已过期"): [b for b in marks if due(b)],
        t("已认可"): [b for b in marks if b.standing is Standing.APPROVED],
        t("停用的"): [b for b in marks if not b.standing.found],
    }
    labels = {f"{name} {len(found)}": found for name, found in kinds.items()}
    asked = st.query_params.get("benchmark", "")
    first = next((n for n, found in labels.items() if any(b.id == asked for b in found)), None)
    first = first or next((n for n, found in labels.items() if found), next(iter(labels)))
    kind = st.segmented_control(t("哪些"), list(labels), default=first) or first
    found = {b.id: b for b in labels[kind]}
    if not found:
        st.caption(t("没有。"))
        return None
    ids = list(found)
    chosen = st.selectbox(
        t("选一个标杆"),
        ids,
        index=ids.index(asked) if asked in found else 0,
        format_func=told_apart(ids, lambda i: f"{found[i].question[:40]} · {found[i].agent}"),
    )
    st.query_params["benchmark"] = chosen
    return found[chosen]


def show(v: Benchmark) -> None:
    """What it says, and how it sounds."""
    st.html(f"<p><b>{shown(v.question, t)}</b></p><p>{shown(v.answer, t)}</p>")
    known = (v.agent, v.team, v.node, *(f"#{tag}" for tag in v.tags))
    st.caption(plain(" · ".join(p for p in known if p)))
    clip = s.clips([v.clip]).get(v.clip)
    if clip is None or clip.state is not ClipState.RELEASED:
        st.warning(t("声音还没有放行，先去放行才能认可。"))
        st.page_link(screen("release"), label=t("去放行"))
        return
    url = clip_url(s.who, may="hear", clip=v.clip)
    st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
    for point in v.points:
        st.markdown(f"- **{plain(point.name)}** {plain('、'.join(point.phrasings))}")
    if v.why:
        st.markdown(f"{t('好在哪里')}：{plain(v.why)}")


def decide(v: Benchmark) -> None:
    """Approve or decline what waits."""
    if not s.who.may(Right.APPROVE):
        st.info(t("等质检认可。"))
        return
    with st.form("decide"):
        a, b = st.columns(2)
        until = a.date_input(t("有效到"), TODAY + timedelta(days=HELD), min_value=TODAY)
        by = signed_by(s, t("谁认可"), b)
        why = st.text_input(t("理由"), max_chars=200, help=t("不认可时要写"))
        c, d = st.columns(2)
        yes = c.form_submit_button(t("认可"), type="primary", width="stretch")
        no = d.form_submit_button(t("不认可"), width="stretch")
    end = until if isinstance(until, date) else None
    if yes and attempt(t, lambda: s.approve(v.id, v.number, by, end)):
        flash(t("已认可。"))
        st.rerun()
    if no and attempt(t, lambda: s.decline(v.id, v.number, by, why)):
        flash(t("记下了。"))
        st.rerun()


def edit(v: Benchmark) -> None:
    """What is good about it; saved as the next version."""
    with st.form(f"edit-{v.id}-{v.number}"):
        st.caption(t("要点：一行一个，写法“名称：说法 | 说法”，最多五个；只写名称也行。"))
        points = st.text_area(t("要点"), points_text(v.points or suggest(v.answer)), height=150)
        why = st.text_area(t("好在哪里"), v.why, max_chars=500)
        a, b = st.columns(2)
        scene = a.text_area(t("场景"), v.card.scene, max_chars=500)
        conduct = b.text_area(t("表现"), v.card.conduct, max_chars=500)
        confirmed = a.text_area(t("确认信息"), v.card.confirmed, max_chars=500)
        solution = b.text_area(t("解决方案"), v.card.solution, max_chars=500)
        tags = a.text_input(t("标签"), " ".join(v.tags))
        by = signed_by(s, t("谁改的"), b)
        if not st.form_submit_button(t("存为新的一版"), width="stretch"):
            return
    card = CaseCard(scene.strip(), conduct.strip(), confirmed.strip(), solution.strip())
    read: list[tuple[KeyPoint, ...]] = []
    if not attempt(t, lambda: read.append(parse_points(points))):
        return
    changed = replace(v, points=read[0], why=why.strip(), card=card, tags=parse_tags(tags))
    if changed == v:
        st.info(t("没有改动。"))
    elif attempt(t, lambda: s.revise(changed, by)):
        flash(t("存为新的一版，等另一个人认可。"))
        st.rerun()


def retire(v: Benchmark) -> None:
    """Nobody finds it any more."""
    with st.form("retire"):
        by, why = signed_by(s, t("谁停用")), st.text_input(t("理由"), max_chars=200)
        if st.form_submit_button(t("停用")) and attempt(t, lambda: s.retire(v.id, by, why)):
            flash(t("已停用。"))
            st.rerun()


def policy(marks: list[Benchmark]) -> None:
    """A policy changed: everything approved under its tag is over at once."""
    tags = sorted({tag for b in marks if b.standing is Standing.APPROVED for tag in b.tags})
    if not tags or not s.who.may(Right.APPROVE):
        return
    with st.expander(t("政策变了")), st.form("policy"):
        st.caption(t("带这个标签的已认可标杆马上过期，查找不再给出，等人重新认可。"))
        tag = st.selectbox(t("哪个标签"), tags)
        by = signed_by(s, t("谁决定的"))
        if st.form_submit_button(t("标为过期")):
            done: list[str] = []
            if attempt(t, lambda: done.extend(s.policy_changed(tag, by))):
                flash(t("{n} 个标杆过期了。", n=len(done)))
                st.rerun()


def history(found: list[Benchmark]) -> None:
    """Every version: who, when, how it stands and why."""
    st.dataframe(
        [
            {
                t("版"): v.number,
                t("现状"): state(v),
                t("推荐"): f"{v.marked_by} {when(v.created_at)}",
                t("处理"): f"{v.decided_by} {when(v.decided_at)}" if v.decided_at else "",
                t("理由"): v.because,
                t("要点"): "、".join(p.name for p in v.points),
            }
            for v in found
        ],
        hide_index=True,
        width="stretch",
    )


def carry() -> None:
    """Between sites: out with the masked sound, in as nominated."""
    if not s.who.may(Right.APPROVE):
        return
    with st.expander(t("导出和导入")):
        a, b = st.columns(2)
        a.caption(t("已认可的标杆，带打码后的声音，给别的站点用。"))
        a.html(download("/api/library/benchmarks.zip", t("下载标杆包（zip）")))
        file = b.file_uploader(t("别的站点的标杆包"), type=["zip"], max_upload_size=LARGEST)
        if file is None or not b.button(t("导入“{name}”", name=plain(file.name))):
            return
        count: list[int] = []
        with tempfile.NamedTemporaryFile(suffix=".zip") as kept:
            kept.write(file.getvalue())
            kept.flush()
            path = Path(kept.name)
            with st.spinner(t("正在读取…")):
                done = attempt(t, lambda: count.append(len(s.import_benchmarks(path, file.name))))
            if done:
                flash(t("导入了 {n} 个标杆：听过、放行、认可以后才找得到。", n=count[0]))
                st.rerun()


marks = s.marks()
if not marks:
    st.info(t("还没有标杆。打开一通电话，把答得好的问答标为标杆。"))
    st.page_link(screen("call"), label=t("打开通话"))
    carry()
    st.stop()
chosen = choose(marks)
if chosen is not None:
    found = s.versions(chosen.id)
    newest = next((v for v in found if v.standing is Standing.NOMINATED), chosen)
    st.subheader(t("第 {n} 版 · {state}", n=newest.number, state=state(newest)), anchor=False)
    show(newest)
    one, two, four, three = st.tabs(
        [t("认可"), t("要点和案例"), t("对照"), t("各版 {n}", n=len(found))]
    )
    with one:
        if newest.standing is Standing.NOMINATED:
            decide(newest)
        else:
            st.caption(t("没有等着认可的版本。"))
        if chosen.standing is Standing.APPROVED and s.who.may(Right.APPROVE):
            retire(chosen)
    with two:
        edit(newest)
    with four:
        choosing(s, t, chosen)
    with three:
        history(found)
policy(marks)
carry()
