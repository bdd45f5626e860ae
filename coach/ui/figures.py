"""A call's figures as a picture. Pure: metrics in, SVG out."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from coach.calls.metrics import Metrics
from coach.calls.transcript import Role
from coach.ui.lanes import COLOURS, WIDTH

BAR, TILE, HEIGHT = 26, 66, 116


def figures(metrics: Metrics, names: Mapping[Role, str], tiles: Sequence[tuple[str, str]]) -> str:
    """A bar of who speaks how much, and below it one tile per figure: (value, what it is)."""
    share = metrics.agent_share
    parts = []
    if share is not None:
        agent = WIDTH * share
        parts = [
            _bar(0, agent, Role.AGENT, f"{names[Role.AGENT]} {share:.0%}"),
            _bar(agent, WIDTH - agent, Role.CUSTOMER, f"{names[Role.CUSTOMER]} {1 - share:.0%}"),
        ]
    step = WIDTH / max(1, len(tiles))
    for i, (value, what) in enumerate(tiles):
        x = i * step
        parts.append(
            f'<text x="{x:.1f}" y="{BAR + 40}" font-size="24" font-weight="600" fill="#0f5c5c">'
            f"{html.escape(value)}</text>"
            f'<text x="{x:.1f}" y="{BAR + TILE}" font-size="15" fill="#5b6a68">'
            f"{html.escape(what)}</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _bar(x: float, width: float, role: Role, label: str) -> str:
    text = ""
    if width > 120:
        text = (
            f'<text x="{x + 10:.1f}" y="{BAR - 7}" font-size="16" fill="#fff">'
            f"{html.escape(label)}</text>"
        )
    return (
        f'<rect x="{x:.1f}" y="0" width="{max(0.0, width - 2):.1f}" height="{BAR}" rx="4" '
        f'fill="{COLOURS[role]}"/>{text}'
    )
