"""permessage-deflate in the heads of an opening handshake that somebody else made: what holds, and heads without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.har_http import split_head
from wsgui.protocol.deflate import NAME, Deflate, DeflateError, read_parameters
from wsgui.protocol.extensions import ExtensionError, parse_extensions
from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.http_head import blank_line
from wsgui.protocol.negotiation import agreed_in

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation

_HEADER: Final = "sec-websocket-extensions"
_LINE: Final = re.compile(rb"(?im)^(sec-websocket-extensions[ \t]*:)([^\r\n]*)(\r?\n)")


def _headers(head: bytes) -> Headers:
    return Headers((name.encode("latin-1"), value.encode("latin-1")) for name, value in split_head(head)[1])


def deflate_of(request: bytes, response: bytes) -> tuple[Deflate | None, list[Violation]]:
    """What both ends compress by (RFC 7692 section 5), and what the response breaks.

    An answer that fits no offer was accepted all the same, as the frames behind it show: then it holds as it stands.
    """
    answer = _headers(response)
    agreed, broken = agreed_in(answer, ", ".join(_headers(request).all(_HEADER)))
    if agreed is None and broken:
        try:
            accepted = parse_extensions(", ".join(answer.all(_HEADER)))
        except ExtensionError:
            accepted = []
        for extension in accepted:
            if extension.name == NAME:
                try:
                    return read_parameters(extension, offer=False), broken
                except DeflateError:
                    return Deflate(), broken
    return agreed, broken


def without_deflate(head: bytes) -> bytes:
    """A head with permessage-deflate taken out of its offers or its answer; the rest stays byte for byte."""
    end = (blank_line(head) or (len(head),))[0]
    return _LINE.sub(_line, head[:end]) + head[end:]


def _line(match: re.Match[bytes]) -> bytes:
    parts = match[2].split(b",")
    kept = [part for part in parts if part.split(b";")[0].strip().lower() != NAME.encode()]
    if len(kept) == len(parts):
        return match[0]
    return match[1] + b",".join(kept) + match[3] if any(part.strip() for part in kept) else b""
