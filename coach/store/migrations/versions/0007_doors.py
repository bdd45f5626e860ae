"""Codes that let visitors into a session, and who used them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "door",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_door_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_door")),
        sa.UniqueConstraint("code", name=op.f("uq_door_code")),
    )
    op.create_table(
        "guest",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_guest_seat_id_seat")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guest")),
    )
