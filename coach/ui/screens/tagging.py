"""标注台: exchange by exchange, by keyboard."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from coach.acting import Acting
from coach.acting.reviewing import Asked
from coach.calls.cuts import Cut
from coach.errors import CoachError, NotFound
from coach.library.reviewing import SAME, Chosen, Item
from coach.library.tags import KEYS, Kind, current, tree
from coach.people.rights import Right
from coach.ui.components import tagging
from coach.ui.page import (
    ASK,
    acting,
    attempt,
    begin,
    clock,
    download,
    flash,
    plain,
    screen,
    telling,
    told_apart,
)
from coach.ui.server import clip_url

AT, ACK, WRONG = "tagging_item", "tagging_ack", "tagging_error"
LARGEST = 50  # MB of an export of Label Studio
MOST = 500  # exchanges tagged at once
s, t = begin("标注台", "一问一答地听，按数字打标签，按 N 到下一个。", need=Right.MARK)
KIND = {Kind.TOPIC: t("主题"), Kind.SKILL: t("技能"), Kind.OUTCOME: t("结果")}
WORDS = {
    "next": t("下一个"), "mark": t("推荐为标杆"), "marked": t("★ 标杆"), "undo": t("撤销"), "customer": t("客户"), "agent": t("坐席"), "tags": t("标签"),
    "keys": [
        ("1–9", t("打标签，再按一次去掉")), ("N", t("下一个")), ("U", t("撤销")), ("B", t("推荐为标杆")), ("K", t("播放或暂停")),
        ("J / L", t("退或进两秒")), ("?", t("按键")),
    ],
}  # fmt: skip


def filters() -> Asked:
    """What to tag: over the calls this person may hear."""
    calls = s.transcribed()
    with st.expander(t("挑选")):
        a, b, c = st.columns(3)

        def one(where: Any, label: str, name: str) -> str:
            values = sorted({getattr(r.meta, name) for r in calls} - {""})
            return str(where.selectbox(label, ["", *values], format_func=lambda v: v or t("全部")))

        asked = Asked(
            one(a, t("业务节点"), "node"), one(b, t("班组"), "team"), one(c, t("坐席"), "agent")
        )
        days = a.date_input(t("通话日期"), (), format="YYYY-MM-DD")
        silence = b.number_input(t("冷场至少几秒"), 0, 120, 0)
        kinds = {"": t("没打过标签的"), "all": t("全部")} | {
            x.id: x.name for x in current(s.tags())
        }
        which = c.selectbox(
            t("哪些"), list(kinds), format_func=told_apart(kinds, lambda k: kinds[k])
        )
        below = a.number_input(t("得分低于（0 = 不限）"), 0, 100, 0)
        disputed = st.checkbox(t("只看有申诉的"))
    since, until = _days(days)
    return replace(
        asked,
        since=since,
        until=until,
        silence=float(silence),
        untagged=which == "",
        tag=which if which not in ("", "all") else "",
        disputed=disputed,
        below=float(below),
    )


def _days(chosen: Any) -> tuple[date | None, date | None]:
    days = list(chosen) if isinstance(chosen, tuple) else [chosen]
    return (days[0] if days else None), (days[1] if len(days) > 1 else None)


def handle(s: Acting, chosen: Chosen, event: dict[str, Any]) -> None:
    """A key was pressed: tag, undo, or go on."""
    item, do = str(event.get("item", "")), event.get("do")
    if do == "tag":
        s.toggle_tag(item, str(event.get("tag", "")))
    elif do == "mark":
        s.nominate(item)
    elif do == "undo":
        st.session_state[AT] = s.undo_tag() or item
    elif do == "next":
        following = s.next_item(chosen, item)
        st.session_state[AT] = following.id if following else ""


def pressed(asked: Asked) -> None:
    """What the desk sends: done before it is drawn anew."""
    event = st.session_state["tagging"].event
    if not event:
        return
    if event.get("n", 0) <= st.session_state.get(ACK, 0):
        return  # sent again, done already
    st.session_state[ACK] = event.get("n", 0)
    try:
        who_acts = acting()
        handle(who_acts, who_acts.chosen(asked), event)
    except CoachError as error:
        st.session_state[WRONG] = t.error(error)


def back(s: Acting) -> None:
    """Take the last act back, and show what it was about."""
    st.session_state[AT] = s.undo_tag() or st.session_state.get(AT)


def shown(s: Acting, chosen: Chosen) -> Item | None:
    """The exchange on the desk: the one held, else the next."""
    held = st.session_state.get(AT)
    if held:
        try:
            return s.item(held)
        except NotFound:
            st.session_state[AT] = None
    found = s.next_item(chosen)
    st.session_state[AT] = found.id if found else ""
    return found


@st.fragment
def desk(asked: Asked) -> None:
    """The desk; only this is drawn anew by a key."""
    with telling(t):
        worked(acting(), asked)


def worked(s: Acting, asked: Asked) -> None:
    """What ``desk`` draws, after what was pressed."""
    chosen = s.chosen(asked)
    wrong = st.session_state.pop(WRONG, "")
    if wrong:
        st.error(plain(wrong))
    item = shown(s, chosen)
    if item is None:
        nothing(s, asked)
        return
    recording = s.recording(item.recording_id)
    exchange = s.exchange(item)
    known = (
        recording.title, recording.meta.agent, recording.meta.node,
        f"{clock(item.start)}–{clock(item.end)}",
        t("冷场 {n} 秒", n=round(item.silence)) if item.silence else "",
    )  # fmt: skip
    tagging(
        {
            "item": item.id,
            "ack": st.session_state.get(ACK, 0),
            "audio": clip_url(
                s.who, recording=item.recording_id, cut=Cut(item.start, item.end).to_json()
            ),
            "question": exchange.question.text,
            "answer": exchange.answer.text if exchange.answer else "",
            "about": " · ".join(p for p in known if p),
            "marked": any(abs(b.start - item.start) < SAME for b in s.marks_of(item.recording_id)),
            "left": t("还有 {n} 个", n=s.services.library.reviewing.store.left(chosen)),
            "tags": [{"id": x.id, "name": x.name} for x in current(s.tags())],
            "set": s.tagged([item.id])[item.id],
            "t": WORDS,
        },
        key="tagging",
        on_event=partial(pressed, asked),
    )
    onward(item.recording_id, exchange.question.text)


def nothing(s: Acting, asked: Asked) -> None:
    """The queue is empty; what was done last can still be undone."""
    if asked == Asked():
        st.success(t("都标完了。换个条件，或导入新的通话。"))
    else:
        st.info(t("没有符合这些条件的问答了，换个条件。"))
    if st.button(t("撤销上一步")) and attempt(t, lambda: back(s)):
        st.rerun(scope="fragment")


def onward(recording_id: str, question: str) -> None:
    """From the exchange to its call, and to who answered it best."""
    a, b = st.columns(2)
    a.page_link(screen("call"), label=t("打开这通电话"), query_params={"call": recording_id})
    if b.button(t("谁答得最好？")):
        st.session_state[ASK] = question
        st.switch_page(screen("library"))


def bulk(asked: Asked) -> None:
    """One tag on all that is chosen."""
    chosen = s.chosen(asked)
    count = min(MOST, s.services.library.reviewing.store.left(chosen))
    with st.expander(t("成批打标签")), st.form("bulk"):
        names = {x.id: x.name for x in current(s.tags())}
        tag = st.selectbox(
            t("标签"),
            list(names),
            index=None,
            placeholder=t("选一个"),
            format_func=told_apart(names, lambda i: names[i]),
        )
        done: list[int] = []
        ready = st.form_submit_button(t("给挑选出来的 {n} 个都打上", n=count), disabled=not count)
        if ready and not tag:
            st.warning(t("先选一个标签。"))
        elif ready and tag and attempt(t, lambda: done.append(s.tag_all(chosen, tag, count))):
            st.session_state[AT] = None
            flash(t("打上了 {n} 个，可以撤销。", n=done[0]))
            st.rerun()


def edit_tree() -> None:
    """The tag tree: add, rename, merge, move."""
    live = current(s.tags())
    names = {x.id: x.name for x in live}
    with st.expander(t("标签树")):
        for depth, tag in tree(s.tags()):
            key = live.index(tag) + 1
            digit = f"`{key}` " if key <= KEYS else ""
            former = t("（原名 {names}）", names="、".join(tag.former)) if tag.former else ""
            st.markdown("　" * depth + digit + plain(f"{tag.name} · {KIND[tag.kind]}{former}"))
        a, b, c = st.columns(3)
        with a.form("add", clear_on_submit=True):
            name = st.text_input(t("新标签"), max_chars=20)
            kind = st.selectbox(t("种类"), list(Kind), format_func=lambda k: KIND[k])
            above = st.selectbox(
                t("放在哪个下面"),
                ["", *names],
                format_func=told_apart(["", *names], lambda i: names.get(i, "—")),
            )
            if st.form_submit_button(t("加入")) and attempt(
                t, lambda: s.add_tag(name, kind, above)
            ):
                st.rerun()
        named = told_apart(names, lambda i: names[i])
        with b.form("rename"):
            tag_id = st.selectbox(t("标签"), list(names), format_func=named)
            new = st.text_input(t("改名为"), max_chars=20)
            place = st.number_input(
                t("第几个（前九个有数字键）"), 1, len(live), None, placeholder=t("不动")
            )
            if st.form_submit_button(t("改")) and attempt(
                t, lambda: renamed(tag_id, new, int(place or 0))
            ):
                flash(t("改好了。"))
                st.rerun()
        with c.form("merge"):
            merge(names)


def merge(names: dict[str, str]) -> None:
    """One tag into another."""
    named = told_apart(names, lambda i: names[i])
    old = st.selectbox(t("把"), list(names), format_func=named, key="old")
    into = st.selectbox(
        t("并到"),
        list(names),
        min(1, len(names) - 1),
        format_func=named,
        key="into",
    )
    if st.form_submit_button(t("合并")) and attempt(t, lambda: s.merge_tags(old, into)):
        flash(t("并好了，原来打的都算新的。"))
        st.rerun()


def renamed(tag_id: str, name: str, place: int) -> None:
    """Another name, another place, or both."""
    if name.strip():
        s.rename_tag(tag_id, name)
    if place:
        s.move_tag(tag_id, place - 1)


def carry() -> None:
    """Tags and scores as tables; tags to Label Studio and back."""
    with st.expander(t("导出和导入")):
        places = st.columns(3)
        for where, form in zip(places, ("csv", "xlsx", "json"), strict=True):
            label = "Label Studio" if form == "json" else form
            where.html(download(f"/api/library/tags.{form}", t("标签和得分（{form}）", form=label)))
        file = st.file_uploader(
            t("Label Studio 导出的 JSON"), type=["json"], max_upload_size=LARGEST
        )
        if file is not None and st.button(t("导入“{name}”", name=plain(file.name))):
            raw, count = file.getvalue().decode("utf-8", "replace"), []
            if attempt(t, lambda: count.append(s.import_tags(raw, file.name))):
                flash(t("{n} 个问答有了标签。", n=count[0]))
                st.rerun()


left = s.fill_queue()
if left:
    st.info(t("还有 {n} 通新电话没有读进来，刷新页面接着读。", n=left))
if not s.transcribed():
    st.info(t("还没有带文字稿的录音。先导入一通，再转写或放入文字稿。"))
    st.page_link(screen("recordings"), label=t("去导入"))
    st.stop()
asked = filters()
if st.session_state.get("tagging_asked") != asked:
    st.session_state["tagging_asked"] = asked
    st.session_state[AT] = None
desk(asked)
bulk(asked)
edit_tree()
carry()
