"""sherpa-onnx as the speaker engine: optional, with models from a local folder only.

``pip install 'call-coach[speakers]'``, and a folder with ``segmentation.onnx`` (pyannote's, as
sherpa-onnx converts it) and ``embedding.onnx`` (any of its speaker embedding models).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coach.calls.audio import resample
from coach.calls.speakers import Hint, Read, Span
from coach.errors import ModelIncomplete

NEEDED = ("segmentation.onnx", "embedding.onnx")
SURE = 0.97  # what a span is called where the engine says nothing of how sure it is


class SherpaSpeakers:
    """Implements ``coach.calls.speakers.SpeakerEngine``.

    Raises:
        ModelIncomplete: the package or one of the models is not there.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        command = "pip install 'call-coach[speakers]'"
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise ModelIncomplete(folder=folder, missing=", ".join(missing), command=command)
        try:
            import sherpa_onnx as sherpa
        except ImportError as error:
            raise ModelIncomplete(folder=folder, missing="sherpa-onnx", command=command) from error
        segmentation = sherpa.OfflineSpeakerSegmentationModelConfig(
            pyannote=sherpa.OfflineSpeakerSegmentationPyannoteModelConfig(
                model=str(folder / "segmentation.onnx")
            ),
            num_threads=threads,
        )
        embedding = sherpa.SpeakerEmbeddingExtractorConfig(
            model=str(folder / "embedding.onnx"), num_threads=threads
        )
        self._engine: Any = sherpa.OfflineSpeakerDiarization(
            sherpa.OfflineSpeakerDiarizationConfig(
                segmentation=segmentation,
                embedding=embedding,
                clustering=sherpa.FastClusteringConfig(num_clusters=2),
            )
        )

    def separate(
        self,
        read: Read,
        duration: float,
        rate: int,
        hints: Sequence[Hint] = (),
        speech: Sequence[tuple[float, float]] | None = None,
    ) -> list[Span]:
        """See ``SpeakerEngine``; hints and stretches are not used. Holds the call in memory."""
        samples = resample(read(0.0, duration), rate, int(self._engine.sample_rate))
        found = self._engine.process(np.asarray(samples, np.float32)).sort_by_start_time()
        order: dict[int, str] = {}
        return [
            Span(
                float(part.start),
                float(part.end),
                order.setdefault(int(part.speaker), f"s{len(order)}"),
                SURE,
            )
            for part in found
        ]
