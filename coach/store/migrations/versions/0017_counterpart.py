"""Answers beside a benchmark, for contrast, with their agent's consent."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    text, when = coach.store.tables.CleanText, coach.store.tables.UtcDateTime
    op.create_table(
        "counterpart",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("benchmark_id", sa.String(length=36), nullable=False),
        sa.Column("recording_id", sa.String(length=36), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("end", sa.Float(), nullable=False),
        sa.Column("question", text(), nullable=False),
        sa.Column("answer", text(), nullable=False),
        sa.Column("clip", sa.String(length=36), nullable=False),
        sa.Column("agent", text(), nullable=False),
        sa.Column("differs", text(), nullable=False),
        sa.Column("consent", sa.String(length=8), nullable=False),
        sa.Column("asked_by", text(), nullable=False),
        sa.Column("asked_at", when(timezone=True), nullable=False),
        sa.Column("said_by", text(), nullable=False),
        sa.Column("said_at", when(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"], name=op.f("fk_counterpart_benchmark_id_benchmark")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_counterpart_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counterpart")),
        sa.UniqueConstraint("benchmark_id", name=op.f("uq_counterpart_benchmark_id")),
    )
