"""Transcripts from elsewhere: WebVTT, SRT, whisper/whisperX JSON and our own JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach.calls.transcript import Role, Segment, Word, share_words
from coach.errors import BadTranscript

_ROLE_NAMES = {
    Role.AGENT: [
        "agent",
        "坐席",
        "座席",
        "客服",
        "话务员",
        "服务",
        "seat",
        "rep",
        "representative",
        "operator",
        "sys",
    ],
    Role.CUSTOMER: [
        "customer",
        "caller",
        "client",
        "客户",
        "用户",
        "顾客",
        "来电",
        "主叫",
        "user",
        "usr",
    ],
}
_NUMBERED = r"(?:说话人|发言人|讲话人|speaker|spk|ch(?:annel)?)[\s_]*\w{1,3}"
_LABEL = re.compile(
    rf"^\s*(?:<v(?:\.[\w.]+)?\s+([^>]+)>|\[?({_NUMBERED}|[^\s:：\[\]<>]{{1,20}})\]?\s*[:：])\s*",
    re.I,
)
_TAGS = re.compile(r"</?[a-z][^>]*>|<\d\d:[^>]*>|\{\\[^}]*\}", re.I)


def role_of(label: str) -> Role | None:
    """The role that a speaker's label names, if it does."""
    text = label.strip().lower()
    for role, names in _ROLE_NAMES.items():
        if any(text == name or (not name.isascii() and name in text) for name in names):
            return role
    return None


def read_transcript(path: Path, *, name: str = "") -> list[Segment]:
    """Read a transcript file; times in seconds. Words are kept where given, else shared out.

    Raises:
        BadTranscript: the format is not known, or a value is missing or of the wrong kind.
    """
    name = name or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("gb18030", errors="replace")
    except OSError as error:
        raise BadTranscript(name=name, detail=error.strerror or "unreadable") from error
    try:
        if text.lstrip().startswith(("{", "[")):
            # half an emoji (a lone surrogate) or NUL would be no text for a database or a page
            clean = json.dumps(json.loads(text), ensure_ascii=False).replace("\\u0000", "")
            segments = _from_json(json.loads(clean.encode("utf-8", "replace").decode()))
        else:
            segments = _from_subtitles(text, name)
    except (
        ArithmeticError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise BadTranscript(name=name, detail=f"{type(error).__name__}: {error}") from error
    kept = [share_words(_sane(s)) for s in segments if s.text]
    if not kept:
        raise BadTranscript(name=name, detail="0 segments")
    return kept


def _from_json(doc: Any) -> list[Segment]:
    rows = doc if isinstance(doc, list) else doc["segments"]
    if not isinstance(rows, list):
        raise TypeError("segments is no list")
    return [_segment(row) for row in rows]


def _segment(row: dict[str, Any]) -> Segment:
    label = str(row.get("speaker") or row.get("role") or "")
    channel = row.get("channel")
    text = str(row["text"]).strip()
    return Segment(
        start=float(row["start"]),
        end=float(row["end"]),
        text=text,
        channel=None if channel is None else int(channel),
        speaker=label or (f"ch{channel}" if channel is not None else ""),
        role=role_of(str(row.get("role") or "")) or role_of(label),
        words=_words(row.get("words") or [], text),
    )


def _words(rows: list[dict[str, Any]], text: str) -> tuple[Word, ...]:
    """Words with times, their texts cut from the segment's: spaces and what whisperX leaves
    without a time (digits) go to the word before, or to the first."""
    words: list[Word] = []
    at = 0
    for row in rows:
        spoken = str(row.get("word", row.get("text", ""))).strip()
        found = text.find(spoken, at)
        if not spoken or found < 0:
            continue
        if "start" in row and "end" in row:
            if words and found > at:
                words[-1] = replace(words[-1], text=words[-1].text + text[at:found])
                at = found
            stop = found + len(spoken)
            probability = float(row.get("probability", row.get("score", 1.0)))
            words.append(Word(float(row["start"]), float(row["end"]), text[at:stop], probability))
            at = stop
    if words:
        words[-1] = replace(words[-1], text=words[-1].text + text[at:])
    return tuple(words)


def _sane(segment: Segment, slack: float = 1.0) -> Segment:
    """Words with times that cannot be are dropped: shared-out times are honest, those are not."""
    last = segment.start - slack
    for w in segment.words:
        if not (last - 0.05 <= w.start <= w.end <= segment.end + slack):
            return replace(segment, words=())
        last = w.start
    return segment


def _from_subtitles(text: str, name: str) -> list[Segment]:
    import pysubs2

    head = text.lstrip()[:12].upper()
    kind = "vtt" if head.startswith("WEBVTT") else "srt"
    if "-->" not in text:
        raise BadTranscript(name=name, detail="no cues / 没有时间行")
    try:
        events = pysubs2.SSAFile.from_string(text, format_=kind, keep_unknown_html_tags=True)
    except Exception as error:  # pysubs2 raises its own family and plain ValueErrors
        raise BadTranscript(name=name, detail=str(error)) from error
    segments = []
    speaker = ""
    for event in events:
        raw = event.text.replace("\\N", "\n").replace("\n", " ")
        match = _LABEL.match(raw)
        if match and (match[1] or role_of(match[2]) or re.fullmatch(_NUMBERED, match[2], re.I)):
            speaker = (match[1] or match[2]).strip()
            raw = raw[match.end() :]
        else:
            speaker = ""
        segments.append(
            Segment(
                start=event.start / 1000,
                end=event.end / 1000,
                text=_TAGS.sub("", raw).strip(),
                speaker=speaker,
                role=role_of(speaker),
            )
        )
    return segments
