"""任务: everything that is being transcribed, waits, or went wrong."""

import streamlit as st

from coach.acting import Acting
from coach.bootstrap import now
from coach.jobs.queue import Job, JobState
from coach.people.rights import Right
from coach.ui.page import acting, attempt, begin, job_error, job_line, plain, screen, when

SHOWN = 100
s, t = begin("任务", "转写在后台进行：关掉页面、断电重启都会接着做。", need=Right.ORIGINALS)
titles = {r.id: r.title for r in s.recordings()}


def row(s: Acting, job: Job, ahead: int) -> None:
    """One job: how far, how long, why it failed, and what can be done."""
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(f"**{plain(titles.get(job.recording_id, ''))}**")
        line = job_line(job, t, now())
        if job.state is JobState.QUEUED and ahead:
            line += t("，前面还有 {n} 个", n=ahead)
        if job.state.open:
            left.progress(min(1.0, job.done / job.total) if job.total else 0.0, line)
            if right.button(t("取消"), key=f"stop-{job.id}", width="stretch"):
                s.cancel(job.id)
                st.rerun()
        else:
            left.caption(f"{line} · {when(job.created_at)}")
        if job.state is JobState.FAILED:
            left.error(plain(job_error(job, t)))
        repaired = s.repairing(job.recording_id).steps(job.recording_id)[0]
        if not job.state.open and job.state is not JobState.DONE and repaired:
            left.caption(t("这通电话有 {n} 处校对，重新转写会把它们换下。", n=repaired))
        ended = job.state in (JobState.FAILED, JobState.CANCELLED)
        if (
            ended
            and right.button(t("重试"), key=f"again-{job.id}", width="stretch")
            and attempt(t, lambda: s.retry(job.id))
        ):
            st.rerun()
        if right.button(t("打开"), key=f"open-{job.id}", width="stretch"):
            st.switch_page(screen("call"), query_params={"call": job.recording_id})


@st.fragment(run_every=1.0 if any(j.state.open for j in s.jobs()) else None)
def table() -> None:
    """Drawn anew each second while something is under way."""
    s = acting()
    jobs = s.jobs()
    running = [j for j in jobs if j.state is JobState.RUNNING]
    queued = [j for j in reversed(jobs) if j.state is JobState.QUEUED]
    ended = [j for j in jobs if not j.state.open]
    a, b, c = st.columns(3)
    a.metric(t("正在转写"), len(running))
    b.metric(t("排队中"), len(queued))
    c.metric(t("没有成功"), sum(j.state is JobState.FAILED for j in ended))
    for job in running:
        row(s, job, 0)
    for ahead, job in enumerate(queued[:SHOWN], start=len(running)):
        row(s, job, ahead)
    for job in ended[:SHOWN]:
        row(s, job, 0)
    if not jobs:
        st.info(t("没有任务。导入录音后，在通话页点“转写”。"))


table()
