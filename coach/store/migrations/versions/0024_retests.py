"""Re-tests, sessions that are played straight, and who was asked by chance."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("session") as batch:
        batch.add_column(
            sa.Column("retests", sa.String(length=36), nullable=False, server_default="")
        )
        batch.add_column(
            sa.Column("straight", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "pick",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_pick_session_id_session")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_pick_seat_id_seat")),
        sa.PrimaryKeyConstraint("session_id", "step", name=op.f("pk_pick")),
    )
