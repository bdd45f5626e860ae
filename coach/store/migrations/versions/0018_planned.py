"""Which pack a team plays on which day."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "planned",
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pack_id", sa.String(length=36), nullable=False),
        sa.Column("by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("confirmed_by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("confirmed_at", coach.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_planned_pack_id_pack")),
        sa.PrimaryKeyConstraint("team", "day", name=op.f("pk_planned")),
    )
