"""What search holds in memory: the questions of a library, by characters and by meaning. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from coach.library.embedder import Vectors
from coach.library.lexical import LexicalIndex
from coach.library.vectors import Mask, Rows, VectorIndex, top
from coach.library.wording import SAME, bare, clash

CANDIDATES = 50  # of each path; what stands lower in both is not what is looked for
RANK = 60  # reciprocal rank fusion's constant (Cormack, Clarke, Buettcher, SIGIR 2009)


@dataclass(frozen=True)
class Entry:
    """What search knows of a benchmark. ``worth``: 0..1, lowers what is not approved or scored low."""

    id: str
    question: str  # masked
    content_hash: str
    agent: str = ""
    node: str = ""
    team: str = ""
    recording_id: str = ""
    worth: float = 1.0
    until: date | None = None  # the last day it may be found


@dataclass(frozen=True)
class Wanted:
    """Which benchmarks are looked among; empty means any."""

    nodes: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    without_recording: str = ""
    today: date | None = None


@dataclass(frozen=True)
class Hit:
    """An entry found. ``similarity`` 0..1, comparable with what the same paths find elsewhere;
    ``rank``: fused rank times similarity, higher is better."""

    entry: Entry
    similarity: float
    rank: float


class LibraryIndex:
    """Built when the library changed, then only read: safe from many threads.

    Args:
        vectors: float32 bytes by content hash, rows of length 1; those without one are found by
            their characters only. A vector of another length than most is left out.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        groups: Iterable[Sequence[str]] = SAME,
        vectors: Mapping[str, bytes] | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self._lexical = LexicalIndex([e.question for e in entries], groups)
        self._columns = {
            name: np.array([getattr(e, name) for e in entries], dtype=object)
            for name in ("node", "team", "agent", "recording_id")
        }
        last = date.max.toordinal()
        self._until = np.array([e.until.toordinal() if e.until else last for e in entries])
        self._embedded, self._vectors, self._usual = _stacked(entries, vectors or {})

    @property
    def embedded(self) -> int:
        """How many entries have a vector."""
        return int(self._embedded.sum())

    def allowed(self, wanted: Wanted) -> Mask:
        """The filter, before anything is ranked."""
        mask = np.ones(len(self.entries), np.bool_)
        for name, values in (
            ("node", wanted.nodes), ("team", wanted.teams), ("agent", wanted.agents),
        ):  # fmt: skip
            if values:
                mask &= np.isin(self._columns[name], list(values))
        if wanted.without_recording:
            mask &= self._columns["recording_id"] != wanted.without_recording
        if wanted.today is not None:
            mask &= self._until >= wanted.today.toordinal()
        return mask

    def find(
        self, query: str, allowed: Mask, vector: npt.NDArray[np.float32] | None = None
    ) -> list[Hit]:
        """Candidates, best first: both paths' nearest, fused by reciprocal rank."""
        lexical = self._lexical.scores(query)
        paths = [top(lexical, allowed, CANDIDATES)]
        if vector is not None and self._vectors is not None:
            paths.append(self._vectors.nearest(vector, allowed & self._embedded, CANDIDATES))
        rows = np.unique(np.concatenate(paths))
        if not len(rows):
            return []
        alike = self._alike(rows, lexical[rows], vector)
        said, hits = bare(query), []
        for row, rank, similarity in zip(rows, _fused(paths, rows), alike, strict=True):
            entry = self.entries[row]
            left = clash(said, bare(entry.question))
            similarity = float(similarity) * left  # among a few all ranks are near one another
            hits.append(Hit(entry, round(similarity, 4), rank * similarity))
        return sorted(hits, key=lambda h: (-h.rank, -h.similarity, h.entry.id))

    def _alike(
        self, rows: Rows, lexical: npt.NDArray[np.float32], vector: Vectors | None
    ) -> npt.NDArray[np.float32]:
        """By characters; with a model the mean with the cosine above what unrelated texts have."""
        if vector is None or self._vectors is None:
            return lexical
        cosine = self._vectors.similarity(vector, rows)
        meant = np.clip((cosine - self._usual) / (1 - self._usual + 1e-6), 0, 1)
        return np.where(self._embedded[rows], (lexical + meant) / 2, lexical).astype(np.float32)


def _fused(paths: Sequence[Rows], rows: Rows) -> list[float]:
    places = [{int(row): n for n, row in enumerate(path)} for path in paths]
    best = len(paths) / (RANK + 1)
    return [
        sum(1 / (RANK + 1 + place[row]) for place in places if row in place) / best
        for row in (int(r) for r in rows)
    ]


def _stacked(
    entries: Sequence[Entry], vectors: Mapping[str, bytes]
) -> tuple[Mask, VectorIndex | None, float]:
    """Which entries have a vector, all of them by row, and the usual cosine of two of them."""
    embedded = np.zeros(len(entries), np.bool_)
    found = [
        (row, vectors[e.content_hash]) for row, e in enumerate(entries) if e.content_hash in vectors
    ]
    if not found:
        return embedded, None, 0.0
    lengths = [len(data) for _, data in found]
    usual_length = max(set(lengths), key=lengths.count)
    matrix = np.zeros((len(entries), usual_length // 4), np.float32)
    for row, data in found:
        if len(data) == usual_length:
            matrix[row] = np.frombuffer(data, np.float32)
            embedded[row] = True
    return embedded, VectorIndex(matrix), usual_cosine(matrix[embedded])


def usual_cosine(matrix: Vectors, most: int = 1000) -> float:
    """The median cosine of two different texts: E5-like models put unrelated pairs above 0.7, so
    a cosine says something only above that. 0 below ten texts: too few to tell."""
    if len(matrix) < 10:
        return 0.0
    sample = matrix[:: max(1, len(matrix) // most)]
    products = sample @ sample.T
    return float(np.clip(np.median(products[~np.eye(len(sample), dtype=bool)]), 0, 0.95))
