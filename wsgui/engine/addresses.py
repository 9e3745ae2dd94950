"""A TCP connection to a host of several addresses, which are raced (RFC 8305), on whatever loop runs."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


async def connect_tcp(
    make: Callable[[], asyncio.BaseProtocol],
    host: str,
    port: int,
    *,
    family: int,
    happy_eyeballs_delay: float,
    local_addr: tuple[str, int] | None,
    **secure: Any,
) -> asyncio.Transport:
    """As ``loop.create_connection`` of asyncio: ``happy_eyeballs_delay`` are the seconds that one address has before
    the next one is tried beside it, ``secure`` is said of TLS. Raises OSError, or ValueError for a host that is none.

    uvloop knows no race: it tries one address after the other, and one that is silent holds up all behind it.
    """
    loop = asyncio.get_running_loop()
    if isinstance(loop, asyncio.BaseEventLoop):
        way: dict[str, Any] = {
            "family": family,
            "happy_eyeballs_delay": happy_eyeballs_delay,
            "local_addr": local_addr,
        }
        transport, _ = await loop.create_connection(make, host, port, **way, **secure)
        return transport
    from aiohappyeyeballs import start_connection

    kind: dict[str, Any] = {"family": family, "type": socket.SOCK_STREAM, "proto": socket.IPPROTO_TCP}
    places = await loop.getaddrinfo(host, port, **kind)
    own = None if local_addr is None else await loop.getaddrinfo(*local_addr, **kind)
    connected = await start_connection(
        places, local_addr_infos=own, happy_eyeballs_delay=happy_eyeballs_delay, interleave=1, loop=loop
    )
    try:
        transport, _ = await loop.create_connection(make, sock=connected, **secure)
    except BaseException:
        connected.close()
        raise
    return transport
