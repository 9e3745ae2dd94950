"""Ways through a proxy: HTTP CONNECT, over TLS too, by `protocol.tunnel`; SOCKS by the package python-socks."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from wsgui.engine.addresses import connect_tcp
from wsgui.engine.errors import ConnectError, ProxyRefusalError, connect_sentence
from wsgui.engine.login import cnonce
from wsgui.engine.tls import Tls, client_context
from wsgui.protocol.challenges import read_challenges
from wsgui.protocol.digest import DigestError, Login
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.head_text import HeaderError, basic
from wsgui.protocol.tunnel import Tunnel, authority
from wsgui.protocol.url import UrlError, read_userinfo, split_url

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from wsgui.engine.options import Options
    from wsgui.protocol.url import WsUrl

FROM_ENVIRONMENT: Final = "environment"
_SCHEMES: Final = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")

REFUSAL_WAIT: Final = 2.0
"""Seconds that the body of a proxy's refusal may take; what has come by then is shown."""


def proxy_of(choice: str, target: WsUrl) -> str:
    """The URL of the proxy to use; empty for none. ``choice``: empty, a URL, or ``environment`` for what the system
    says (``https_proxy``, ``all_proxy``, ``no_proxy`` and their like)."""
    if choice != FROM_ENVIRONMENT:
        return choice
    if target.unix_path is not None or any(map(urllib.request.proxy_bypass, _names_of(target))):
        return ""
    known = urllib.request.getproxies()
    for scheme in ("wss", "https") if target.secure else ("ws", "http"):
        if scheme in known:
            return _with_scheme(known[scheme])
    return _with_scheme(known.get("all", known.get("socks", "")))


def _names_of(target: WsUrl) -> tuple[str, ...]:
    """How ``no_proxy`` may call a server: by its host alone, or with the port."""
    return target.host, authority(target.host, target.port)


def _with_scheme(url: str) -> str:
    """In the environment a proxy often stands as ``host:port``, which curl and others take for http://."""
    return f"http://{url}" if url and "://" not in url else url


class ProxyUrl(NamedTuple):
    """Which proxy, how it is spoken to, and who we are there; ``user`` None is nobody."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def read(cls, url: str) -> ProxyUrl:
        """Raises UrlError with a sentence, which quotes nothing that may be a password."""
        try:
            parts, host, port = split_url(url)
        except UrlError as error:
            raise UrlError(f"The proxy's URL cannot be used: {error}") from None
        if parts.scheme not in _SCHEMES:
            raise UrlError(f"A proxy's URL starts with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}.")
        if not host:
            raise UrlError("The proxy's URL names no host.")
        if not port:
            raise UrlError("The proxy's URL names no port.")
        try:
            user = read_userinfo(parts.username) if parts.username else None
            password = read_userinfo(parts.password or "")
            _check_credentials(parts.scheme, user, password)
        except (UrlError, HeaderError) as error:
            raise UrlError(f"The proxy's URL cannot be used: {error}") from None
        return cls(parts.scheme, host, port, user, password)

    @property
    def place(self) -> str:
        """Host and port, for sentences."""
        return authority(self.host, self.port)


def check_proxy(url: str) -> str:
    """What is wrong with the URL of a proxy, in one sentence; empty if nothing is."""
    if url in ("", FROM_ENVIRONMENT):
        return ""
    try:
        ProxyUrl.read(url)
    except UrlError as error:
        return str(error)
    return ""


def _check_credentials(scheme: str, user: str | None, password: str) -> None:
    """Raises HeaderError for what the proxy's protocol, or the package that speaks it, has no place for."""
    if scheme in ("http", "https"):
        if user is not None:
            basic(user, password)
    elif scheme in ("socks4", "socks4a"):
        if password:
            raise HeaderError("SOCKS4 has a user name and no password.")
        if not (user or "").isascii():
            raise HeaderError("the user name of SOCKS4 is ASCII here.")
    elif user is not None or password:
        if not user or not password:
            raise HeaderError("SOCKS5 takes a user name and a password, both or none (RFC 1929).")
        if not (user + password).isascii() or max(len(user), len(password)) > 255:
            raise HeaderError("the user name and the password of SOCKS5 have up to 255 characters of ASCII here.")


