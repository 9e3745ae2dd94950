"""What a server said when it did not agree to the handshake: its body, and what it asks for.

Servers say there why ("token expired", "plan allows 3 sockets"), so it is worth a line wherever a person looks.
"""

from __future__ import annotations

import time
import zlib
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

from wsgui.dissect.visible import visible
from wsgui.engine.errors import HandshakeError

LINES: Final = 20
CHARACTERS: Final = 2000
"""Of a body that are shown; a capture keeps 64 KiB of it."""
IN_ONE_LINE: Final = 240
"""Characters of a body in one line."""
INFLATED: Final = 256 * 1024
"""Bytes that a compressed body may inflate to."""
LONGEST_WAIT: Final = 3600.0
"""Seconds that a Retry-After may ask for; more is taken for this."""

_ASKS: Final = (("www-authenticate", "It asks for"), ("retry-after", "Try again after"))


def details(error: Exception) -> list[str]:
    """Lines to print below the sentence of an error: headers that say what to do, then the body. Bounded; what a
    server wrote may hold anything, so print it with `wsgui.console`."""
    if not isinstance(error, HandshakeError) or error.status is None:
        return []
    return [*_headers(error), *_lines(body_text(error))]


def sentence(error: Exception) -> str:
    """The error's sentence and what the server said, in one line: for a banner, and for lines about reconnecting."""
    said = str(error)
    if not isinstance(error, HandshakeError) or error.status is None:
        return said
    body = visible(" ".join(body_text(error).split()))
    if len(body) > IN_ONE_LINE:
        body = f"{body[:IN_ONE_LINE]}…"
    return " ".join([said, *map(visible, _headers(error)), *([f"It says “{body}”."] if body else [])])


def retry_after(error: Exception, now: float | None = None) -> float:
    """Seconds that the server wants to be left alone (RFC 9110 section 10.2.3): a number or a date; 0 if it did not
    say. ``now`` is in seconds since the epoch."""
    value = _header(error, "retry-after") if isinstance(error, HandshakeError) else ""
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError):
        return 0.0
    return min(max(wait, 0.0), LONGEST_WAIT)


def body_text(error: HandshakeError) -> str:
    """The body as text: inflated, decoded, without the tags of HTML; what cannot be read so is described."""
    body = error.body
    if not body:
        return ""
    coding = _header(error, "content-encoding").lower()
    if coding not in ("", "identity"):
        inflated = _inflate(body) if coding in ("gzip", "x-gzip", "deflate") else None
        if inflated is None:
            return f"({len(body)} bytes, compressed with {coding})"
        body = inflated
    kind, _, parameters = _header(error, "content-type").partition(";")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(" \"'") or "utf-8"
    try:
        text = body.decode(charset, "replace")
    except (LookupError, ValueError):  # no such charset, or none for text
        text = body.decode("utf-8", "replace")
    if "\0" in text:
        return f"({len(body)} bytes of {kind.strip() or 'something that is no text'})"
    return _without_tags(text) if "html" in kind.lower() else text


def _header(error: Exception, name: str) -> str:
    headers = error.headers if isinstance(error, HandshakeError) else []
    return next((value.strip() for key, value in headers if key.lower() == name), "")


def _headers(error: HandshakeError) -> list[str]:
    found = [(name, words, _header(error, name)) for name, words in _ASKS]
    unit = {"retry-after": " s"}
    return [
        f"{words} {value[:IN_ONE_LINE]}{unit.get(name, '') if value.isdigit() else ''}."
        for name, words, value in found
        if value
    ]


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text[:CHARACTERS].strip().splitlines()]
    lines = [line for line in lines if line]
    more = len(text.strip()) > CHARACTERS or len(lines) > LINES
    return [*lines[:LINES], *(["…"] if more else [])]


def _inflate(body: bytes) -> bytes | None:
    """gzip, zlib, and the bare deflate that some servers send; None if it is none of them."""
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, INFLATED)
        except zlib.error:
            continue
    return None


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style") and self._skipped > 0

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._skipped and words not in self.found[-1:]:
            self.found.append(words)


def _without_tags(text: str) -> str:
    parser = _Texts()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError):  # the parser's own words for HTML that is none
        return text
    return "\n".join(parser.found)
