"""放行: hear what is masked, then let the team hear it."""

import streamlit as st

from coach.calls.masking.clip import Block, Clip, ClipState
from coach.people.rights import Right
from coach.ui.masking import shown
from coach.ui.page import attempt, begin, flash, plain, screen, signed_by, when
from coach.ui.server import clip_url

s, t = begin(
    "放行", "听一遍打码后的声音，没有泄露客户信息，再交给班组。放行的人负责。", need=Right.RELEASE
)
STATE = {
    ClipState.DRAFT: t("没有打码"), ClipState.MASKED: t("待复查"),
    ClipState.CHECKED: t("待放行"), ClipState.RELEASED: t("已放行"),
}  # fmt: skip
WHY = {
    Block.TIME: t("找到了客户信息，但不知道它在哪一秒：请先转写出词的时间，再重新备课。"),
    Block.LEFT: t("复查时还有像客户信息的内容：请在备课页补上要去掉的词，再重新备课。"),
    Block.STALE: t("做好以后又有要去掉的内容：请重新备课。"),
    Block.HEARD: t("另一个识别模型在打码后的声音里听到了："),
    Block.LANGUAGE: t("这种语言没有打码规则：请人听过后，在备课页说明理由。"),
}
packs = s.packs(Right.RELEASE)
marks = {b.clip: b for b in s.marks() if b.clip}
beside = {c.clip: c for c in s.counterparts()}
states = s.clips([*marks, *beside, *(c for p in packs for c in p.clips)])

new = s.unheard(list(states))


def done(ids: list[str]) -> bool:
    """Whether all of these are released."""
    return all(i in states and states[i].state is ClipState.RELEASED for i in ids)


def row(clip: Clip | None, label: str) -> None:
    """One clip: its masked text and sound."""
    if clip is None:
        st.warning(t("这一段是打码之前做的，请重新备课。"))
        return
    mark = "" if clip.state is ClipState.DRAFT else t("○ 没听") if clip.id in new else t("✓ 听过")
    st.html(f"<small>{mark}</small> <b>{label}</b> {shown(clip.text, t)}")
    if clip.block is not Block.NONE:
        st.error(
            WHY[clip.block] + (plain(s.told(clip.id) or "") if clip.block is Block.HEARD else "")
        )
    if clip.state is not ClipState.DRAFT:
        url = clip_url(s.who, may="review", clip=clip.id)
        st.html(
            f'<audio class="review" controls preload="none" style="width:100%" src="/{url}"></audio>'
        )
    if clip.block is Block.HEARD:
        vouch(clip)


def vouch(clip: Clip) -> None:
    """What the second recogniser heard is nobody's data: who says so, and why."""
    with st.form(f"vouch-{clip.id}", border=False):
        a, b, c = st.columns([1, 2, 1], vertical_alignment="bottom")
        with a:
            by = signed_by(s, t("我听过"), key=f"who-{clip.id}")
        why = b.text_input(t("为什么不是客户的信息"), key=f"why-{clip.id}", max_chars=200)
        if c.form_submit_button(t("不是，继续")) and attempt(t, lambda: s.vouch(clip.id, by, why)):
            st.rerun()


def decide(ids: list[str], key: str) -> bool:
    """Who answers for it, and the button; True where it was released."""
    with st.form(f"release-{key}"):
        by = signed_by(s, t("放行人"), key=f"by-{key}")
        heard = st.checkbox(t("我从头到尾听过，没有客户的信息"), key=f"heard-{key}")
        if not st.form_submit_button(t("放行"), type="primary"):
            return False
    if not heard:
        st.warning(t("请先听完，再打勾。"))
        return False
    return attempt(t, lambda: s.release(ids, by))


# one after the other: who starts the first clip hears them all
CHAIN = """
<script>
if (!window.coachChain) {
  window.coachChain = true;
  document.addEventListener("ended", (event) => {
    const all = [...document.querySelectorAll("audio.review")];
    const next = all[all.indexOf(event.target) + 1];
    if (all.includes(event.target) && next?.offsetParent) next.play();
  }, true);
}
</script>
"""
st.html(CHAIN, unsafe_allow_javascript=True)
waiting = [p for p in packs if not done(p.clips)]
asked = st.query_params.get("pack", "")
tab_packs, tab_marks, tab_done = st.tabs(
    [
        t("分享包 {n}", n=len(waiting)),
        t("标杆 {n}", n=sum(not done([c]) for c in [*marks, *beside])),
        t("已放行"),
    ]
)
with tab_packs:
    if not waiting:
        st.info(t("没有等放行的分享包。"))
    waiting.sort(key=lambda p: p.id != asked)
    for p in waiting[:5]:
        with st.expander(plain(f"{p.title} · {when(p.created_at)}"), expanded=p is waiting[0]):
            for r in p.rounds:
                for line, label in (
                    (r.question, t("客户")),
                    (r.answer, t("坐席")),
                    (r.follow, t("接着")),
                ):
                    if line is not None:
                        row(states.get(line.clip), f"{r.position}. {label}")
            if decide(p.clips, p.id):
                flash(t("“{title}”放行了，可以开分享会。", title=p.title))
                if any(x.pack.id == p.id for x in s.agenda()):
                    st.switch_page(screen("today"))  # where it is confirmed
                st.switch_page(screen("stage"), query_params={"pack": p.id})
with tab_marks:
    left = [c for c in [*marks, *beside] if not done([c])]
    if not left:
        st.info(t("没有等放行的标杆。"))
    for c in left[:10]:
        with st.container(border=True):
            row(states.get(c), plain(marks[c].agent) or t("标杆") if c in marks else t("对照"))
    free = [c for c in left[:10] if c in states and states[c].state is ClipState.CHECKED]
    if free and decide(free, "marks"):
        flash(t("放行了 {n} 个标杆。", n=len(free)))
        st.rerun()
with tab_done:
    for p in [p for p in packs if done(p.clips)][:20]:
        a, b = st.columns([4, 1], vertical_alignment="center")
        last = s.events(p.clips[0])[-1] if p.clips else None
        who = f" · {last.by} · {when(last.at)}" if last else ""
        a.markdown(plain(f"{p.title}{who}"))
        if b.button(t("撤回"), key=f"back-{p.id}", width="stretch"):
            s.withdraw(p.clips, t("人工"))
            flash(t("“{title}”撤回了，谁也不能再听。", title=p.title))
            st.rerun()
