"""What search knows: when the library changed, limits per embedder, judged pairs, what was asked in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "stamp",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stamp")),
    )
    op.create_table(
        "search_limit",
        sa.Column("embedder", sa.String(length=120), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("model", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("embedder", name=op.f("pk_search_limit")),
    )
    op.create_table(
        "judged_pair",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_judged_pair")),
    )
    op.create_table(
        "unanswered",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unanswered")),
    )
    op.add_column("benchmark", sa.Column("team", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE benchmark SET team = (SELECT recording.team FROM recording"
        " WHERE recording.id = benchmark.recording_id)"
    )
    op.add_column("term", sa.Column("same", sa.JSON(), nullable=False, server_default="[]"))
