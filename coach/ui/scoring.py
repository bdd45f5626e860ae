"""The form that scores by a rubric: the same for calls, exchanges and calibrations."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from coach.i18n import Translator
from coach.library.rubrics import Mark, Rubric
from coach.ui.page import clock, plain

NONE = -1  # does not apply
UNDECIDED = -2
_MOMENT = re.compile(r"^(?:(\d+):)?(\d{1,3})(?:\.\d+)?$")


def marks_form(rubric: Rubric, t: Translator, key: str, before: Sequence[Mark] = ()) -> list[Mark]:
    """One row for each criterion: its levels, a comment, the moment it is about. Nothing is chosen
    beforehand: a level that stands there already is a level suggested."""
    found: list[Mark] = []
    for place, criterion in enumerate(rubric.criteria):
        old = before[place] if place < len(before) else None
        levels = [*range(len(criterion.levels)), NONE]
        was = None if old is None else NONE if old.level is None else old.level
        chosen = st.radio(
            plain(f"{criterion.name} · {criterion.weight:g}") + (" ⚠" if criterion.fatal else ""),
            levels,
            index=None if was is None else levels.index(was),
            format_func=lambda n, c=criterion: t("不适用") if n == NONE else c.levels[n],
            horizontal=True,
            key=f"{key}-level-{place}",
        )
        a, b = st.columns([5, 1])
        comment = a.text_input(
            t("评语"), old.comment if old else "", max_chars=200, key=f"{key}-comment-{place}", placeholder=t("评语"),
            label_visibility="collapsed",
        )  # fmt: skip
        moment = b.text_input(
            t("第几分几秒"), clock(old.moment) if old and old.moment is not None else "",
            key=f"{key}-moment-{place}", placeholder="0:35", label_visibility="collapsed",
            help=t("钉在录音的这一刻，备课时可以从这里开始一个回合"),
        )  # fmt: skip
        level = UNDECIDED if chosen is None else None if chosen == NONE else chosen
        found.append(Mark(level, comment.strip(), read_moment(moment)))
    return found


def read_moment(typed: str) -> float | None:
    """m:ss or seconds; None for anything else."""
    match = _MOMENT.match(typed.strip().replace("：", ":"))
    return float(match[1] or 0) * 60 + float(match[2]) if match else None
