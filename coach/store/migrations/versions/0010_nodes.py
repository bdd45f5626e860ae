"""Node reports, and what they call things."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "node_report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_report")),
    )
    op.create_table(
        "node_figure",
        sa.Column("node_report_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Float(), nullable=True),
        sa.Column("satisfied", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["node_report_id"],
            ["node_report.id"],
            name=op.f("fk_node_figure_node_report_id_node_report"),
        ),
        sa.PrimaryKeyConstraint("node_report_id", "place", name=op.f("pk_node_figure")),
    )
    op.create_table(
        "column_map",
        sa.Column("headings", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("headings", name=op.f("pk_column_map")),
    )
    op.create_table(
        "node_name",
        sa.Column("reported", sa.String(length=80), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reported", name=op.f("pk_node_name")),
    )
