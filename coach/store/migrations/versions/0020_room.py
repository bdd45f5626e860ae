"""What phones need: versions to be told of, notes of one's own, names only where people agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for name in ("version", "phase"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("session", column)
    yes = sa.true()
    # sessions of before kept names on record
    op.add_column("session", sa.Column("named", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column("entry", sa.Column("shared", sa.Boolean(), nullable=False, server_default=yes))
