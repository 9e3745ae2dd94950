"""One-line previews for the table. They run for each painted row: about 2 us for a short text.

Whatever a peer sent comes out as one line of about 200 characters, with control characters and characters that
turn or hide text made visible, so that a row cannot lie about what is in it.
"""

from __future__ import annotations

from codecs import utf_8_decode

from wsgui.dissect.hexrows import printable
from wsgui.dissect.visible import is_plain, visible
from wsgui.protocol.close import close_code_name
from wsgui.protocol.head_text import head_text
from wsgui.protocol.http_head import head_lines
from wsgui.records import HTTP as HTTP
from wsgui.records import MISSING
from wsgui.records import NO_FRAME as NO_FRAME

PREVIEW_CHARACTERS = 200
PREVIEW_BYTES = 4 * PREVIEW_CHARACTERS
"""Bytes of payload that a preview looks at: no reader needs to fetch more."""

_HEX_BYTES = 32
_FIN = 0x80
_RSV1 = 0x40

_INTERESTING = ("origin", "upgrade", "sec-websocket-accept", "location", "www-authenticate", "content-type", "server")


def preview(opcode: int, flags: int, payload_head: bytes, length: int) -> str:
    """One line about a row.

    ``opcode`` is the frame's, or `HTTP` or `NO_FRAME`; ``flags`` the header's first byte (FIN and RSV1 matter);
    ``payload_head`` the first bytes of the unmasked payload (`PREVIEW_BYTES` are enough); ``length`` the whole
    payload's length in bytes. Never raises.
    """
    if opcode == 1 and not flags & _RSV1:
        return text_line(payload_head, length, flags)
    if opcode == 8:
        return _close(payload_head, length)
    if opcode == HTTP:
        return _http(payload_head)
    if opcode == MISSING:
        return text_line(payload_head, length, _FIN)
    if flags & _RSV1 and 0 <= opcode < 8:
        return f"RSV1 (compressed?) {hex_line(payload_head, length)}" if length else ""
    if opcode == 0:
        return _continuation(payload_head, length, flags)
    if opcode in (9, 10):
        return _ping(payload_head, length)
    return hex_line(payload_head, length)


def text_line(head: bytes, length: int, flags: int) -> str:
    """The beginning of a text in one line; ``flags`` say by FIN whether it is all of its message."""
    if length > len(head) or length > PREVIEW_BYTES or not flags & _FIN:
        # The end may lie inside a character: that is no error of the peer's, so the piece is left out.
        text = utf_8_decode(head[:PREVIEW_BYTES], "replace", False)[0]
        more = length > len(head) or length > PREVIEW_BYTES or not flags & _FIN
    else:
        text = utf_8_decode(head, "replace", True)[0]
        more = False
    return one_line(text, more)


def one_line(text: str, more: bool) -> str:
    """At most `PREVIEW_CHARACTERS` characters of a text in one line with nothing hidden; ``more`` adds an ellipsis."""
    if len(text) > PREVIEW_CHARACTERS:
        text = text[:PREVIEW_CHARACTERS]
        more = True
    text = visible(text)[:PREVIEW_CHARACTERS]
    return f"{text}\u2026" if more else text


def _continuation(head: bytes, length: int, flags: int) -> str:
    """The middle of a message: text if it reads as text, between ellipses; hex if not."""
    if not length:
        return ""
    start = 0
    while start < 3 and start < len(head) and 0x80 <= head[start] < 0xC0:
        start += 1
    try:
        text = utf_8_decode(head[start:PREVIEW_BYTES], "strict", False)[0]
    except UnicodeDecodeError:
        text = ""
    if not text or "\0" in text:
        return hex_line(head, length)
    return "\u2026" + one_line(text, length > len(head) or length > PREVIEW_BYTES or not flags & _FIN)


def _ping(head: bytes, length: int) -> str:
    try:
        text = utf_8_decode(head[:PREVIEW_BYTES], "strict", length <= len(head))[0]
    except UnicodeDecodeError:
        return hex_line(head, length)
    return one_line(text, length > len(head)) if is_plain(text) else hex_line(head, length)


def _close(head: bytes, length: int) -> str:
    if not length:
        return "no close code"
    if len(head) < 2:
        return f"no close code in one byte: {head.hex()}"
    name = close_code_name(int.from_bytes(head[:2], "big"))
    reason = utf_8_decode(head[2:PREVIEW_BYTES], "replace", True)[0]
    if not reason:
        return name
    return f'{name} · "{one_line(reason, length > len(head))}"'


def hex_line(head: bytes, length: int) -> str:
    """The first bytes in hex and as characters; ``length`` are all there are."""
    if not length:
        return ""
    part = head[:_HEX_BYTES]
    more = "\u2026" if length > len(part) else ""
    return f"{part.hex(' ')}{more}  {printable(part)}{more}"


def _http(head: bytes) -> str:
    first, *lines = map(head_text, head_lines(head[: 4 * PREVIEW_BYTES]))
    version, _, rest = first.partition(" ")
    if version.startswith("HTTP/") and rest:
        first = rest  # of a status line, "101 Switching Protocols" says all
    best = len(_INTERESTING)
    found = ""
    for line in lines:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if colon and key in _INTERESTING and _rank(key, first) < best:
            best = _rank(key, first)
            found = f" · {name.strip()}: {value.strip()}"
    return one_line(first + found, False)


def _rank(header: str, first_line: str) -> int:
    """How early a header is named: ``Sec-WebSocket-Accept`` tells more of a 101 than ``Upgrade`` does."""
    if header == "sec-websocket-accept" and first_line.startswith("101"):
        return -1
    return _INTERESTING.index(header)
