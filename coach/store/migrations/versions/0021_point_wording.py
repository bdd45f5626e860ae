"""Which words make a key point, as people said."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "point_wording",
        sa.Column("point", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("at", coach.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("point", "words", name=op.f("pk_point_wording")),
    )
