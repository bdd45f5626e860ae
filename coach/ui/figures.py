"""A call's figures as HTML that wraps on a phone. Pure: metrics in, text out."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from coach.calls.metrics import Metrics
from coach.calls.transcript import Role
from coach.ui.lanes import COLOURS


def figures(metrics: Metrics, names: Mapping[Role, str], tiles: Sequence[tuple[str, str]]) -> str:
    """A bar of who speaks how much, and below it one tile per figure: (value, what it is)."""
    share = metrics.agent_share
    bar = ""
    if share is not None:
        sides = ((Role.AGENT, share), (Role.CUSTOMER, 1 - share))
        bar = "".join(_side(role, names[role], part) for role, part in sides)
    cells = "".join(
        f'<div><div style="font-size:1.5rem;font-weight:600;color:#0f5c5c">{html.escape(value)}'
        f'</div><div style="font-size:.9rem;color:#5b6a68">{html.escape(what)}</div></div>'
        for value, what in tiles
    )
    return (
        f'<div style="display:flex;gap:2px;margin-bottom:.75rem">{bar}</div>'
        '<div style="display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr))">'
        f"{cells}</div>"
    )


def _side(role: Role, name: str, share: float) -> str:
    return (
        f'<div style="flex:{max(share, 0.02):.3f} 1 0;background:{COLOURS[role]};color:#fff;'
        'border-radius:4px;padding:.15rem .5rem;white-space:nowrap;overflow:hidden">'
        f"{html.escape(name)} {share:.0%}</div>"
    )
