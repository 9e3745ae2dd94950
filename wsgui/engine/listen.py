"""Listening sockets: TCP and Unix, made with a sentence for whatever goes wrong, and closed without losing anybody.

Connections are accepted here and not by asyncio's server, which counts nobody before TLS is up, waits up to a minute
for a peer that begins no TLS, cannot be closed while one of those is there (Python 3.13), and at the end of the file
descriptors writes a line for each connection of its backlog, again and again.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import stat
import sys
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from wsgui.engine.descriptors import EXHAUSTED, Spare
from wsgui.engine.errors import ListenError, listen_sentence, reason_of
from wsgui.engine.tasks import TaskOwner

if TYPE_CHECKING:
    import ssl

BACKLOG: Final = 512
AT_ONCE: Final = 64
"""Connections that are accepted before the loop looks at others again."""
BACK_OFF: Final = 1.0
"""Seconds that nobody is accepted after the system had nothing left, not even for a refusal."""
PORT_TRIES: Final = 16
"""How often a free port is looked for that is free on every address of a name."""
UNIX_PATH_LIMIT: Final = 103
"""Bytes of a Unix socket's path: what the tightest system takes (its ``sun_path`` has 104 with the zero byte)."""

_BUSY_TEXT: Final = b"This server has no file descriptors left for more.\n"
BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_BUSY_TEXT), _BUSY_TEXT)
)
"""What a client hears for whom nothing is left, not even a connection of ours that would say it."""


class Room(Enum):
    """Whether there is room for one more connection."""

    FREE = auto()
    FULL = auto()
    """It is let in to be told that there is none."""
    NONE = auto()
    """It is cut off at once."""


class Host(Protocol):
    """Who gets the connections of a listener."""

    def room_for(self, descriptor: int, *, secure: bool) -> Room:
        """Whether one more is let in; ``descriptor`` is its number."""

    def make_link(self, room: Room) -> asyncio.BaseProtocol:
        """What speaks on it."""

    def handshake_time(self) -> float:
        """Seconds that TLS may take."""

    def notice(self, sentence: str) -> None:
        """Something that the person is to know."""


