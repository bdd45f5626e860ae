"""Who was to come when a session was opened; who passed instead of answering."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    with op.batch_alter_table("session") as batch:
        batch.add_column(sa.Column("due", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("entry") as batch:
        batch.add_column(
            sa.Column("passed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
