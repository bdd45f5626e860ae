"""Benchmarks and what finds them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from coach.store.tables.base import CleanText, id_, metadata, to, when

benchmark = Table(
    "benchmark",
    metadata,
    id_(),
    to("recording"),
    Column("question", CleanText, nullable=False),
    Column("answer", CleanText, nullable=False),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("agent", CleanText, nullable=False, default=""),
    Column("node", CleanText, nullable=False, default=""),
    Column("team", CleanText, nullable=False, default=""),
    Column("marked_by", CleanText, nullable=False, default=""),
    Column("clip", String(36), nullable=False, default=""),
    Column("number", Integer, nullable=False),  # the version that counts
    Column("standing", String(12), nullable=False),
    Column("until", Date, nullable=True),
    when(),
    UniqueConstraint("recording_id", "start"),
)
benchmark_version = Table(
    "benchmark_version",
    metadata,
    to("benchmark", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("standing", String(12), nullable=False),
    Column("body", JSON, nullable=False),
)
benchmark_tag = Table(
    "benchmark_tag",
    metadata,
    to("benchmark", key=True),
    Column("tag", String(40), primary_key=True),
    Column("place", Integer, nullable=False),
)
counterpart = Table(
    "counterpart",
    metadata,
    id_(),
    to("benchmark"),
    to("recording"),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("question", CleanText, nullable=False),
    Column("answer", CleanText, nullable=False),
    Column("clip", String(36), nullable=False),
    Column("agent", CleanText, nullable=False),
    Column("differs", CleanText, nullable=False),
    Column("consent", String(8), nullable=False),
    Column("asked_by", CleanText, nullable=False),
    when("asked_at"),
    Column("said_by", CleanText, nullable=False, default=""),
    when("said_at", null=True),
    UniqueConstraint("benchmark_id"),
)
vector = Table(
    "vector",
    metadata,
    Column("embedder", String(120), primary_key=True),
    Column("content_hash", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
stamp = Table(  # a number that grows when something changed
    "stamp",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
)
search_limit = Table(
    "search_limit",
    metadata,
    Column("embedder", String(120), primary_key=True),
    Column("threshold", Float, nullable=False),
    Column("model", Boolean, nullable=False),
    Column("report", JSON, nullable=False),
    when("at"),
)
judged_pair = Table(
    "judged_pair",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("asked", CleanText, nullable=False),  # masked
    Column("question", CleanText, nullable=False),  # of a benchmark, masked
    Column("same", Boolean, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
)
unanswered = Table(
    "unanswered",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("question", CleanText, nullable=False),  # masked
    Column("times", Integer, nullable=False),
    Column("by", CleanText, nullable=False),
    when("first_at"),
    when("at"),
    Column("closed", CleanText, nullable=False),  # by whom; "" while it is open
)
node_report = Table(
    "node_report",
    metadata,
    id_(),
    Column("name", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
)
node_figure = Table(
    "node_figure",
    metadata,
    to("node_report", key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("node", CleanText, nullable=False),
    Column("team", CleanText, nullable=False),
    Column("agent", CleanText, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("solved", Float, nullable=True),
    Column("satisfied", Float, nullable=True),
)
column_map = Table(  # which heading is which field, as somebody said once
    "column_map",
    metadata,
    Column("headings", String(64), primary_key=True),  # SHA-256
    Column("fields", JSON, nullable=False),
)
node_name = Table(  # what a report calls a node, and what our recordings call it
    "node_name",
    metadata,
    Column("reported", String(80), primary_key=True),
    Column("node", CleanText, nullable=False),
)
collection = Table(
    "collection",
    metadata,
    id_(),
    Column("name", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("rule", JSON, nullable=True),  # a saved filter; null: put together by hand
)
collection_member = Table(
    "collection_member",
    metadata,
    to("collection", key=True),
    Column("benchmark_id", String(36), primary_key=True),  # of one that may be gone
    Column("place", Integer, nullable=False),
)
outcome = Table(
    "outcome",
    metadata,
    to("recording", key=True),
    Column("solved", Boolean, nullable=True),
    Column("satisfied", Boolean, nullable=True),
)
