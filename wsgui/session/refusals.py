"""What a server said when it did not agree to the handshake, or a proxy: its body, and what it asks for.

They say there why ("token expired", "plan allows 3 sockets"), so it is worth a line wherever a person looks.
"""

from __future__ import annotations

import codecs
import re
import time
import zlib
from email.utils import parsedate_to_datetime
from typing import Final

from wsgui.dissect.visible import visible
from wsgui.engine.errors import AnsweredError
from wsgui.session.html_words import html_words

LINES: Final = 20
CHARACTERS: Final = 2000
"""Of a body that are shown; a capture keeps 64 KiB of it."""
IN_ONE_LINE: Final = 240
"""Characters of a body in one line."""
INFLATED: Final = 256 * 1024
"""Bytes that a compressed body may inflate to."""
CODINGS: Final = 4
"""Content codings that are undone, one within the other."""
LONGEST_WAIT: Final = 3600.0
"""Seconds that a Retry-After may ask for; more is taken for this."""

_ASKS: Final = (
    ("www-authenticate", "It asks for", ", ".join),  # a server may offer several schemes, a header for each
    ("retry-after", "Try again after", lambda values: next(iter(values), "")),
)


def details(error: Exception) -> list[str]:
    """Lines to print below the sentence of an error: headers that say what to do, then the body. Bounded; what a
    server wrote may hold anything, so print it with `wsgui.console`."""
    if not isinstance(error, AnsweredError) or error.status is None:
        return []
    return [*_headers(error), *_lines(body_text(error))]


def sentence(error: Exception) -> str:
    """The error's sentence and what the server said, in one line: for a banner, and for lines about reconnecting."""
    said = str(error)
    if not isinstance(error, AnsweredError) or error.status is None:
        return said
    body = visible(" ".join(body_text(error).split()))
    if len(body) > IN_ONE_LINE:
        body = f"{body[:IN_ONE_LINE]}…"
    return " ".join([said, *map(visible, _headers(error)), *([f"It says “{body}”."] if body else [])])


def retry_after(error: Exception, now: float | None = None) -> float:
    """Seconds that the server wants to be left alone (RFC 9110 section 10.2.3): a number or a date; 0 if it did not
    say. ``now`` is in seconds since the epoch."""
    value = _header(error, "retry-after") if isinstance(error, AnsweredError) else ""
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError):
        return 0.0
    return min(max(wait, 0.0), LONGEST_WAIT)


def body_text(error: AnsweredError) -> str:
    """The body as text: inflated, decoded, without the tags of HTML; what cannot be read so is described."""
    body = error.body
    if not body:
        return ""
    codings = [one for value in _all(error, "content-encoding") for one in _words(value) if one != "identity"]
    for coding in reversed(codings[:CODINGS]):
        inflated = _inflate(body) if coding in ("gzip", "x-gzip", "deflate") else None
        if inflated is None:
            return f"({len(error.body)} bytes, compressed with {', '.join(codings)})"
        body = inflated
    kind, _, parameters = _header(error, "content-type").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    text = body.decode(charset if _is_charset(charset) else "utf-8", "replace")
    if "\0" in text:
        return f"({len(body)} bytes of {kind.strip() or 'something that is no text'})"
    return (html_words(text) or text) if "html" in kind.lower() else text


def _is_charset(name: str) -> bool:
    """Whether this is a charset of texts. Python knows others by such names that are none: ``unicode_escape`` warns,
    and ``punycode`` takes a time that grows with the square of the body's length."""
    try:
        return _CHARSET.fullmatch(codecs.lookup(name).name) is not None
    except (LookupError, ValueError):
        return False


_CHARSET: Final = re.compile(
    r"ascii|utf-(?:8|16|32)\S*|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|tis-620|kz1048|ptcp154|hp-roman8|johab|hz"
    r"|(?:big5|gb|euc_|shift_jis|iso2022_)\w*"
)


def _all(error: Exception, name: str) -> list[str]:
    headers = error.headers if isinstance(error, AnsweredError) else []
    return [value.strip() for key, value in headers if key.lower() == name]


def _words(value: str) -> list[str]:
    return [one for part in value.lower().split(",") if (one := part.strip())]


def _header(error: Exception, name: str) -> str:
    return next(iter(_all(error, name)), "")


def _headers(error: AnsweredError) -> list[str]:
    found = [(name, words, join(_all(error, name))) for name, words, join in _ASKS]
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
