"""Commands on recordings: import, transcribe, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.main import Json, app, emit, note, say, services
from coach.errors import CoachError, UnexpectedProblem

if TYPE_CHECKING:
    from coach.bootstrap import Services
    from coach.calls.recording import CallMeta


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="files or folders")],
    transcript: Annotated[
        Path | None, typer.Option(help="WebVTT, SRT, whisper/whisperX JSON or ours; for one file")
    ] = None,
    agent: Annotated[str, typer.Option(help="who answered")] = "",
    team: Annotated[str, typer.Option(help="班组")] = "",
    called_at: Annotated[str, typer.Option(help="2026-10-12 09:20")] = "",
    node: Annotated[str, typer.Option(help="业务节点")] = "",
    as_json: Json = False,
) -> None:
    """Import recordings; a call already there is recognised. Others go on if one fails."""
    from coach.calls.intake import audio_files
    from coach.calls.recording import CallMeta, parse_when
    from coach.errors import BadInput

    s = services()
    when = parse_when(called_at, s.zone) if called_at else None
    meta = CallMeta(agent, team, when, node)
    files: list[Path] = []
    results: list[dict[str, Any]] = []
    for path in paths:
        try:
            files += audio_files(path)
        except CoachError as error:
            results.append(_failed(path, error))
    if transcript is not None and len(files) != 1:
        raise BadInput(
            detail="--transcript 只配一个录音", detail_en="--transcript goes with one file"
        )
    results += [_import_one(s, file, meta, transcript) for file in files]
    if as_json:
        emit({"imported": results})
    else:
        for r in results:
            say(r["line"])
    if any("error" in r for r in results):
        raise SystemExit(1)


def _import_one(s: Services, file: Path, meta: CallMeta, transcript: Path | None) -> dict[str, Any]:
    from coach.calls.call import recording_json
    from coach.calls.recording import meta_from_name

    try:
        named = meta_from_name(file.name, s.settings.filename_pattern, s.zone)
        taken = s.intake.take(file, meta=meta.filled_from(named), transcript=transcript)
        s.arrived(taken.recording.id)
    except CoachError as error:
        return _failed(file, error)
    except Exception as error:  # one file must not stop the others
        return _failed(file, UnexpectedProblem(detail=f"{type(error).__name__}: {error}"))
    mark = "=" if taken.known else "✓"
    line = f"{mark} {taken.recording.id}  {taken.recording.title}  {taken.recording.duration:.1f} s"
    return {
        "file": str(file),
        "known": taken.known,
        "recording": recording_json(taken.recording),
        "line": line,
    }


def _failed(file: Path, error: CoachError) -> dict[str, Any]:
    return {"file": str(file), "error": error.as_dict(), "line": f"✗ {file.name}: {error}"}


@app.command()
def show(
    recording_id: Annotated[str | None, typer.Argument(help="id; all when left out")] = None,
    as_json: Json = False,
) -> None:
    """A call with its turns, exchanges and rounds; without an id, the list of recordings."""
    from coach.calls.call import recording_json
    from coach.errors import NoExchanges
    from coach.game.rounds import PlanOptions, plan_json, plan_rounds

    s = services()
    if recording_id is None:
        found = s.calls.listed()
        if as_json:
            emit({"recordings": [recording_json(r) for r in found]})
        for r in [] if as_json else found:
            say(f"{r.id}  {r.duration:7.1f} s  {r.meta.node:10}  {r.title}")
        return
    call = s.call(recording_id)
    document = call.to_json()
    try:
        plan = plan_rounds(
            call.exchanges, call.recording.duration, PlanOptions(count=s.settings.rounds)
        )
        document["rounds"] = plan_json(plan, call.exchanges)["rounds"]
    except NoExchanges:
        document["rounds"] = []
    if as_json:
        emit(document)
        return
    say(f"{call.recording.title}  {call.recording.duration:.1f} s  {document['roles']}")
    for turn in call.turns:
        say(f"{turn.start or 0:7.2f}  {turn.role.value:8}  {turn.text}")


@app.command()
def transcribe(
    target: Annotated[str, typer.Argument(metavar="FILE|ID", help="a file, or a recording's id")],
    language: Annotated[str, typer.Option(help="zh, en … or auto; the setting when empty")] = "",
    as_json: Json = False,
) -> None:
    """Transcribe here and now: a recording (stored), or a file (printed only)."""
    import tempfile

    from coach.bootstrap import build, recognisers, transcribing
    from coach.settings import Settings, load_settings

    settings = load_settings()
    if language:
        settings = settings.model_copy(update={"speech_language": language})
    path = Path(target)
    if not path.is_file():
        s = build(settings)
        transcribing(s, recognisers(settings)).run(target, _bar)
        _print_segments(s, target, as_json)
        return
    with tempfile.TemporaryDirectory() as folder:
        own = {"data_dir": Path(folder), "database_url": None}
        s = build(Settings(**{**settings.model_dump(), **own}))
        recording_id = s.intake.take(path).recording.id
        transcribing(s, recognisers(settings)).run(recording_id, _bar)
        _print_segments(s, recording_id, as_json)
        s.engine.dispose()


def _bar(done: float, total: float) -> None:
    if sys.stderr.isatty():
        note(f"\r{done:.0f} / {total:.0f} s")


def _print_segments(s: Services, recording_id: str, as_json: bool) -> None:
    segments = s.calls.segments(recording_id)
    if as_json:
        language = s.calls.get(recording_id).language
        emit({"language": language, "segments": [seg.to_json() for seg in segments]})
        return
    for seg in segments:
        say(f"{seg.start:7.2f}  {seg.speaker:4}  {seg.text}")
