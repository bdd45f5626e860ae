"""对照: choosing what stands beside a benchmark, and showing both."""

from __future__ import annotations

import streamlit as st

from coach.acting import Acting
from coach.i18n import Translator, later
from coach.library.benchmark import Benchmark
from coach.library.counterpart import Consent, Counterpart, only_good
from coach.people.rights import Right
from coach.ui.masking import shown
from coach.ui.page import attempt, flash, plain, signed_by, told_apart, when
from coach.ui.server import clip_url

CONSENT = {
    Consent.ASKED: later("等坐席答复，现在谁也看不到"),
    Consent.TEXT: later("坐席同意：只看文字"),
    Consent.VOICE: later("坐席同意：可以听"),
    Consent.REFUSED: later("坐席不同意，谁也看不到"),
}


def beside(s: Acting, t: Translator, c: Counterpart) -> None:
    """What went less well, without a name, under the benchmark."""
    with st.expander(t("对照：差一点的回答")):
        st.html(f"<p>{shown(c.question, t)}</p><p>{shown(c.answer, t)}</p>")
        if c.consent is Consent.VOICE:
            url = clip_url(s.who, may="hear", clip=c.clip)
            st.html(f'<audio controls preload="none" style="width:100%" src="/{url}"></audio>')
        st.caption(plain(t("差在哪里：{differs}", differs=c.differs)))


def choosing(s: Acting, t: Translator, b: Benchmark) -> None:
    """The counterpart of a benchmark: as it stands, or the exchanges that may become one."""
    if only_good(b.tags):
        st.caption(t("规定话术只放好的，不放差的。"))
        return
    st.caption(t("同一个问题、答得差一点的回答。坐席本人同意、放行以后，班组才看得到，不写名字。"))
    found = s.counterpart(b.id)
    if found is not None:
        _standing(s, t, found)
        return
    others = {str(i): o for i, o in enumerate(s.others(b.id))}
    if not others:
        st.info(t("同一节点还没有别的坐席的通话。"))
        return
    chosen = others[
        st.radio(
            t("用哪一个回答"),
            list(others),
            format_func=told_apart(
                others, lambda i: f"{others[i].title}：{others[i].question[:40]}"
            ),
        )
    ]
    st.html(f"<p>{shown(chosen.answer, t)}</p>")
    with st.form("counterpart"):
        differs = st.text_input(t("差在哪里"), max_chars=300)
        by = signed_by(s, t("谁提的"))
        if not st.form_submit_button(t("请坐席同意")):
            return
    if attempt(t, lambda: s.propose(b.id, chosen.recording_id, chosen.index, differs, by)):
        flash(t("已经请坐席答复；也要在放行页听过、放行。"))
        st.rerun()


def _standing(s: Acting, t: Translator, c: Counterpart) -> None:
    st.html(f"<p>{shown(c.question, t)}</p><p>{shown(c.answer, t)}</p>")
    said = f" · {c.said_by} {when(c.said_at)}" if c.said_at else ""
    st.caption(plain(f"{c.agent} · {t(CONSENT[c.consent])}{said}"))
    st.caption(plain(t("差在哪里：{differs}", differs=c.differs)))
    if st.button(t("拿掉对照")) and attempt(t, lambda: s.drop_counterpart(c.id)):
        flash(t("拿掉了。"))
        st.rerun()
    if s.who.may(Right.APPROVE):
        _on_paper(s, t, c)


def _on_paper(s: Acting, t: Translator, c: Counterpart) -> None:
    """For agents who cannot sign in."""
    with st.expander(t("坐席没有账号，书面答复了")), st.form("paper"):
        said = answers(t, f"paper-{c.id}")
        by = signed_by(s, t("谁收的书面答复"))
        if st.form_submit_button(t("记下")) and attempt(
            t, lambda: s.consent_on_paper(c.id, said, by)
        ):
            flash(t("记下了。"))
            st.rerun()


def answers(t: Translator, key: str) -> Consent:
    """What an agent can say; words only unless they choose to be heard."""
    words = {
        Consent.TEXT: t("同意，只看文字"),
        Consent.VOICE: t("同意，也可以听我的声音"),
        Consent.REFUSED: t("不同意"),
    }
    return Consent(st.radio(t("怎么答复"), list(words), format_func=lambda c: words[c], key=key))


def asked(s: Acting, t: Translator) -> None:
    """On the agent's own page: what of theirs is to stand beside a benchmark."""
    mine = s.asked_of_me()
    if not mine:
        return
    st.subheader(t("请你同意"), anchor=False)
    st.caption(
        t("质检想把这几个回答放在标杆旁边对照。不写你的名字；不同意就谁也看不到，以后也能改。")
    )
    for c in mine:
        with st.container(border=True):
            st.html(f"<p><b>{shown(c.question, t)}</b></p><p>{shown(c.answer, t)}</p>")
            st.caption(plain(t("差在哪里：{differs}", differs=c.differs)))
            st.caption(t(CONSENT[c.consent]))
            with st.form(f"consent-{c.id}"):
                said = answers(t, f"say-{c.id}")
                ok = st.form_submit_button(t("答复"))
            if ok and attempt(t, lambda c=c, said=said: s.consent(c.id, said)):  # type: ignore[misc]
                flash(t("记下了。"))
                st.rerun()
