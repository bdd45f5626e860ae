"""校对: the repair desk of one call."""

import streamlit as st

from coach.calls.cuts import Cut
from coach.people.rights import Right
from coach.ui.components import desk
from coach.ui.page import attempt, begin, choose_call, screen
from coach.ui.server import clip_url, tickets

s, t = begin("校对", "听着改：文字、角色、起止。改好就存，随时可以撤销。", need=Right.ORIGINALS)
recordings = s.transcribed()
if not recordings:
    st.info(t("还没有带文字稿的通话。先导入录音，转写或放入文字稿。"))
    st.page_link(screen("recordings"), label=t("导入录音"))
    st.stop()
recording = choose_call(recordings, t)
chosen = recording.id
if any(job.state.open for job in s.jobs(chosen)):
    if s.whole(chosen):
        st.warning(t("正在重新转写：完成后会换下这里的文字，现在校对会白做。等它完成，或先取消。"))
        st.page_link(screen("jobs"), label=t("任务"))
        st.stop()
    st.info(t("还在转写：已经出来的句子可以先校对，新的句子刷新后出现。"))
KEYS = [
    (t("空格"), t("播放这一句")),
    ("Esc", t("不改了，回到原来的文字")),
    ("K", t("播放或暂停")),
    ("J / L", t("退或进两秒")),
    ("↑ ↓", t("上一句、下一句")),
    ("Enter", t("改文字；再按一次存好")),
    ("Ctrl+Enter", t("在光标处断开")),
    ("S", t("在播放处断开")),
    ("M", t("和下一句合并")),
    ("R", t("换角色")),
    ("[ ]", t("起点、终点移到播放处")),
    ("X", t("没人说过这一句")),
    ("N", t("下一处存疑")),
    ("U", t("撤销")),
    ("Shift+U", t("重做")),
    ("G", t("改过的词记入术语表")),
    ("A", t("同样改正其他文字稿")),
    ("W", t("对调全部角色")),
]
WORDS = {
    "language": t.language,
    "AGENT": t("坐席"), "CUSTOMER": t("客户"), "UNKNOWN": t("未定"),
    "play": t("播放这一句"), "role": t("换角色"), "unsure": t("角色没有把握，点一下换过来"),
    "question": t("问"), "answer": t("答"), "along": t("答的途中"),
    "undo": t("撤销"), "redo": t("重做"), "roles": t("对调角色"), "next": t("下一处存疑"),
    "split": t("断开"), "merge": t("并下一句"), "doubt": t("没人说"),
    "by": t("校对人"), "saving": t("正在保存…"), "saved": t("已保存。"), "typing": t("正在输入…"),
    "retry": t("没有连上，正在重试；改动还在。"), "lost": t("文字稿没有读出来，请刷新页面。"),
    "expired": t("页面放得太久了，请刷新后再改。"), "blocked": t("浏览器要先点一下页面才肯出声。"),
    "nothing": t("没有存疑的地方了。"), "noword": t("先改一个词，再记入术语表。"), "outside": t("先播放到这一句里要断开的地方。"),
    "swapped": t("全部角色已对调，按 U 撤销。"),
    "offer": t("“{wrong}”改成了“{right}”。要记住吗？按 G"), "learn": t("记入术语表"),
    "learnt": t("“{right}”已记入术语表。"), "apply": t("一起改正"),
    "elsewhere": t("另外 {n} 通里也写成“{wrong}”，按 A 一起改正。"), "spread": t("改正了 {n} 句。"),
    "doubts": {
        "phantom": t("像是转写多出来的话"), "repeat": t("重复得不像人说的"), "speed": t("快慢不像人说的"),
        "silence": t("这里没有声音"), "person": t("没人说过"),
    },
    "keys": KEYS,
}  # fmt: skip


def show() -> None:
    """The desk, once there is sound to go with the text."""
    s.master(chosen)
    s.repairing(chosen).lines(chosen)
    desk(
        {
            "url": f"api/desk/{tickets().give(to=s.who.id, may='desk', recording=chosen)}",
            "audio": clip_url(s.who, recording=chosen, cut=Cut(0.0, recording.duration).to_json()),
            "recording": chosen,
            "by": s.who.name,
            "t": WORDS,
        },
        key=f"desk-{chosen}",
    )


attempt(t, show)
left, right = st.columns(2)
left.page_link(screen("call"), label=t("看这通电话"), query_params={"call": chosen})
right.page_link(screen("prepare"), label=t("用这通电话备课"), query_params={"call": chosen})
