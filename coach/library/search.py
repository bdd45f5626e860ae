"""Who answered this best? Benchmark answers by the similarity of their questions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.library.benchmark import Benchmark, BenchmarkStore, Match
from coach.library.embedder import Embedder, EmbedderGone, ResidentEmbedder

log = logging.getLogger("coach.search")
LEXICAL = "tfidf-char-1-2"
LEAST_LEXICAL = 0.1  # below this only function words are shared
LONGEST_QUERY = 1000  # characters; more does not make a question clearer


@dataclass(frozen=True)
class Found:
    """Matches, best first, and which search found them."""

    embedder: str
    matches: tuple[Match, ...]


class Search:
    """Searches benchmarks; by embeddings when a model is loaded, by characters when not."""

    def __init__(self, store: BenchmarkStore, embedder: ResidentEmbedder | Embedder | None) -> None:
        self._store, self._embedder = store, embedder

    def warm(self, seconds: float = 0.0) -> None:
        """Start loading the model, and wait for it that long."""
        if isinstance(self._embedder, ResidentEmbedder):
            self._embedder.wait(seconds)

    def find(self, text: str, *, count: int = 3, without_recording: str = "") -> Found:
        """The nearest benchmarks; none where nothing is alike, or the text is empty."""
        text = text.strip()[:LONGEST_QUERY]
        library = [b for b in self._store.released() if b.recording_id != without_recording]
        embedder = self._usable()
        if not text or not library:
            return Found(embedder.name if embedder else LEXICAL, ())
        if embedder is not None:
            try:
                similarity = self._vectors(embedder, library) @ embedder.query([text])[0]
                return Found(embedder.name, _best(library, similarity, count))
            except EmbedderGone:
                log.warning("embedder gone; searching by characters")
        similarity = lexical(text, [b.question for b in library])
        similarity[similarity < LEAST_LEXICAL] = 0
        return Found(LEXICAL, _best(library, similarity, count))

    def _usable(self) -> Embedder | None:
        if isinstance(self._embedder, ResidentEmbedder):
            self._embedder.start()
            return self._embedder if self._embedder.ready else None
        return self._embedder

    def _vectors(self, embedder: Embedder, library: Sequence[Benchmark]) -> npt.NDArray[np.float32]:
        """Stored vectors; what is new is embedded once and stored."""
        stored = self._store.vectors(embedder.name)
        new = {b.content_hash: b.question for b in library if b.content_hash not in stored}
        if new:
            made = embedder.document(list(new.values()))
            rows = [
                (key, row.astype(np.float32).tobytes()) for key, row in zip(new, made, strict=True)
            ]
            self._store.save_vectors(embedder.name, rows)
            stored |= dict(rows)
        return np.stack([np.frombuffer(stored[b.content_hash], np.float32) for b in library])


def lexical(query: str, documents: Sequence[str]) -> npt.NDArray[np.float32]:
    """Cosine of TF-IDF over character 1- and 2-grams, 0..1 per document."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    try:
        matrix = vectoriser.fit_transform([*documents])
    except ValueError:  # no document holds a character that counts
        return np.zeros(len(documents), np.float32)
    wanted = vectoriser.transform([query])
    return np.asarray((matrix @ wanted.T).todense(), dtype=np.float32).ravel()


def _best(
    library: Sequence[Benchmark], similarity: npt.NDArray[np.float32], count: int
) -> tuple[Match, ...]:
    order = np.argsort(-similarity, kind="stable")[:count]
    return tuple(
        Match(library[i], round(float(similarity[i]), 4)) for i in order if similarity[i] > 0
    )
