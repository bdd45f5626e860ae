"""Packs, sessions and what people left in them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, Index, Integer, String, Table

from coach.store.tables.base import CleanText, id_, metadata, to, when

pack = Table(
    "pack",
    metadata,
    id_(),
    to("recording"),
    Column("title", CleanText, nullable=False),
    Column("node", CleanText, nullable=False, default=""),
    Column("metric", CleanText, nullable=False, default=""),
    Column("alias", CleanText, nullable=False, default=""),
    Column("why", CleanText, nullable=False, default=""),
    Column("team", CleanText, nullable=False, default=""),  # name; "" = for every team
    Column("seconds", Float, nullable=False),
    Column("body", JSON, nullable=False),
    when(),
)
planned = Table(
    "planned",
    metadata,
    Column("team", String(80), primary_key=True),
    Column("day", Date, primary_key=True),
    to("pack"),
    Column("by", CleanText, nullable=False),
    Column("confirmed_by", CleanText, nullable=False),
    when("confirmed_at", null=True),
)
session = Table(
    "session",
    metadata,
    id_(),
    to("pack"),
    Column("mode", String(8), nullable=False),
    to("team", null=True),
    Column("team_name", CleanText, nullable=False, default=""),
    Column("leader", CleanText, nullable=False, default=""),
    Column("owner", String(36), nullable=False, default=""),  # account that opened it
    Column("version", Integer, nullable=False, default=0),  # grows with every change of it
    Column("phase", Integer, nullable=False, default=0),  # grows with what phones have to know
    Column("named", Boolean, nullable=False, default=False),  # names stand on the record
    Column("retests", String(36), nullable=False, default=""),  # the session that is recalled
    Column("straight", Boolean, nullable=False, default=False),  # played without stopping
    Column("due", JSON, nullable=False, default=list),  # names of who was to come
    Column("revision", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("heard", JSON, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    when("since", null=True),
    when("moved", null=True),
    Column("spent", JSON, nullable=False),
    when(),
)
seat = Table(
    "seat",
    metadata,
    id_(),
    to("session"),
    to("person", null=True),
    Column("name", CleanText, nullable=False),
    Column("place", Integer, nullable=False),
    when("at", null=True),  # sat down after it was opened
    Index("ix_seat_session", "session_id"),
)
entry = Table(
    "entry",
    metadata,
    to("session", key=True),
    Column("kind", String(12), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    to("seat", key=True),
    Column("text", CleanText, nullable=False),
    Column("shared", Boolean, nullable=False, default=True),  # else its writer's alone
    Column("passed", Boolean, nullable=False, default=False),  # rather not
    when("first_at"),
    when("at"),
)
experiment = Table(  # teams that compare paused with straight
    "experiment",
    metadata,
    Column("team", String(80), primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),  # first switched on
)
pick = Table(
    "pick",
    metadata,
    to("session", key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    to("seat"),
)
promise = Table(
    "promise",
    metadata,
    id_(),
    to("session"),
    Column("place", Integer, nullable=False),
    Column("who", CleanText, nullable=False),
    Column("what", CleanText, nullable=False),
    Column("until", Date, nullable=True),
)
signed_form = Table(
    "signed_form",
    metadata,
    to("session", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("by", CleanText, nullable=False),
    when("at"),
    Column("why", CleanText, nullable=False),
    Column("body", JSON, nullable=False),
)
form_note = Table(  # fields of the record form that somebody typed
    "form_note",
    metadata,
    to("session", key=True),
    Column("name", String(60), primary_key=True),
    Column("text", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
)
point_wording = Table(  # what people said: whether these words make that key point
    "point_wording",
    metadata,
    Column("point", String(40), primary_key=True),
    Column("words", String(120), primary_key=True),
    Column("counts", Boolean, nullable=False),
    Column("by", CleanText, nullable=False),
    when("at"),
)
door = Table(
    "door",
    metadata,
    to("session", key=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("open", Boolean, nullable=False),
    when("at"),
)
guest = Table(
    "guest",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the cookie
    to("seat"),
    when("at"),
)
session_log = Table(
    "session_log",
    metadata,
    to("session", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    when("at"),
    Column("action", String(16), nullable=False),
    Column("step", Integer, nullable=False),
)
