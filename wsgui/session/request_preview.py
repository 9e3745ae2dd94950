"""The request that a client would send, for looking at: secrets are masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.endpoint.engine_options import client_options
from wsgui.endpoint.settings import SettingsError
from wsgui.engine.login import request_headers
from wsgui.protocol.client_handshake import request_head
from wsgui.protocol.url import UrlError, WsUrl

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

MASK: Final = "••••••"
_SECRET: Final = ("authorization", "proxy-authorization")


def preview_request(url: str, settings: EndpointSettings) -> str:
    """The head with its lines, or the sentence that says why there is none."""
    try:
        target = WsUrl.parse(url)
        options = client_options(settings, variables=False)
    except (UrlError, SettingsError) as error:
        return str(error)
    offer = options.compression.offer if options.compression is not None else ""
    headers = request_headers(target, options)
    head = request_head(target, "(16 random bytes, new each time)", options.subprotocols, headers, offer)
    return "\n".join(_masked(line) for line in head.decode().rstrip("\r\n").split("\r\n"))


def _masked(line: str) -> str:
    name, mark, value = line.partition(": ")
    if not mark or name.lower() not in _SECRET:
        return line
    scheme, blank, _ = value.partition(" ")
    return f"{name}: {scheme} {MASK}" if blank else f"{name}: {MASK}"
