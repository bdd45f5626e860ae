"""备课: a call becomes a pack."""

import streamlit as st

from coach.bootstrap import is_bundled
from coach.calls.doubts import doubtful
from coach.calls.masking.gate import Choice
from coach.errors import NoExchanges
from coach.game.pack import PackWords
from coach.game.rounds import (
    FOUR_MINUTES,
    WORKSHOP,
    Offer,
    Plan,
    PlanOptions,
    StepTimes,
    offers,
    plan_rounds,
)
from coach.people.rights import Right, Scope
from coach.ui.masking import NAMES
from coach.ui.page import attempt, begin, choose_call, clock, flash, plain, screen, signed_by

s, t = begin("备课", "选一通电话，切成几个回合；不满意就改，满意就存成分享包。", need=Right.PREPARE)
ready = s.transcribed()
if not ready:
    st.info(t("还没有带文字稿的录音。先导入一通，再转写或放入文字稿。"))
    st.page_link(screen("recordings"), label=t("去导入"))
    st.stop()
chosen = choose_call(ready, t).id
call = s.call(chosen)
KINDS = {"own": None, "four": FOUR_MINUTES, "workshop": WORKSHOP}
STEPS = ("answer", "share", "note", "guess")
state = st.session_state
state.setdefault("plan-count", s.services.settings.rounds)
state.setdefault("plan-minutes", float(s.services.settings.minutes))
for name in STEPS:
    state.setdefault(f"plan-{name}", int(getattr(StepTimes(), name)))


def set_times(minutes: float | None, times: StepTimes, count: int | None = None) -> None:
    """Into the widgets."""
    for name in STEPS:
        state[f"plan-{name}"] = int(getattr(times, name))
    if minutes is not None:
        state["plan-minutes"] = minutes
    if count is not None:
        state["plan-count"] = count


def choose_kind() -> None:
    """A kind of meeting sets its minutes and steps."""
    found = KINDS[state["plan-kind"]]
    set_times(*(found or (float(s.services.settings.minutes), StepTimes())))


st.radio(
    t("怎么开"),
    list(KINDS),
    format_func={
        "own": t("自己定"),
        "four": t("四分钟（每回合 60 秒：问、答、标杆、记）"),
        "workshop": t("十五分钟工作坊（每个回答都聊聊）"),
    }.get,
    horizontal=True,
    key="plan-kind",
    on_change=choose_kind,
)
a, b = st.columns(2)
count = a.slider(t("回合"), 1, 8, key="plan-count")
minutes = b.slider(
    t("时间（分钟，0 = 整通）"),
    0.0,
    15.0,
    step=0.5,
    format="%.1f",
    help=t("每一步都算在内，最后的回忆不算"),
    key="plan-minutes",
)
with st.expander(t("每一步的时间（秒，0 = 不要这一步）")):
    columns = st.columns(4)
    labels = (t("你会怎么答"), t("大家说"), t("记一笔"), t("猜下一问"))
    steps = StepTimes(
        *(
            column.number_input(label, 0, 120, key=f"plan-{name}")
            for column, label, name in zip(columns, labels, STEPS, strict=True)
        )
    )
pins = s.pinned(chosen) if s.who.may(Right.MARK) else {}
at_pins = bool(pins) and st.checkbox(
    t("从质检钉了评语的地方开始回合（{n} 处）", n=len(pins)), value=True
)
avoid, keep = state.get("plan-swapped", {}).get(chosen, (frozenset(), frozenset()))
options = PlanOptions(
    count=count,
    minutes=minutes,
    steps=steps,
    prefer=frozenset(pins if at_pins else ()),
    avoid=avoid,
    keep=keep,
)


def take(offer: Offer) -> None:
    """A shorter plan."""
    set_times(None, offer.options.steps, offer.options.count)
    state.setdefault("plan-swapped", {})[chosen] = (offer.options.avoid, offer.options.keep)


def offer_text(offer: Offer) -> str:
    """What it changes."""
    found = offer.options
    if offer.position:
        what = t("第 {n} 回合最长，换一个短的", n=offer.position)
    elif found.count != options.count:
        what = t("少切一个回合")
    else:
        what = t("每一步都短一点（作答 {a} 秒）", a=int(found.steps.answer))
    return f"{what} → {clock(offer.seconds)}"


