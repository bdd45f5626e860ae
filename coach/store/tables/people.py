"""Who there is, who may sign in, what they did."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from coach.store.tables.base import CleanText, id_, metadata, to, when

person = Table("person", metadata, id_(), Column("name", CleanText, nullable=False), when())
team = Table(
    "team", metadata, id_(), Column("name", CleanText, nullable=False, unique=True), when()
)
member = Table(
    "member",
    metadata,
    to("team", key=True),
    to("person", key=True),
    Column("place", Integer, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    when("at"),
    Column("by", CleanText, nullable=False),
    Column("what", String(40), nullable=False),
    Column("by_id", String(36), nullable=False, default=""),
    Column("about", CleanText, nullable=False, default=""),
)
account = Table(
    "account",
    metadata,
    id_(),
    Column("login", CleanText, nullable=False),
    Column("login_key", String(64), nullable=False, unique=True),  # in one case
    Column("name", CleanText, nullable=False),
    Column("role", String(12), nullable=False),
    to("person", null=True),
    Column("subject", String(200), nullable=True, unique=True),
    Column("disabled", Boolean, nullable=False),
    Column("hash", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    when("locked_until", null=True),
    when(),
)
account_team = Table("account_team", metadata, to("account", key=True), to("team", key=True))
visit = Table(
    "visit",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the cookie
    to("account"),
    when(),
    when("seen_at"),
    Index("ix_visit_account", "account_id"),
)
objection = Table(
    "objection",
    metadata,
    id_(),
    to("recording"),
    Column("by", CleanText, nullable=False),
    Column("why", CleanText, nullable=False),
    when("at"),
    Column("answer", String(12), nullable=False),
    Column("answered_by", CleanText, nullable=False),
    Column("because", CleanText, nullable=False),
)
alias = Table(
    "alias",
    metadata,
    Column("agent", String(80), primary_key=True),
    Column("alias", CleanText, nullable=False),
)
