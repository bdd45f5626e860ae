"""标杆库: who answered this best?"""

from functools import partial
from typing import Literal

import streamlit as st

from coach.acting import Acting
from coach.i18n import Translator
from coach.library.benchmark import Benchmark, Match, Standing
from coach.library.collections import Rule
from coach.library.counterpart import Counterpart
from coach.library.index import Wanted
from coach.library.lexical import NAME as LEXICAL
from coach.library.search import Found
from coach.people.rights import Right
from coach.ui.contrasting import beside
from coach.ui.dictating import dictate
from coach.ui.masking import shown
from coach.ui.page import ASK, attempt, begin, flash, plain, screen, told_apart, when
from coach.ui.server import clip_url, warm_soon

SHOWN = 20
s, t = begin("标杆库", "谁答得最好？输入一个问题，找同事的标杆回答。", need=Right.LIBRARY)


def waiting(known: set[str]) -> None:
    """Benchmarks that nobody has released yet."""
    left = [b for b in s.marks() if b.id not in known]
    if left:
        st.info(t("有 {n} 个标杆还没放行，放行了才找得到、听得到。", n=len(left)))
        st.page_link(screen("release"), label=t("去放行"))


def card(b: Benchmark, note: str = "") -> None:
    """One benchmark: question, answer, sound, tags."""
    st.html(f"<p><b>{shown(b.question, t)}</b></p><p>{shown(b.answer, t)}</p>")
    standing = "" if b.standing is Standing.APPROVED else t("待认可")
    parts = (b.agent, b.node, *(f"#{tag}" for tag in b.tags), standing, note)
    st.caption(plain(" · ".join(p for p in parts if p)))
    url = clip_url(s.who, may="hear", clip=b.clip)
    st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
    if b.points:
        st.caption(plain(t("要点：{points}", points="、".join(p.name for p in b.points))))
    if b.why:
        st.caption(plain(t("好在哪里：{why}", why=b.why)))


def both(b: Benchmark, contrast: Counterpart | None, note: str = "") -> None:
    """A benchmark, and what went less well beside it."""
    card(b, note)
    if contrast is not None:
        beside(s, t, contrast)


def judge(asked: str, match: Match, place: int) -> None:
    """Whether this is what was asked: search learns its limit from it."""
    judged: dict[tuple[str, str], bool] = st.session_state.setdefault("judged", {})
    said = judged.get((asked, match.benchmark.id))
    a, b, _ = st.columns([1, 1, 4])
    for column, label, same in ((a, t("就是这个"), True), (b, t("不是这个"), False)):
        say = partial(s.judge, asked, match.benchmark.id, same=same)
        kind: Literal["primary", "secondary"] = "primary" if said is same else "secondary"
        key = f"judge-{same}-{place}"
        if column.button(label, key=key, type=kind, width="stretch") and attempt(t, say):
            judged[asked, match.benchmark.id] = same
            flash(t("记下了，点另一个可以改。"))
            st.rerun()


def none_yet(asked: str) -> None:
    """Nobody has answered this: it goes on the recruiting list, once for each asking."""
    if st.session_state.get("asked") != asked:
        st.session_state["asked"], st.session_state["kept"] = asked, s.ask(asked)
    if st.session_state["kept"]:
        st.info(t("还没有同事答过这样的问题。已经记到征集单上，质检会去找答得好的。"))
    else:
        st.info(t("这里面没有能查的字词，换个说法。"))


def results(asked: str, found: Found) -> None:
    """Which search ran, and what it found."""
    st.caption(how(found, t))
    if found.none and wanted != Wanted():
        st.info(t("这个范围里没有，去掉筛选再找找。"))
    elif found.none:
        none_yet(asked)
    poorer = s.contrasts([m.benchmark.id for m in found.matches])
    for place, match in enumerate(found.matches):
        with st.container(border=True):
            like = t("相似 {p}", p=f"{match.similarity:.2f}")
            both(match.benchmark, poorer.get(match.benchmark.id), like)
            judge(asked, match, place)


def how(found: Found, t: Translator) -> str:
    """Which search is running."""
    if found.embedder == LEXICAL:
        return t("按字词相似查找（没有装语义模型，或者它还没有字词准）")
    return t("按意思和字词一起查找：{name}", name=plain(found.embedder))


