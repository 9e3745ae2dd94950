"""permessage-deflate in the heads of an opening handshake that somebody else made: what holds, and heads without it."""

from __future__ import annotations

import re
from typing import Final

from wsgui.protocol.deflate import NAME, Deflate, DeflateError, read_parameters
from wsgui.protocol.extensions import ExtensionError, parse_extensions
from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.http_head import blank_line
from wsgui.protocol.negotiation import agreed_in

_HEADER: Final = "sec-websocket-extensions"
_LINE: Final = re.compile(rb"(?im)^(sec-websocket-extensions[ \t]*:)([^\r\n]*)(\r?\n)")


def deflate_of(request: bytes | None, response: bytes) -> Deflate | None:
    """What both ends compress by (RFC 7692 section 5). ``request`` is None if nobody knows what was asked.

    An answer that fits no offer was accepted all the same, as the frames behind it show: then it holds as it stands.
    """
    answer = Headers.read(response)
    if request is None:
        return _accepted(answer)
    agreed, broken = agreed_in(answer, ", ".join(Headers.read(request).all(_HEADER)))
    return _accepted(answer) if agreed is None and broken else agreed


def offered(request: bytes) -> bool:
    """Whether a request, or the beginning of one, offers permessage-deflate."""
    return any(extension.startswith(NAME) for extension in Headers.read(request).tokens(_HEADER))


def _accepted(answer: Headers) -> Deflate | None:
    """What an answer says of permessage-deflate, whatever was offered."""
    try:
        accepted = parse_extensions(", ".join(answer.all(_HEADER)))
    except ExtensionError:
        accepted = []
    for extension in accepted:
        if extension.name == NAME:
            try:
                return read_parameters(extension, offer=False)
            except DeflateError:
                return Deflate()
    return None


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
