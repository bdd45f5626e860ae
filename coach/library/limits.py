"""Below which likeness nobody has answered a question yet, learnt from judged pairs. Pure.

What a similarity means differs by embedder and by library, so the limit is learnt: every question
asked is looked for twice, with its answer in the library and with it taken out. The limit loses at
most one in ten of the first; how many of the second it recognises is what the curve shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np

from coach.errors import TooFewPairs
from coach.library.embedder import Embedder
from coach.library.index import Entry, LibraryIndex, Wanted
from coach.library.vectors import Mask

FALSE_ALARMS = 0.1  # share of answered questions for which nobody may be named
LEAST_PAIRS = 20  # questions with an answer: below that a limit is chance


@dataclass(frozen=True)
class Pair:
    """Somebody said whether a benchmark's question is what was asked."""

    asked: str
    question: str
    same: bool


@dataclass(frozen=True)
class Limits:
    """What was learnt for an embedder: the limit, and whether its model is worth asking.

    The default is that of search by characters, from our own paraphrases (docs/methods.md).
    """

    threshold: float = 0.13
    model: bool = False


@dataclass(frozen=True)
class Path:
    """How well one way of searching finds: shares of the questions that have an answer."""

    first: float  # found first
    three: float  # among the first three
    ten: float
    reciprocal: float  # mean of 1 / place
    auc: float  # chance that an answered question scores above an unanswered one
    threshold: float
    none: float  # correct "nobody yet" at the threshold
    false_alarms: float
    curve: tuple[tuple[float, float, float], ...]  # threshold, correct none, false alarms


@dataclass(frozen=True)
class Report:
    """What was measured, by characters and, where there is a model, with it."""

    questions: int
    lexical: Path
    model: Path | None

    @property
    def limits(self) -> Limits:
        """The model is used only where it finds better."""
        if self.model is not None and self.model.reciprocal > self.lexical.reciprocal:
            return Limits(self.model.threshold, True)
        return Limits(self.lexical.threshold, False)

    def of_characters(self) -> Report:
        """What holds without the model."""
        return replace(self, model=None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class LimitStore(Protocol):
    """Where judged pairs and what was learnt from them are kept."""

    def limits(self, embedder: str) -> Limits | None:
        """What was learnt last for this embedder."""

    def learnt(self, embedder: str, report: Report) -> None:
        """Keep a report; its limits count from now on."""

    def judge(self, pair: Pair, by: str) -> None:
        """Keep a pair; a later word about the same two counts."""

    def pairs(self) -> list[Pair]:
        """All of them, oldest first."""


def learn_with(pairs: Sequence[Pair], embedder: Embedder | None) -> Report:
    """Both ways of searching, or only by characters where there is no embedder.

    Raises TooFewPairs.
    """
    if embedder is None:
        return learn(pairs, LibraryIndex)

    def index(entries: Sequence[Entry]) -> LibraryIndex:
        made = embedder.document([e.question for e in entries])
        rows = zip(entries, np.asarray(made, np.float32), strict=True)
        return LibraryIndex(entries, vectors={e.content_hash: row.tobytes() for e, row in rows})

    return learn(pairs, index, embedder.query)


def learn(
    pairs: Sequence[Pair],
    index: Callable[[Sequence[Entry]], LibraryIndex],
    vectors: Callable[[Sequence[str]], Any] | None = None,
) -> Report:
    """Measure both ways of searching on judged pairs.

    Args:
        index: makes an index of entries, with vectors where there is a model.
        vectors: embeds questions, shape (texts, dimensions).

    Raises:
        TooFewPairs: fewer than LEAST_PAIRS questions have an answer.
    """
    answers: dict[str, set[str]] = {}
    for p in pairs:
        mine = answers.setdefault(p.asked, set())
        if p.same:
            mine.add(p.question)
    if sum(bool(a) for a in answers.values()) < LEAST_PAIRS:
        raise TooFewPairs(n=sum(bool(a) for a in answers.values()), least=LEAST_PAIRS)
    questions = sorted({p.question for p in pairs})
    made = index([Entry(q, q, q) for q in questions])
    lexical = _measure(made, answers, questions, None)
    if vectors is None or not made.embedded:
        return Report(len(answers), lexical, None)
    return Report(len(answers), lexical, _measure(made, answers, questions, vectors(list(answers))))


def _measure(
    index: LibraryIndex, answers: dict[str, set[str]], questions: Sequence[str], vectors: Any
) -> Path:
    everything = index.allowed(Wanted())
    places: list[int] = []  # of the first right one, from 1; 0: not among the candidates
    inside: list[float] = []
    outside: list[float] = []
    for number, (asked, right) in enumerate(answers.items()):
        vector = None if vectors is None else vectors[number]
        if right:
            hits = index.find(asked, everything, vector)
            found = [n for n, h in enumerate(hits, start=1) if h.entry.id in right]
            places.append(found[0] if found else 0)
            inside.append(max((h.similarity for h in hits[:3]), default=0.0))
        without = _without(everything, questions, right)
        hits = index.find(asked, without, vector)
        outside.append(max((h.similarity for h in hits[:3]), default=0.0))
    return _path(np.array(places), np.array(inside), np.array(outside))


def _without(everything: Mask, questions: Sequence[str], right: set[str]) -> Mask:
    mask = everything.copy()
    mask[[i for i, q in enumerate(questions) if q in right]] = False
    return mask


def _path(places: Any, inside: Any, outside: Any) -> Path:
    from sklearn.metrics import roc_auc_score

    labels = np.r_[np.ones(len(inside)), np.zeros(len(outside))]
    threshold = round(float(np.quantile(inside, FALSE_ALARMS)), 4)
    steps = np.linspace(0, 1, 21)
    found = places > 0
    return Path(
        first=float(np.mean(places == 1)),
        three=float(np.mean(found & (places <= 3))),
        ten=float(np.mean(found & (places <= 10))),
        reciprocal=float(np.mean(np.where(found, 1 / np.maximum(places, 1), 0))),
        auc=float(roc_auc_score(labels, np.r_[inside, outside])),
        threshold=threshold,
        none=float(np.mean(outside < threshold)),
        false_alarms=float(np.mean(inside < threshold)),
        curve=tuple(
            (round(float(s), 2), float(np.mean(outside < s)), float(np.mean(inside < s)))
            for s in steps
        ),
    )
