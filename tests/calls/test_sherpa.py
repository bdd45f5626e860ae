"""The optional engine behind the port. Its package is faked: no models were there to run it with."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from coach.calls.sherpa import SherpaSpeakers
from coach.calls.speakers import Span
from coach.errors import ModelIncomplete


class Engine:
    """What sherpa-onnx's engine looks like from outside."""

    sample_rate = 16000

    def __init__(self, config: object) -> None:
        self.config = config

    def process(self, samples: np.ndarray) -> "Engine":
        self.seconds = len(samples) / self.sample_rate
        return self

    def sort_by_start_time(self) -> list[object]:
        rows = [(0.0, 1.0, 7), (1.2, 2.0, 3), (2.1, self.seconds, 7)]
        return [types.SimpleNamespace(start=a, end=b, speaker=s) for a, b, s in rows]


def folder(path: Path) -> Path:
    for name in ("segmentation.onnx", "embedding.onnx"):
        (path / name).write_bytes(b"onnx")
    return path


def test_its_spans_are_named_by_who_speaks_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType("sherpa_onnx")
    for name in (
        "OfflineSpeakerSegmentationModelConfig", "OfflineSpeakerSegmentationPyannoteModelConfig",
        "SpeakerEmbeddingExtractorConfig", "OfflineSpeakerDiarizationConfig", "FastClusteringConfig",
    ):  # fmt: skip
        setattr(module, name, lambda **more: types.SimpleNamespace(**more))
    module.OfflineSpeakerDiarization = Engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sherpa_onnx", module)
    engine = SherpaSpeakers(folder(tmp_path))
    assert engine._engine.config.clustering.num_clusters == 2
    found = engine.separate(lambda a, b: np.zeros(int((b - a) * 8000), np.float32), 3.0, 8000)
    assert [(s.speaker, s.start) for s in found] == [("s0", 0.0), ("s1", 1.2), ("s0", 2.1)]
    assert found[-1] == Span(2.1, pytest.approx(3.0, abs=0.01), "s0", found[-1].sure)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelIncomplete, match="incomplete") as caught:
        SherpaSpeakers(tmp_path)
    assert "embedding.onnx" in caught.value.message()
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(ModelIncomplete) as caught:
        SherpaSpeakers(folder(tmp_path))
    assert "call-coach[speakers]" in caught.value.advice()
