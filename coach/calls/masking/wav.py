"""A recording's WAV with what was found taken out of it."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coach.calls.masking.sound import Window, silence
from coach.calls.master import Master

BLOCK = 60.0  # seconds worked on at once


def write_masked(
    master: Master, target: Path, windows: Sequence[Window], *, tone: bool = False
) -> None:
    """A WAV like ``master``, the windows taken out; a minute at a time, whole or not at all.

    Raises OSError.
    """
    draft = target.with_name(f"{target.name}.part")
    try:
        with wave.open(str(draft), "wb") as file:
            file.setnchannels(master.channels)
            file.setsampwidth(2)
            file.setframerate(master.sample_rate)
            for start in np.arange(0.0, master.duration, BLOCK):
                pcm = master.read(float(start), float(start) + BLOCK)
                part = silence(pcm, master.sample_rate, windows, origin=float(start), tone=tone)
                file.writeframes(part.tobytes())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
