"""Search by characters and words: TF-IDF cosine over character 1- and 2-grams, no model needed.

On public Chinese customer-service pairs this is hard to beat without a Chinese embedding model (ROC-AUC
BQ .760, ATEC .692, LCQMC .742); LSA on top makes it worse. Three things were measured to help on our
own paraphrases (docs/methods.md): how rare a gram is is counted in a background of customers'
questions as well as in the library, which may be small; two-character grams weigh half; the trade's
other words for what was said are looked for besides, at a third.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.library.wording import SAME, bare, clash, expanded

Scores = npt.NDArray[np.float32]
NAME = "tfidf-char-1-2"
SYNONYM = 0.3  # weight of a word that was not said but means the same
STEM = 4  # letters of a word that are looked for besides: charge, charged
_PART = re.compile(r"[a-z']{2,}|\d+(?:\.\d+)?|.")
PAIR = 0.5  # weight of a 2-gram
BACKGROUND = Path(__file__).parent / "background.json"  # python -m tests.questions background


class Rarity:
    """How much a gram tells: its inverse document frequency in texts and background together."""

    def __init__(self, counts: Mapping[str, int], texts: int) -> None:
        known, more = _background()
        self._counts, self._known = counts, known
        self._texts = texts + more

    def weight(self, gram: str, times: float = 1.0) -> float:
        """Of a gram said so many times."""
        count = self._counts.get(gram, 0) + self._known.get(gram, 0)
        rare = math.log((1 + self._texts) / (1 + count)) + 1
        return rare * (1 + math.log(times)) * (1 if len(gram) == 1 else PAIR)

    def wanted(self, text: str, groups: Iterable[Sequence[str]]) -> dict[str, float]:
        """The grams of a bare text and its synonyms, as a vector of length 1."""
        found = {g: self.weight(g, n) for g, n in Counter(grams(text)).items()}
        for gram, times in Counter(grams(expanded(text, groups))).items():
            found[gram] = found.get(gram, 0.0) + SYNONYM * self.weight(gram, times)
        return _unit(found)


class LexicalIndex:
    """Postings of texts: for each gram who has it, and with what weight. Built once, then read."""

    def __init__(self, texts: Sequence[str], groups: Iterable[Sequence[str]] = SAME) -> None:
        self._groups = tuple(groups)
        self._size = len(texts)
        self._columns: dict[str, int] = {}
        matrix = _counted(texts, self._columns)
        spread = np.bincount(matrix.indices, minlength=len(self._columns))
        names = list(self._columns)
        self._rarity = Rarity({g: int(spread[c]) for g, c in self._columns.items()}, len(texts))
        weights = np.array([self._rarity.weight(g) for g in names], np.float32)
        matrix.data = (1 + np.log(matrix.data)) * weights[matrix.indices]
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(np.where(length, length, 1), np.diff(matrix.indptr))
        postings = matrix.tocsc()
        self._starts, self._rows = postings.indptr, postings.indices
        self._weights = postings.data.astype(np.float32)

    def scores(self, query: str) -> Scores:
        """How alike each text is to ``query``, 0..1."""
        found = np.zeros(self._size, np.float32)
        for gram, weight in self._rarity.wanted(bare(query), self._groups).items():
            column = self._columns.get(gram)
            if column is not None:
                a, b = self._starts[column], self._starts[column + 1]
                found[self._rows[a:b]] += self._weights[a:b] * np.float32(weight)
        return found


def grams(text: str) -> list[str]:
    """Characters and what stands side by side, blanks being borders; of other scripts whole words
    and their beginnings, since a letter says nothing; numbers whole."""
    out: list[str] = []
    for run in text.split():
        parts = _PART.findall(run)
        out += parts
        out += [a + b for a, b in zip(parts, parts[1:], strict=False) if len(a) == len(b) == 1]
        out += [p[:STEM] + "…" for p in parts if len(p) > STEM and p.isalpha()]
    return out


def similarities(pairs: Sequence[tuple[str, str]], more: Sequence[str] = ()) -> list[float]:
    """How alike the two texts of each pair are, 0..1, the same either way round.

    Args:
        more: other texts of the trade, from which it is learnt which grams say little.
    """
    bared = [(bare(a), bare(b)) for a, b in pairs]
    texts = dict.fromkeys([*(t for pair in bared for t in pair), *map(bare, more)])
    rarity = Rarity(Counter(g for t in texts for g in set(grams(t))), len(texts))
    plain = {
        t: _unit({g: rarity.weight(g, n) for g, n in Counter(grams(t)).items()}) for t in texts
    }
    wide = {t: rarity.wanted(t, SAME) for t in texts}
    return [
        min(1.0, max(_dot(wide[a], plain[b]), _dot(wide[b], plain[a]))) * clash(a, b)
        for a, b in bared
    ]


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return sum(weight * b[gram] for gram, weight in a.items() if gram in b)


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(w * w for w in vector.values()))
    return {g: w / length for g, w in vector.items()} if length else {}


def _counted(texts: Sequence[str], columns: dict[str, int]) -> Any:
    """How often each text has each gram, as a sparse matrix; ``columns`` learns the grams."""
    from scipy.sparse import csr_array

    indices, data, starts = [], [], [0]
    for text in texts:
        for gram, times in Counter(grams(bare(text))).items():
            indices.append(columns.setdefault(gram, len(columns)))
            data.append(times)
        starts.append(len(indices))
    return csr_array(
        (np.array(data, np.float32), np.array(indices, np.int32), np.array(starts, np.int64)),
        shape=(len(texts), len(columns)),
    )


@cache
def _background() -> tuple[dict[str, int], int]:
    """In how many of how many customers' questions a gram occurs."""
    document = json.loads(BACKGROUND.read_text("utf-8"))
    return document["grams"], document["texts"]
