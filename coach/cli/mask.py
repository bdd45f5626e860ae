"""``coach mask``: personal data found and taken out, of a text, of JSON lines, of a recording."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.main import Json, app, emit, say
from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.calls.masking.findings import Finding


@app.command()
def mask(
    text: Annotated[str | None, typer.Argument(help="text, or with --jsonl a file or -")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='{"text"} or {"turns"} per line')] = False,
    audio: Annotated[Path | None, typer.Option(help="a recording to mask")] = None,
    transcript: Annotated[Path | None, typer.Option(help="its transcript")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="WAV to write")] = None,
    tone: Annotated[bool, typer.Option(help="a tone instead of silence")] = False,
    as_json: Json = False,
) -> None:
    """Find what identifies a person and take it out: TEXT, --jsonl FILE, or --audio FILE."""
    if audio is not None:
        if transcript is None or output is None:
            raise BadInput(
                detail="--audio 要和 --transcript、-o 一起用",
                detail_en="--audio needs --transcript and -o",
            )
        emit(mask_audio(audio, transcript, output, tone=tone))
        return
    if jsonl:
        from coach.cli.stages import _each

        _each(text, mask_document)
        return
    if text is None:
        raise BadInput(detail="没有要打码的文字", detail_en="no text to mask")
    document = mask_document({"text": text})
    emit(document) if as_json else say(document["text"])


def mask_document(document: dict[str, Any]) -> dict[str, Any]:
    """One document: {"text"}, or {"turns": [{"speaker"?, "text"}]} with findings per turn.

    Raises BadInput.
    """
    from coach.calls.masking.finder import Rules
    from coach.calls.masking.findings import Said
    from coach.calls.masking.text import mask_text

    turns = document.get("turns")
    alone = turns is None
    rows = [document] if alone else turns
    if not isinstance(rows, list) or not all(
        isinstance(r, dict) and isinstance(r.get("text"), str) for r in rows
    ):
        raise BadInput(detail="要有 text，或者 turns 里每句都有 text", detail_en="text is missing")
    said = [Said(str(r.get("speaker") or r.get("role") or ""), r["text"]) for r in rows]
    found = Rules().find(said)
    out = [
        {
            "text": mask_text(one.text, [f for f in found if f.turn == i]),
            "findings": [_finding(f) for f in found if f.turn == i],
        }
        for i, one in enumerate(said)
    ]
    return out[0] if alone else {"turns": out}


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "kind": f.kind.value,
        "start": f.start,
        "end": f.end,
        "confidence": round(f.confidence, 2),
        "group": f.group,
    }


def mask_audio(
    source: Path, transcript: Path, output: Path, *, tone: bool = False
) -> dict[str, Any]:
    """Write a WAV of the same length with every finding silent in all channels.

    Returns the windows, seconds. Raises AudioError, TranscriptError; NotHearable where a finding
    cannot be told in time, or the language has no rules, since then nothing may be let through.
    """
    from coach.calls.audio import AudioLimits, decode_to_wav
    from coach.calls.fit import active
    from coach.calls.formats import read_transcript
    from coach.calls.masking.clip import foreign
    from coach.calls.masking.finder import Rules
    from coach.calls.masking.sound import joined, locate, unheard
    from coach.calls.masking.text import said
    from coach.calls.masking.wav import write_masked
    from coach.calls.master import Master
    from coach.calls.turns import build_turns
    from coach.errors import NotHearable

    turns = build_turns(read_transcript(transcript), {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "master.wav"
        with path.open("w+b") as file:
            decoded = decode_to_wav(source, file, name=source.name, limits=AudioLimits())
        findings = Rules().find(said(turns))
        found = locate(turns, findings, decoded.duration)
        if found.lost or foreign(" ".join(turn.text for turn in turns)):
            raise NotHearable()
        levels = Master(path).envelope()
        spans = [(w.start, w.end) for w in found.windows] + unheard(turns, active(levels))
        windows = joined(spans)
        write_masked(Master(path), output, windows, tone=tone)
    return {
        "seconds": round(decoded.duration, 3),
        "findings": [{"turn": f.turn, **_finding(f)} for f in findings],
        "windows": [[round(w.start, 3), round(w.end, 3)] for w in windows],
    }
