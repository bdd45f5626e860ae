"""The call as a picture: two lanes of speech along time. Pure: a call in, SVG out."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from coach.calls.call import Call
from coach.calls.metrics import Silence
from coach.calls.transcript import Role

WIDTH, LANE, LEFT = 1000, 34, 64  # units of the drawing
COLOURS = {Role.CUSTOMER: "#c2542d", Role.AGENT: "#0f5c5c", Role.UNKNOWN: "#8a8f86"}


def lanes(call: Call, names: Mapping[Role, str], silences: Sequence[Silence] = ()) -> str:
    """An SVG of who spoke when; dashed lines where an exchange opens, bars under the silences."""
    duration = max(call.recording.duration, 1.0)
    shown = [r for r in Role if any(t.role is r for t in call.turns)]
    scale = (WIDTH - LEFT) / duration
    height = LANE * len(shown) + 24
    parts = []
    for row, role in enumerate(shown):
        y = row * LANE + 4
        label = html.escape(names[role])
        parts.append(f'<text x="0" y="{y + 19}" font-size="16" fill="#1d2a2a">{label}</text>')
        for turn in call.turns:
            if turn.role is role and turn.start is not None and turn.end is not None:
                x, width = LEFT + turn.start * scale, max(2.0, (turn.end - turn.start) * scale)
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{LANE - 10}" rx="4" '
                    f'fill="{COLOURS[role]}"/>'
                )
    for silence in silences:
        x, width = LEFT + silence.start * scale, max(2.0, silence.seconds * scale)
        fill = "#c9c2ae" if silence.hold else "#a8321a"
        parts.append(
            f'<rect x="{x:.1f}" y="{height - 24}" width="{width:.1f}" height="5" fill="{fill}"/>'
        )
    for exchange in call.exchanges:
        if exchange.question.start is not None:
            x = LEFT + exchange.question.start * scale
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 22}" stroke="#b9b2a0" '
                'stroke-dasharray="4 4"/>'
            )
    parts += _axis(duration, scale, height)
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif">{body}</svg>'
    )


def _axis(duration: float, scale: float, height: int) -> list[str]:
    step = next(s for s in (10, 20, 30, 60, 120, 300, 600, 1800, 7200) if duration / s <= 12)
    return [
        f'<text x="{min(LEFT + at * scale, WIDTH - 34):.1f}" y="{height - 4}" font-size="13" '
        f'fill="#5b6a68">{at // 60}:{at % 60:02d}</text>'
        for at in range(0, int(duration) + 1, step)
    ]
