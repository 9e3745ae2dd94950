"""What an endpoint tells whoever uses it, and how it writes an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed


class Handler:
    """What hears of an endpoint's life. All methods are called on the loop, `events` once a read."""

    def connected(self) -> None:
        """TCP (and TLS) is up, and the handshake begins."""

    def opened(self) -> None:
        """The handshake is done."""

    def events(self, events: list[Event]) -> None:
        """Messages and control frames, in order."""

    def answered(self, payload: bytes, rtt_ns: int) -> None:
        """A ping of ours was answered."""

    def writable(self, yes: bool) -> None:
        """The transport's buffer has filled up, or has room again."""

    def closed_by(self, record: ConnectionClosed) -> None:
        """TCP is gone; nothing follows."""


def address_text(name: object) -> str:
    """``127.0.0.1:8765`` or ``[::1]:8765`` from a socket's name; a Unix socket's path as it is."""
    if isinstance(name, tuple) and len(name) >= 2:
        host, port = name[0], name[1]
        return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
    return str(name or "")
