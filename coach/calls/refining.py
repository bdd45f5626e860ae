"""What stands between the recogniser's words and the transcript: one list of steps. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from coach.calls.doubts import doubted
from coach.calls.glossary import Corrections
from coach.calls.mandarin import punctuate, simplify
from coach.calls.transcript import Segment

REFINING = 2  # goes up when a step changes what comes out


def refine(
    segments: Sequence[Segment],
    corrections: Corrections,
    sound: npt.NDArray[np.bool_] | None = None,
    *,
    frame: float = 0.01,
) -> list[Segment]:
    """Simplified characters, the team's own words, punctuation, doubts.

    Args:
        segments: of one channel, in time order, seconds as in ``sound``.
        corrections: from the team's glossary.
        sound: per frame, whether there is any; None where not known.
    """

    def share(segment: Segment) -> float | None:
        if sound is None:
            return None
        part = sound[int(segment.start / frame) : int(segment.end / frame) + 1]
        return float(part.mean()) if len(part) else 0.0

    tidy = [punctuate(corrections.apply(simplify(s))) for s in segments]
    return doubted(tidy, share)
