"""The glossary, and what a recording's channels carry."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "term",
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("wrong", sa.JSON(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_term")),
    )
    op.add_column(
        "recording", sa.Column("layout", sa.String(length=8), nullable=False, server_default="")
    )
