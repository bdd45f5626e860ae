"""找录音: where the team is weakest, whose call to learn from, and a pack of it for tomorrow."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import streamlit as st

from coach.bootstrap import now
from coach.errors import CoachError
from coach.game.rounds import Plan, PlanOptions, swap
from coach.library.candidates import Candidate
from coach.library.nodes import Weak
from coach.library.outcomes import Taken
from coach.library.reports import FIELDS, NEEDED, Sheet
from coach.people.rights import Right
from coach.ui.page import attempt, begin, clock, flash, plain, screen, told_apart, when

SHOWN = 12  # weak nodes in the table
LARGEST = 50  # MB of a report
NAMED = 8  # lines that matched no call, by name
s, t = begin(
    "找录音",
    "先找针对性的录音：班组弱在哪个节点，那个节点谁最强，用谁的哪一通做明天的分享包。",
    need=Right.PREPARE,
)
FIELD = {
    "node": t("业务节点"), "team": t("班组"), "agent": t("坐席"), "calls": t("归档量"),
    "solved": t("首问（一次）解决率"), "satisfied": t("满意度"),
}  # fmt: skip


def take() -> None:
    """A report comes in: its columns are shown once to be confirmed, then remembered."""
    with st.expander(t("导入节点报表"), expanded=not s.reports()):
        st.caption(t("NGCC 或别的系统导出的 xlsx、csv；至少有节点、归档量、首问（一次）解决率。"))
        file = st.file_uploader(
            t("节点报表"),
            type=["xlsx", "csv"],
            label_visibility="collapsed",
            max_upload_size=LARGEST,
        )
        if file is None:
            return
        with on_disk(file) as path:
            try:
                sheet, mapping = s.read_report(path, file.name)
            except CoachError as error:
                st.error(plain(t.error(error)))
                return
        columns(sheet, mapping, file.name)


@contextmanager
def on_disk(file: Any) -> Iterator[Path]:
    """An uploaded table as a file, while it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report{Path(file.name).suffix.lower()}"
        path.write_bytes(file.getvalue())
        yield path


def outcomes() -> None:
    """Per-call results: which of our calls solved it at once, and whether the customer was content."""
    with st.expander(t("导入单通的首问和满意度")):
        st.caption(
            t("xlsx 或 csv，列：录音（文件名或标题）、首问（是/否）、满意度（1–5 或满意/不满意）。")
        )
        file = st.file_uploader(
            t("单通结果"),
            type=["xlsx", "csv"],
            label_visibility="collapsed",
            max_upload_size=LARGEST,
        )
        if file is None or not st.button(t("导入“{name}”", name=plain(file.name))):
            return
        taken: list[Taken] = []
        with on_disk(file) as path:
            if not attempt(t, lambda: taken.append(s.take_outcomes(path, file.name))):
                return
        (found,) = taken
        if found.known:
            st.success(t("对上了 {n} 通录音。", n=found.known))
        if found.missed:
            names = "、".join(found.missed[:NAMED])
            more = t("等 {n} 行", n=len(found.missed)) if len(found.missed) > NAMED else ""
            st.warning(
                plain(
                    t(
                        "没有对上的：{names}{more}。第一列要写录音的文件名或标题，重名的对不上。",
                        names=names,
                        more=more,
                    )
                )
            )


def columns(sheet: Sheet, mapping: dict[str, str], name: str) -> None:
    """Which column is which."""
    with st.form("columns"):
        chosen: dict[str, str] = {}
        places = st.columns(3)
        choices = ["", *dict.fromkeys(sheet.headings)]
        for i, field in enumerate(FIELDS):
            found = places[i % 3].selectbox(
                FIELD[field] + (" *" if field in NEEDED else ""),
                choices,
                index=choices.index(mapping.get(field, ""))
                if mapping.get(field, "") in choices
                else 0,
                format_func=lambda h: h or t("没有这一列"),
            )
            if found:
                chosen[field] = found
        st.caption(t("{n} 行；列的对应关系会记住，下次同样的表头不用再选。", n=len(sheet.rows)))
        count: list[int] = []
        if st.form_submit_button(t("导入"), type="primary") and attempt(
            t, lambda: count.append(s.take_report(sheet, chosen, name))
        ):
            flash(t("导入了 {n} 行。", n=count[0]))
            st.rerun()


