"""From a URL to a TCP connection: names, both families of IP, Unix sockets, proxies, TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

from wsgui.engine.addresses import connect_tcp
from wsgui.engine.errors import ConnectError, connect_sentence, reason_of
from wsgui.engine.proxy import connect_through, proxy_of
from wsgui.engine.tls import client_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.options import Network, Options
    from wsgui.protocol.url import WsUrl

HAPPY_EYEBALLS: Final = 0.25
"""Seconds that one address of a name has before the next one is tried beside it (RFC 8305 section 5)."""

FAMILIES: Final = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}


async def dial(target: WsUrl, options: Options, make: Callable[[], asyncio.BaseProtocol]) -> None:
    """Connect ``make()`` to the target's server. Raises ConnectError with one sentence."""
    loop = asyncio.get_running_loop()
    network = options.network
    secure: dict[str, Any] = {}
    if target.secure:
        # To read the system's certificates takes tens of ms: not in the window's thread.
        context = await asyncio.to_thread(client_context, options.tls)
        secure = {"ssl": context, "server_hostname": options.tls.server_name or target.bare_host}
    try:
        if target.unix_path is not None:
            if not hasattr(loop, "create_unix_connection"):
                raise ConnectError("This system has no Unix sockets.")
            await loop.create_unix_connection(make, target.unix_path, **secure)
            return
        way: dict[str, Any] = {
            "family": FAMILIES[network.family],
            "happy_eyeballs_delay": HAPPY_EYEBALLS,
            "local_addr": (network.bind, 0) if network.bind else None,
        }
        if proxy := proxy_of(network.proxy, target):
            await connect_through(proxy, target, options, make, way, secure)
        else:
            await connect_tcp(make, target.host, target.port, **way, **secure)
    except ConnectError:
        raise
    except (OSError, ValueError) as error:
        raise ConnectError(_sentence(error, target, network)) from error


def _sentence(error: OSError | ValueError, target: WsUrl, network: Network) -> str:
    if target.unix_path is not None and not isinstance(error, ssl.SSLError):
        path = target.unix_path
        if isinstance(error, FileNotFoundError):
            return f"There is no Unix socket {path}."
        if isinstance(error, ConnectionRefusedError):
            return f"Connection refused: nothing listens on the Unix socket {path}."
        words = reason_of(error) if isinstance(error, OSError) else str(error)
        return f"The Unix socket {path} cannot be reached: {words}."
    if network.bind and isinstance(error, OSError) and "bind" in str(error):
        return f"{network.bind} cannot be bound: it is not an address of this machine."
    if network.family != "any" and isinstance(error, socket.gaierror):
        return f"The host name {target.host} has no {network.family.replace('ip', 'IP')} address."
    return connect_sentence(error, target.host, target.port)
