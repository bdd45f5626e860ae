"""One audio file of one call, and what is known about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import PurePath

from coach.calls.transcript import Role
from coach.errors import BadInput


@dataclass(frozen=True)
class CallMeta:
    """What the site knows about a call. ``called_at`` is aware."""

    agent: str = ""
    team: str = ""
    called_at: datetime | None = None
    node: str = ""

    def __post_init__(self) -> None:
        if self.called_at is not None and self.called_at.tzinfo is None:
            raise BadInput(detail="通话时间要带时区", detail_en="the call's time needs a zone")

    def filled_from(self, other: CallMeta) -> CallMeta:
        """This, with what is empty taken from ``other``."""
        return CallMeta(
            agent=self.agent or other.agent,
            team=self.team or other.team,
            called_at=self.called_at or other.called_at,
            node=self.node or other.node,
        )


@dataclass(frozen=True)
class Recording:
    """A stored recording. Its id is a UUID; times are seconds, rates are Hz."""

    id: str
    title: str
    source_name: str
    duration: float
    sample_rate: int
    channels: int
    created_at: datetime
    meta: CallMeta = CallMeta()
    language: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    role_confidence: float = 0.5
    layout: str = ""  # of ``channels.Layout``; "" not looked at yet
    roles_by: str = ""  # "" undecided, "auto", or the name of the person who set them
    kept: bool = False  # a benchmark's masked clip whose original is gone


def parse_when(text: str, zone: tzinfo) -> datetime:
    """A date, or date and time, as people type it; without an offset it is in ``zone``.

    Raises:
        BadInput: the text is no date.
    """
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:[-_T ]?(\d{2})(\d{2})(\d{2})?)?", text.strip())
    try:
        if compact:
            when = datetime(*(int(g) for g in compact.groups() if g is not None))  # type: ignore[arg-type]  # noqa: DTZ001 - the zone comes below
        else:
            when = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(
            detail=f"“{text}”不是日期", detail_en=f"“{text}” is not a date such as 2026-10-12 09:20"
        ) from error
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    try:
        return when.astimezone(UTC)
    except OverflowError as error:
        raise BadInput(
            detail=f"“{text}”太早或太晚", detail_en=f"“{text}” is out of range"
        ) from error


def meta_from_name(name: str, pattern: str, zone: tzinfo) -> CallMeta:
    """Agent, team, time and node from a file's name by the pattern in the settings.

    Raises:
        BadInput: the pattern is no regular expression.
    """
    if not pattern:
        return CallMeta()
    try:
        match = re.search(pattern, PurePath(name).stem)
    except re.error as error:
        raise BadInput(
            detail=f"文件名规则写错了：{error}", detail_en=f"COACH_FILENAME_PATTERN: {error}"
        ) from error
    found = {k: v for k, v in match.groupdict().items() if v} if match else {}
    when = found.get("called_at")
    return CallMeta(
        agent=found.get("agent", ""),
        team=found.get("team", ""),
        called_at=parse_when(when, zone) if when else None,
        node=found.get("node", ""),
    )


def safe_name(name: str, *, longest: int = 120) -> str:
    """A file's name to show and keep: no path, no control characters, not too long."""
    base = re.split(r"[/\\]", name)[-1]
    base = "".join(c for c in base if c.isprintable()).strip().strip(".") or "recording"
    if len(base) > longest:
        stem, dot, ending = base.rpartition(".")
        keep = longest - len(ending) - 1 if dot and len(ending) <= 8 else longest
        base = f"{stem[:keep]}.{ending}" if dot and len(ending) <= 8 else base[:longest]
    return base
