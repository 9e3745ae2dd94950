"""What a connection needs of whatever carries its bytes, and what it hears from there.

`tcp_link.TcpLink` is TCP, with TLS or without. A stream of HTTP/2 or HTTP/3 would be another `Link`, and so is the pair
without sockets that tests join two ends with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    import ssl

    from wsgui.records import How


class Loss(NamedTuple):
    """How a link was lost that did not end in order; ``sentence`` has no full stop, as more words may follow."""

    how: How
    sentence: str


class Link(Protocol):
    """Bytes in order, both ways. Nothing here blocks, and nothing raises once the link is closing.

    ``local`` and ``remote`` are addresses as they are shown; ``local_host`` is the address of this machine that the
    peer came to, empty where there is none (a Unix socket). ``tls`` is the TLS under it, None without.
    """

    local: str
    remote: str
    local_host: str
    tls: ssl.SSLObject | None

    def write(self, data: bytes) -> None:
        """Send bytes, behind all that were written before."""

    def end(self) -> bool:
        """Send no more, and go on reading: FIN, behind what was written. Where one direction cannot end alone (TLS),
        this is `close`, and False."""

    def close(self) -> None:
        """End both directions once what was written has gone."""

    def abort(self) -> None:
        """End at once; what has not gone yet never will."""

    def reset(self) -> None:
        """As `abort`, so that the peer sees a reset (RST) in place of an end."""

    def is_closing(self) -> bool:
        """Whether it is over, or will be as soon as what was written has gone."""

    def pause_reading(self) -> None:
        """Take no more from the peer, which is slowed down by that."""

    def resume_reading(self) -> None:
        """Take more again."""

    def limit_reads(self, size: int) -> None:
        """Read so many bytes at a time at most; 0: as many as come."""

    def backlog(self) -> int:
        """Bytes that were written and that the system has not taken yet."""

    def unacknowledged(self) -> int:
        """Bytes that were written and that the peer's system has not got, as far as this one tells."""


class LinkUser:
    """Who hears of a link: `attached` first, `lost` last. All methods are called on the loop."""

    def attached(self, link: Link) -> None:
        """It is up, TLS included."""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""

    def eof_received(self) -> None:
        """The peer sends no more. The link closes itself once what was written has gone."""

    def writable(self, yes: bool) -> None:
        """What waits to leave has become much, or little again."""

    def lost(self, loss: Loss | None) -> None:
        """It is over; None: in order."""


class _NoLink:
    """Stands where a link will be: closing from the first, so nobody writes to it."""

    local = remote = local_host = ""
    tls: ssl.SSLObject | None = None

    def write(self, data: bytes) -> None:
        """Nothing carries them."""

    def end(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def reset(self) -> None:
        pass

    def is_closing(self) -> bool:
        return True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def limit_reads(self, size: int) -> None:
        pass

    def backlog(self) -> int:
        return 0

    def unacknowledged(self) -> int:
        return 0


NO_LINK: Final[Link] = _NoLink()
"""The link of a connection that has none yet."""