def table(weak: list[Weak]) -> None:
    """The weakest nodes, with volume and confidence."""
    st.dataframe(
        [
            {
                FIELD["team"]: w.team,
                FIELD["node"]: w.node,
                FIELD["calls"]: w.calls,
                t("本班解决率"): f"{w.solved.share:.0%}",
                t(
                    "收缩后（90 % 区间）"
                ): f"{w.solved.shrunk:.0%}（{w.solved.low:.0%}–{w.solved.high:.0%}）",
                t("各班平均"): f"{w.mean:.0%}",
                t("少解决"): round(w.lost),
                t("把握"): f"{w.sure:.0%}" if w.sure < 0.995 else "＞99%",
                FIELD["satisfied"]: "" if w.satisfied is None else f"{w.satisfied:.0%}",
            }
            for w in weak[:SHOWN]
        ],
        hide_index=True,
        width="stretch",
    )
    st.caption(
        t("少解决：要是达到各班在这个节点的平均，能多解决几通。通数少的比率往平均拉，方法见文档。")
    )


def ours(reported: str) -> None:
    """What our recordings call a node of the report; said once."""
    nodes = s.nodes()
    if s.our_node(reported) in nodes or not nodes:
        return
    st.warning(t("录音里没有叫“{node}”的节点。", node=plain(reported)))
    same = st.selectbox(t("它在录音里叫什么"), nodes, index=None, placeholder=t("选一个"))
    if same and st.button(t("记住")):
        s.name_node(reported, same)
        st.rerun()


def preview(c: Candidate, options: PlanOptions) -> Plan | None:
    """The rounds of a candidate; another opening for a round in one press."""
    try:
        plan = s.planned(c.recording_id, options)
        call = s.call(c.recording_id)
    except CoachError as error:
        st.error(plain(t.error(error)))
        return None
    st.caption(t("共 {n} 个回合，约 {time}", n=len(plan.rounds), time=clock(plan.seconds)))
    for r in plan.rounds:
        left, right = st.columns([6, 1], vertical_alignment="center")
        question = plain(call.exchanges[r.opening].question.text)
        left.markdown(f"**{t('第 {n} 回合', n=r.position)}** · {question}")
        if right.button(t("换一个"), key=f"swap-{r.position}", width="stretch"):
            other = swap(plan, r.position, call.exchanges, options)
            if other is None:
                left.caption(t("这一段里没有别的问答可换了。"))
            else:
                swaps()[c.recording_id] = (other.avoid, other.keep)
                st.rerun()
    if c.recording_id in swaps() and st.button(t("都换回来")):
        del swaps()[c.recording_id]
        st.rerun()
    return plan


Swaps = dict[str, tuple[frozenset[int], frozenset[int]]]


def swaps() -> Swaps:
    """By call: openings that somebody turned down, and those that stay."""
    found: Swaps = st.session_state.setdefault("swaps", {})
    return found


