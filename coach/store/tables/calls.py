"""Recordings, transcripts, repairs, jobs, clips and deletions."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from coach.store.tables.base import CleanText, id_, metadata, to, when

recording = Table(
    "recording",
    metadata,
    id_(),
    Column("title", CleanText, nullable=False),
    Column("source_name", CleanText, nullable=False),
    Column("duration", Float, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("agent", CleanText, nullable=False, default=""),
    Column("team", CleanText, nullable=False, default=""),
    Column("node", CleanText, nullable=False, default=""),
    when("called_at", null=True),
    Column("language", String(16), nullable=False, default=""),
    Column("roles", JSON, nullable=False),
    Column("role_confidence", Float, nullable=False),
    Column("roles_by", CleanText, nullable=False, default=""),
    Column("transcript", String(32), nullable=False, default=""),  # options of the whole one
    Column("layout", String(8), nullable=False, default=""),
    Column("erased", Boolean, nullable=False, default=False),
    Column("kept", Boolean, nullable=False, default=False),  # for its benchmark, masked
    when(),
)
recording_hash = Table(
    "recording_hash",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    to("recording"),
)
transcript_part = Table(
    "transcript_part",
    metadata,
    to("recording", key=True),
    Column("part", String(32), primary_key=True),
    Column("options", String(32), primary_key=True),
    Column("segments", JSON, nullable=False),
    when(),
)
next_asked = Table(  # what a customer asked after what, masked
    "next_asked",
    metadata,
    to("recording", key=True),
    Column("pairs", JSON, nullable=False),
    when(),
)
desk = Table(
    "desk",
    metadata,
    to("recording", key=True),
    Column("options", String(32), nullable=False),  # of the transcript the lines came from
    Column("covered", JSON, nullable=False),  # its parts that are lines now
    Column("lines", JSON, nullable=False),
)
revision = Table(
    "revision",
    metadata,
    to("recording", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    when("at"),
    Column("by", CleanText, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("state", String(8), nullable=False),  # standing, undone, dropped
)
job = Table(
    "job",
    metadata,
    id_(),
    Column("kind", String(20), nullable=False),
    to("recording", null=True),
    Column("about", String(36), nullable=False, default=""),  # what else, of no recording
    Column("state", String(12), nullable=False, index=True),
    Column("owner", CleanText, nullable=False, default=""),
    when("lease_until", null=True),
    Column("tries", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    when("run_at"),
    Column("done", Float, nullable=False, default=0.0),
    Column("total", Float, nullable=False, default=0.0),
    when("started_at", null=True),
    Column("started_done", Float, nullable=False, default=0.0),
    Column("error_code", String(40), nullable=False, default=""),
    Column("error", CleanText, nullable=False, default=""),
    # "kind/recording or about" while the job is open, else null: one open job of a kind per recording
    Column("open_key", String(64), nullable=True, unique=True),
    when(),
)
term = Table(
    "term",
    metadata,
    Column("text", String(40), primary_key=True),
    Column("node", CleanText, nullable=False, default=""),
    Column("wrong", JSON, nullable=False),
    Column("same", JSON, nullable=False, default=list),  # other words for it, to customers
    Column("uses", Integer, nullable=False, default=0),
    when(),
)
clip = Table(
    "clip",
    metadata,
    id_(),
    to("recording"),
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
    to("clip", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    when("at"),
    Column("by", CleanText, nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", CleanText, nullable=False, default=""),
)
mask_choice = Table(
    "mask_choice",
    metadata,
    to("recording", key=True),
    Column("text", Text, primary_key=True),
    Column("mask", Boolean, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False, default=""),
    when("at"),
)
erasure = Table(
    "erasure",
    metadata,
    to("recording", key=True),
    when("at"),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("gone", JSON, nullable=False),
    Column("finished", Boolean, nullable=False),
)
spoken = Table(
    "spoken",
    metadata,
    id_(),
    Column("by", CleanText, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("text", JSON, nullable=True),  # null until it is written down
    when("at"),
)
sealing = Table(  # one row, once there was a key
    "sealing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(16), nullable=False),
    Column("finished", Boolean, nullable=False),
)
