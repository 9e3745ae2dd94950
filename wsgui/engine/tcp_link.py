"""TCP, with TLS or without, as a `Link`: the one place of a connection that knows asyncio's transports.

On asyncio's loops it is a `BufferedProtocol` because each ``recv(256 KiB)`` of a plain protocol maps and unmaps memory
(17 us instead of 5), and because 64 KiB bounds what is worked off in one go, which is what keeps a window responsive.
uvloop is quicker with a plain one, and no window runs on it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from wsgui.engine.errors import reason_of
from wsgui.engine.leaving import unacknowledged
from wsgui.engine.link import LinkUser, Loss
from wsgui.engine.tls_errors import alert_sentence
from wsgui.records import How

if TYPE_CHECKING:
    from collections.abc import Callable

READ_SIZE: Final = 64 * 1024
WRITE_HIGH: Final = 256 * 1024
"""Bytes waiting in the transport above which `LinkUser.writable` says no."""

_NOBODY: Final = LinkUser()


class TcpLink(asyncio.BaseProtocol):
    """A protocol for a loop, a `Link` for ``user``: `tcp_link` makes the one that the loop reads best with.

    `write` and `is_closing` are the transport's own: one more call a write would be felt.
    """

    write: Callable[[bytes], None]
    is_closing: Callable[[], bool]

    def __init__(self, user: LinkUser) -> None:
        self._user = user
        self.local = self.remote = self.local_host = ""
        self.tls: ssl.SSLObject | None = None

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = tcp = cast("asyncio.Transport", transport)
        tcp.set_write_buffer_limits(high=WRITE_HIGH)
        self.write = tcp.write
        self.is_closing = tcp.is_closing
        name = tcp.get_extra_info("sockname")
        self.local = address_text(name)
        self.local_host = str(name[0]) if isinstance(name, tuple) else ""
        self.remote = address_text(tcp.get_extra_info("peername"))
        self.tls = tcp.get_extra_info("ssl_object")
        self._user.attached(self)

    def eof_received(self) -> bool:
        self._user.eof_received()
        return False  # the transport closes

    def connection_lost(self, exc: Exception | None) -> None:
        user, self._user = self._user, _NOBODY
        user.lost(_loss(exc))

    def pause_writing(self) -> None:
        self._user.writable(False)

    def resume_writing(self) -> None:
        self._user.writable(True)

    # --- the connection's side: see `Link`

    def end(self) -> bool:
        """FIN; TLS is closed as a whole, as asyncio has it."""
        if self.transport.can_write_eof():
            # The peer's reset may be known to the system and not yet to the loop; the transport hears of it next.
            with suppress(OSError):
                self.transport.write_eof()
            return True
        self.transport.close()
        return False

    def close(self) -> None:
        """FIN behind what was written; what comes meanwhile is thrown away."""
        self.transport.close()

    def abort(self) -> None:
        """Close the socket."""
        self.transport.abort()

    def reset(self) -> None:
        """A lingering time of 0 makes the system send a reset and throw away what has not gone yet."""
        own = self.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def pause_reading(self) -> None:
        """TCP's window closes."""
        self.transport.pause_reading()

    def resume_reading(self) -> None:
        """It opens again."""
        self.transport.resume_reading()

    def limit_reads(self, size: int) -> None:
        """As the loop reads."""
        raise NotImplementedError

    def backlog(self) -> int:
        """In the transport's buffer."""
        return self.transport.get_write_buffer_size()

    def unacknowledged(self) -> int:
        """In the system's buffer too."""
        return unacknowledged(self.transport)


class BufferedLink(TcpLink, asyncio.BufferedProtocol):
    """Reads into a ``buffer``, which may be shared by the links of one loop: for asyncio's loops."""

    def __init__(self, user: LinkUser, buffer: bytearray | None = None) -> None:
        super().__init__(user)
        self._whole = memoryview(buffer if buffer is not None else bytearray(READ_SIZE))
        self._view = self._whole

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        self._user.data_received(self._view[:nbytes].tobytes())

    def limit_reads(self, size: int) -> None:
        """A smaller part of the buffer."""
        self._view = self._whole[:size] if size else self._whole


class StreamLink(TcpLink, asyncio.Protocol):
    """Is given bytes: for uvloop, which reads into one buffer of its own and looks up once who takes them."""

    def __init__(self, user: LinkUser) -> None:
        super().__init__(user)
        self.data_received = user.data_received  # type: ignore[method-assign]  # no call between the loop and the user

    def limit_reads(self, size: int) -> None:
        """A buffer takes the place of the loop's."""
        self.transport.set_protocol(_InPieces(self, self._user, size) if size else self)


class _InPieces(asyncio.BufferedProtocol):
    """Stands in for a `StreamLink` while it reads no more than ``size`` bytes at a time."""

    def __init__(self, link: StreamLink, user: LinkUser, size: int) -> None:
        self._view = memoryview(bytearray(size))
        self._user = user
        self.connection_lost = link.connection_lost  # type: ignore[method-assign]
        self.eof_received = link.eof_received  # type: ignore[method-assign]
        self.pause_writing = link.pause_writing  # type: ignore[method-assign]
        self.resume_writing = link.resume_writing  # type: ignore[method-assign]

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        self._user.data_received(self._view[:nbytes].tobytes())


def tcp_link(user: LinkUser, buffer: bytearray | None = None) -> TcpLink:
    """The link for the loop that runs. ``buffer`` may be shared by the links of one loop."""
    if isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop):
        return BufferedLink(user, buffer)
    return StreamLink(user)


def _loss(error: Exception | None) -> Loss | None:
    if isinstance(error, ssl.SSLError):
        words = alert_sentence(error) or str(error.reason or error).replace("_", " ").lower()
        return Loss(How.TLS, f"TLS: {words}")
    if isinstance(error, OSError):
        return Loss(How.RESET, reason_of(error))
    return None


def address_text(name: object) -> str:
    """``127.0.0.1:8765`` or ``[::1]:8765`` from a socket's name; a Unix socket's path as it is."""
    if isinstance(name, tuple) and len(name) >= 2:
        host, port = name[0], name[1]
        return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
    return str(name or "")