def preview(plan: Plan) -> None:
    """The rounds as they would play."""
    if plan.fewer:
        st.warning(t("这通电话只够 {n} 个回合。", n=len(plan.rounds)))
    if not plan.fits:
        st.warning(
            t("要 {need}，超过了 {have}。可以这样短一点，或换一通电话：",
              need=clock(plan.seconds), have=clock(plan.budget))
        )  # fmt: skip
        for offer in offers(plan, call.exchanges, options):
            st.button(offer_text(offer), on_click=take, args=(offer,))
    st.caption(t("共 {n} 个回合，约 {time}", n=len(plan.rounds), time=clock(plan.seconds)))
    for r in plan.rounds:
        opening = call.exchanges[r.opening]
        answer = opening.answer
        with st.container(border=True):
            st.markdown(f"**{t('第 {n} 回合', n=r.position)}** · {plain(opening.question.text)}")
            st.caption(f"{t('标杆')} · {plain(answer.text) if answer else ''}")
            extra = []
            if r.follow_ups:
                extra.append(t("猜完接着放 {n} 个小问答", n=len(r.follow_ups)))
            if r.skipped:
                extra.append(t("省去 {n} 个", n=len(r.skipped)))
            if pins.get(r.opening):
                extra.append(t("质检：{comment}", comment=pins[r.opening]))
            if extra:
                st.caption(plain(" · ".join(extra)))


def masking() -> None:
    """What is taken out, and what people decide about it."""
    masked = s.masked(call)
    with st.expander(t("打码：去掉 {n} 处客户信息", n=len(masked.findings))):
        if masked.lost:
            st.warning(t("有 {n} 处不知道在哪一秒，放行不了。", n=len(masked.lost)))
        for f in masked.findings:
            text = call.turns[f.turn].text
            before, after = text[max(0, f.start - 10) : f.start], text[f.end : f.end + 10]
            st.markdown(
                plain(f"[{t(NAMES[f.kind])}] …{before}")
                + f"**{plain(text[f.start : f.end])}**"
                + plain(f"{after}…")
            )
        with st.form("choice", clear_on_submit=True):
            a, b = st.columns(2)
            text = a.text_input(t("哪几个字"), max_chars=100, help=t("照文字稿里的样子写"))
            what = b.selectbox(
                t("怎么办"),
                [True, False],
                format_func={True: t("也要去掉"), False: t("不是客户信息，保留")}.get,
            )
            by = signed_by(s, t("谁决定的"), a)
            why = b.text_input(t("理由"), max_chars=200, help=t("保留时要写"))
            if st.form_submit_button(t("记下")) and attempt(
                t, lambda: s.decide(chosen, Choice(text.strip(), what, by, why))
            ):
                flash(t("记下了。"))
                st.rerun()


try:
    plan = plan_rounds(call.exchanges, call.recording.duration, options)
except NoExchanges as error:
    st.error(plain(t.error(error)))
    st.page_link(screen("call"), label=t("打开这通电话"), query_params={"call": chosen})
    st.stop()
if not s.whole(chosen):
    st.info(t("还在转写：下面是按已有文字切出来的样子，转写完成后才能存成分享包。"))
unsure = doubtful(call.turns)
if unsure:
    st.warning(t("这通有 {n} 句听得不准，先校对再备课：放行以后全班都看得到。", n=unsure))
    st.page_link(screen("desk"), label=t("去校对"), query_params={"call": chosen})
if is_bundled(s.services.settings, call.recording):
    st.caption(
        t("示范电话用自带的小模型转写；它只认得合成的声音，您自己的录音要另装模型，见“系统”。")
    )
preview(plan)
masking()
with st.form("pack"):
    title = st.text_input(t("标题"), call.recording.title)
    a, b = st.columns(2)
    metric = a.text_input(t("针对的指标"), placeholder=t("例如：一次解决率"))
    alias = b.text_input(
        t("标杆的称呼"),
        s.shown_as(call.recording.meta.agent),
        help=t("大屏上显示的名字，可以是化名"),
    )
    why = st.text_input(t("为什么听这一通"), placeholder=t("一句话"))
    team = ""
    if s.who.scope(Right.PREPARE) is Scope.ALL:
        team = st.selectbox(
            t("给哪个班组"),
            ["", *(x.name for x in s.teams())],
            format_func=lambda name: name or t("每个班组"),
        )
    beside = [n for n in s.services.poor(call) if n in {r.opening for r in plan.rounds}]
    contrast = bool(beside) and st.checkbox(
        t("放对照：{n} 个回合有较差的回答，坐席同意的", n=len(beside)),
        value=True,
        help=t("听完标杆再听对照，说差在哪里，写一版更好的，大家选。要多用约一分钟。"),
    )
    st.caption(t("存好以后要有人听过打码后的声音，放行了班组才能听。"))
    if st.form_submit_button(t("存成分享包"), type="primary", disabled=not s.whole(chosen)):
        pack = s.prepare(
            chosen,
            options,
            PackWords(title.strip(), metric.strip(), alias.strip(), why.strip(), team),
            contrast=contrast,
        )
        flash(t("分享包“{title}”做好了，请听一遍再放行。", title=pack.title))
        st.switch_page(screen("release"), query_params={"pack": pack.id})
