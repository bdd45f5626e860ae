"""成效: what the meetings taught a team, and paused against straight."""

from datetime import datetime
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from coach.game.recalling import When
from coach.meeting.proof import LEAST, people_needed, teams_needed, weeks_needed
from coach.people.rights import Right, Scope
from coach.people.team import Team
from coach.ui.page import attempt, begin, screen, signed_by, told_apart

s, t = begin(
    "成效",
    "停下来猜，是不是真的比一口气听完记得更牢？按班组看，不排名，不看个人。",
    need=Right.LEAD,
)
teams = s.teams()
if not teams:
    st.info(t("还没有班组。先写上组员的名字，开会时打勾就行。"))
    st.page_link(screen("teams"), label=t("添加班组"))
    st.stop()
by_team = {x.id: x for x in teams}
every = s.who.scope(Right.LEAD) is Scope.ALL and len(teams) > 1
choice = [*by_team, ""] if every else list(by_team)
named = told_apart(choice, lambda i: by_team[i].name if i else t("所有班组"))
team = by_team.get(st.selectbox(t("班组"), choice, format_func=named))
WHEN = {When.CLOSING: t("当场"), When.NEXT_DAY: t("次日"), When.WEEK: t("七天后")}


def comparison(team: Team, *, on: bool) -> None:
    """The switch, and how long it takes."""
    with st.container(border=True):
        st.markdown(f"**{t('对比：停着玩，还是一口气放完')}**")
        needed = people_needed()
        st.caption(
            t("打开后，每一场由系统抽签，两种各一半；每个人和自己比。要看出中等偏小的差别，要 {n} 个人两种都听过："
              "像这样的班组要 {k} 个，每周五次会，连七天后的复测约 {w} 周。",
              n=needed, k=teams_needed(needed, len(team.members)), w=weeks_needed(5))
        )  # fmt: skip
        by = signed_by(s, t("谁决定的"), st, key="compare-by")
        label = t("停止对比") if on else t("开始对比")
        if st.button(label) and attempt(t, lambda: s.compare(team.name, on=not on, by=by)):
            st.rerun()


if team:
    comparison(team, on=s.comparing(team.name))
found = s.proof(team.name if team else "")
if not found.sessions:
    st.info(t("还没有开过分享会；开完几场，这里自己会有。"))
    st.page_link(screen("stage"), label=t("去开分享会"))
    st.stop()
a, b, d, c = st.columns(4)
stopped = [p for p in found.played if not p.straight]
if stopped:
    took_part = [p.participation for p in stopped if p.participation is not None]
    minutes = sum(p.minutes for p in stopped) / len(stopped)
    share = f"{sum(took_part) / len(took_part):.0%}" if took_part else t("样本不足")
    a.metric(f"{t('参与率')} · {t('{n} 场', n=len(took_part))}", share)
    b.metric(f"{t('每回合用时')} · {t('{n} 场', n=len(stopped))}", f"{minutes:.1f} {t('分钟')}")
    written = sum(p.guesses for p in stopped)
    right = sum(p.right for p in stopped)
    hit = f"{right / written:.0%}" if written else t("样本不足")
    d.metric(f"{t('猜中率')} · {t('{n} 个猜测', n=written)}", hit)
if found.half_life:
    days, count = found.half_life
    c.metric(t("忘掉一半要"), f"{days:.0f} {t('天')}", help=t("从 {n} 人次复测算出", n=count))
else:
    c.metric(t("忘掉一半要"), t("样本不足"), help=t("要 {n} 人次以上的复测", n=LEAST))


def local(at: datetime) -> datetime:
    """Where the site is."""
    return at.astimezone(s.services.zone).replace(tzinfo=None)


def over_time(what: str, values: list[float | None], form: str) -> Any:
    """One figure, session by session."""
    scale = alt.Scale(domain=[0, 1]) if form == "%" else alt.Scale(domainMin=0)
    rows = pd.DataFrame(
        {t("时间"): [local(p.at) for p in stopped[::-1]], what: values[::-1]}
    ).dropna()
    return (
        alt.Chart(rows)
        .mark_line(point=True, color="#0f5c5c")
        .encode(
            x=alt.X(t("时间"), axis=alt.Axis(format="%m-%d")),
            y=alt.Y(what, axis=alt.Axis(format=form), scale=scale),
            tooltip=[alt.Tooltip(t("时间"), format="%Y-%m-%d"), alt.Tooltip(what, format=form)],
        )
        .properties(height=180)
    )


if len(stopped) > 1:
    st.subheader(t("一场一场看"), anchor=False)
    st.altair_chart(over_time(t("参与率"), [p.participation for p in stopped], "%"))
    st.altair_chart(over_time(t("每回合用时"), [p.minutes for p in stopped], ".1f"))
    hits = [p.right / p.guesses if p.guesses else None for p in stopped]
    if any(x is not None for x in hits):
        st.altair_chart(over_time(t("猜中率"), hits, "%"))


def forgetting(life: float | None) -> Any:
    """What is kept of the first recall, and the curve through it where there is one."""
    x = alt.X(t("天"), axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(domain=[0, 14]))
    y = alt.Y(t("还记得"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1.1]))
    rows = pd.DataFrame([{t("天"): k.days, t("还记得"): k.share, "n": k.count} for k in found.kept])
    tips = [
        alt.Tooltip(t("天"), format=".1f"),
        alt.Tooltip(t("还记得"), format=".0%"),
        alt.Tooltip("n"),
    ]
    dots = alt.Chart(rows).mark_point(size=120, filled=True, color="#c2542d")
    chart: Any = dots.encode(x=x, y=y, tooltip=tips)
    if life:
        line = pd.DataFrame(
            [{t("天"): d / 2, t("还记得"): 2 ** (-d / 2 / life)} for d in range(29)]
        )
        chart = alt.Chart(line).mark_line(color="#0f5c5c").encode(x=x, y=y) + chart
    return chart.properties(height=220)


if len(found.kept) > 1:
    st.subheader(t("当场记住的，后来还剩多少"), anchor=False)
    st.altair_chart(forgetting(found.half_life[0] if found.half_life else None))
    st.caption(
        t("圆点是实测（当场、次日、七天后，不足 {n} 人次的不画），线是按半衰期画的。", n=LEAST)
    )
if any(of for _, of in found.points.values()):
    st.subheader(t("各要点当场说出的比例"), anchor=False)
    rows = pd.DataFrame(
        [
            {t("要点"): name, t("比例"): made / of, "n": of}
            for name, (made, of) in found.points.items()
            if of
        ]
    )
    st.altair_chart(
        alt.Chart(rows)
        .mark_bar(color="#0f5c5c")
        .encode(
            x=alt.X(t("比例"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y(t("要点"), sort="-x"),
            tooltip=[t("要点"), alt.Tooltip(t("比例"), format=".0%"), "n"],
        )
    )
st.subheader(t("停着玩与一口气放完"), anchor=False)
if not found.compared:
    st.info(t("样本不足：两种都听过、也说过要点的不到 {n} 人。", n=LEAST))
for x in found.compared:
    with st.container(border=True):
        st.markdown(f"**{WHEN[x.when]}** · {t('{n} 人', n=x.people)}")
        shares = t("停着玩 {a}，一口气 {b}", a=f"{x.paused:.0%}", b=f"{x.straight:.0%}")
        if x.enough:
            st.markdown(f"{shares} · d = {x.effect:.2f}（95%：{x.low:.2f} – {x.high:.2f}）")
        else:
            st.caption(
                f"{shares} · " + t("样本不足，还差 {n} 人，先不下结论", n=x.needed - x.people)
            )
