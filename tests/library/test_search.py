"""Who answered this best? With a model, without one, and with nothing to find."""

from dataclasses import replace
from pathlib import Path

import pytest

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.masking.clip import Clip, ClipState
from coach.library.benchmark import Benchmark, parse_tags
from coach.library.embedder import Embedder, ResidentEmbedder, embedder_name
from coach.library.index import Wanted
from coach.library.lexical import NAME as LEXICAL
from coach.library.limits import Limits
from coach.library.search import Search
from coach.library.wording import SAME
from tests.factories import START, recording
from tests.fakes import FakeEmbedder

TEXTS = {"b-1": "为什么又扣我钱", "b-2": "流量怎么超了", "b-3": "宽带能搬家吗"}


def search_of(services: Services, embedder: Embedder | None = None) -> Search:
    """The search of a library with this embedder and no limit to speak of."""
    return Search(
        services.benchmarks, lambda: embedder, lambda _: Limits(0.1), lambda: SAME, START.date
    )


@pytest.fixture
def library(services: Services) -> Services:
    services.calls.add(recording(), {"a" * 64: "file"})
    for i, (key, text) in enumerate(TEXTS.items()):
        cut = Cut(float(i), i + 1.0)
        released = Clip(f"clip-{key}", "rec-1", cut, (), text, ClipState.RELEASED)
        services.clips.add([released], "")
        services.benchmarks.add(
            Benchmark(
                key, "rec-1", text, f"答{i}", cut.start, cut.end, "", "", (), "", START, released.id
            )
        )
    return services


def test_what_is_not_released_is_not_found(library: Services) -> None:
    assert library.search.find("流量").matches
    library.gate.withdraw(["clip-b-2"], "质检")
    assert "b-2" not in [m.benchmark.id for m in library.search.find("流量怎么超了").matches]


@pytest.mark.parametrize(
    ("question", "best"), [("又扣了钱", "b-1"), ("流量", "b-2"), ("宽带", "b-3"), ("搬家", "b-3")]
)
def test_by_characters(library: Services, question: str, best: str) -> None:
    found = search_of(library).find(question)
    assert found.embedder == LEXICAL
    assert found.matches[0].benchmark.id == best
    assert all(
        a.similarity >= b.similarity for a, b in zip(found.matches, found.matches[1:], strict=False)
    )


@pytest.mark.parametrize(
    "question",
    ["", "   ", "😀😀", "zzz", "'; DROP TABLE benchmark; --", '"NEAR" OR *', "长" * 10000],
)
def test_what_cannot_be_found_is_not(library: Services, question: str) -> None:
    assert search_of(library).find(question).matches == ()


def test_an_empty_library(services: Services) -> None:
    assert search_of(services).find("流量").matches == ()
    assert search_of(services, FakeEmbedder()).find("流量").matches == ()


def test_by_meaning_and_each_text_is_embedded_once(library: Services) -> None:
    embedder = FakeEmbedder()
    search = search_of(library, embedder)
    assert search.find("流量流量").matches[0].benchmark.id == "b-2"
    search.find("宽带")
    assert sorted(embedder.embedded) == sorted(TEXTS.values())


def test_the_call_just_played_can_be_left_out(library: Services) -> None:
    assert search_of(library).find("流量", wanted=Wanted(without_recording="rec-1")).matches == ()


def test_tags() -> None:
    assert parse_tags("共情，时限 #共情;  ") == ("共情", "时限")


@pytest.fixture(scope="session")
def tiny_embedder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model with random weights, named like bge's Chinese one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("st")
    characters = sorted({c for text in TEXTS.values() for c in text} | set("怎么退钱"))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu")
    target = folder / "bge-tiny-zh"
    model.save(str(target))
    return target


def test_the_real_sentence_transformers_in_its_own_process(
    library: Services, tiny_embedder: Path
) -> None:
    """Until it is loaded the search is lexical; then by meaning; torch stays out of this process."""
    resident = ResidentEmbedder(tiny_embedder)
    search = search_of(library, resident)
    assert search.find("流量怎么超了").embedder == LEXICAL
    assert resident.wait(60)
    found = search.find("流量怎么超了")
    assert found.embedder == embedder_name(tiny_embedder)
    assert set(library.benchmarks.vectors(found.embedder)) == {
        replace(b).content_hash for b in library.benchmarks.listed()
    }
    resident.stop()


def test_a_model_folder_that_cannot_be_loaded_leaves_the_lexical_search(
    library: Services, tmp_path: Path
) -> None:
    (tmp_path / "modules.json").write_text("[")
    resident = ResidentEmbedder(tmp_path)
    search = search_of(library, resident)
    search.warm(60)
    assert search.find("流量").embedder == LEXICAL
    assert search.find("流量").matches
    resident.stop()
