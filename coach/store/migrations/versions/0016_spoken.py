"""What people say to the product; jobs that are about no recording."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("job") as batch:
        batch.alter_column("recording_id", existing_type=sa.String(length=36), nullable=True)
        batch.add_column(
            sa.Column("about", sa.String(length=36), nullable=False, server_default="")
        )
    op.create_table(
        "spoken",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=True),
        sa.Column("at", coach.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken")),
    )
