"""Search put together: which embedding model answers, and what is embedded when."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from coach.calls.glossary import GlossaryStore
from coach.library.benchmark import BenchmarkStore
from coach.library.embedder import (
    Embedder,
    ResidentEmbedder,
    SentenceTransformersEmbedder,
    embedder_name,
)
from coach.library.lexical import NAME as LEXICAL
from coach.library.limits import Limits, LimitStore
from coach.library.search import Search, embed
from coach.library.wording import SAME
from coach.settings import Settings

BATCH = 64  # texts embedded and stored at once: what a broken-off run loses
_CHINESE = re.compile(r"zh|chinese|multilingual|bge-m3|m3e|gte-|qwen|text2vec", re.IGNORECASE)


def embedding_folder(settings: Settings, name: str = "") -> Path | None:
    """The folder of the embedding model set, or of the one named, if it is there."""
    wanted = name or settings.embedder
    named = Path(wanted).expanduser()
    candidates = [named] if named.is_absolute() else []
    candidates += [folder / wanted for folder in settings.model_folders]
    with suppress(OSError):  # a name that no file may have
        return next((c for c in candidates if (c / "modules.json").is_file()), None)
    return None


@lru_cache(maxsize=4)
def _resident(folder: Path) -> ResidentEmbedder:
    """One process for each model, however many services a process builds."""
    return ResidentEmbedder(folder)


class Choosing:
    """Which model answers: the one set, once it has read the library; until then the one before,
    as long as its folder is there. None where characters find better, or nobody knows yet."""

    def __init__(self, settings: Settings, store: BenchmarkStore, limits: LimitStore) -> None:
        self._settings, self._store, self._limits = settings, store, limits

    def __call__(self) -> Embedder | None:
        """The embedder to ask now."""
        folder = embedding_folder(self._settings)
        if folder is None or not self.limits(embedder_name(folder)).model:
            return None
        name, covered = embedder_name(folder), self._store.coverage()
        if covered.get(name, 0) < max(covered.values(), default=0):
            for other in sorted(covered, key=lambda n: -covered[n]):
                before = embedding_folder(self._settings, other.split(":")[1])
                if before and embedder_name(before) == other and self.limits(other).model:
                    return _resident(before)
        return _resident(folder)

    def limits(self, name: str) -> Limits:
        """What was learnt. Before that a model is trusted only if its name says it knows Chinese:
        English ones are far below search by characters."""
        known = self._limits.limits(name)
        return known or Limits(model=name != LEXICAL and bool(_CHINESE.search(name)))


def make_search(
    settings: Settings,
    store: BenchmarkStore,
    limits: LimitStore,
    glossary: GlossaryStore,
    now: Callable[[], datetime],
) -> Search:
    """The search of a site. Synonyms are the trade's and the team's."""
    zone, choosing = ZoneInfo(settings.time_zone), Choosing(settings, store, limits)
    return Search(
        store,
        choosing,
        choosing.limits,
        lambda: [*SAME, *((t.text, *t.same) for t in glossary.listed() if t.same)],
        lambda: now().astimezone(zone).date(),
    )


def unembedded(settings: Settings, store: BenchmarkStore) -> dict[str, str]:
    """Questions that the model set has not read yet, by content hash; none without a model."""
    folder = embedding_folder(settings)
    if folder is None:
        return {}
    known = store.embedded(embedder_name(folder))
    return {e.content_hash: e.question for e in store.entries() if e.content_hash not in known}


def embed_all(
    store: BenchmarkStore,
    texts: dict[str, str],
    embedder: Embedder,
    report: Callable[[float, float], None] = lambda done, total: None,
) -> int:
    """Embed texts batch by batch, each stored when finished; returns how many."""
    keys = list(texts)
    for start in range(0, len(keys), BATCH):
        part = {key: texts[key] for key in keys[start : start + BATCH]}
        embed(store, embedder, part)
        report(float(start + len(part)), float(len(keys)))
    return len(keys)


def load_embedder(settings: Settings) -> Embedder | None:
    """The model set, in this process: for the worker's child and commands, not for the web."""
    folder = embedding_folder(settings)
    return SentenceTransformersEmbedder(folder) if folder else None
