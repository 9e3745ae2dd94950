"""Sec-WebSocket-Extensions for showing: each extension and each parameter judged, and what was agreed on (RFC 7692).

The verdicts are those of `protocol.deflate`, which negotiates; here are only the sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.sizes import grouped
from wsgui.protocol.deflate import NAME, DeflateError, offers_in, read_answer, read_parameters
from wsgui.protocol.extensions import Extension, ExtensionError, parse_extensions

if TYPE_CHECKING:
    from wsgui.dissect.http_head import HttpHead
    from wsgui.protocol.deflate import Deflate

HEADER: Final = "Sec-WebSocket-Extensions"


class Exchange(NamedTuple):
    """Both heads, as far as they are known."""

    request: HttpHead | None
    response: HttpHead | None


class ExtensionLine(NamedTuple):
    """An extension, or with ``depth`` 1 one of its parameters. ``good`` is None where there is nothing to judge."""

    depth: int
    name: str
    value: str
    good: bool | None
    sentence: str
    reference: str


_SECTIONS: Final = {
    "server_no_context_takeover": "7.1.1.1",
    "client_no_context_takeover": "7.1.1.2",
    "server_max_window_bits": "7.1.2.1",
    "client_max_window_bits": "7.1.2.2",
}
_OFFERED: Final = {
    "server_no_context_takeover": "Asks the server to compress each message by itself, without the ones before.",
    "client_no_context_takeover": "A hint that this client compresses each message by itself.",
    "server_max_window_bits": "Asks the server to look back no further than {window}.",
    "client_max_window_bits": "This client looks back no further than {window}.",
}
_ANSWERED: Final = {
    "server_no_context_takeover": "The server compresses each message by itself, without the ones before.",
    "client_no_context_takeover": "The client must compress each message by itself.",
    "server_max_window_bits": "The server looks back no further than {window}.",
    "client_max_window_bits": "The client must look back no further than {window}.",
}
_UNDERSTOOD: Final = "This client understands the parameter: the server may choose 8 to 15."


def extensions_of(head: HttpHead) -> list[Extension]:
    """The extensions that a head names; none where its header cannot be read."""
    try:
        return parse_extensions(", ".join(head.values(HEADER)))
    except ExtensionError:
        return []


def extension_lines(head: HttpHead, exchange: Exchange) -> list[ExtensionLine]:
    """A line for each extension of a head and for each parameter of permessage-deflate."""
    offer = head is exchange.request
    lines: list[ExtensionLine] = []
    for extension in extensions_of(head):
        if extension.name == NAME:
            lines.append(_deflate_line(extension, exchange, offer=offer))
            lines += _parameter_lines(extension, offer=offer)
        else:
            lines.append(_foreign_line(extension, exchange, offer=offer))
    return lines


def _deflate_line(extension: Extension, exchange: Exchange, *, offer: bool) -> ExtensionLine:
    section, good, sentence = "5", True, "Offers to compress messages."
    try:
        read_parameters(extension, offer=offer)
        if not offer:
            sentence, section = "The server compresses messages, as was offered.", "7.1"
            if exchange.request is None:
                good, sentence = True, "The server compresses messages; the request is not known."
            else:
                read_answer(extension, offers_in(extensions_of(exchange.request)))
    except DeflateError as error:
        consequence = "The server declines such an offer." if offer else "The client must fail the connection."
        good, sentence, section = False, f"{error} {consequence}", "7.1"
    return ExtensionLine(0, extension.name, "", good, sentence, f"RFC 7692 §{section}")


def _parameter_lines(extension: Extension, *, offer: bool) -> list[ExtensionLine]:
    lines = []
    seen: set[str] = set()
    for name, value in extension.parameters:
        section = _SECTIONS.get(name, "7.1")
        good = True
        try:
            read_parameters(Extension(NAME, ((name, value),)), offer=offer)
            sentence = (_OFFERED if offer else _ANSWERED)[name]
            if name.endswith("_bits"):
                sentence = _UNDERSTOOD if value is None else sentence.format(window=_window(int(value)))
            if name in seen:
                good, sentence = False, f"The parameter {name} stands twice."
        except DeflateError as error:
            good, sentence = False, str(error)
        seen.add(name)
        lines.append(ExtensionLine(1, name, value or "", good, sentence, f"RFC 7692 §{section}"))
    return lines


def _foreign_line(extension: Extension, exchange: Exchange, *, offer: bool) -> ExtensionLine:
    value = "; ".join(str(extension).split("; ")[1:])
    good: bool | None = None
    sentence = "Another extension; its frames are shown as they stood on the wire."
    if not offer and exchange.request is not None:
        good = any(one.name == extension.name for one in extensions_of(exchange.request)) and None
        if good is False:
            sentence = "The client did not offer it and must fail the connection."
    return ExtensionLine(0, extension.name, value, good, sentence, "RFC 6455 §9.1")


def _window(bits: int) -> str:
    return f"{grouped(1 << bits)} bytes"


def agreement(exchange: Exchange) -> str:
    """What both ends agreed on, in sentences; empty where they did not come to it."""
    answer = exchange.response
    if answer is None or answer.status != 101 or exchange.request is None:
        return ""
    accepted = [one for one in extensions_of(answer) if one.name == NAME]
    if not accepted:
        offered = offers_in(extensions_of(exchange.request))
        return "No compression: the server declined it." if offered else "No compression: it was not offered."
    try:
        agreed = read_answer(accepted[0], offers_in(extensions_of(exchange.request)))
    except DeflateError:
        return "No agreement: the answer fits no offer."
    client, server = _side("client", agreed), _side("server", agreed)
    return f"permessage-deflate: {client}; {server}."


def _side(name: str, agreed: Deflate) -> str:
    bits = getattr(agreed, f"{name}_max_window_bits") or 15
    alone = getattr(agreed, f"{name}_no_context_takeover")
    how = "each message by itself" if alone else "with the messages before"
    return f"the {name} compresses {how}, window {_window(bits)}"
