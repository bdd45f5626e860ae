"""The desk: tags, the queue of exchanges, who holds what, every act."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table

from coach.store.tables.base import CleanText, id_, metadata, to, when

tag = Table(
    "tag",
    metadata,
    id_(),
    Column("name", CleanText, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("place", Integer, nullable=False),
    Column("parent", String(36), nullable=False),
    Column("into", String(36), nullable=False),  # merged into this one
    Column("former", JSON, nullable=False),
)
review_item = Table(
    "review_item",
    metadata,
    id_(),
    to("recording"),
    Column("place", Integer, nullable=False),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("silence", Float, nullable=False),
    Column("gone", Boolean, nullable=False),  # the transcript has no such exchange any more
    Column("holder", CleanText, nullable=False),
    when("held_until", null=True),
    Index("ix_review_item_recording", "recording_id"),
)
review_seen = Table(
    "review_seen",
    metadata,
    to("recording", key=True),
    Column("signature", String(80), nullable=False),
)
tagging = Table(
    "tagging",
    metadata,
    to("review_item", key=True),
    to("tag", key=True),
    Column("by", CleanText, nullable=False),
    when("at"),
)
tag_act = Table(
    "tag_act",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    when("at"),
    Column("by", CleanText, nullable=False),
    to("tag", null=True),  # null: put forward as a benchmark
    Column("on", Boolean, nullable=False),
    Column("items", JSON, nullable=False),
    Column("undone", Boolean, nullable=False),
)
