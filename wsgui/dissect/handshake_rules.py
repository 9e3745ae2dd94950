"""What each header of the opening handshake must be, as a table (RFC 6455 sections 4.1, 4.2 and 9.1).

`REQUEST_RULES` and `RESPONSE_RULES` are the whole text: a row a header, with a check and the sentences for right,
wrong and missing. They judge for the eye only; what fails a connection is judged in `wsgui.protocol`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.accept import decode_key
from wsgui.protocol.handshake_rules import accept_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.dissect.http_head import HttpHead


class Exchange(NamedTuple):
    """Both heads, as far as they are known."""

    request: HttpHead | None
    response: HttpHead | None


class HeaderRule(NamedTuple):
    """A header: its section; sentences for right, wrong, missing (empty: it may be missing) and not to be judged;
    whether it must stand only once; and the check, which returns None where nothing can be said."""

    header: str
    section: str
    right: str
    wrong: str
    missing: str
    check: Callable[[str, Exchange], bool | None]
    unknown: str = ""
    once: bool = False


def _tokens(value: str) -> list[str]:
    """The names in a list header, without their parameters, in small letters."""
    return [name for part in value.split(",") if (name := part.partition(";")[0].strip().lower())]


def _protocols(value: str) -> list[str]:
    """Subprotocol names, whose case matters (RFC 6455 section 4.1)."""
    return [name for part in value.split(",") if (name := part.strip())]


def _is_key(value: str, _: Exchange) -> bool:
    data = decode_key(value)
    return data is not None and len(data) == 16


def _accept_fits(value: str, exchange: Exchange) -> bool | None:
    keys = exchange.request.values("Sec-WebSocket-Key") if exchange.request else []
    return value == accept_value(keys[0]) if keys else None


def _subprotocol_offered(value: str, exchange: Exchange) -> bool | None:
    if exchange.request is None:
        return None
    return value in _protocols(exchange.request.joined("Sec-WebSocket-Protocol"))


def _extensions_offered(value: str, exchange: Exchange) -> bool | None:
    if exchange.request is None:
        return None
    return set(_tokens(value)) <= set(_tokens(exchange.request.joined("Sec-WebSocket-Extensions")))


def _names_websocket(value: str, _: Exchange) -> bool:
    return "websocket" in _tokens(value)


def _names_upgrade(value: str, _: Exchange) -> bool:
    return "upgrade" in _tokens(value)


def _distinct(value: str, _: Exchange) -> bool:
    names = _protocols(value)
    return bool(names) and len(names) == len(set(names)) and not any(" " in name for name in names)


REQUEST_RULES: tuple[HeaderRule, ...] = (
    HeaderRule(
        "Host",
        "4.1",
        "Names the server that is meant.",
        "Must stand once and name the server that is meant.",
        "The request has no Host header.",
        lambda value, _: bool(value),
        once=True,
    ),
    HeaderRule(
        "Upgrade",
        "4.1",
        "Asks for the WebSocket protocol.",
        "Must name websocket.",
        "Without Upgrade this is a plain HTTP request.",
        _names_websocket,
    ),
    HeaderRule(
        "Connection",
        "4.1",
        "Says that Upgrade is meant for this hop.",
        "Must name Upgrade.",
        "Without Connection: Upgrade the server ignores the Upgrade header.",
        _names_upgrade,
    ),
    HeaderRule(
        "Sec-WebSocket-Key",
        "4.1",
        "16 random bytes in base64; the server proves with them that it read this request.",
        "Must stand once and be 16 bytes in base64.",
        "The request has no key, so the server has nothing to answer to.",
        _is_key,
        once=True,
    ),
    HeaderRule(
        "Sec-WebSocket-Version",
        "4.1",
        "13 is the version of RFC 6455.",
        "Must stand once and be 13.",
        "The request does not say which version it speaks.",
        lambda value, _: value == "13",
        once=True,
    ),
    HeaderRule(
        "Sec-WebSocket-Protocol",
        "4.1",
        "Subprotocols that the client offers, the preferred one first.",
        "Subprotocols must be HTTP tokens, each named once.",
        "",
        _distinct,
    ),
    HeaderRule(
        "Sec-WebSocket-Extensions",
        "9.1",
        "Extensions that the client offers.",
        "Must name at least one extension.",
        "",
        lambda value, _: bool(_tokens(value)),
    ),
    HeaderRule(
        "Origin",
        "10.2",
        "The page that the script came from; a server may refuse by it.",
        "Must stand once.",
        "",
        lambda value, _: bool(value),
        once=True,
    ),
)

RESPONSE_RULES: tuple[HeaderRule, ...] = (
    HeaderRule(
        "Upgrade",
        "4.2.2",
        "The server changes to the WebSocket protocol.",
        "Must be websocket.",
        "A 101 without Upgrade does not say which protocol follows.",
        lambda value, _: _tokens(value) == ["websocket"],
    ),
    HeaderRule(
        "Connection",
        "4.2.2",
        "Says that Upgrade is meant for this hop.",
        "Must name Upgrade.",
        "A 101 must carry Connection: Upgrade.",
        _names_upgrade,
    ),
    HeaderRule(
        "Sec-WebSocket-Accept",
        "4.2.2",
        "Right: it is computed from the key of the request.",
        "Wrong: the key of the request gives another value.",
        "Without the accept value the client must fail the connection.",
        _accept_fits,
        "Cannot be checked without the key of the request.",
        once=True,
    ),
    HeaderRule(
        "Sec-WebSocket-Protocol",
        "4.2.2",
        "The subprotocol that the server chose among those offered.",
        "The client did not offer this subprotocol and must fail the connection.",
        "",
        _subprotocol_offered,
        "The subprotocol that the server chose; the request is not known.",
        once=True,
    ),
    HeaderRule(
        "Sec-WebSocket-Extensions",
        "9.1",
        "Extensions that the server accepted among those offered.",
        "The client did not offer every one of these extensions and must fail the connection.",
        "",
        _extensions_offered,
        "Extensions that the server accepted; the request is not known.",
    ),
    HeaderRule(
        "Sec-WebSocket-Version",
        "4.4",
        "",
        "",
        "",
        lambda _, __: None,
        "Versions that the server speaks; it stands in a refusal.",
    ),
)
