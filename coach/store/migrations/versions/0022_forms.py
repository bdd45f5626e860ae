"""Promises, and record forms as they were signed."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    text, when = coach.store.tables.CleanText, coach.store.tables.UtcDateTime
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("who", text(), nullable=False),
        sa.Column("what", text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_promise_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_table(
        "signed_form",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("at", when(timezone=True), nullable=False),
        sa.Column("why", text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_signed_form_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_signed_form")),
    )
