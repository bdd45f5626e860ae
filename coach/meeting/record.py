"""The record of a session: as Markdown and as a table (pandas)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from coach.game.phases import EntryKind, Kind, Mode, active, revealed
from coach.game.view import chosen
from coach.i18n import Translator, later

if TYPE_CHECKING:
    import pandas as pd

    from coach.game.table import Table

KIND_NAMES = {
    EntryKind.ANSWER: later("作答"),
    EntryKind.NOTE: later("笔记"),
    EntryKind.GUESS: later("猜测"),
    EntryKind.RECALL: later("回忆"),
    EntryKind.DIFFERS: later("差在哪里"),
    EntryKind.THIRD: later("第三版"),
    EntryKind.VOTE: later("投票"),
    EntryKind.SIGN: later("签到"),
}
TITLES = {
    Mode.TEAM: later("录音分享记录"),
    Mode.SOLO: later("自练记录"),
    Mode.RETEST: later("复测记录"),
}
COLUMNS = ("time", "round", "kind", "name", "visitor", "text", "question", "benchmark", "seconds")


def rows(table: Table, zone: tzinfo) -> list[dict[str, Any]]:
    """One row per entry, in the order of the call; texts of unplayed rounds stay out, and so do notes
    that nobody shared. Names only where everybody agreed to them."""
    session, pack = table.session, table.pack
    names = {s.id: s for s in session.seats}
    times = round_seconds(table)
    out = []
    kept = [
        e for e in session.entries if e.shared and not e.passed and e.kind is not EntryKind.SIGN
    ]
    for e in sorted(kept, key=lambda e: (e.round < 0, e.round, e.at)):
        heard = e.round >= 0 and revealed(table.steps, session.state, Kind.BENCHMARK, e.round)
        who = names.get(e.seat) if session.named else None
        out.append(
            {
                "time": e.at.astimezone(zone).isoformat(timespec="seconds"),
                "round": e.round + 1 if e.round >= 0 else "",
                "kind": e.kind.value,
                "name": who.name if who else "",
                "visitor": bool(who and who.visitor),
                "text": e.text,
                "question": pack.rounds[e.round].question.text if e.round >= 0 else "",
                "benchmark": pack.rounds[e.round].answer.text if heard else "",
                "seconds": times[e.round] if e.round >= 0 else "",
            }
        )
    return out


def frame(table: Table, zone: tzinfo) -> pd.DataFrame:
    """The rows as a table."""
    import pandas as pd

    return pd.DataFrame(rows(table, zone), columns=list(COLUMNS))


def csv(table: Table, zone: tzinfo) -> str:
    """The rows as CSV. A cell that a spreadsheet would run as a formula is quoted with '."""
    safe = frame(table, zone)
    for column in ("name", "text", "question", "benchmark"):
        safe[column] = [
            f"'{v}" if isinstance(v, str) and v[:1] in ("=", "+", "-", "@", "\t", "\r") else v
            for v in safe[column]
        ]
    return str(safe.to_csv(index=False))


def round_seconds(table: Table) -> list[float]:
    """Active seconds spent in each round."""
    totals = [0.0] * len(table.pack.rounds)
    for step, seconds in zip(table.steps, table.session.state.spent, strict=False):
        if step.round >= 0:
            totals[step.round] += seconds
    return [round(t, 1) for t in totals]


