"""A file sealed piece by piece: any part of an hour of sound is read without the rest.

Layout: 8 bytes of magic, 8 of the key's id, 16 of salt; then records of a 12-byte nonce, up to
64 KiB of AES-256-GCM ciphertext and its 16-byte tag (NIST SP 800-38D). The file's own key is HKDF of
key and salt. Each record vouches for the header, its number and whether it is the last, as in the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), and for the file's name up to its
first dot: nothing can be cut off, moved, or exchanged between files. A record that is changed gets a
new nonce.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from coach.calls.sealing.keyring import Key
from coach.errors import SealBroken

MAGIC = b"COACHSF1"
PIECE = 1 << 16  # bytes of plain text in a record
_HEAD, _NONCE, _TAG = 32, 12, 16
_RECORD = _NONCE + PIECE + _TAG


def sealed_with(path: Path) -> str | None:
    """The id of the key that a file is sealed with; None: it is not sealed."""
    with path.open("rb") as file:
        head = file.read(16)
    return head[8:].hex() if len(head) == 16 and head.startswith(MAGIC) else None


class SealedFile(io.RawIOBase):
    """A file to read, write and seek in; one piece is held in the clear, in memory only."""

    def __init__(
        self, file: BinaryIO, name: str, key: Key, head: bytes, *, write: bool, new: bool
    ) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._file, self._head, self._write = file, head, write
        self._name = name.partition(".")[0].encode()
        self._cipher: Any = AESGCM(key.derived(b"coach file", head[16:]))
        self._at, self._number, self._piece, self._dirty = 0, 0, bytearray(), new
        self._size = 0 if new else self._measured()
        if not new:
            self._load(self._last)  # one that was cut off says so at once
            self._load(0)

    @classmethod
    def create(cls, path: Path, key: Key) -> BinaryIO:
        """A new, empty one."""
        head = MAGIC + bytes.fromhex(key.id) + secrets.token_bytes(16)
        file = path.open("w+b", buffering=0)
        file.write(head)
        return cls(file, path.name, key, head, write=True, new=True)  # type: ignore[return-value]

    @classmethod
    def open(cls, path: Path, key: Callable[[str], Key], *, write: bool = False) -> BinaryIO:
        """One that is there. Raises KeyMissing, SealBroken."""
        file = path.open("r+b" if write else "rb", buffering=0)
        try:
            head = file.read(_HEAD)
            found = key(head[8:16].hex())
            return cls(file, path.name, found, head, write=write, new=False)  # type: ignore[return-value]
        except BaseException:
            file.close()
            raise

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._write

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {0: 0, 1: self._at, 2: self._size}[whence])
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = self._size - self._at
        left = left if size is None or size < 0 else min(size, left)
        parts = []
        while left > 0:
            number, within = divmod(self._at, PIECE)
            self._load(number)
            part = bytes(self._piece[within : within + left])
            parts.append(part)
            self._at += len(part)
            left -= len(part)
        return b"".join(parts)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        if not self._write:
            raise io.UnsupportedOperation("not writable")
        if self._at > self._size:
            raise io.UnsupportedOperation("no gaps")
        left = memoryview(data).cast("B")
        while len(left):
            number, within = divmod(self._at, PIECE)
            self._load(number)
            part = left[: PIECE - within]
            self._piece[within : within + len(part)] = part
            self._dirty = True
            self._at += len(part)
            self._size = max(self._size, self._at)
            left = left[len(part) :]
        return len(data)

    def flush(self) -> None:
        if not self.closed and self._dirty:
            self._store()

    def fileno(self) -> int:
        """Of the file beneath, to bring it to the disk."""
        return self._file.fileno()

    def close(self) -> None:
        if not self.closed:
            try:
                super().close()  # flushes
            finally:
                self._file.close()

    @property
    def _last(self) -> int:
        return max(0, self._size - 1) // PIECE

    def _measured(self) -> int:
        """Bytes of plain text that a file of this length holds."""
        body = os.fstat(self._file.fileno()).st_size - _HEAD
        whole, rest = divmod(body, _RECORD)
        if body < _NONCE + _TAG or 0 < rest < _NONCE + _TAG:
            raise SealBroken()
        return whole * PIECE + (rest - _NONCE - _TAG if rest else 0)

    def _load(self, number: int) -> None:
        """Make a piece the current one; a piece beyond the end is new, and was the last's next."""
        if number == self._number and (self._piece or self._dirty):
            return
        grown = number > self._last
        if grown:
            self._load(self._last)  # it says that it is the last, and is not any more
            self._store(last=False)
        elif self._dirty:
            self._store()
        self._number = number
        self._piece = bytearray() if grown else bytearray(self._open(number))

    def _open(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        for again in (False, True):  # another process may be just changing it
            self._file.seek(_HEAD + number * _RECORD)
            record = self._file.read(_RECORD)
            try:
                plain: bytes = self._cipher.decrypt(
                    record[:_NONCE], record[_NONCE:], self._vouched(number, number == self._last)
                )
                return plain
            except (InvalidTag, ValueError) as error:
                if again:
                    raise SealBroken() from error
        raise AssertionError

    def _store(self, *, last: bool | None = None) -> None:
        last = self._number == self._last if last is None else last
        nonce = secrets.token_bytes(_NONCE)
        body = self._cipher.encrypt(nonce, bytes(self._piece), self._vouched(self._number, last))
        self._file.seek(_HEAD + self._number * _RECORD)
        left = memoryview(nonce + body)
        while len(left):  # a raw file may take less than it is given
            left = left[self._file.write(left) :]
        self._dirty = False

    def _vouched(self, number: int, last: bool) -> bytes:
        return self._head + number.to_bytes(8, "big") + bytes([last]) + self._name
