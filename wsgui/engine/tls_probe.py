"""What certificates does a server show? Asked without trusting it, and without a word of WebSocket."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from wsgui.engine.dial import dial
from wsgui.engine.errors import ConnectError
from wsgui.engine.tls import peer_chain

if TYPE_CHECKING:
    from wsgui.engine.options import Options
    from wsgui.protocol.url import WsUrl


class TlsFacts(NamedTuple):
    """What TLS came to: ``chain`` (DER, the server's own first), version, cipher, ALPN; ``failure`` is the sentence
    that says why the certificates are not accepted, empty if they are."""

    chain: list[bytes]
    version: str
    cipher: str
    alpn: str
    failure: str = ""


def facts_of(ssl_object: object, failure: str = "") -> TlsFacts | None:
    """The facts of an open connection; None if it has no TLS."""
    if not isinstance(ssl_object, ssl.SSLObject):
        return None
    cipher = ssl_object.cipher()
    return TlsFacts(
        peer_chain(ssl_object),
        ssl_object.version() or "",
        cipher[0] if cipher else "",
        ssl_object.selected_alpn_protocol() or "",
        failure,
    )


class _Probe(asyncio.Protocol):
    def __init__(self) -> None:
        self.facts: TlsFacts | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.facts = facts_of(transport.get_extra_info("ssl_object"))
        cast("asyncio.Transport", transport).abort()


async def probe_tls(target: WsUrl, options: Options) -> TlsFacts:
    """Connect twice: once as told, to hear whether the certificates are accepted, and if not, once without verifying,
    to see them. Raises ConnectError if TLS does not come about at all."""
    failure = ""
    async with asyncio.timeout(options.timeouts.opening):
        probe = _Probe()
        try:
            await dial(target, options, lambda: probe)
        except ConnectError as error:
            if not isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise
            failure = str(error)
            trusting = replace(options, tls=replace(options.tls, verify=False, pins=()))
            await dial(target, trusting, lambda: probe)
    if probe.facts is None:
        raise ConnectError("The server does not speak TLS.")
    return probe.facts._replace(failure=failure)
