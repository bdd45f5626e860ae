"""What every table is made of: the metadata, the types, the usual columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text without NUL, which PostgreSQL does not take."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\x00", "").encode("utf-8", "replace").decode() if value else value


def id_() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def to(table: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(
        f"{table}_id", String(36), ForeignKey(f"{table}.id"), nullable=null, primary_key=key
    )


def when(name: str = "created_at", *, null: bool = False) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=null)
