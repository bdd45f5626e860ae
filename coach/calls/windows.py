"""Bounded windows for the recogniser, cut where it is quiet. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Window:
    """[start, end) of a call in seconds."""

    start: float
    end: float


def plan_windows(
    envelope: npt.NDArray[np.float32],
    duration: float,
    *,
    longest: float,
    first: float | None = None,
    frame: float = 0.01,
    quiet: float = 0.4,
) -> list[Window]:
    """Cover [0, duration) with windows of at most ``longest`` seconds, the first of ``first``.

    Each is cut at the middle of the quietest ``quiet`` seconds (mean RMS over channels) of its
    last fifth, so that no word is split where there is any pause at all.

    Args:
        envelope: RMS, shape (frames, channels).
    """
    level = envelope.max(axis=1) if envelope.size else np.zeros(0, np.float32)
    width = max(1, int(quiet / frame))
    windows = []
    start, size = 0.0, first or longest
    while duration - start > size:
        begin, last = int((start + 0.8 * size) / frame), int((start + size) / frame)
        part = level[begin:last]
        if len(part) > width:
            means = np.convolve(part, np.ones(width) / width, "valid")
            end = (begin + int(means.argmin()) + width / 2) * frame
        else:
            end = start + size
        windows.append(Window(start, end))
        start, size = end, longest
    windows.append(Window(start, duration))
    return windows
