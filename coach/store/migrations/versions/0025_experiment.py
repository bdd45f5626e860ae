"""Which teams compare paused with straight."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "experiment",
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("at", coach.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_experiment")),
    )
