"""Commands that search: who answered this best, how alike are two questions, what search learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.main import Json, app, emit, note, say, services
from coach.cli.stages import Source, documents
from coach.errors import BadInput, NoEmbedder

if TYPE_CHECKING:
    from coach.bootstrap import Services
    from coach.library.limits import Pair

index = typer.Typer(no_args_is_help=True, help="What search knows: status, rebuild, calibrate.")
app.add_typer(index, name="index")


@app.command()
def search(
    question: str,
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=50)] = 3,
    node: Annotated[list[str] | None, typer.Option(help="of this business node only")] = None,
    team: Annotated[list[str] | None, typer.Option(help="of this team only")] = None,
    as_json: Json = False,
) -> None:
    """Who answered this best? Released benchmarks, by meaning and by characters."""
    from coach.library.index import Wanted

    s = services()
    s.search.warm(60.0)
    wanted = Wanted(nodes=frozenset(node or ()), teams=frozenset(team or ()))
    found = s.search.find(question, count=count, wanted=wanted)
    matches = [
        {
            "benchmark_id": m.benchmark.id,
            "question": m.benchmark.question,
            "answer": m.benchmark.answer,
            "agent": m.benchmark.agent,
            "tags": list(m.benchmark.tags),
            "similarity": m.similarity,
        }
        for m in found.matches
    ]
    if as_json:
        emit({"embedder": found.embedder, "none": found.none, "matches": matches})
        return
    note(f"({found.embedder})")
    if found.none:
        say("还没有这样的标杆。 Nobody yet.")
    for m in matches:
        say(f"{m['similarity']:.2f}  {m['agent']}  {m['question']}\n      → {m['answer']}")


@app.command()
def similar(source: Source = None, as_json: Json = True) -> None:
    """How alike two questions are: {"a", "b"} per line."""
    from coach.bootstrap import load_embedder
    from coach.library.embedder import cosines
    from coach.library.lexical import NAME, similarities

    s = services()
    lines = list(documents(source, _texts))
    pairs = [found for found in lines if isinstance(found, tuple)]
    embedder = load_embedder(s.settings) if s.search.modelled() else None
    if embedder is not None:
        values = cosines(embedder, pairs)
    else:
        values = similarities(pairs, [e.question for e in s.benchmarks.entries()])
    name = embedder.name if embedder else NAME
    left = iter(values)
    for found in lines:
        if isinstance(found, tuple):
            emit({"similarity": round(next(left), 4), "embedder": name})
        else:
            emit(found)


def _texts(document: dict[str, Any]) -> tuple[str, str]:
    a, b = document.get("a"), document.get("b")
    if not isinstance(a, str) or not isinstance(b, str):
        raise BadInput(detail="要有 a 和 b 两段文字", detail_en="“a” and “b” must be strings")
    return a, b


@index.command("status")
def status(as_json: Json = False) -> None:
    """Which search runs, how much of the library it has read, and its limit."""
    from coach.library.lexical import NAME

    s = services()
    name = _model_name(s)
    used = name if name and s.search.modelled() else NAME
    known = s.benchmarks.embedded(name) if name else set()
    entries = s.benchmarks.entries()
    document = {
        "embedder": used,
        "model": name,
        "benchmarks": len(entries),
        "embedded": sum(e.content_hash in known for e in entries),
        "threshold": s.search.limit(used),
        "pairs": len(s.library.limits.pairs()),
        "unanswered": len(s.library.unanswered.listed()),
    }
    if as_json:
        emit(document)
        return
    for key, value in document.items():
        say(f"{key:12} {value if value is not None else '—'}")


@index.command("rebuild")
def rebuild(
    again: Annotated[bool, typer.Option("--all", help="what is read already as well")] = False,
    as_json: Json = False,
) -> None:
    """Read questions that the embedding model does not know yet. Broken off, it goes on."""
    from coach.bootstrap import embed_all, load_embedder, unembedded

    s = services()
    embedder = load_embedder(s.settings)
    if embedder is None:
        raise NoEmbedder(name=s.settings.embedder)
    texts = unembedded(s.settings, s.benchmarks)
    if again:
        texts = {e.content_hash: e.question for e in s.benchmarks.entries()}
    count = embed_all(s.benchmarks, texts, embedder)
    document = {"embedder": embedder.name, "embedded": count}
    emit(document) if as_json else say(f"{count} · {embedder.name}")


@index.command("calibrate")
def calibrate(
    source: Annotated[
        Path | None, typer.Argument(help='pairs, {"a", "b", "same"} per line; else the judged ones')
    ] = None,
    as_json: Json = False,
) -> None:
    """Learn below which likeness nobody has answered it, and whether the model finds better."""
    from coach.bootstrap import load_embedder
    from coach.library.lexical import NAME
    from coach.library.limits import learn_with

    s = services()
    pairs = s.library.limits.pairs() if source is None else list(_pairs(source))
    embedder = load_embedder(s.settings)
    report = learn_with(pairs, embedder)
    s.library.limits.learnt(NAME, report.of_characters())
    if embedder is not None:
        s.library.limits.learnt(embedder.name, report)
    name = embedder.name if embedder is not None and report.limits.model else NAME
    if as_json:
        emit({"embedder": name, "threshold": report.limits.threshold, **report.to_json()})
        return
    for label, path in ((NAME, report.lexical), (embedder.name if embedder else "", report.model)):
        if path is not None:
            say(f"{label}: @1 {path.first:.2f}  @3 {path.three:.2f}  AUC {path.auc:.2f}")
            for step, none, alarms in path.curve:
                say(f"  {step:.2f}  {'█' * round(none * 30):30} {none:4.0%}  {alarms:4.0%}")
            say(
                f"  → {path.threshold:.2f}: {path.none:.0%} “nobody yet”, {path.false_alarms:.0%} ✗"
            )
    say(f"{name}: {report.limits.threshold}")


def _pairs(source: Path) -> list[Pair]:
    from coach.library.limits import Pair

    def read(document: dict[str, Any]) -> Pair:
        if not isinstance(document.get("same"), bool):
            raise BadInput(
                detail="same 要写 true 或 false", detail_en="“same” must be true or false"
            )
        return Pair(*_texts(document), document["same"])

    found = list(documents(str(source), read))
    wrong = next((n for n, f in enumerate(found, start=1) if not isinstance(f, Pair)), None)
    if wrong is not None:
        raise BadInput(
            detail=f"第 {wrong} 行：{json.dumps(found[wrong - 1], ensure_ascii=False)}",
            detail_en=f"line {wrong}: {json.dumps(found[wrong - 1])}",
        )
    return [f for f in found if isinstance(f, Pair)]


def _model_name(s: Services) -> str | None:
    from coach.bootstrap import embedding_folder
    from coach.library.embedder import embedder_name

    folder = embedding_folder(s.settings)
    return embedder_name(folder) if folder else None
