"""Keys, and what is sealed with them: documents, words and files.

Every key is 32 random bytes. What it is used for gets a key of its own by HKDF (RFC 5869). The
first key of a ring seals, all of them open: so keys can be changed while the app runs.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from coach.errors import KeyMissing, KeyUnusable, SealBroken

SEALED, BODY = "sealed", "body"  # of a sealed document: its key's id, and the rest
_WORD = re.compile(r"sealed:([0-9a-f]{16}):([A-Za-z0-9_-]+)")
RECENT = 2.0  # seconds for which it is known which key seals


def new_key() -> str:
    """A fresh key as people keep it: 43 signs, URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


@dataclass(frozen=True)
class Key:
    """One key; ``id`` names it and tells nothing about it."""

    secret: bytes = field(repr=False)
    id: str

    @classmethod
    def parse(cls, text: str) -> Key:
        """A key as ``new_key`` writes it. Raises KeyUnusable."""
        try:
            secret = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError) as error:
            raise KeyUnusable() from error
        if len(secret) != 32:
            raise KeyUnusable()
        return cls(secret, _derived(secret, b"coach key id", length=8).hex())

    def derived(self, purpose: bytes, salt: bytes = b"", length: int = 32) -> bytes:
        """A key for one purpose."""
        return _derived(self.secret, purpose, salt, length)


class Keyring:
    """The keys of this installation, the one that seals first; without any, nothing is sealed."""

    def __init__(self, keys: Sequence[Key] = ()) -> None:
        self._keys = {key.id: key for key in keys}
        self._noted: Callable[[], str | None] | None = None
        self._asked = -RECENT

    def watch(self, noted: Callable[[], str | None]) -> None:
        """Before anything is sealed, or left unsealed, ask which key the data is under by now: a
        process that was not restarted when the keys changed must not go on with the old ones."""
        self._noted = noted

    def sealing(self) -> Key | None:
        """The key to seal with. Raises KeyMissing where another one is in force by now."""
        if self._noted is not None and time.monotonic() - self._asked >= RECENT:
            noted = self._noted()
            if noted != (self.first.id if self.first else None):
                raise KeyMissing(key=noted or "?")
            self._asked = time.monotonic()
        return self.first

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Keys by lines or commas, newest first; what follows a # is a note. Raises KeyUnusable."""
        lines = (line.partition("#")[0] for line in text.splitlines())
        return cls(
            [Key.parse(word) for line in lines for word in re.split(r"[\s,]+", line) if word]
        )

    @property
    def ids(self) -> list[str]:
        """The keys' ids, the one that seals first."""
        return list(self._keys)

    @property
    def first(self) -> Key | None:
        """The key that seals."""
        return next(iter(self._keys.values()), None)

    def key(self, key_id: str) -> Key:
        """A key by its id. Raises KeyMissing."""
        if key_id not in self._keys:
            raise KeyMissing(key=key_id)
        return self._keys[key_id]

    def seal(self, document: Any, about: str) -> Any:
        """A JSON document as it is stored; ``about``: what it belongs to, and no other."""
        key = self.sealing()
        if key is None:
            return document
        data = json.dumps([about, document], ensure_ascii=False).encode()
        return {SEALED: key.id, BODY: _fernet(key).encrypt(data).decode()}

    def opened(self, stored: Any, about: str) -> Any:
        """A stored document, sealed or not. Raises KeyMissing, SealBroken."""
        from cryptography.fernet import InvalidToken

        if not isinstance(stored, dict) or set(stored) != {SEALED, BODY}:
            return stored
        try:
            found = _fernet(self.key(stored[SEALED])).decrypt(stored[BODY].encode())
        except InvalidToken as error:
            raise SealBroken() from error
        whose, document = json.loads(found)
        if whose != about:
            raise SealBroken()
        return document

    def seal_word(self, word: str, about: str) -> str:
        """A word that stays a key of its row: the same each time (AES-SIV, RFC 5297)."""
        key = self.sealing()
        if key is None:
            return word
        sealed = _siv(key).encrypt(word.encode(), [about.encode()])
        return f"{SEALED}:{key.id}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def opened_word(self, stored: str, about: str) -> str:
        """A stored word, sealed or not. Raises KeyMissing, SealBroken."""
        from cryptography.exceptions import InvalidTag

        found = _WORD.fullmatch(stored)
        if found is None:
            return stored
        cipher = _siv(self.key(found[1]))
        try:
            body = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
            return str(cipher.decrypt(body, [about.encode()]), "utf-8")
        except (InvalidTag, ValueError) as error:
            raise SealBroken() from error

    def create(self, path: Path) -> BinaryIO:
        """A new file to write and seek in, sealed where there is a key."""
        from coach.calls.sealing.sealed_file import SealedFile

        key = self.sealing()
        return SealedFile.create(path, key) if key else path.open("w+b")

    def open(self, path: Path, *, write: bool = False) -> BinaryIO:
        """A file to read, or to change in place, sealed or not. Raises KeyMissing, SealBroken."""
        from coach.calls.sealing.sealed_file import SealedFile, sealed_with

        if sealed_with(path) is None:
            return path.open("r+b" if write else "rb")
        return SealedFile.open(path, self.key, write=write)

    def fresh_file(self, path: Path) -> bool:
        """Whether a file is sealed as a new one would be."""
        from coach.calls.sealing.sealed_file import sealed_with

        return sealed_with(path) == (self.first.id if self.first else None)


OPEN = Keyring()  # no key: nothing is sealed


def _derived(secret: bytes, purpose: bytes, salt: bytes = b"", length: int = 32) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt or None, purpose).derive(secret)


def _fernet(key: Key) -> Any:
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(key.derived(b"coach document")))


def _siv(key: Key) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key.derived(b"coach word", length=64))
