"""What people mean in words of their own, read by an embedding model where there is one, and remembered.

Views are drawn many times and stay pure: what the model finds is kept beside what people said, whose word
goes before its own, so that a mark is the same on every screen, on the record and after a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from coach.game.coverage import LearnedStore, mark
from coach.game.odds import asking, meaning
from coach.library.keypoints import KeyPoint
from coach.library.meaning import Same
from coach.library.saying import LONG, otherwise, stretches, wording


class MeansSame(Protocol):
    """Implemented by ``coach.library.meaning.Meaning``."""

    @property
    def model(self) -> str:
        """Who is asked; "" for nobody."""

    def same(self, some: Sequence[str], others: Sequence[str]) -> Same | None:
        """Which mean the same; None where nobody can be asked."""


class Reader:
    """Reads answers for key points, and guesses for what was asked."""

    def __init__(self, meaning: MeansSame, learned: LearnedStore) -> None:
        self._meaning, self._learned = meaning, learned

    @property
    def there(self) -> bool:
        """Whether there is a model to read with."""
        return bool(self._meaning.model)

    def points(self, points: Sequence[KeyPoint], texts: Sequence[str]) -> int:
        """Words that make a point which their characters do not show; returns how many are new."""
        learned = self._learned.all()
        missed = [(p, text) for text in texts for p in points if not mark((p,), text, learned).made]
        said = {text: _short(text) for _, text in missed}
        some = list(dict.fromkeys(w for words in said.values() for w in words))
        others = list(dict.fromkeys(w for p, _ in missed for w in _phrasings(p)))
        same = self._meaning.same(some, others)
        if same is None:
            return 0
        row, column = {w: i for i, w in enumerate(some)}, {w: i for i, w in enumerate(others)}
        new = 0
        for p, text in missed:
            means = [
                w for w in said[text] if not otherwise(p.phrasings, w)
                and any(same[row[w], column[x]] for x in _phrasings(p))
            ]  # fmt: skip
            if means:
                new += self._put(p.key, min(means, key=len))
        return new

    def guesses(self, texts: Sequence[str], really: str) -> int:
        """Guesses that mean what the customer asked, or each other; returns how many are new."""
        said = list(dict.fromkeys(w for w in map(wording, texts) if w))
        right = self._meaning.same(said, [wording(really)])
        together = self._meaning.same(said, said)
        if right is None or together is None:
            return 0
        new = sum(self._put(asking(really), w) for i, w in enumerate(said) if right[i, 0])
        groups: list[list[int]] = []  # in each, every one means the same as every other
        for i in range(len(said)):
            group = next((g for g in groups if all(together[i, j] for j in g)), None)
            if group is None:
                groups.append([i])
            else:
                group.append(i)
        for alike in ([said[i] for i in g] for g in groups if len(g) > 1):
            new += sum(self._put(meaning(alike), w) for w in alike)
        return new

    def _put(self, key: str, words: str) -> bool:
        return self._learned.put_new(key, words, self._meaning.model)


def _short(text: str) -> tuple[str, ...]:
    """Stretches of an answer that may say one thing."""
    return tuple(dict.fromkeys(w for a, b, w in stretches(text) if b - a <= 2 * LONG))


def _phrasings(point: KeyPoint) -> tuple[str, ...]:
    return tuple(w for w in map(wording, point.phrasings) if w)
