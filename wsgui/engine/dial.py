"""From a URL to a TCP connection: names, both families of IP, Unix sockets, proxies, TLS."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy

from wsgui.engine.errors import ConnectError, connect_sentence
from wsgui.engine.tls import client_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.options import Network, Options
    from wsgui.protocol.url import WsUrl

HAPPY_EYEBALLS: Final = 0.25
"""Seconds that one address of a name has before the next one is tried beside it (RFC 8305 section 5)."""

FAMILIES: Final = {"any": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
FROM_ENVIRONMENT: Final = "environment"
_SCHEMES: Final = ("http", "socks4", "socks4a", "socks5", "socks5h")


async def dial(target: WsUrl, options: Options, make: Callable[[], asyncio.BaseProtocol]) -> None:
    """Connect ``make()`` to the target's server. Raises ConnectError with one sentence."""
    loop = asyncio.get_running_loop()
    network = options.network
    secure: dict[str, Any] = {}
    if target.secure:
        # To read the system's certificates takes tens of ms: not in the window's thread.
        context = await asyncio.to_thread(client_context, options.tls)
        secure = {"ssl": context, "server_hostname": options.tls.server_name or target.host}
    try:
        if target.unix_path is not None:
            if not hasattr(loop, "create_unix_connection"):
                raise ConnectError("This system has no Unix sockets.")
            await loop.create_unix_connection(make, target.unix_path, **secure)
            return
        proxy = proxy_of(network.proxy, target)
        if proxy:
            through = await _through(proxy, target)
            try:
                await loop.create_connection(make, sock=through, **secure)
            except BaseException:
                through.close()
                raise
            return
        await loop.create_connection(
            make,
            target.host,
            target.port,
            family=FAMILIES[network.family],
            happy_eyeballs_delay=HAPPY_EYEBALLS,
            local_addr=(network.bind, 0) if network.bind else None,
            **secure,
        )
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
    if network.bind and isinstance(error, OSError) and "bind" in str(error):
        return f"{network.bind} cannot be bound: it is not an address of this machine."
    if network.family != "any" and isinstance(error, socket.gaierror):
        return f"The host name {target.host} has no {network.family.replace('ip', 'IP')} address."
    return connect_sentence(error, target.host, target.port)


def proxy_of(choice: str, target: WsUrl) -> str:
    """The URL of the proxy to use; empty for none. ``choice``: empty, a URL, or ``environment`` for what the system
    says (``https_proxy``, ``all_proxy``, ``no_proxy`` and their like)."""
    if choice != FROM_ENVIRONMENT:
        return choice
    if target.unix_path is not None or urllib.request.proxy_bypass(target.host):
        return ""
    known = urllib.request.getproxies()
    for scheme in ("wss", "https") if target.secure else ("ws", "http"):
        if scheme in known:
            return known[scheme]
    return known.get("all", known.get("socks", ""))


def check_proxy(url: str) -> str:
    """What is wrong with the URL of a proxy, in one sentence; empty if nothing is."""
    if url in ("", FROM_ENVIRONMENT):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"The proxy's URL is not valid: {error}."
    if parts.scheme not in _SCHEMES:
        return f"A proxy's URL starts with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}."
    if not parts.hostname:
        return "The proxy's URL names no host."
    return "" if port else "The proxy's URL names no port."


async def _through(url: str, target: WsUrl) -> socket.socket:
    wrong = check_proxy(url)
    if wrong:
        raise ConnectError(wrong)
    parts = urlsplit(url)
    # The proxy looks the name up itself, except where the scheme says otherwise (socks4, socks5).
    rdns = parts.scheme not in ("socks4", "socks5")
    kind = ProxyType[re.sub(r"[ah]$", "", parts.scheme).upper()]
    place = f"{parts.hostname}:{parts.port}"
    try:
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        proxy = Proxy(kind, parts.hostname or "", parts.port or 0, user, password, rdns)
        return await proxy.connect(target.host, target.port)
    except ProxyConnectionError as error:
        raise ConnectError(f"The proxy {place} cannot be reached.") from error
    except ProxyTimeoutError as error:
        raise ConnectError(f"The proxy {place} did not answer in time.") from error
    except ProxyError as error:
        code = getattr(error, "error_code", None)
        words = str(error).rstrip(".")
        if code == 407:
            words = "it asks for a user name and a password"
        raise ConnectError(f"The proxy {place} did not connect to {target.host}:{target.port}: {words}.") from error
