"""Surnames, cities and other lists, from lists.toml."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_ALL = tomllib.loads(files(__package__).joinpath("lists.toml").read_text("utf-8"))
SURNAMES = frozenset(c for c in _ALL["surnames"] if not c.isspace())
COMPOUND = frozenset(_ALL["compound"].split())
PROVINCES = tuple(_ALL["provinces"].split())
CITIES = tuple(_ALL["cities"].split())
NO_NAMES = frozenset(_ALL["no_names"].split())
ENGLISH = frozenset(_ALL["english"].split())
GIVEN = frozenset(c for c in _ALL["given"] if not c.isspace())
