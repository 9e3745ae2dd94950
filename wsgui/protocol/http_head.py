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

    Raises HeadTooLongError as soon as it is known that the end is past ``limit``, counted from the start of ``data``.
    """
    blank = blank_line(data, start, limit)
    if blank is not None:
        return blank[1]
    if len(data) >= limit:
        raise HeadTooLongError
    return None


def blank_line(data: bytes | bytearray, start: int = 0, limit: int | None = None) -> tuple[int, int] | None:
    """From where to where the blank line stands that ends the head at ``start``; None if there is none before
    ``limit``. Bare line feeds end lines too (RFC 9112 section 2.2)."""
    places = [(data.find(blank, start, limit), len(blank)) for blank in (b"\n\r\n", b"\n\n")]
    found = [(place + 1, place + size) for place, size in places if place >= 0]
    return min(found, default=None)


def head_lines(data: bytes) -> list[bytes]:
    """The lines of a head without their ends, its start line first; what stands behind its blank line is left out."""
    blank = blank_line(data)
    # Only line feeds end lines: splitlines would also cut at a carriage return by itself.
    lines = [line.removesuffix(b"\r") for line in (data if blank is None else data[: blank[0]]).split(b"\n")]
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


def limit_text(limit: int) -> str:
    """A limit in bytes for people."""
    return f"{limit} bytes" if limit % 1024 else f"{limit // 1024} KiB"


def plain_words(error: h11.ProtocolError) -> str:
    """What h11 found wrong, without the Python values it quotes and the full stop."""
    if "status_code" in str(error):  # its own class, and the argument of it
        return "a status is a number from 100 on"
    return str(error).split(": bytearray")[0].split(": b'")[0].rstrip(".")
