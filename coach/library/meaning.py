"""Whether texts mean the same by the embedding model, where one is loaded.

A cosine is not absolute: E5's stand above .7 for texts that have nothing to do with each other, and every
model has a scale of its own. So the limit is a rank, the same for all: two texts mean the same when they
are more alike than all but one in a thousand pairs of ``unrelated.txt``.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from coach.library.embedder import Embedder, EmbedderGone

Same = npt.NDArray[np.bool_]  # shape (some, others)
RANK = 0.999
KEPT = 4096  # texts whose vectors are remembered
UNRELATED = Path(__file__).parent / "unrelated.txt"
log = logging.getLogger("coach.meaning")


class Meaning:
    """Asks the model of the moment. Thread-safe."""

    def __init__(self, ready: Callable[[], Embedder | None]) -> None:
        """Args: ready: the model that may be trusted, if it is loaded."""
        self._ready = ready
        self._lock = Lock()
        self._vectors: OrderedDict[tuple[str, str], npt.NDArray[np.float32]] = OrderedDict()
        self._limits: dict[str, float] = {}

    @property
    def model(self) -> str:
        """Who is asked; "" for nobody."""
        embedder = self._ready()
        return embedder.name if embedder else ""

    def same(self, some: Sequence[str], others: Sequence[str]) -> Same | None:
        """Which of some mean the same as which of others; None where there is no model to ask."""
        embedder = self._ready()
        if embedder is None or not some or not others:
            return None
        try:
            with self._lock:
                a, b = self._read(embedder, some), self._read(embedder, others)
                return np.asarray(a @ b.T > self._limit(embedder), np.bool_)
        except EmbedderGone:
            log.warning("embedder gone; comparing by characters")
            return None

    def _limit(self, embedder: Embedder) -> float:
        if embedder.name not in self._limits:
            vectors = embedder.document(unrelated())
            alike = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
            self._limits[embedder.name] = float(np.quantile(alike, RANK))
        return self._limits[embedder.name]

    def _read(self, embedder: Embedder, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        new = [t for t in dict.fromkeys(texts) if (embedder.name, t) not in self._vectors]
        if new:
            for text, vector in zip(new, embedder.document(new), strict=True):
                self._vectors[embedder.name, text] = vector
        found = np.array([self._vectors[embedder.name, t] for t in texts], np.float32)
        while len(self._vectors) > KEPT:
            self._vectors.popitem(last=False)
        return found


@cache
def unrelated() -> tuple[str, ...]:
    """Sentences that have nothing to do with each other."""
    lines = UNRELATED.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
