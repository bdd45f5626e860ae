"""The pure stages on JSON lines: roles, pair, rounds. One document in per line, one out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from coach.cli.main import Json, app, emit, say, services
from coach.errors import BadInput, CoachError, UnexpectedProblem

T = TypeVar("T")
LATEST = 1e7  # seconds; no call is that long, and NaN is not below it
Source = Annotated[
    str | None, typer.Argument(help="file of JSON lines; standard input when left out or -")
]


@app.command()
def roles(source: Source = None, as_json: Json = True) -> None:
    """Who is agent, who customer: {"turns": [{"speaker", "text"}]} per line."""
    _each(source, roles_document)


@app.command()
def pair(source: Source = None, as_json: Json = True) -> None:
    """Turns to exchanges: {"turns": [{"role", "start"?, "end"?, "text"}]} per line."""
    _each(source, pair_document)


@app.command()
def rounds(
    source: Annotated[
        str | None, typer.Argument(help="a recording's id, or a file of JSON lines, or -")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=12, help="rounds")] = 4,
    minutes: Annotated[float, typer.Option(min=0, help="time budget; 0 = whole call")] = 0.0,
    as_json: Json = False,
) -> None:
    """Exchanges to rounds: {"exchanges": […]} per line, or a stored recording."""
    from coach.game.rounds import PlanOptions, plan_json, plan_rounds

    options = PlanOptions(count=count, minutes=minutes)
    if source is None or source == "-" or Path(source).is_file():
        _each(source, lambda doc: rounds_document(doc, options))
        return
    call = services().call(source)
    plan = plan_rounds(call.exchanges, call.recording.duration, options)
    document = plan_json(plan, call.exchanges)
    if as_json:
        emit(document)
        return
    for r in document["rounds"]:
        say(f"{r['position']}. {r['question']['text']}\n   → {r['answer']['text']}")
    say(f"{document['seconds']:.0f} s" + ("" if plan.fits else "  !"))


def roles_document(document: dict[str, Any]) -> dict[str, Any]:
    """One document of ``coach roles``. Raises BadInput."""
    from coach.calls.roles import decide_roles

    turns = [
        ("" if t.get("speaker") is None else str(t["speaker"]), _text(t))
        for t in _list(document, "turns")
    ]
    found = decide_roles(turns)
    return {
        "roles": {speaker: role.value for speaker, role in found.by_speaker.items()},
        "confidence": found.confidence,
    }


def pair_document(document: dict[str, Any]) -> dict[str, Any]:
    """One document of ``coach pair``. Raises BadInput."""
    from coach.calls.exchanges import pair as pair_turns
    from coach.calls.transcript import Role
    from coach.calls.turns import Turn

    turns = []
    for t in _list(document, "turns"):
        role = str(t.get("role") or "UNKNOWN").upper()
        if role not in Role.__members__:
            raise BadInput(detail=f"角色 {role}", detail_en=f"unknown role {role}")
        turns.append(Turn(Role(role), _text(t), _time(t, "start"), _time(t, "end")))
    return {"exchanges": [e.to_json() for e in pair_turns(turns)]}


def rounds_document(document: dict[str, Any], options: Any) -> dict[str, Any]:
    """One document of ``coach rounds``. Raises BadInput, NoExchanges."""
    from coach.calls.exchanges import Exchange, Part
    from coach.game.rounds import plan_json, plan_rounds

    def part(value: Any) -> Part:
        if not isinstance(value, dict):
            raise BadInput(detail="question 要是对象", detail_en="question must be an object")
        return Part((), _text(value), _time(value, "start"), _time(value, "end"))

    exchanges = [
        Exchange(part(e.get("question")), part(e["answer"]) if e.get("answer") else None)
        for e in _list(document, "exchanges")
    ]
    plan = plan_rounds(exchanges, _time(document, "duration"), options)
    return plan_json(plan, exchanges)


def _each(source: str | None, stage: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for found in documents(source, stage):
        emit(found)


def documents(
    source: str | None, read: Callable[[dict[str, Any]], T]
) -> Iterator[T | dict[str, Any]]:
    """What ``read`` makes of each line, or what is wrong with it, as a document."""
    for line in _lines(source):
        try:
            document = json.loads(line.removeprefix("\ufeff"))
            if not isinstance(document, dict):
                raise BadInput(detail="每行一个 JSON 对象", detail_en="one JSON object a line")
            yield read(document)
        except ValueError as error:
            yield _error(BadInput(detail="不是 JSON", detail_en=f"no JSON: {error}"))
        except RecursionError:
            yield _error(BadInput(detail="嵌套太深", detail_en="nested too deeply"))
        except CoachError as error:
            yield _error(error)
        except Exception as error:  # one line must never cost the lines after it
            yield _error(UnexpectedProblem(detail=type(error).__name__))


def _error(error: CoachError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message("en")}}


def _lines(source: str | None) -> Iterator[str]:
    if source is None or source == "-":
        yield from (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
        return
    path = Path(source)
    if not path.is_file():
        from coach.errors import NotFound

        raise NotFound(what="文件", what_en="file", key=source)
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        yield from file


def _list(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = document.get(key)
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise BadInput(detail=f"缺少 {key} 列表", detail_en=f"“{key}” must be a list of objects")
    return value


def _text(value: dict[str, Any]) -> str:
    text = value.get("text")
    if not isinstance(text, str):
        raise BadInput(detail="缺少 text", detail_en="“text” must be a string")
    return text


def _time(value: dict[str, Any], key: str) -> float | None:
    time = value.get(key)
    if time is None:
        return None
    if isinstance(time, bool) or not isinstance(time, int | float) or not abs(time) <= LATEST:
        raise BadInput(detail=f"{key} 要是秒数", detail_en=f"“{key}” must be a number of seconds")
    return float(time)
