"""录音: import, and what became of each recording."""

import streamlit as st

from coach.bootstrap import SECOND, now
from coach.calls.audio import ENDINGS
from coach.jobs.queue import JobState
from coach.people.rights import Right
from coach.ui.components import upload
from coach.ui.page import acting, begin, clock, flash, job_error, job_line, plain, screen, when
from coach.ui.server import tickets

s, t = begin("录音", "导入的电话都在这里；同一通电话再导一次不会重复。", need=Right.IMPORT)


def arrived() -> None:
    """Uploads have been stored: say so, and draw the list anew."""
    event = st.session_state["uploads"].event
    if event:
        new = [f for f in event["finished"] if not f["known"]]
        flash(t("导入了 {n} 通。", n=len(new)) if new else t("这些电话以前导入过。"))


with st.expander(t("导入录音"), expanded=not s.recordings()):
    a, b, c = st.columns(3)
    agent = a.text_input(t("坐席"), help=t("这一批都是同一位坐席时填"))
    team = b.text_input(t("班组"))
    node = c.text_input(t("业务节点"), help=t("例如：费用争议"))
    upload(
        {
            "ticket": tickets().give(to=s.who.id, may="upload"),
            "query": {"agent": agent, "team": team, "node": node},
            "accept": ",".join(ENDINGS),
            "multiple": True,
            "limit_mb": s.services.settings.max_upload_mb,
            "language": t.language,
            "t": {
                "drop": t("把录音拖到这里，或点一下选择"),
                "kinds": t("wav、mp3、m4a、flac、ogg、amr；单声道或双声道；最大 {mb} MB", mb=s.services.settings.max_upload_mb),
                "waiting": t("等待"), "reading": t("正在读取…"), "cancel": t("取消"),
                "stopped": t("已取消"), "known": t("以前导入过"), "stored": t("已导入"),
                "lost": t("传输中断了，请再试一次。"),
                "too_large": t("文件超过 {mb} MB 的上限。", mb=s.services.settings.max_upload_mb),
            },
        },
        key="uploads",
        on_event=arrived,
    )  # fmt: skip

recordings = s.recordings()
if not recordings:
    st.info(t("还没有录音。导入第一通，或在命令行运行 coach demo 载入示范电话。"))


@st.fragment(run_every=1.0 if any(j.state.open for j in s.jobs()) else None)
def table() -> None:
    """Every recording with its state; redrawn each second while a job runs."""
    s = acting()
    recordings = s.recordings()
    jobs, transcribed = s.jobs(), {r.id for r in s.transcribed()}
    latest = {j.recording_id: j for j in reversed(jobs) if j.kind != SECOND}
    for r in recordings:
        job = latest.get(r.id)
        with st.container(border=True):
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.markdown(f"**{plain(r.title)}**")
            parts = [
                r.meta.node,
                r.meta.agent,
                clock(r.duration),
                t("双声道") if r.channels == 2 else t("单声道"),
            ]
            parts.append(when(r.meta.called_at or r.created_at))
            left.caption(plain(" · ".join(p for p in parts if p)))
            if right.button(t("打开"), key=f"open-{r.id}", width="stretch"):
                st.switch_page(screen("call"), query_params={"call": r.id})
            if job is not None and job.state is not JobState.DONE:
                left.progress(
                    min(1.0, job.done / job.total) if job.total else 0.0, job_line(job, t, now())
                )
                if job.state.open and right.button(
                    t("取消转写"), key=f"stop-{job.id}", width="stretch"
                ):
                    s.cancel(job.id)
                    st.rerun()
                if job.state is JobState.FAILED:
                    left.error(plain(job_error(job, t)))
            elif r.id in transcribed:
                left.caption(t("有文字稿"))
            else:
                left.caption(t("还没有文字稿：打开它，转写或放入现成的文字稿。"))
    if jobs and not any(j.state.open for j in jobs) and st.session_state.pop("watching", False):
        st.rerun()
    if any(j.state.open for j in jobs):
        st.session_state["watching"] = True


table()
