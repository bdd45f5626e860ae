"""A sound sent in parts: players ask for ranges (RFC 9110, 14), and sealed files have no path to send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

BLOCK = 1 << 16
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.I)


class _Sent(StreamingResponse):
    """Closes its file whatever becomes of the connection: a player that seeks hangs up."""

    file: BinaryIO

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.file.close()


def send(request: Request, file: BinaryIO, media_type: str = "audio/wav") -> Response:
    """The file, or the one range asked for; it is closed when it was sent."""
    size = file.seek(0, 2)
    asked = _asked(request.headers.get("range", ""), size)
    first, last = asked or (0, size - 1)
    if first > last:
        file.close()
        return Response(status_code=416, headers=HEADERS | {"Content-Range": f"bytes */{size}"})
    headers = HEADERS | {"Content-Length": str(last - first + 1)}
    if asked is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 200 if asked is None else 206
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    answer = _Sent(_parts(file, first, last), status, headers, media_type)
    answer.file = file
    return answer


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None, the whole, for several ranges or nonsense."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def _parts(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    file.seek(first)
    while first <= last and (part := file.read(min(BLOCK, last - first + 1))):
        first += len(part)
        yield part
