"""Benchmarks have versions, and somebody approves them. Those there were count as approved."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "benchmark_version",
        sa.Column("benchmark_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benchmark_id"],
            ["benchmark.id"],
            name=op.f("fk_benchmark_version_benchmark_id_benchmark"),
        ),
        sa.PrimaryKeyConstraint("benchmark_id", "number", name=op.f("pk_benchmark_version")),
    )
    op.add_column(
        "benchmark", sa.Column("number", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "benchmark",
        sa.Column("standing", sa.String(length=12), nullable=False, server_default="approved"),
    )
    op.add_column("benchmark", sa.Column("until", sa.Date(), nullable=True))
    _first_versions()


def _first_versions() -> None:
    db = op.get_bind()
    names = (
        "id",
        "question",
        "answer",
        "start",
        "end",
        "agent",
        "node",
        "team",
        "clip",
        "marked_by",
    )
    benchmark = sa.table(
        "benchmark", *map(sa.column, names), sa.column("created_at", sa.DateTime(timezone=True))
    )
    tag = sa.table("benchmark_tag", *map(sa.column, ("benchmark_id", "tag", "place")))
    version = sa.table(
        "benchmark_version",
        *map(sa.column, ("benchmark_id", "number", "standing")),
        sa.column("body", sa.JSON()),
    )
    tags: dict[str, list[str]] = {}
    for row in db.execute(sa.select(tag).order_by(tag.c.place)):
        tags.setdefault(row.benchmark_id, []).append(row.tag)
    for row in db.execute(sa.select(benchmark)).all():
        body = {name: getattr(row, name) for name in names if name != "id"}
        body |= {"tags": tags.get(row.id, []), "created_at": row.created_at.isoformat()}
        body["because"] = "before versions"
        values = {"benchmark_id": row.id, "number": 1, "standing": "approved"}
        db.execute(sa.insert(version).values(**values, body=body))
