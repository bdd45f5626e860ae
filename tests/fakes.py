"""Fakes that implement our ports; the contract tests run against them and the real things."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from coach.bootstrap import Services
from coach.calls.recogniser import RATE, Heard, Recogniser, Samples
from coach.calls.speakers import LightSpeakers
from coach.calls.transcribing import TranscribeOptions, Transcribing
from coach.calls.transcript import Segment, Word
from coach.library.embedder import EmbedderGone, Vectors


class FakeRecogniser:
    """Hears one word per second of sound; silence says nothing."""

    name = "fake"

    def __init__(self) -> None:
        self.heard: list[int] = []

    def cost(self, term: str) -> int:
        return len(term) + 1

    def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None],
    ) -> Heard:
        self.heard.append(len(samples))
        self.hotwords = list(hotwords)
        segments = []
        for second in range(len(samples) // RATE):
            part = samples[second * RATE : (second + 1) * RATE]
            if float(np.abs(part).max(initial=0)) > 0.01:
                words = (Word(second + 0.1, second + 0.9, f"词{second}", 0.9),)
                segments.append(Segment(second + 0.1, second + 0.9, f"词{second}", words=words))
            progress(second + 1.0)
        return Heard(tuple(segments), language or "zh")


class FakeEmbedder:
    """Counts of the letters a–z and of five Chinese words: neighbours can be told by hand."""

    name = "fake"
    words = ("退", "流量", "宽带", "漫游", "扣")

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts)

    def document(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows = np.array([[0.1, *(t.count(w) for w in self.words)] for t in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class TopicEmbedder:
    """By topic, on a scale that starts high as E5's does: texts that share a topic's words are alike."""

    name = "topics"
    topics = (("价目", "开价"), ("进卡", "入账"), ("小哥", "配送员"))

    def __init__(self) -> None:
        self.gone, self.asked = False, 0

    def query(self, texts: Sequence[str]) -> Vectors:
        return self.document(texts)

    def document(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        if self.gone:
            raise EmbedderGone()
        rows = np.array([self._row(t) for t in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _row(self, text: str) -> list[float]:
        topic = [20.0 * any(w in text for w in words) for words in self.topics]
        noise = [b / 128 - 1 for b in hashlib.sha256(text.encode()).digest()[:8]]
        return [4.0, *noise, *topic]


def transcribe(
    s: Services, recording_id: str, recogniser: Recogniser, told: list, window: float = 30
) -> None:
    """Transcribe a recording with a recogniser of ours; ``told`` gets the progress."""
    options = TranscribeOptions(window=window)
    Transcribing(
        s.calls, s.glossary, s.hearing, lambda _: recogniser, options, LightSpeakers()
    ).run(recording_id, lambda done, total: told.append((done, total)))


class Says(FakeRecogniser):
    """Says given texts, one a second, by which track it listens to."""

    def __init__(self, *texts: list[str]) -> None:
        super().__init__()
        self.texts = list(texts)

    def transcribe(self, samples, **more):  # type: ignore[no-untyped-def]
        said = self.texts.pop(0)
        segments = [
            Segment(i * 5.0, i * 5.0 + 4, text, words=(Word(i * 5.0, i * 5.0 + 4, text),))
            for i, text in enumerate(said)
            if text
        ]
        return Heard(tuple(segments), more["language"] or "zh")
