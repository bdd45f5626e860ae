"""The glossary, the repair desk, and what a recording's channels carry."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "term",
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("wrong", sa.JSON(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_term")),
    )
    op.add_column(
        "recording", sa.Column("layout", sa.String(length=8), nullable=False, server_default="")
    )
    op.create_table(
        "desk",
        sa.Column("recording_id", sa.String(length=36), nullable=False),
        sa.Column("options", sa.String(length=32), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_desk_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_desk")),
    )
    op.create_table(
        "revision",
        sa.Column("recording_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_revision_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("recording_id", "number", name=op.f("pk_revision")),
    )
