"""Listening sockets: TCP and Unix, made with a sentence for whatever goes wrong, and closed without losing anybody."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui.engine.errors import ListenError, listen_sentence, reason_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

BACKLOG: Final = 512
UNIX_PATH_LIMIT: Final = 103
"""Bytes of a Unix socket's path: what the tightest system takes (its ``sun_path`` has 104 with the zero byte)."""


async def listen_tcp(
    accept: Callable[[], asyncio.BaseProtocol], host: str, port: int, context: ssl.SSLContext | None
) -> asyncio.Server:
    """A listener on an address; port 0 takes a free one. Raises ListenError: port in use, no rights, not ours."""
    if not 0 <= port <= 65535:
        raise ListenError(f"A port is 0 to 65535, not {port}.")
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(accept, host, port, backlog=BACKLOG, ssl=context)
    except (OSError, ValueError) as error:
        failure = error if isinstance(error, OSError) else OSError(f"{host!r} is not a host name")
        raise ListenError(listen_sentence(failure, host, port)) from error


async def listen_unix(
    accept: Callable[[], asyncio.BaseProtocol], path: str, context: ssl.SSLContext | None
) -> asyncio.Server:
    """A listener on a Unix socket; an old socket that nobody listens on is replaced. Raises ListenError."""
    loop = asyncio.get_running_loop()
    if not hasattr(socket, "AF_UNIX"):
        raise ListenError("This system has no Unix sockets.")
    if not 0 < len(path.encode()) <= UNIX_PATH_LIMIT or "\x00" in path:
        raise ListenError(f"The path of a Unix socket has 1 to {UNIX_PATH_LIMIT} bytes.")
    if not _may_be_socket(path):
        raise ListenError(f"{path} exists and is no socket.")
    if await _is_alive(path):
        raise ListenError(f"The Unix socket {path} is in use by another program.")
    try:
        return await loop.create_unix_server(accept, path, backlog=BACKLOG, ssl=context)
    except OSError as error:
        raise ListenError(f"Cannot listen on the Unix socket {path}: {reason_of(error)}.") from error


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


def urls_of(listener: asyncio.Server, *, secure: bool) -> list[str]:
    """The URLs that lead to a listener, each with a slash at its end."""
    scheme = "wss" if secure else "ws"
    found = []
    for one in listener.sockets:
        name = one.getsockname()
        if isinstance(name, tuple):
            host, port = name[:2]
            found.append(f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host}:{port}/")
        else:
            found.append(f"{scheme}+unix://{name}:/")
    return found


async def stop_accepting(listeners: list[asyncio.Server]) -> None:
    """Close listeners. asyncio accepts in one turn of the loop and makes the transport in the next one; were the
    listener closed in between, it would lose the socket."""
    loop = asyncio.get_running_loop()
    paths = [
        name
        for listener in listeners
        for one in listener.sockets
        if isinstance(name := one.getsockname(), str) and name
    ]
    with suppress(NotImplementedError):  # Windows' loop has no readers
        for listener in listeners:
            for one in listener.sockets:
                loop.remove_reader(one.fileno())
        for _ in range(3 if listeners else 0):
            await asyncio.sleep(0)
    for listener in listeners:
        listener.close()
    for path in paths:  # Python 3.13 does it itself
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - as above
