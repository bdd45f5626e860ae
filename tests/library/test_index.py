"""What search holds in memory: filters first, two paths fused, limits learnt."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import TooFewPairs
from coach.library.index import Entry, Hit, LibraryIndex, Wanted, usual_cosine
from coach.library.limits import Limits, Pair, learn, learn_with
from coach.library.search import _different_people
from coach.library.vectors import Mask, VectorIndex, top
from tests.fakes import FakeEmbedder
from tests.questions import half, pairs

ENTRIES = (
    Entry("a", "流量怎么超了", "ha", agent="甲", node="流量", team="一班", recording_id="r1"),
    Entry("b", "流量包怎么退", "hb", agent="乙", node="流量", team="二班", recording_id="r2"),
    Entry("c", "流量什么时候清零", "hc", agent="甲", node="套餐", team="一班", recording_id="r3",
          until=date(2026, 11, 1)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted(), "abc"),
        (Wanted(nodes=frozenset({"套餐"})), "c"),
        (Wanted(teams=frozenset({"一班"})), "ac"),
        (Wanted(agents=frozenset({"甲"}), without_recording="r1"), "c"),
        (Wanted(today=date(2026, 11, 1)), "abc"),
        (Wanted(today=date(2026, 11, 2)), "ab"),
        (Wanted(nodes=frozenset({"没有"})), ""),
    ],
)
def test_filters_come_before_ranking(wanted: Wanted, left: str) -> None:
    index = LibraryIndex(ENTRIES)
    hits = index.find("流量", index.allowed(wanted))
    assert sorted(h.entry.id for h in hits) == sorted(left)


def test_a_vector_of_another_length_is_left_out() -> None:
    vectors = {
        "ha": np.array([1, 0], np.float32).tobytes(),
        "hb": np.array([0, 1], np.float32).tobytes(),
        "hc": np.array([1, 0, 0], np.float32).tobytes(),
    }
    index = LibraryIndex(ENTRIES, vectors=vectors)
    assert index.embedded == 2
    hits = index.find("说别的", index.allowed(Wanted()), np.array([0, 1], np.float32))
    assert hits[0].entry.id == "b"


def test_both_paths_count() -> None:
    """What both find stands above what one of them finds."""
    embedder = FakeEmbedder()
    rows = zip(ENTRIES, embedder.document([e.question for e in ENTRIES]), strict=True)
    index = LibraryIndex(ENTRIES, vectors={e.content_hash: row.tobytes() for e, row in rows})
    hits = index.find("流量包退", index.allowed(Wanted()), embedder.query(["流量包退"])[0])
    assert hits[0].entry.id == "b"
    assert hits[0].rank == pytest.approx(hits[0].similarity, abs=1e-3)  # first on both paths


def test_colleagues_take_turns_where_they_are_nearly_as_good() -> None:
    def hit(key: str, agent: str, rank: float, worth: float = 1.0) -> Hit:
        return Hit(Entry(key, "", "", agent=agent, worth=worth), rank, rank)

    found = [hit("a", "甲", 0.9), hit("b", "甲", 0.8), hit("c", "乙", 0.75), hit("d", "丙", 0.2)]
    assert [h.entry.id for h in _different_people(found, 3)] == ["a", "c", "b"]
    better = [hit("a", "甲", 0.9, 0.5), hit("b", "乙", 0.8)]
    assert [h.entry.id for h in _different_people(better, 2)] == ["b", "a"]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(0, 10_000))
def test_the_nearest_are_those_a_sort_would_give(rows: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    allowed, query = rng.random(rows) < 0.5, vectors[0]
    found = VectorIndex(vectors).nearest(query, allowed, count)
    wanted = [int(i) for i in np.argsort(-(vectors @ query), kind="stable") if allowed[i]][:count]
    assert [round(float(vectors[i] @ query), 5) for i in found] == [
        round(float(vectors[i] @ query), 5) for i in wanted
    ]
    scores = (vectors @ query).astype(np.float32)
    assert all(scores[i] > 0 and allowed[i] for i in top(scores, allowed, count))


def test_a_graph_finds_nearly_all_that_an_exact_search_finds() -> None:
    pytest.importorskip("usearch")
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(50, 32))
    vectors = (centres[rng.integers(0, 50, 4000)] + 0.5 * rng.normal(size=(4000, 32))).astype("f4")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    graph, exact = VectorIndex(vectors, exact=1000), VectorIndex(vectors)
    for share in (1.0, 0.5, 0.01):
        allowed = rng.random(4000) < share
        same = [
            len({*graph.nearest(q, allowed, 10)} & {*exact.nearest(q, allowed, 10)}) / 10
            for q in vectors[:50]
        ]
        assert np.mean(same) >= 0.95


def test_what_unrelated_texts_have_in_common_does_not_count() -> None:
    rng = np.random.default_rng(2)
    lifted = rng.normal(size=(200, 64)) + 3
    lifted /= np.linalg.norm(lifted, axis=1, keepdims=True)
    assert usual_cosine(lifted.astype(np.float32)) > 0.8
    assert usual_cosine(lifted[:5].astype(np.float32)) == 0


def test_the_limit_is_learnt_and_loses_one_in_ten_of_what_is_there() -> None:
    report = learn_with(pairs(half(0)[:40]), None)
    assert report.lexical.false_alarms <= 0.11
    assert report.limits == Limits(report.lexical.threshold, False)
    steps = [step for step, _, _ in report.lexical.curve]
    assert steps == sorted(steps)


def test_a_model_that_finds_worse_is_not_used() -> None:
    report = learn_with(pairs(half(0)[:40]), FakeEmbedder())  # it knows five words
    assert report.model is not None
    assert report.model.reciprocal < report.lexical.reciprocal
    assert not report.limits.model


def test_too_few_pairs_teach_nothing() -> None:
    with pytest.raises(TooFewPairs):
        learn([Pair("问", "答", True)] * 30, LibraryIndex)


class Plain(LibraryIndex):
    """The recipe that the public figures are of: sklearn's TF-IDF over the characters as they are."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        super().__init__(entries)
        self._vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
        self._matrix = self._vectoriser.fit_transform([e.question for e in entries])

    def find(self, query: str, allowed: Mask, vector: object = None) -> list[Hit]:
        scores = (self._matrix @ self._vectoriser.transform([query]).T).toarray().ravel()
        rows = top(scores.astype(np.float32), allowed, 50)
        return [Hit(self.entries[r], float(scores[r]), float(scores[r])) for r in rows]


def test_the_unread_half_of_our_questions_is_found_as_well_as_the_docs_say() -> None:
    """520 questions in six people's words each, every second unread."""
    lexical = learn_with(pairs(half(1)), None).lexical
    plain = learn(pairs(half(1)), Plain).lexical
    assert lexical.first >= 0.40 > plain.first
    assert lexical.three >= 0.54 > plain.three