class Listener:
    """Sockets that listen, and the connections that came out of them and whose TLS is not up yet."""

    def __init__(self, sockets: list[socket.socket], host: Host, context: ssl.SSLContext | None) -> None:
        self.sockets = sockets
        self._host = host
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._tasks = TaskOwner()
        self._accepting: set[asyncio.Task[None]] = set()
        self._handles: dict[socket.socket, asyncio.Handle] = {}
        self._spare = Spare()
        self._starved = False
        self._closed = False
        self._busy = BUSY if context is None else None
        for one in sockets:
            self._watch(one)

    @property
    def pending(self) -> int:
        """Connections that were accepted and of which nothing is known yet."""
        return len(self._accepting)

    def _watch(self, listening: socket.socket) -> None:
        if self._closed:
            return
        try:
            self._loop.add_reader(listening.fileno(), self._ready, listening)
        except NotImplementedError:  # the proactor of Windows
            self._tasks.start(self._accept_all(listening), "accept")

    async def _accept_all(self, listening: socket.socket) -> None:
        while not self._closed:
            try:
                accepted, _ = await self._loop.sock_accept(listening)
            except OSError:
                await asyncio.sleep(BACK_OFF)
            else:
                self._take(accepted)

    def _ready(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if not self._starve(listening, error):
                    return
            else:
                self._starved = False
                self._take(accepted)

    def _starve(self, listening: socket.socket, error: OSError) -> bool:
        """There is no descriptor for the next in the queue. Whether going on makes sense: somebody was turned away."""
        if not self._starved:
            self._starved = True
            self._host.notice(f"No connection can be accepted: {reason_of(error)}. More are refused.")
        if error.errno in EXHAUSTED and self._spare.here:
            self._spare.let_go()
            try:
                accepted, _ = listening.accept()
            except OSError:
                pass
            else:
                _turn_away(accepted, self._busy)
                self._spare.take()
                return True
            self._spare.take()
        # Without a pause the loop would come back at once, and do nothing else any more.
        self._loop.remove_reader(listening.fileno())
        self._handles[listening] = self._loop.call_later(BACK_OFF, self._again, listening)
        return False

    def _again(self, listening: socket.socket) -> None:
        self._handles.pop(listening, None)
        self._spare.take()
        self._watch(listening)

    def _take(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        room = self._host.room_for(accepted.fileno(), secure=self._context is not None)
        if room is Room.NONE:
            _turn_away(accepted, self._busy)
            return
        task = self._tasks.start(self._begin(accepted, room), "a connection's beginning")
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    async def _begin(self, accepted: socket.socket, room: Room) -> None:
        try:
            link = self._host.make_link(room)
        except BaseException:
            accepted.close()
            raise
        with suppress(OSError):  # TLS that came to nothing
            await self._loop.connect_accepted_socket(
                lambda: link,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=self._host.handshake_time() if self._context is not None else None,
            )

    async def stop(self) -> None:
        """Accept nobody any more. Who has been accepted gets its connection; who is in the middle of TLS is cut."""
        if self._closed:
            return
        self._closed = True
        for handle in self._handles.values():
            handle.cancel()
        paths = [name for one in self.sockets if isinstance(name := one.getsockname(), str) and name]
        for one in self.sockets:
            with suppress(NotImplementedError):
                self._loop.remove_reader(one.fileno())
            one.close()
        self.sockets = []
        for path in paths:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - a name of a socket, not a file
        if self._context is None and self._accepting:
            await asyncio.wait(self._accepting)
        await self._tasks.close()
        self._spare.let_go()


def _turn_away(accepted: socket.socket, answer: bytes | None) -> None:
    """Close a connection, with an answer if there is one: what has come is read first, or a reset would overtake it."""
    with suppress(OSError):
        accepted.setblocking(False)
        if answer is not None:
            with suppress(BlockingIOError):
                accepted.recv(65536)
            accepted.send(answer)
    accepted.close()


async def listen_tcp(host: str, port: int, owner: Host, context: ssl.SSLContext | None) -> Listener:
    """A listener on every address of a host; port 0 takes a free one, the same on all of them. Raises ListenError:
    port in use, no rights, not ours."""
    if not 0 <= port <= 65535:
        raise ListenError(f"A port is 0 to 65535, not {port}.")
    loop = asyncio.get_running_loop()
    try:
        if "\x00" in host:
            raise ValueError
        places = await loop.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE, proto=socket.IPPROTO_TCP
        )
        return Listener(_bound(list(dict.fromkeys(places)), port), owner, context)
    except (OSError, ValueError) as error:
        failure = error if isinstance(error, OSError) else OSError(f"{host!r} is not a host name")
        raise ListenError(listen_sentence(failure, host, port)) from error


_Place = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


def _bound(places: list[_Place], port: int) -> list[socket.socket]:
    """Sockets that listen on all the places that this machine has. Raises OSError."""
    for attempts_left in reversed(range(1 if port else PORT_TRIES)):
        found: list[socket.socket] = []
        missing: OSError | None = None
        free = port
        try:
            for family, kind, protocol, _, address in places:
                try:
                    found.append(_bind(family, kind, protocol, (address[0], free, *address[2:])))
                except OSError as error:
                    if error.errno not in _NOT_HERE:
                        raise
                    missing = error
                else:
                    free = found[-1].getsockname()[1]
        except OSError as error:
            for one in found:
                one.close()
            # A port that is free on one address may be taken on the next.
            if error.errno != errno.EADDRINUSE or not found or not attempts_left:
                raise
        else:
            if not found and missing is not None:
                raise missing
            break
    return found


_NOT_HERE: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def _bind(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix" and sys.platform != "cygwin":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # its brother of IPv4 has a socket of its own
        one.setblocking(False)
        one.bind(address)
        one.listen(BACKLOG)
    except BaseException:
        one.close()
        raise
    return one


async def listen_unix(path: str, owner: Host, context: ssl.SSLContext | None) -> Listener:
    """A listener on a Unix socket; an old socket that nobody listens on is replaced. Raises ListenError."""
    if not hasattr(socket, "AF_UNIX"):
        raise ListenError("This system has no Unix sockets.")
    if not 0 < len(os.fsencode(path)) <= UNIX_PATH_LIMIT or "\x00" in path:
        raise ListenError(f"The path of a Unix socket has 1 to {UNIX_PATH_LIMIT} bytes.")
    if not _may_be_socket(path):
        raise ListenError(f"{path} exists and is no socket.")
    if await _is_alive(path):
        raise ListenError(f"The Unix socket {path} is in use by another program.")
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        one.setblocking(False)
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - a name of a socket, not a file
        one.bind(path)
        one.listen(BACKLOG)
    except OSError as error:
        one.close()
        raise ListenError(f"Cannot listen on the Unix socket {path}: {reason_of(error)}.") from error
    return Listener([one], owner, context)


def _may_be_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116 - a name of a socket, not a file to read
    except OSError:
        return True  # nothing there, or nothing that we may see: listening will tell


async def _is_alive(path: str) -> bool:
    """Whether somebody listens on the Unix socket."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


def urls_of(listener: Listener, *, secure: bool) -> list[str]:
    """The URLs that lead to a listener, each with a slash at its end."""
    scheme = "wss" if secure else "ws"
    found = []
    for one in listener.sockets:
        name = one.getsockname()
        if isinstance(name, tuple):
            host, port = str(name[0]).replace("%", "%25"), name[1]
            found.append(f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host}:{port}/")
        else:
            found.append(f"{scheme}+unix://{name}:/")
    return found
