"""The address that phones can reach, for the code on the screen."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from coach.ui.guard import LOCAL_NAMES


@dataclass(frozen=True)
class Address:
    """Where phones go; ``reachable``: as far as this machine can tell."""

    url: str
    reachable: bool


def phones_address(public: str, host: str, *, tls: bool, listens: str) -> Address:
    """The address to print.

    Args:
        public: the one set (COACH_PUBLIC_URL), which is believed; "" for none.
        host: by which this browser reached us, with its port.
        tls: whether it did so over TLS.
        listens: the address that the server listens on; this machine's own name or number is of no
            use to a phone.
    """
    if public:
        return Address(public.rstrip("/"), True)
    scheme = "https" if tls else "http"
    name = urlsplit(f"//{host}").hostname or ""
    if name and name not in (*LOCAL_NAMES, "::1"):
        return Address(f"{scheme}://{host}", True)
    port = urlsplit(f"//{host}").port
    found = lan_address()
    shown = f"[{found}]" if ":" in found else found
    url = f"{scheme}://{shown or host}{f':{port}' if port and shown else ''}"
    return Address(url, bool(found) and not _loopback(listens))


def lan_address() -> str:
    """This machine's address in its own network; "" where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # never sent to: RFC 5737 keeps it for documents
            found = str(probe.getsockname()[0])
        except OSError:
            return ""
    return "" if _loopback(found) else found


def _loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False  # "" and names: all interfaces, or one that we do not know


def qr(text: str) -> str:
    """A QR code as inline SVG (ISO/IEC 18004, a quarter of it may be hidden)."""
    import segno

    return str(segno.make(text, error="q", micro=False).svg_inline(omitsize=True, border=2))
