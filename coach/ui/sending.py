"""A sound sent in parts: players ask for ranges (RFC 9110, 14), and sealed files have no path to send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

BLOCK = 1 << 16
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def send(request: Request, file: BinaryIO, media_type: str = "audio/wav") -> Response:
    """The file, or the one range asked for; it is closed when it was sent."""
    size = file.seek(0, 2)
    first, last = _asked(request.headers.get("range", ""), size)
    partial = (first, last) != (0, size - 1)
    headers = HEADERS | {"Content-Length": str(last - first + 1)}
    if first > last:
        file.close()
        return Response(status_code=416, headers=HEADERS | {"Content-Range": f"bytes */{size}"})
    if partial:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if partial else 200
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(_parts(file, first, last), status, headers, media_type)


def _asked(header: str, size: int) -> tuple[int, int]:
    """First and last byte; several ranges, or nonsense, get the whole."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return 0, size - 1
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _parts(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while first <= last and (part := file.read(min(BLOCK, last - first + 1))):
            first += len(part)
            yield part
