"""通话: one call's text, roles, exchanges, benchmarks."""

import html
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from coach.acting import Acting
from coach.bootstrap import BUNDLED, now, speech_model
from coach.calls.call import Call
from coach.calls.channels import Layout
from coach.calls.cuts import Cut
from coach.calls.desk import Lines
from coach.calls.erasing import Erasure
from coach.calls.exchanges import Exchange
from coach.calls.metrics import Metrics, measure
from coach.calls.transcript import Role
from coach.calls.turns import Turn
from coach.errors import ModelError
from coach.jobs.queue import JobState
from coach.library.benchmark import parse_tags
from coach.people.rights import Right
from coach.ui.components import upload
from coach.ui.figures import figures
from coach.ui.lanes import lanes
from coach.ui.page import (
    ASK,
    acting,
    attempt,
    begin,
    choose_call,
    clock,
    flash,
    job_error,
    job_line,
    plain,
    screen,
    signed_by,
    telling,
    when,
)
from coach.ui.server import clip_url, tickets

s, t = begin("通话", need=Right.ORIGINALS)
recordings = s.recordings()
if not recordings:
    st.info(t("还没有录音。"))
    st.page_link(screen("recordings"), label=t("导入录音"))
    st.stop()
chosen = choose_call(recordings, t).id
ROLE = {Role.AGENT: t("坐席"), Role.CUSTOMER: t("客户"), Role.UNKNOWN: t("未定")}


def transcript_arrived() -> None:
    """A transcript from elsewhere was stored."""
    if st.session_state["transcript"].event:
        flash(t("文字稿已放入。"))


def which_model(recording_id: str) -> None:
    """Says that the bundled model is for the demo calls only; what is lacking for others."""
    try:
        folder = speech_model(s.services.settings, s.recording(recording_id))
    except ModelError as error:
        st.warning(plain(t.error(error)))
        return
    if folder.name == BUNDLED:
        st.caption(
            t("示范电话用自带的小模型转写；它只认得合成的声音，您自己的录音要另装模型，见“系统”。")
        )


def getting_text(recording_id: str) -> None:
    """Transcribe, or put in a transcript made elsewhere."""
    which_model(recording_id)
    job = next(iter(s.jobs(recording_id)), None)
    if job is not None and job.state.open:
        watch(recording_id)
        return
    if job is not None and job.state is JobState.FAILED:
        st.error(plain(job_error(job, t)))
    if st.button(t("转写这通电话"), type="primary") and attempt(
        t, lambda: s.transcribe(recording_id)
    ):
        st.rerun()
    upload(
        {
            "ticket": tickets().give(to=s.who.id, may="upload"),
            "query": {"recording": recording_id},
            "accept": ".json,.vtt,.srt,.txt",
            "multiple": False,
            "limit_mb": 50,
            "language": t.language,
            "t": {
                "drop": t("或者放入现成的文字稿"),
                "kinds": "WebVTT, SRT, whisper / whisperX JSON",
                "waiting": t("等待"), "reading": t("正在读取…"), "cancel": t("取消"),
                "stopped": t("已取消"), "known": t("文字稿已放入。"), "stored": t("文字稿已放入。"),
                "lost": t("传输中断了，请再试一次。"), "too_large": t("文件超过 {mb} MB 的上限。", mb=50),
            },
        },
        key="transcript",
        on_event=transcript_arrived,
    )  # fmt: skip


@st.fragment(run_every=1.0)
def watch(recording_id: str) -> None:
    """The running job: how far, how long, and how to stop it."""
    with telling(t):
        watched(acting(), recording_id)


def watched(s: Acting, recording_id: str) -> None:
    """What ``watch`` draws."""
    job = next(iter(s.jobs(recording_id)), None)
    if job is None or not job.state.open:
        st.rerun()
        return
    share = min(1.0, job.done / job.total) if job.total else 0.0
    st.progress(share, job_line(job, t, now()))
    if st.button(t("取消转写")):
        s.cancel(job.id)
        st.rerun()


def tiles(found: Metrics) -> list[tuple[str, str]]:
    """The figures under the picture, with their names."""
    dead = found.dead_air
    longest = max((x.seconds for x in dead), default=0.0)
    interrupted = found.interruptions
    return [
        (f"{found.pace:.0f}", t("坐席每分钟字数")),
        (f"{interrupted[Role.AGENT]} / {interrupted[Role.CUSTOMER]}", t("坐席 / 客户抢话")),
        (f"{len(dead)} · {longest:.0f}s", t("冷场次数 · 最长")),
        (f"{found.hold:.0f}s", t("请客户等候")),
        (f"{found.longest[Role.AGENT]:.0f}s", t("坐席最长一段")),
    ]


