"""Who answered this best? Released benchmarks by characters and by meaning, or an honest nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from coach.library.benchmark import BenchmarkStore, Match
from coach.library.embedder import Embedder, EmbedderGone, ResidentEmbedder
from coach.library.index import Hit, LibraryIndex, Wanted
from coach.library.lexical import NAME as LEXICAL
from coach.library.limits import Limits
from coach.library.wording import LONGEST

log = logging.getLogger("coach.search")
SMALL = 2_000  # entries: up to here a changed library is read anew before the search answers
INLINE = 64  # texts without a vector that a search has embedded; more are the worker's
EVERYTHING = Wanted()
CLOSE = 0.5  # of the best: what is less alike than that stands beside it by chance
OTHERS = 0.75  # a colleague not shown yet goes first if as near as this share of the best


@dataclass(frozen=True)
class Found:
    """Matches, best first, and which search found them. ``none``: nobody has answered this yet."""

    embedder: str
    matches: tuple[Match, ...]
    none: bool = True


class Search:
    """Searches what is released.

    Args:
        choose: the embedder to use, asked whenever the library changed; None: characters only.
        limits: what was learnt for an embedder's name.
        groups: words that mean the same.
        today: the date, for what has expired.
    """

    def __init__(
        self,
        store: BenchmarkStore,
        choose: Callable[[], Embedder | None],
        limits: Callable[[str], Limits],
        groups: Callable[[], Sequence[Sequence[str]]],
        today: Callable[[], date],
    ) -> None:
        self._store, self._choose, self._limits = store, choose, limits
        self._groups, self._today = groups, today
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._building = False

    def warm(self, seconds: float = 0.0) -> None:
        """Read the library and start loading the model, waiting for it that long."""
        embedder = self._current().embedder
        if isinstance(embedder, ResidentEmbedder):
            embedder.wait(seconds)

    def modelled(self) -> bool:
        """Whether an embedding model answers, once it is loaded."""
        return self._choose() is not None

    def model(self) -> Embedder | None:
        """The embedding model, if it may be trusted and is loaded; loading starts with the first call."""
        return _ready(self._choose())

    def limit(self, embedder: str) -> float:
        """Below which similarity nobody has answered a question."""
        return self._limits(embedder).threshold

    def find(self, text: str, *, count: int = 3, wanted: Wanted = EVERYTHING) -> Found:
        """The best answers to a question, of as many people as there are.

        An empty text, or one without letters, finds nobody.
        """
        text = text.encode("utf-8", "replace").decode().strip()[:LONGEST]
        held = self._current()
        name, vector = self._embedded(held, text)
        if not text or not held.index.entries:
            return Found(name, ())
        allowed = held.index.allowed(replace(wanted, today=wanted.today or self._today()))
        hits = held.index.find(text, allowed, vector)
        best = max((h.similarity for h in hits), default=0.0)
        least = max(self._limits(name).threshold, CLOSE * best)
        near = [h for h in hits if h.similarity >= least]
        chosen = _different_people(near, count + len(hits))
        today = self._today()
        released = self._store.released([h.entry.id for h in chosen])
        free = {b.id: b for b in released if not b.expired(today)}
        matches = [
            Match(free[h.entry.id], h.similarity) for h in chosen if h.entry.id in free
        ]  # asked anew: what was withdrawn a moment ago is not shown
        return Found(name, tuple(matches[:count]), not matches)

    def _embedded(self, held: _Held, text: str) -> tuple[str, npt.NDArray[np.float32] | None]:
        """The question as a vector, where a model is loaded that knows the library."""
        embedder = _ready(held.embedder)
        if embedder is None or not text or not held.index.embedded:
            return LEXICAL, None
        try:
            return embedder.name, embedder.query([text])[0]
        except EmbedderGone:
            log.warning("embedder gone; searching by characters")
            return LEXICAL, None

    def _current(self) -> _Held:
        stamp = self._store.stamp()
        with self._lock:
            held = self._held
            if held is not None and held.stamp == stamp and not held.waiting:
                return held
            if held is None or len(held.index.entries) <= SMALL:
                self._held = self._build(stamp)
                return self._held
            if not self._building:
                self._building = True
                threading.Thread(target=self._rebuild, args=(stamp,), daemon=True).start()
            return held

    def _rebuild(self, stamp: int) -> None:
        try:
            made = self._build(stamp)
            with self._lock:
                self._held = made
        finally:
            self._building = False

    def _build(self, stamp: int) -> _Held:
        entries = self._store.entries()
        embedder = self._choose()
        vectors: dict[str, bytes] = {}
        waiting = False
        if embedder is not None:
            vectors = self._store.vectors(embedder.name)
            new = {e.content_hash: e.question for e in entries if e.content_hash not in vectors}
            waiting = 0 < len(new) <= INLINE
            if waiting and _ready(embedder) is not None:
                vectors |= embed(self._store, embedder, new)
                waiting = False
        return _Held(stamp, LibraryIndex(entries, self._groups(), vectors), embedder, waiting)


@dataclass(frozen=True)
class _Held:
    """The index of a library as it stood at ``stamp``. ``waiting``: for a model that is loading."""

    stamp: int
    index: LibraryIndex
    embedder: Embedder | None
    waiting: bool


def embed(store: BenchmarkStore, embedder: Embedder, texts: dict[str, str]) -> dict[str, bytes]:
    """Embed texts by content hash and store the vectors. Empty where the embedder is gone."""
    if not texts:
        return {}
    try:
        made = embedder.document(list(texts.values()))
    except EmbedderGone:
        return {}
    rows = [(key, row.astype(np.float32).tobytes()) for key, row in zip(texts, made, strict=True)]
    store.save_vectors(embedder.name, rows)
    return dict(rows)


def _ready(embedder: Embedder | None) -> Embedder | None:
    if isinstance(embedder, ResidentEmbedder):
        embedder.start()
        return embedder if embedder.ready else None
    return embedder


def _different_people(hits: Sequence[Hit], count: int) -> list[Hit]:
    """Best first by rank and worth; somebody not shown yet before a second answer of the same,
    where theirs is nearly as near."""
    left = sorted(hits, key=lambda h: -h.rank * h.entry.worth)
    chosen: list[Hit] = []
    while left and len(chosen) < count:
        shown = {h.entry.agent for h in chosen if h.entry.agent}
        near = OTHERS * max(h.similarity for h in left)
        best = next(
            (h for h in left if h.entry.agent not in shown and h.similarity >= near), left[0]
        )
        chosen.append(best)
        left.remove(best)
    return chosen
