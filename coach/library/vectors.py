"""The nearest vectors: exact up to what a site has, an HNSW graph (usearch) above that.

The only module that imports usearch, which is optional (``pip install 'call-coach[large]'``):
without it the search stays exact and only takes longer.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.library.embedder import Vectors

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
EXACT = 200_000  # vectors; up to here one matrix product is quick enough (docs/operations.md)
FEW = 0.05  # share let through by a filter: below it exact among those is quicker, and complete
BREADTH = 192  # candidates HNSW keeps while it looks (ef)


class VectorIndex:
    """Vectors by row. ``vectors``: float32, shape (rows, dimensions), rows of length 1."""

    def __init__(self, vectors: Vectors, *, exact: int = EXACT) -> None:
        self._vectors = vectors
        self._graph: Any = None
        if len(vectors) > exact and importlib.util.find_spec("usearch"):
            from usearch.index import Index

            self._graph = Index(
                ndim=vectors.shape[1], metric="ip", dtype="f16", expansion_search=BREADTH
            )
            self._graph.add(np.arange(len(vectors)), vectors)

    def similarity(self, query: Vectors, rows: Rows) -> npt.NDArray[np.float32]:
        """Dot products with these rows."""
        return np.asarray(self._vectors[rows] @ query, np.float32)

    def nearest(self, query: Vectors, allowed: Mask, count: int) -> Rows:
        """Rows of the ``count`` nearest among those allowed, best first.

        With the graph about one in a hundred of ten may be missed (measured recall@10 .99).
        """
        free = int(allowed.sum())
        if self._graph is not None and free >= FEW * len(allowed) and free > count:
            found = self._by_graph(query, allowed, count, free)
            if len(found) == count:
                return found
        if free == len(allowed):
            return _top(self._vectors @ query, count)
        rows = np.flatnonzero(allowed)
        return np.asarray(rows[_top(self._vectors[rows] @ query, count)], np.int64)

    def _by_graph(self, query: Vectors, allowed: Mask, count: int, free: int) -> Rows:
        wanted = min(len(allowed), int(1.5 * count * len(allowed) / free) + 10)
        keys = self._graph.search(query, wanted).keys.astype(np.int64)
        return np.asarray(keys[allowed[keys]][:count], np.int64)


def top(scores: npt.NDArray[np.float32], allowed: Mask, count: int) -> Rows:
    """Rows with the highest scores above 0 among those allowed, best first."""
    scores = np.where(allowed, scores, 0)
    rows = _top(scores, count)
    return np.asarray(rows[scores[rows] > 0], np.int64)


def _top(scores: npt.NDArray[np.float32], count: int) -> Rows:
    if count < len(scores):
        rows = np.argpartition(-scores, count)[:count]
    else:
        rows = np.arange(len(scores))
    return np.asarray(rows[np.argsort(-scores[rows], kind="stable")], np.int64)
