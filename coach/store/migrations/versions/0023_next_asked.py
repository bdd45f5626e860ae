"""What customers asked after what."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "next_asked",
        sa.Column("recording_id", sa.String(length=36), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("created_at", coach.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_next_asked_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_next_asked")),
    )
