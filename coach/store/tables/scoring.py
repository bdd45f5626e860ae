"""Rubrics, scores, calibrations."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table

from coach.store.tables.base import CleanText, id_, metadata, to, when

rubric = Table(
    "rubric",
    metadata,
    id_(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", CleanText, nullable=False),
    Column("criteria", JSON, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
)
score = Table(
    "score",
    metadata,
    Column("key", String(64), primary_key=True),  # whose of what by which rubric in which round
    Column("id", String(36), nullable=False),
    Column("rubric_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    to("recording"),
    Column("item_id", String(36), nullable=False),  # "" = of the whole call
    Column("calibration_id", String(36), nullable=False),
    Column("by_id", String(36), nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
    Column("marks", JSON, nullable=False),
    Column("total", Float, nullable=True),
    Index("ix_score_recording", "recording_id"),
    Index("ix_score_calibration", "calibration_id"),
)
calibration = Table(
    "calibration",
    metadata,
    id_(),
    Column("title", CleanText, nullable=False),
    Column("rubric_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("items", JSON, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
    Column("closed", Boolean, nullable=False),
    Column("finals", JSON, nullable=False),
)