def header(call: Call) -> None:
    """The picture of the call, who is who, and how sure that is."""
    found = measure(call.turns)
    st.image(lanes(call, ROLE, found.silences), width="stretch")
    st.caption(t("灰条是请客户等候的时间，红条是超过 5 秒没有人说话。"))
    st.html(figures(found, ROLE, tiles(found)))
    r = call.recording
    sure = t("把握 {p}", p=f"{r.role_confidence:.0%}")
    known = [ROLE[role] for role in r.roles.values() if role is not Role.UNKNOWN]
    left, right = st.columns([3, 1], vertical_alignment="center")
    label = sure if known else t("还分不清谁是坐席：请对调或检查文字稿")
    by = r.roles_by if r.roles_by not in ("", "auto") else ""
    left.caption(f"{t('角色')} · {label}" + (f" · {by}" if by else ""))
    if right.button(t("对调角色"), width="stretch") and attempt(
        t, lambda: s.repairing(r.id).swap(r.id, s.name(t("人工")))
    ):
        st.rerun()
    if r.layout in LAYOUT:
        left.caption(LAYOUT[Layout(r.layout)])


def exchange_card(call: Call, index: int, exchange: Exchange, marked: dict[float, str]) -> None:
    """One exchange: hear it, mark it as a benchmark, tag it."""
    with st.container(border=True):
        st.markdown(f"**{index + 1}. {t('客户')}** {plain(exchange.question.text)}")
        answer = exchange.answer
        if answer is None:
            st.caption(t("没有回答"))
            return
        st.markdown(f"**{t('坐席')}** {plain(answer.text)}")
        a, b, c = st.columns([2, 2, 1], vertical_alignment="bottom")
        if exchange.question.start is not None and answer.end is not None:
            url = clip_url(
                s.who,
                recording=call.recording.id,
                cut=Cut(exchange.question.start, answer.end).to_json(),
            )
            a.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
        if c.button(t("谁答得最好？"), key=f"ask-{index}", width="stretch"):
            st.session_state[ASK] = exchange.question.text
            st.switch_page(screen("library"))
        start = exchange.question.start or 0.0
        if start in marked:
            c.caption(t("★ 标杆"))
            if c.button(t("撤下"), key=f"off-{index}", width="stretch") and attempt(
                t, lambda: s.unmark(marked[start])
            ):
                st.rerun()
            here = {"benchmark": marked[start]}
            b.page_link(screen("benchmarks"), label=t("要点和认可"), query_params=here)
            return
        tags = b.text_input(t("标签"), key=f"tags-{index}", placeholder=t("共情 说清时限"))
        if c.button(t("标为标杆"), key=f"mark-{index}", width="stretch") and attempt(
            t, lambda: s.mark(call.recording.id, index, parse_tags(tags))
        ):
            st.rerun()


def exchanges(call: Call) -> None:
    """All exchanges, and the way on to preparing a pack."""
    if not call.exchanges:
        st.warning(t("这通电话里没有找到一问一答。请确认两个人都说了话、客户和坐席没有认反。"))
        return
    marked = {b.start: b.id for b in s.marks_of(call.recording.id)}
    a, b = st.columns(2)
    here = {"call": call.recording.id}
    if a.button(t("用这通电话备课"), type="primary", width="stretch"):
        st.switch_page(screen("prepare"), query_params=here)
    if b.button(t("校对文字和角色"), width="stretch"):
        st.switch_page(screen("desk"), query_params=here)
    for index, exchange in enumerate(call.exchanges):
        exchange_card(call, index, exchange, marked)


def about(call: Call) -> None:
    """Title, agent, team and node, to correct what the import did not know."""
    r = call.recording
    with st.form("about"):
        title = st.text_input(t("标题"), r.title, max_chars=120)
        a, b, c = st.columns(3)
        agent = a.text_input(t("坐席"), r.meta.agent, max_chars=80)
        team = b.text_input(t("班组"), r.meta.team, max_chars=80)
        node = c.text_input(t("业务节点"), r.meta.node, max_chars=80)
        if st.form_submit_button(t("保存")):
            meta = replace(r.meta, agent=agent.strip(), team=team.strip(), node=node.strip())
            s.save(replace(r, title=title.strip() or r.title, meta=meta))
            flash(t("已保存。"))
            st.rerun()


