"""What a connection tells whoever uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.protocol.connection import Event
    from wsgui.protocol.http_exchange import HttpRequest
    from wsgui.records import ConnectionClosed


class Handler:
    """What hears of a connection's life. All methods are called on the loop, `events` once a read."""

    def connected(self) -> None:
        """The link is up, and the handshake begins."""

    def requested(self, request: HttpRequest) -> None:
        """A plain HTTP request came in place of a handshake; `Opening.reply` answers it."""

    def opened(self) -> None:
        """The handshake is done."""

    def events(self, events: list[Event]) -> None:
        """Messages and control frames, in order."""

    def answered(self, payload: bytes, rtt_ns: int) -> None:
        """A ping of ours was answered."""

    def writable(self, yes: bool) -> None:
        """Much waits to leave, or little again."""

    def closed_by(self, record: ConnectionClosed) -> None:
        """The link is gone; nothing follows."""
