"""Handshakes that err on purpose, ready to be sent: of a client in place of its request, of a server as its answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wsgui.protocol.faults import FAULTS, RequestFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.protocol.url import WsUrl


def request_faults() -> list[RequestFault]:
    """What a client can do wrong in its request."""
    return [one for one in FAULTS.values() if isinstance(one, RequestFault)]


def request_of(fault: RequestFault) -> Callable[[WsUrl, str], bytes]:
    """What `ClientSession.connect` and `engine.client.open_connection` take as ``request``."""
    return partial(_request, fault)


def _request(fault: RequestFault, url: WsUrl, key: str) -> bytes:
    return fault.request(url.host_header, url.resource, key)