def erase(recording_id: str) -> None:
    """Delete the call: who, why, and what becomes of it."""
    with st.expander(t("删除这通电话")):
        st.caption(
            t(
                "声音、文字稿、片段和标杆都会删掉，不能恢复；分享记录里只留打码后的文字。以后也不能再导入这通电话。"
            )
        )
        with st.form("erase"):
            by = signed_by(s, t("谁决定的"))
            why = st.selectbox(
                t("理由"),
                [t("客户要求删除"), t("坐席撤回同意"), t("保存期到了"), t("导错了")],
            )
            sure = st.checkbox(t("我知道不能恢复"))
            if not st.form_submit_button(t("删除")):
                return
        if not sure:
            st.warning(t("请先打勾确认。"))
            return
        done: list[Erasure] = []
        if attempt(t, lambda: done.append(s.erase(recording_id, by, why))):
            flash(t("删除了：{n} 个文件，{m} 条数据。", n=done[0].gone.get("files", 0),
                    m=sum(v for k, v in done[0].gone.items() if k != "files")))  # fmt: skip
            st.query_params.clear()
            st.switch_page(screen("recordings"))


def history(recording_id: str) -> None:
    """Every repair that stands: when, who, what stood there before and stands there now."""
    kinds = {
        "text": t("改文字"), "role": t("换角色"), "split": t("断开"), "merge": t("合并"),
        "bounds": t("改起止"), "doubt": t("没人说"), "glossary": t("一起改正"),
        "roles": t("对调角色"),
    }  # fmt: skip

    def told(lines: Lines, roles: Mapping[str, Role]) -> str:
        """One side of a repair: the lines, or who is who."""
        names = ", ".join(f"{speaker} {ROLE[role]}" for speaker, role in roles.items())
        return names or " / ".join(line.text for line in lines)

    rows = [
        {
            t("时间"): when(r.at),
            t("谁"): r.by,
            t("做了什么"): kinds.get(r.repair.kind, r.repair.kind),
            t("之前"): told(r.repair.before, r.repair.was),
            t("现在"): told(r.repair.after, r.repair.now),
        }
        for r in reversed(s.repairing(recording_id).revisions(recording_id))
        if r.standing
    ]
    if rows:
        st.dataframe(rows, hide_index=True)
    else:
        st.caption(t("还没有校对过。"))


def line_row(turn: Turn) -> str:
    """One turn of the full text; what nobody may have said is struck out."""
    text = html.escape(turn.text)
    text = f"<s style='opacity:.6'>{text}</s>" if turn.doubt else text
    role = ROLE[turn.role] + ("？" if turn.sure < 0.9 else "")
    return f"<tr><td>{clock(turn.start or 0)}</td><td>{role}</td><td>{text}</td></tr>"


LAYOUT = {
    Layout.SAME: t("两个声道是同一路声音，已按一条声道分开说话人。"),
    Layout.LEFT: t("右声道没有声音，已在左声道里分开说话人。"),
    Layout.RIGHT: t("左声道没有声音，已在右声道里分开说话人。"),
    Layout.MONO: t("只有一条声道，说话人是按声音和用语分开的，请留意带问号的句子。"),
}
call = s.call(chosen)
r = call.recording
known = (r.meta.node, r.meta.agent, r.meta.team, clock(r.duration), r.source_name)
st.caption(plain(" · ".join(p for p in known if p)))
if not call.turns:
    st.info(t("还没有文字稿。"))
    getting_text(chosen)
else:
    if not s.whole(chosen):
        st.info(t("还在转写：下面是已经出来的部分，可以先听、先校对。"))
        getting_text(chosen)
    header(call)
    repaired = s.repairing(chosen).steps(chosen)[0]
    one, two, three, four, five = st.tabs(
        [
            t("问答 {n}", n=len(call.exchanges)),
            t("全文"),
            t("资料"),
            t("校对记录 {n}", n=repaired),
            t("重新转写"),
        ]
    )
    with one:
        exchanges(call)
    with two:
        rows = "".join(line_row(turn) for turn in call.turns)
        st.html(f"<table style='width:100%;text-align:left'>{rows}</table>")
    with three:
        about(call)
        goes = s.services.retention.until(r)
        if goes is not None:
            st.caption(t("{date} 自动删除", date=when(goes, "%Y-%m-%d")))
        if s.who.may(Right.ERASE, team=r.meta.team):
            erase(chosen)
    with four:
        history(chosen)
    with five:
        st.caption(t("新的文字稿完成以后才换下旧的。"))
        if repaired:
            st.warning(t("这通电话有 {n} 处校对，重新转写会把它们换下。", n=repaired))
        if s.whole(chosen):
            getting_text(chosen)
