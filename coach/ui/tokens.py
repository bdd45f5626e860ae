"""Signed tickets for our routes: what a page hands out is what a request may have."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

LIFE = 12 * 3600  # seconds; a shift


class Tickets:
    """Signs small documents with a key that never leaves the data folder."""

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="coach-ticket")

    def give(self, **content: Any) -> str:
        """A ticket for this content."""
        return self._serializer.dumps(content)

    def read(self, ticket: str, life: int = LIFE) -> dict[str, Any] | None:
        """Its content; None when forged, broken or older than ``life`` seconds."""
        try:
            found = self._serializer.loads(ticket, max_age=life)
        except BadData:
            return None
        return found if isinstance(found, dict) else None


def load_key(folder: Path) -> str:
    """The key of this data folder, made the first time. Two starting at once agree on one."""
    path = folder / "ticket.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text("ascii").strip()
