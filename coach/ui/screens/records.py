"""记录: the sessions played, each as a page, Markdown and CSV."""

import streamlit as st

from coach.game.phases import Mode
from coach.meeting import record
from coach.people.rights import Right
from coach.ui.page import begin, download, screen, told_apart, when
from coach.ui.signing import link_to_send, month, signing

s, t = begin("记录", need=Right.RECORDS)
sessions = s.sessions()
if not sessions:
    st.info(t("还没有记录。开一场分享会，记录会自己写好。"))
    if s.who.may(Right.LEAD):
        st.page_link(screen("stage"), label=t("去开分享会"))
    st.stop()
titles = {p.id: p.title for p in s.packs()}


def label(session_id: str) -> str:
    """One line for a session."""
    x = by_id[session_id]
    kind = x.team_name or t("班会")
    if x.mode is Mode.SOLO:
        kind = t("自练：{name}", name=x.seats[0].name)
    elif x.mode is Mode.RETEST:
        kind = t("{team} 复测", team=kind)
    state = "" if x.state.ended else t("（未结束）")
    return f"{when(x.created_at)} · {kind} · {titles.get(x.pack_id, '')} {state}"


sessions = month(s, t, sessions)
by_id = {x.id: x for x in sessions}
asked = st.query_params.get("session", "")
ids = list(by_id)
chosen = st.selectbox(
    t("选一场"),
    ids,
    index=ids.index(asked) if asked in by_id else 0,
    format_func=told_apart(ids, label),
)
st.query_params["session"] = chosen
table = s.record(chosen)
text = record.markdown(table, s.services.zone, t)
where, solo = f"/api/record/{chosen}", table.session.mode is not Mode.TEAM  # no form then
forms = [("md", "Markdown"), ("csv", "CSV")] + (
    [] if solo else [("xlsx", "xlsx"), ("docx", "docx"), ("json", "JSON")]
)
places = st.columns(len(forms) + 1)
for place, (form, name) in zip(places, forms, strict=False):
    place.html(download(f"{where}.{form}?lang={t.language}", t("下载 {form}", form=name)))
c = places[-1]
if not solo:
    c.html(download(f"{where}.html?lang={t.language}", t("打印（一张 A4）"), new=True))
if not table.session.state.ended and (solo or s.who.may(Right.LEAD)):
    target = "practice" if table.session.mode is Mode.SOLO else "stage"
    if st.button(t("接着开"), type="primary"):
        st.switch_page(screen(target), query_params={"session": chosen})
if not solo:
    signing(s, t, chosen)
    if table.session.state.ended and s.may_retest(chosen):
        link_to_send(s, t, chosen)
    for x, found in s.retested(chosen):
        with st.expander(t("复测 {when}", when=when(x.created_at)), expanded=True):
            st.dataframe(
                {
                    t("要点"): [p["name"] for p in found["points"]],
                    t("当场"): [
                        f"{p['before']['made']} / {p['before']['of']}" for p in found["points"]
                    ],
                    t("复测"): [f"{p['made']} / {p['of']}" for p in found["points"]],
                },
                hide_index=True,
            )
with st.container(border=True):
    if not solo:
        st.markdown(record.beside(s.paper(chosen).to_json(), t))
    st.markdown(text)