def markdown(table: Table, zone: tzinfo, t: Translator) -> str:
    """The record as a page of Markdown."""
    session, pack = table.session, table.pack
    state = session.state
    title = t(TITLES[session.mode])
    lines = [
        f"# {title} · {plain(pack.title)}",
        "",
        f"- {t('时间')}: {session.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        f"- {t('班组')}: {plain(session.team_name) or '—'}",
        f"- {t('主持')}: {plain(session.leader) or '—'}",
        f"- {t('到场')}: {plain('、'.join(_name(s, t) for s in session.seats))}",
        f"- {t('业务节点')}: {plain(pack.node) or '—'}  ·  {t('指标')}: {plain(pack.metric) or '—'}",
        f"- {t('标杆')}: {plain(pack.alias) or '—'}",
        f"- {t('用时')}: {active(state) / 60:.1f} {t('分钟')}",
        "",
    ]
    times = round_seconds(table)
    for i, r in enumerate(pack.rounds):
        if not revealed(table.steps, state, Kind.QUESTION, i):
            continue
        lines += [f"## {t('第 {n} 回合', n=i + 1)} ({t('{n} 秒', n=round(times[i]))})", ""]
        lines += [f"**{t('客户')}**: {plain(r.question.text)}", ""]
        lines += _entries(table, EntryKind.ANSWER, i, t)
        if revealed(table.steps, state, Kind.BENCHMARK, i):
            lines += [f"**{t('标杆')}**: {plain(r.answer.text)}", ""]
            lines += _entries(table, EntryKind.DIFFERS, i, t)
            lines += [f"- {plain(x)}（{n}）" for x, n in chosen(session, i)]
        lines += _entries(table, EntryKind.NOTE, i, t)
        lines += _entries(table, EntryKind.GUESS, i, t)
    lines += _entries(table, EntryKind.RECALL, -1, t)
    return "\n".join(lines).rstrip() + "\n"


def beside(fields: Mapping[str, Any], t: Translator) -> str:
    """The form's fields of who was there and how it went, as Markdown; empty ones are left out."""
    labels = {
        "signed_in": t("签到"), "late": t("迟到"), "absent": t("缺席"), "venue": t("地点"),
        "bulletin": t("今日通报"), "participation": t("参与率"), "hit_rate": t("猜中率"),
        "recall_points": t("还记得"),
    }  # fmt: skip
    return "\n".join(f"- {label}: {plain(fields[k])}" for k, label in labels.items() if fields[k])


def added(fields: Mapping[str, Any], t: Translator) -> str:
    """What people add to a record, as Markdown: the form's fields as they go on paper."""
    head = beside(fields, t)
    lines = [
        f"- {plain(p['who'])}: {plain(p['what'])}{' · ' + p['until'] if p['until'] else ''}"
        for p in fields["promises"]
    ]
    out = [f"\n## {t('记录表')}\n", head] if head else []
    out += [f"\n## {t('承诺')}\n", *lines] if lines else []
    for name, label in (("sentence", t("今天就用")), ("check_result", t("抽查"))):
        if fields[name]:
            out.append(f"\n**{label}**: {plain(fields[name])}")
    for a in fields["retests"]:
        told = t("{now}（上次 {before}）", now=a["share"], before=a["before"])
        out.append(f"\n**{t('复测')}** {t('{n} 天后', n=a['days'])}: {told}")
    signed = fields["signed"]
    if signed:
        out.append(
            f"\n**{t('签字')}**: {plain(signed['by'])} {signed['at'][:10]} {plain(signed['why'])}".rstrip()
        )
    return "\n".join(out) + "\n" if out else ""


def _name(seat: Any, t: Translator) -> str:
    return f"{seat.name}（{t('访客')}）" if seat.visitor else str(seat.name)


def _entries(table: Table, kind: EntryKind, round_: int, t: Translator) -> list[str]:
    """Who wrote what where everybody agreed to that, else how many did, and what."""
    session = table.session
    names = {s.id: s.name for s in session.seats}
    found = session.of(kind, round_)
    if not found:
        return []
    shown = [e for e in found if e.shared and not e.passed]
    given = sum(not e.passed for e in found)
    count = t("{n} / {m} 人", n=given, m=len(session.seats))
    lines = [f"**{t(KIND_NAMES[kind])}** {count}", ""]
    if session.named:
        lines += [
            f"- {plain(names.get(e.seat, ''))}: {plain(e.text) or t('（口头）')}" for e in shown
        ]
    else:
        lines += [f"- {plain(e.text)}" for e in shown if e.text]
    return [*lines, ""]


def plain(text: str) -> str:
    """Text that cannot act as Markdown or HTML."""
    out = text.replace("\\", "\\\\").replace("<", "&lt;").replace("\n", " ")
    for mark in "*_`[]#|~$":
        out = out.replace(mark, "\\" + mark)
    return out