def recruiting(s: Acting) -> None:
    """What was asked in vain, for whoever looks for good answers."""
    open_ = s.unanswered()
    if not open_:
        return
    with st.expander(t("征集单：{n} 个问题还没有人答好", n=len(open_))):
        for u in open_[:SHOWN]:
            a, b = st.columns([5, 1], vertical_alignment="center")
            a.html(shown(u.question, t))
            a.caption(t("问过 {n} 次 · 最近 {when}", n=u.times, when=when(u.at)))
            if b.button(t("不用找了"), key=f"close-{u.key}", width="stretch"):
                s.answered(u.key)
                st.rerun()


def of_collection(library: list[Benchmark]) -> list[Benchmark]:
    """What is in the collection chosen; everything where none is."""
    known = {c.id: c for c in s.collections()}
    if not known:
        return library
    named = told_apart(["", *known], lambda i: known[i].name if i else t("全部"))
    chosen = st.selectbox(t("合集"), ["", *known], format_func=named)
    return known[chosen].of(library) if chosen else library


def collecting(wanted: Wanted, library: list[Benchmark]) -> None:
    """Make collections: by hand, or from the filter that is set."""
    if not s.who.may(Right.MARK):
        return
    with st.expander(t("合集")):
        a, b = st.columns(2)
        with a.form("collect", clear_on_submit=True):
            name = st.text_input(t("新合集"), max_chars=40)
            tags = st.multiselect(t("标签"), sorted({x for y in library for x in y.tags}))
            smart = st.checkbox(t("按上面的筛选和标签自动更新"))
            rule = Rule(wanted.nodes, wanted.teams, frozenset(tags)) if smart else None
            if st.form_submit_button(t("建合集")) and attempt(t, lambda: s.collect(name, rule)):
                flash(t("建好了“{name}”，在上面的“合集”里选。", name=name))
                st.rerun()
        known = {c.id: c for c in s.collections()}
        if not known:
            return
        named = told_apart(known, lambda i: known[i].name)
        chosen = known[b.selectbox(t("哪个合集"), list(known), format_func=named)]
        if chosen.rule is None:
            by_id = {x.id: x for x in library}
            inside = [i for i in chosen.members if i in by_id]
            told = told_apart(by_id, lambda i: by_id[i].question[:30])
            now_in = b.multiselect(t("里面的标杆"), list(by_id), inside, format_func=told)
            for benchmark_id in {*now_in} ^ {*inside}:
                s.put_in(chosen.id, benchmark_id, inside=benchmark_id in now_in)
        if b.button(t("删除合集“{name}”", name=plain(chosen.name))):
            s.drop_collection(chosen.id)
            st.rerun()


def choose(library: list[Benchmark]) -> Wanted:
    """Filters over what is there."""
    a, b = st.columns(2)

    def several(where: st.delta_generator.DeltaGenerator, label: str, name: str) -> frozenset[str]:
        values = sorted({getattr(x, name) for x in library} - {""})
        if len(values) < 2:
            return frozenset()
        return frozenset(where.multiselect(label, values, placeholder=t("全部")))

    return Wanted(
        nodes=several(a, t("业务节点"), "node"),
        teams=several(b, t("班组"), "team"),
    )


library = s.library()
waiting({b.id for b in library})
if not library:
    st.info(t("还没有标杆。打开一通电话，把答得好的问答标为标杆。"))
    if s.who.may(Right.MARK):
        st.page_link(screen("call"), label=t("打开通话"))
    recruiting(s)
    st.stop()
warm_soon()
if ASK in st.session_state:
    st.session_state["question"] = st.session_state.pop(ASK)[:1000]
typing, speaking = st.columns([3, 2]) if s.can_speak() else (st.container(), None)
question = typing.text_input(
    t("客户问了什么"),
    key="question",
    placeholder=t("例如：为什么又扣我钱"),
    max_chars=1000,
)
if speaking is not None:
    with speaking:
        dictate(ASK)
wanted = choose(library)
if question.strip():
    results(question.strip(), s.find(question, count=3, wanted=wanted))
else:
    listed = [
        b
        for b in of_collection(library)
        if (not wanted.nodes or b.node in wanted.nodes)
        and (not wanted.teams or b.team in wanted.teams)
    ]
    st.caption(t("共 {n} 个标杆", n=len(listed)))
    poorer = s.contrasts([b.id for b in listed[:SHOWN]])
    for b in listed[:SHOWN]:
        with st.container(border=True):
            both(b, poorer.get(b.id))
    if len(listed) > SHOWN:
        st.caption(t("只列出前 {n} 个，请用查找。", n=SHOWN))
    collecting(wanted, library)
recruiting(s)
