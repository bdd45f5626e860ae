"""The tables. Nouns stay apart from rows: repositories translate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text without NUL, which PostgreSQL does not take."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\x00", "").encode("utf-8", "replace").decode() if value else value


def _id() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def _to(table: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(
        f"{table}_id", String(36), ForeignKey(f"{table}.id"), nullable=null, primary_key=key
    )


def _when(name: str = "created_at", *, null: bool = False) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=null)


person = Table("person", metadata, _id(), Column("name", CleanText, nullable=False), _when())
team = Table(
    "team", metadata, _id(), Column("name", CleanText, nullable=False, unique=True), _when()
)
member = Table(
    "member",
    metadata,
    _to("team", key=True),
    _to("person", key=True),
    Column("place", Integer, nullable=False),
)
recording = Table(
    "recording",
    metadata,
    _id(),
    Column("title", CleanText, nullable=False),
    Column("source_name", CleanText, nullable=False),
    Column("duration", Float, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("agent", CleanText, nullable=False, default=""),
    Column("team", CleanText, nullable=False, default=""),
    Column("node", CleanText, nullable=False, default=""),
    _when("called_at", null=True),
    Column("language", String(16), nullable=False, default=""),
    Column("roles", JSON, nullable=False),
    Column("role_confidence", Float, nullable=False),
    Column("roles_by", CleanText, nullable=False, default=""),
    Column("transcript", String(32), nullable=False, default=""),  # options of the whole one
    Column("layout", String(8), nullable=False, default=""),
    Column("erased", Boolean, nullable=False, default=False),
    _when(),
)
recording_hash = Table(
    "recording_hash",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    _to("recording"),
)
transcript_part = Table(
    "transcript_part",
    metadata,
    _to("recording", key=True),
    Column("part", String(32), primary_key=True),
    Column("options", String(32), primary_key=True),
    Column("segments", JSON, nullable=False),
    _when(),
)
desk = Table(
    "desk",
    metadata,
    _to("recording", key=True),
    Column("options", String(32), nullable=False),  # of the transcript the lines came from
    Column("covered", JSON, nullable=False),  # its parts that are lines now
    Column("lines", JSON, nullable=False),
)
revision = Table(
    "revision",
    metadata,
    _to("recording", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _when("at"),
    Column("by", CleanText, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("state", String(8), nullable=False),  # standing, undone, dropped
)
job = Table(
    "job",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    _to("recording"),
    Column("state", String(12), nullable=False, index=True),
    Column("owner", CleanText, nullable=False, default=""),
    _when("lease_until", null=True),
    Column("tries", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    _when("run_at"),
    Column("done", Float, nullable=False, default=0.0),
    Column("total", Float, nullable=False, default=0.0),
    _when("started_at", null=True),
    Column("started_done", Float, nullable=False, default=0.0),
    Column("error_code", String(40), nullable=False, default=""),
    Column("error", CleanText, nullable=False, default=""),
    # "kind/recording" while the job is open, else null: one open job of a kind per recording
    Column("open_key", String(64), nullable=True, unique=True),
    _when(),
)
pack = Table(
    "pack",
    metadata,
    _id(),
    _to("recording"),
    Column("title", CleanText, nullable=False),
    Column("node", CleanText, nullable=False, default=""),
    Column("metric", CleanText, nullable=False, default=""),
    Column("alias", CleanText, nullable=False, default=""),
    Column("why", CleanText, nullable=False, default=""),
    Column("team", CleanText, nullable=False, default=""),  # name; "" = for every team
    Column("seconds", Float, nullable=False),
    Column("body", JSON, nullable=False),
    _when(),
)
session = Table(
    "session",
    metadata,
    _id(),
    _to("pack"),
    Column("mode", String(8), nullable=False),
    _to("team", null=True),
    Column("team_name", CleanText, nullable=False, default=""),
    Column("leader", CleanText, nullable=False, default=""),
    Column("owner", String(36), nullable=False, default=""),  # account that opened it
    Column("revision", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("heard", JSON, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    _when("since", null=True),
    _when("moved", null=True),
    Column("spent", JSON, nullable=False),
    _when(),
)
seat = Table(
    "seat",
    metadata,
    _id(),
    _to("session"),
    _to("person", null=True),
    Column("name", CleanText, nullable=False),
    Column("place", Integer, nullable=False),
    Index("ix_seat_session", "session_id"),
)
entry = Table(
    "entry",
    metadata,
    _to("session", key=True),
    Column("kind", String(12), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    _to("seat", key=True),
    Column("text", CleanText, nullable=False),
    _when("first_at"),
    _when("at"),
)
door = Table(
    "door",
    metadata,
    _to("session", key=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("open", Boolean, nullable=False),
    _when("at"),
)
guest = Table(
    "guest",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the cookie
    _to("seat"),
    _when("at"),
)
session_log = Table(
    "session_log",
    metadata,
    _to("session", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _when("at"),
    Column("action", String(16), nullable=False),
    Column("step", Integer, nullable=False),
)
benchmark = Table(
    "benchmark",
    metadata,
    _id(),
    _to("recording"),
    Column("question", CleanText, nullable=False),
    Column("answer", CleanText, nullable=False),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("agent", CleanText, nullable=False, default=""),
    Column("node", CleanText, nullable=False, default=""),
    Column("marked_by", CleanText, nullable=False, default=""),
    Column("clip", String(36), nullable=False, default=""),
    _when(),
    UniqueConstraint("recording_id", "start"),
)
benchmark_tag = Table(
    "benchmark_tag",
    metadata,
    _to("benchmark", key=True),
    Column("tag", String(40), primary_key=True),
    Column("place", Integer, nullable=False),
)
term = Table(
    "term",
    metadata,
    Column("text", String(40), primary_key=True),
    Column("node", CleanText, nullable=False, default=""),
    Column("wrong", JSON, nullable=False),
    Column("uses", Integer, nullable=False, default=0),
    _when(),
)
clip = Table(
    "clip",
    metadata,
    _id(),
    _to("recording"),
    Column("cut", JSON, nullable=False),
    Column("windows", JSON, nullable=False),
    Column("text", CleanText, nullable=False),  # masked
    Column("state", String(12), nullable=False),
    Column("block", String(12), nullable=False, default=""),
    Index("ix_clip_recording", "recording_id"),
)
clip_event = Table(
    "clip_event",
    metadata,
    _to("clip", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _when("at"),
    Column("by", CleanText, nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", CleanText, nullable=False, default=""),
)
mask_choice = Table(
    "mask_choice",
    metadata,
    _to("recording", key=True),
    Column("text", Text, primary_key=True),
    Column("mask", Boolean, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False, default=""),
    _when("at"),
)
erasure = Table(
    "erasure",
    metadata,
    _to("recording", key=True),
    _when("at"),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("gone", JSON, nullable=False),
    Column("finished", Boolean, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _when("at"),
    Column("by", CleanText, nullable=False),
    Column("what", String(40), nullable=False),
    Column("by_id", String(36), nullable=False, default=""),
    Column("about", CleanText, nullable=False, default=""),
)
account = Table(
    "account",
    metadata,
    _id(),
    Column("login", CleanText, nullable=False),
    Column("login_key", String(64), nullable=False, unique=True),  # in one case
    Column("name", CleanText, nullable=False),
    Column("role", String(12), nullable=False),
    _to("person", null=True),
    Column("subject", String(200), nullable=True, unique=True),
    Column("disabled", Boolean, nullable=False),
    Column("hash", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    _when("locked_until", null=True),
    _when(),
)
account_team = Table("account_team", metadata, _to("account", key=True), _to("team", key=True))
visit = Table(
    "visit",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the cookie
    _to("account"),
    _when(),
    _when("seen_at"),
    Index("ix_visit_account", "account_id"),
)
objection = Table(
    "objection",
    metadata,
    _id(),
    _to("recording"),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False),
    _when("at"),
    Column("answer", String(12), nullable=False),
    Column("answered_by", CleanText, nullable=False),
    Column("because", CleanText, nullable=False),
)
alias = Table(
    "alias",
    metadata,
    Column("agent", String(80), primary_key=True),
    Column("alias", CleanText, nullable=False),
)
sealing = Table(  # one row, once there was a key
    "sealing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(16), nullable=False),
    Column("finished", Boolean, nullable=False),
)
vector = Table(
    "vector",
    metadata,
    Column("embedder", String(120), primary_key=True),
    Column("content_hash", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
