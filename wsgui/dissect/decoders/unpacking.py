"""What bytes inflate to: gzip, zlib, raw deflate, zstd and brotli, within a budget.

gzip (RFC 1952), zlib (RFC 1950) and zstd (RFC 8878) are known by their heads; raw deflate (RFC 1951) and brotli
(RFC 7932) have none, and are taken for it only where all of at least 16 bytes are used and text comes out.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.dissect.decoders.model import Budget

_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_WINDOW: Final = 23
"""The largest window of zstd, as a power of two: what is usual, and no way to ask for gigabytes."""


def inflated(data: bytes, budget: Budget, reads: Callable[[bytes], bool]) -> tuple[str, bytes] | None:
    """The name of the compression and what comes out of it; None if nothing does. ``reads`` says whether bytes are
    text that people write. Raises CutOff for a bomb."""
    if data[:4] == _ZSTD:
        found = _zstd(data, budget)
        return None if found is None else ("zstd", found)
    if data[:3] == b"\x1f\x8b\x08":
        found = _zlib(data, 31, budget)
        return None if found is None else ("gzip", found)
    if len(data) > 6 and data[0] & 15 == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0:
        found = _zlib(data, 15, budget)
        if found is not None:
            return "zlib", found
    if len(data) < 16:
        return None
    if data[0] & 7 in (2, 3, 4, 5):
        found = _zlib(data, -15, budget, whole=True)
        if found is not None and reads(found):
            return "deflate", found
    found = _brotli(data, budget)
    return None if found is None or not reads(found) else ("brotli", found)


def _zlib(data: bytes, bits: int, budget: Budget, *, whole: bool = False) -> bytes | None:
    try:
        machine = zlib.decompressobj(bits)
        out = machine.decompress(data, budget.unpacked + 1)
        budget.unpack(len(out))
        out += machine.flush(64)
    except zlib.error:
        return None
    return out if machine.eof and not (whole and machine.unused_data) else None


def _zstd(data: bytes, budget: Budget) -> bytes | None:
    from backports import zstd  # for those who meet it

    try:
        machine = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
        out = bytes(machine.decompress(data, max_length=budget.unpacked + 1))
    except zstd.ZstdError:
        return None
    budget.unpack(len(out))
    return out if machine.eof else None


def _brotli(data: bytes, budget: Budget) -> bytes | None:
    import brotli  # for those who meet binary messages

    try:
        machine = brotli.Decompressor()
        out: bytes = machine.process(data, output_buffer_limit=budget.unpacked + 1)
    except brotli.error:
        return None
    if not machine.is_finished():
        # What has no head is a bomb only if it goes on as text would; other bytes run out, or are an error.
        return None
    budget.unpack(len(out))
    return out