async def connect_through(
    url: str,
    target: WsUrl,
    options: Options,
    make: Callable[[], asyncio.BaseProtocol],
    network: dict[str, Any],
    secure: dict[str, Any],
) -> None:
    """Connect ``make()`` to the target's server through the proxy. ``network`` and ``secure`` are what
    ``loop.create_connection`` is told: about the way to the proxy, and about TLS with the server.

    Raises ConnectError with a sentence that names the proxy, and what TLS with the server raises. A cancellation that
    finds the proxy waited for has a note that says so.
    """
    try:
        proxy = ProxyUrl.read(url)
    except UrlError as error:
        raise ConnectError(str(error)) from None
    late = f"The proxy {proxy.place} did not answer in time."
    if proxy.scheme in ("http", "https"):
        await _through_http(proxy, target, options, make, network, secure, late)
        return
    try:
        through = await _through_socks(proxy, target)
    except asyncio.CancelledError as cancelled:
        cancelled.add_note(late)
        raise
    try:
        await asyncio.get_running_loop().create_connection(make, sock=through, **secure)
    except BaseException:
        through.close()
        raise


async def _through_http(
    proxy: ProxyUrl,
    target: WsUrl,
    options: Options,
    make: Callable[[], asyncio.BaseProtocol],
    network: dict[str, Any],
    secure: dict[str, Any],
    late: str,
) -> None:
    """CONNECT, with the answer to a challenge of HTTP Digest on a new connection: which any proxy allows, while many
    close the one on which they said 407."""
    goal = authority(target.bare_host, target.port)
    wish = f"The proxy {proxy.place} did not connect to {goal}:"
    to_proxy = dict(network)
    if proxy.scheme == "https":
        # The certificate, the name and the exceptions that a person chose are for the server.
        own = Tls(ca_file=options.tls.ca_file, minimum=options.tls.minimum, key_log=options.tls.key_log)
        to_proxy |= {"ssl": await asyncio.to_thread(client_context, own), "server_hostname": proxy.host}
    login = Login(proxy.user or "", proxy.password, cnonce)
    authorization = ""
    if proxy.user is not None and not options.network.proxy_digest:
        authorization = basic(proxy.user, proxy.password)
    while True:
        limit = options.limits.head_bytes
        gate = _Gate(Tunnel(target.bare_host, target.port, authorization=authorization, head_limit=limit))
        try:
            return await _through_gate(gate, proxy, make, to_proxy, secure, late, wish)
        except ProxyRefusalError as error:
            asked = [value for name, value in error.headers if name.lower() == "proxy-authenticate"]
            offered = any(one.scheme.lower() == "digest" for one in read_challenges(asked))
            if error.status != 407 or proxy.user is None or not (offered or options.network.proxy_digest):
                raise
            try:
                authorization = login.answer(asked, "CONNECT", goal)
            except DigestError as why:
                raise error.saying(f"{wish} {why}: 407.") from error


