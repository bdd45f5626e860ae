"""Texts that mean the same, put together: guesses of a room, or what customers asked next. Pure.

Complete linkage (Sørensen 1948) on likeness by characters: two groups are merged while every text of
one is like every text of the other. A group is called by the text that is most like its others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from coach.library.lexical import LexicalIndex
from coach.library.wording import bare, clash, opposed

SAME = 0.2  # likeness from which two short texts ask the same; measured, docs/methods.md
LEAST = 0.05  # below that two texts are not alike, whatever they say
Likeness = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Group:
    """Texts that mean the same, by their places; ``name``: the place of the one it is called by."""

    name: int
    members: tuple[int, ...]


@lru_cache(maxsize=64)
def grouped(
    texts: tuple[str, ...],
    same: float = SAME,
    together: frozenset[tuple[int, int]] = frozenset(),
) -> tuple[Group, ...]:
    """Groups, the largest first, then in the order of their first text.

    Args:
        together: places of texts that are known to mean the same.
    """
    if not texts:
        return ()
    alike = likeness(texts)
    for i, j in together:
        alike[i, j] = alike[j, i] = 1
    groups = [[i] for i in range(len(texts))]
    between = alike.copy()
    np.fill_diagonal(between, 0)
    while True:
        a, b = divmod(int(between.argmax()), len(texts))
        if between[a, b] < same:
            break
        a, b = min(a, b), max(a, b)
        groups[a] += groups[b]
        groups[b] = []
        between[a] = between[:, a] = np.minimum(between[a], between[b])
        between[b] = between[:, b] = 0
        between[a, a] = 0
    found = [_group(alike, sorted(g)) for g in groups if g]
    return tuple(sorted(found, key=lambda g: (-len(g.members), g.members[0])))


def likeness(texts: Sequence[str]) -> Likeness:
    """How alike each two texts are, 0..1, the same either way round."""
    found = across(texts, texts)
    return np.maximum(found, found.T)


def across(some: Sequence[str], others: Sequence[str]) -> Likeness:
    """How alike each of some texts is to each of others, 0..1; of shape (some, others)."""
    if not some or not others:
        return np.zeros((len(some), len(others)), np.float32)
    index = LexicalIndex([*others, *some])
    found = np.array([index.scores(text)[: len(others)] for text in some], np.float32)
    left, right = [bare(text) for text in some], [bare(text) for text in others]
    for a, b in np.argwhere(found >= LEAST):
        found[a, b] *= 0 if opposed(left[a], right[b]) else clash(left[a], right[b])
    return np.minimum(found, 1)


def _group(alike: Likeness, members: list[int]) -> Group:
    inner = alike[np.ix_(members, members)].sum(axis=1)
    return Group(members[int(inner.argmax())], tuple(members))
