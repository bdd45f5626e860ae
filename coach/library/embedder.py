"""Texts to vectors: the port, sentence-transformers behind it, and the child process it lives in.

The only module that imports sentence-transformers; torch never enters the web process.
"""

from __future__ import annotations

import atexit
import json
import logging
import multiprocessing as mp
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]  # shape (texts, dimensions), rows of length 1
# bge's Chinese models ship no prompts: the instruction for queries has to be set (model card).
BGE_ZH_QUERY = "为这个句子生成表示以用于检索相关文章："


log = logging.getLogger("coach.embedder")


class EmbedderGone(Exception):
    """The process that embeds is no longer there; search goes the lexical way."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their similarity."""

    @property
    def name(self) -> str:
        """Identifies model and prompts; stored vectors are kept under it."""

    def query(self, texts: Sequence[str]) -> Vectors: ...

    def document(self, texts: Sequence[str]) -> Vectors: ...


class SentenceTransformersEmbedder:
    """A sentence-transformers model in a local folder."""

    def __init__(self, folder: Path) -> None:
        json.loads((folder / "modules.json").read_text("utf-8"))  # half-copied: known at once
        from sentence_transformers import SentenceTransformer

        prompts = {"query": BGE_ZH_QUERY} if _is_bge_zh(folder.name) else None
        self._model: Any = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, prompts=prompts
        )
        self.name = embedder_name(folder)

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._array(self._model.encode_query(list(texts), **self._options))

    def document(self, texts: Sequence[str]) -> Vectors:
        return self._array(self._model.encode_document(list(texts), **self._options))

    _options = {"normalize_embeddings": True, "show_progress_bar": False}  # noqa: RUF012

    @staticmethod
    def _array(found: Any) -> Vectors:
        return np.asarray(found, dtype=np.float32)


def cosines(embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The cosine of each pair's texts."""
    if not pairs:
        return []
    a = embedder.query([a for a, _ in pairs])
    b = embedder.document([b for _, b in pairs])
    return [float(x) for x in (a * b).sum(axis=1)]


def _is_bge_zh(name: str) -> bool:
    return name.startswith("bge-") and "-zh" in name


def embedder_name(folder: Path) -> str:
    """The id under which a folder's vectors are stored."""
    return f"st:{folder.name}:{'bge-query' if _is_bge_zh(folder.name) else 'own-prompts'}"


class ResidentEmbedder:
    """The same, in one child process that is started when first needed and kept.

    ``ready`` turns true when the model is loaded; until then search goes the lexical way.
    """

    def __init__(self, folder: Path) -> None:
        self.name = embedder_name(folder)
        self._folder = folder
        self._lock = threading.Lock()
        self._child: Any = None
        self._conn: Connection[Any, Any] | None = None
        self._ready = False
        self._failed = False

    def start(self) -> None:
        """Start loading; returns at once. A model that failed to load is not tried again."""
        with self._lock:
            if self._failed or self._child is not None:
                return
            context = mp.get_context("spawn")
            self._conn, theirs = context.Pipe()
            self._child = context.Process(
                target=_serve, args=(theirs, str(self._folder)), daemon=True
            )
            self._child.start()
            theirs.close()
            atexit.register(self.stop)

    @property
    def ready(self) -> bool:
        """Loaded and answering. False for ever when the folder holds no usable model."""
        return self.wait(0.0, start=False)

    def wait(self, seconds: float, *, start: bool = True) -> bool:
        """Start, and wait until ready or ``seconds`` are over."""
        if start:
            self.start()
        with self._lock:
            if self._conn is None or self._failed:
                return False
            try:
                if not self._ready and self._conn.poll(seconds):
                    self._ready = self._conn.recv() == "ready"
            except (EOFError, OSError):
                self._failed = True
                log.warning("the embedding model in %s cannot be loaded", self._folder)
            return self._ready and not self._failed

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._ask("query", texts)

    def document(self, texts: Sequence[str]) -> Vectors:
        return self._ask("document", texts)

    def stop(self) -> None:
        """End the child."""
        if self._child is not None and self._child.is_alive():
            self._child.terminate()

    def _ask(self, kind: str, texts: Sequence[str]) -> Vectors:
        with self._lock:
            try:
                if self._conn is None:
                    raise EOFError
                self._conn.send((kind, list(texts)))
                answer = self._conn.recv()
            except (EOFError, OSError) as error:
                self._failed = True
                raise EmbedderGone() from error
        return np.asarray(answer, dtype=np.float32)


def _serve(conn: Connection[Any, Any], folder: str) -> None:
    """The child: load, say ready, answer until the other end goes away."""
    try:
        model = SentenceTransformersEmbedder(Path(folder))
        conn.send("ready")
        while True:
            kind, texts = conn.recv()
            conn.send(model.query(texts) if kind == "query" else model.document(texts))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except (OSError, ValueError):
        log.exception("the embedding model in %s cannot be loaded", folder)
