"""The head of an HTTP message: where it ends and how large it may be. h11 reads what is in it.

h11 is given one whole head at a time. Fed byte by byte it finds other words for what is wrong with a head, and bounds
only heads that come in pieces; this way the outcome of a handshake does not depend on how TCP cut it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import h11

HEAD_LIMIT = 16 * 1024
"""Bytes of HTTP heads that are accepted from a peer before the handshake is done, unless told otherwise."""

HEADER_LIMIT = 128
"""Headers of one HTTP message that are accepted, unless told otherwise."""


class HeadTooLongError(Exception):
    """The head takes more bytes than are accepted."""


def head_end(data: bytes, start: int = 0, limit: int = HEAD_LIMIT) -> int | None:
    """Where the head that starts at ``start`` ends, its blank line included; None while it is not whole.

    Raises HeadTooLongError as soon as it is known that the end is past ``limit``, counted from the start of
    ``data``. Bare line feeds end lines too (RFC 9112 section 2.2).
    """
    places = [(data.find(blank, start, limit), len(blank)) for blank in (b"\n\r\n", b"\n\n")]
    ends = [place + size for place, size in places if place >= 0]
    if ends:
        return min(ends)
    if len(data) >= limit:
        raise HeadTooLongError
    return None


def limit_text(limit: int) -> str:
    """A limit in bytes for people."""
    return f"{limit} bytes" if limit % 1024 else f"{limit // 1024} KiB"


def plain_words(error: h11.ProtocolError) -> str:
    """What h11 found wrong, without the Python values it quotes and the full stop."""
    return str(error).split(": bytearray")[0].split(": b'")[0].rstrip(".")
