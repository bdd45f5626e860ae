"""Fields of a record form that people type; when somebody sat down."""

import sqlalchemy as sa
from alembic import op

import coach.store.tables

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "form_note",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", coach.store.tables.CleanText(), nullable=False),
        sa.Column("by", coach.store.tables.CleanText(), nullable=False),
        sa.Column("at", coach.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_form_note_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "name", name=op.f("pk_form_note")),
    )
    with op.batch_alter_table("seat") as batch:
        batch.add_column(
            sa.Column("at", coach.store.tables.UtcDateTime(timezone=True), nullable=True)
        )
