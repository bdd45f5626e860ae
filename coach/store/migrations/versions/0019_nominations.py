"""On the desk, putting an exchange forward is an act as any other, and can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("tag_act") as batch:
        batch.alter_column("tag_id", existing_type=sa.String(length=36), nullable=True)