async def _through_gate(
    gate: _Gate,
    proxy: ProxyUrl,
    make: Callable[[], asyncio.BaseProtocol],
    to_proxy: dict[str, Any],
    secure: dict[str, Any],
    late: str,
    wish: str,
) -> None:
    loop = asyncio.get_running_loop()
    try:
        transport = await connect_tcp(lambda: gate, proxy.host, proxy.port, **to_proxy)
    except asyncio.CancelledError as cancelled:
        cancelled.add_note(late)
        raise
    except (OSError, ValueError) as error:
        raise ConnectError(
            f"The proxy {proxy.place} cannot be reached. {connect_sentence(error, proxy.host, proxy.port)}"
        ) from error
    try:
        await gate.answered
        tunnel = gate.tunnel
        if tunnel.outcome is not Outcome.ACCEPTED:
            raise ProxyRefusalError(
                f"{wish} {tunnel.error}.", status=tunnel.status, headers=tunnel.headers.items, body=tunnel.body
            )
        if secure:
            if gate.held:
                raise ConnectError(f"{wish} it sent {len(gate.held)} bytes of its own behind its answer.")
            over = await loop.start_tls(transport, gate, secure["ssl"], server_hostname=secure["server_hostname"])
            if over is None:
                raise ConnectionResetError
            transport = over
        gate.hand_over(transport, make())
    except asyncio.CancelledError as cancelled:
        if not gate.tunnel.done:
            cancelled.add_note(late)
        transport.abort()
        raise
    except BaseException:
        transport.abort()
        raise


class _Gate(asyncio.Protocol):
    """Speaks with the proxy, keeps what comes while TLS is made, and hands the connection over."""

    def __init__(self, tunnel: Tunnel) -> None:
        self.tunnel = tunnel
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held = b""
        self._transport: asyncio.Transport | None = None
        self._ended = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = tcp = cast("asyncio.Transport", transport)  # perhaps under TLS
        tcp.write(self.tunnel.request)

    def data_received(self, data: bytes) -> None:
        if self.tunnel.done:
            self.held += data
            return
        self.tunnel.receive_data(data)
        if self.tunnel.status is not None and self._patience is None:
            self._patience = asyncio.get_running_loop().call_later(REFUSAL_WAIT, self._give_up)
        self._look()

    def eof_received(self) -> None:
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        self._ended = True
        if not self.tunnel.done:
            self.tunnel.receive_data(b"")
        self._look()

    def _give_up(self) -> None:
        self.tunnel.give_up()
        self._look()

    def _look(self) -> None:
        if not self.tunnel.done:
            return
        if self._patience is not None:
            self._patience.cancel()
        if not self.answered.done():
            self.held = self.tunnel.leftover
            if self._transport is not None and not self._ended:
                self._transport.pause_reading()
            self.answered.set_result(None)

    def hand_over(self, transport: asyncio.Transport, protocol: asyncio.BaseProtocol) -> None:
        """``protocol`` takes the connection with all that has come for it. Raises ConnectionResetError if it ended."""
        if self._ended:
            raise ConnectionResetError
        transport.pause_reading()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        view = memoryview(self.held)
        while view and isinstance(protocol, asyncio.BufferedProtocol):
            buffer = memoryview(protocol.get_buffer(len(view)))
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            protocol.buffer_updated(size)
            view = view[size:]
        if view and isinstance(protocol, asyncio.Protocol):
            protocol.data_received(self.held)
        if not transport.is_closing():
            transport.resume_reading()


async def _through_socks(proxy: ProxyUrl, target: WsUrl) -> socket.socket:
    # Most need none of it, and it is a tenth of the start of `wsgui connect`.
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.async_.asyncio import Proxy

    # The proxy looks the name up itself, except where the scheme says otherwise (socks4, socks5).
    rdns = proxy.scheme not in ("socks4", "socks5")
    kind = ProxyType[re.sub(r"[ah]$", "", proxy.scheme).upper()]
    host, port, place = proxy.host, proxy.port, proxy.place
    goal = authority(target.bare_host, target.port)
    try:
        way = Proxy(kind, host, port, proxy.user, proxy.password or None, rdns)
        return await way.connect(target.bare_host, target.port)
    except ProxyConnectionError as error:
        why = connect_sentence(error.__cause__, host, port) if isinstance(error.__cause__, OSError) else ""
        raise ConnectError(f"The proxy {place} cannot be reached. {why}".rstrip()) from error
    except ProxyTimeoutError as error:
        raise ConnectError(f"The proxy {place} did not answer in time.") from error
    except ProxyError as error:
        words = str(error).rstrip(".")
        raise ConnectError(f"The proxy {place} did not connect to {goal}: {words}.") from error
