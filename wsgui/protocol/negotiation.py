"""Extensions at the opening handshake: what was offered, what was accepted (RFC 6455 section 9.1, RFC 7692 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.deflate import NAME, Deflate, DeflateError, answer_offers, offers_in, read_answer, read_parameters
from wsgui.protocol.extensions import Extension, ExtensionError, parse_extensions
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.violations import Violation

_HEADER = "sec-websocket-extensions"
NONE_NAMED = "Sec-WebSocket-Extensions names no extension."


def offered_in(headers: Headers) -> tuple[list[Extension], list[Violation]]:
    """The extensions that a request offers, and what is wrong with the header."""
    try:
        offered = parse_extensions(", ".join(headers.all(_HEADER)))
    except ExtensionError as error:
        return [], [violation("request.extensions", str(error))]
    found = []
    if not offered and headers.all(_HEADER):
        found.append(violation("request.extensions", NONE_NAMED))
    for extension in offered:
        if extension.name == NAME:
            try:
                read_parameters(extension, offer=True)
            except DeflateError as error:
                found.append(violation("request.deflate", str(error)))
    return offered, found


def answer_to(offered: Sequence[Extension], wish: Deflate | None) -> Deflate | None:
    """What a server that wishes ``wish`` accepts of ``offered``; None if nothing, or if it wishes nothing."""
    return None if wish is None else answer_offers(offered, wish)


def agreed_in(headers: Headers, offer: str | None) -> tuple[Deflate | None, list[Violation]]:
    """What a response accepts, given the request's header ``offer`` (None: not known), and what it breaks.

    The offer may be wrong on purpose: only what is well formed in it counts as offered.
    """
    offered = None if offer is None else _well_formed(offer)
    try:
        accepted = parse_extensions(", ".join(headers.all(_HEADER)))
    except ExtensionError as error:
        return None, [violation("response.extensions", str(error))]
    agreed: Deflate | None = None
    found: list[Violation] = []
    if not accepted and headers.all(_HEADER):
        found.append(violation("response.extensions", NONE_NAMED))
    for extension in accepted:
        if offered is not None and all(extension.name != other.name for other in offered):
            text = f"The server accepted {extension.name}, which was not offered."
            found.append(violation("response.extension", text))
        elif extension.name != NAME:
            continue
        elif agreed is not None:
            found.append(violation("response.deflate", "The server accepted permessage-deflate twice."))
        else:
            try:
                agreed = (
                    read_parameters(extension, offer=False)
                    if offered is None
                    else read_answer(extension, offers_in(offered))
                )
            except DeflateError as error:
                found.append(violation("response.deflate", str(error)))
    return agreed, found


def unspoken_in(headers: Headers) -> list[str]:
    """The extensions that a response accepts and that nobody speaks here. The server is right to accept those that
    were offered, yet what its frames mean is not known."""
    return [extension.name for extension in _well_formed(", ".join(headers.all(_HEADER))) if extension.name != NAME]


def _well_formed(header: str) -> list[Extension]:
    try:
        return parse_extensions(header)
    except ExtensionError:
        return []
