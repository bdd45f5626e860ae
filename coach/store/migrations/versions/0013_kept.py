"""Calls that are only there for a benchmark: its masked clip, after the original went."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "recording", sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false())
    )