def tomorrow(node: str, team: str, report_id: str, why: str, topic: str = "") -> None:
    """The best calls about a node, the first of them ready to be made into a pack."""
    plain_options = PlanOptions(
        count=s.services.settings.rounds, minutes=s.services.settings.minutes
    )
    candidates = s.candidates(node, team, plain_options, report_id, topic)
    if not candidates and topic:
        st.info(t("标杆里没有谈这个话题的，换个说法，或先按节点找。"))
        return
    if not candidates:
        st.info(t("这个节点还没有转写好的录音。导入一通这个节点的标杆电话再来。"))
        st.page_link(screen("recordings"), label=t("去导入"))
        return
    by_id = {c.recording_id: c for c in candidates}
    named = told_apart(by_id, lambda i: told(by_id[i]))
    chosen = by_id[st.selectbox(t("用哪一通"), list(by_id), format_func=named)]
    avoid, keep = swaps().get(chosen.recording_id, (frozenset(), frozenset()))
    options = replace(plain_options, avoid=avoid, keep=keep)
    if chosen.lately(now()) and chosen.used:
        st.warning(t("这个班组 {when} 听过这一通。", when=when(chosen.used, "%Y-%m-%d")))
    plan = preview(chosen, options)
    if plan is None:
        return
    if not plan.fits:
        st.warning(t("比设定的时间长，可以换一通，或去备课页缩短每一步。"))
    if chosen.pack_id:
        st.page_link(
            screen("stage"),
            label=t("这一通已有放行的分享包，直接开"),
            query_params={"pack": chosen.pack_id},
        )
    a, b = st.columns([2, 1], vertical_alignment="bottom")
    today = s.services.today()
    day = b.date_input(t("哪天开"), today + timedelta(days=1), min_value=today)
    if a.button(t("做成这一天的分享包"), type="primary", width="stretch") and attempt(
        t, lambda: s.tomorrow(chosen, options, team, why, day)
    ):
        flash(t("做好了。听过打码后的声音、放行，再在“今日”确认。"))
        st.switch_page(screen("release"))


def told(c: Candidate) -> str:
    """A candidate in one line."""
    parts = [c.title, c.agent, t("{n} 个标杆", n=c.marks)]
    if c.outcome:
        parts.append(t("这通：首问解决、满意") if c.outcome > 0 else t("这通没有解决或不满意"))
    if c.strength is not None:
        parts.append(t("这个节点解决率 {p}", p=f"{c.strength:.0%}"))
    return " · ".join(p for p in parts if p)


def strongest(report_id: str, node: str) -> None:
    """标杆员工 of a node."""
    best = s.strong(report_id, node)
    if best:
        names = "、".join(f"{x.agent} {x.solved.shrunk:.0%}（{x.calls}）" for x in best)
        st.caption(plain(t("这个节点最强的同事（收缩后的解决率，通数）：{names}", names=names)))


take()
outcomes()
reports = s.reports()
teams = [x.name for x in s.teams(Right.PREPARE)]
team = st.selectbox(t("给哪个班组"), teams, placeholder=t("每个班组")) if teams else ""
team = team or ""
report_id, weak = "", []
if reports:
    names = {r.id: f"{r.name} · {when(r.at)}" for r in reports}
    report_id = st.selectbox(
        t("哪份报表"), list(names), format_func=told_apart(names, lambda i: names[i])
    )
    weak = s.weak(report_id, team) or s.weak(report_id)
    if weak:
        table(weak)
    else:
        st.info(t("这份报表里没有低于各班平均的节点。要比较，报表里至少要有两个班组。"))
reported = list(dict.fromkeys(w.node for w in weak))  # the weakest first, then any other
named = {s.our_node(node) for node in reported}
nodes = [*reported, *(n for n in s.nodes() if n not in named)]
if not nodes:
    st.info(t("还没有节点：导入一份报表，或在通话的“资料”里写上业务节点。"))
    st.stop()
node = st.selectbox(t("针对哪个节点"), nodes)
why = ""
mine = next((w for w in weak if w.node == node), None)
if mine is not None:
    strongest(report_id, node)
    why = t("{node}：解决率 {a}，各班平均 {b}", node=node, a=f"{mine.solved.shrunk:.0%}",
            b=f"{mine.mean:.0%}")  # fmt: skip
    ours(node)
topic = st.text_input(
    t("或者今天通报的话题"), max_chars=100, placeholder=t("例如：国庆套餐怎么退"),
    help=t("写了话题就按话题找，不按节点"),
).strip()  # fmt: skip
tomorrow(node, team, report_id, topic or why, topic)
