"""A row whose payload is too long to be held whole, written as `lines` has it."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

from wsgui.capture.exchange.lines import row_payload
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.schema import HTTP

if TYPE_CHECKING:
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row


def is_long(row: Row) -> bool:
    """Whether a row is written in pieces."""
    return row.opcode != HTTP and (row.length > CHUNK or (row.inflated_length or 0) > CHUNK)


def write_long_row(source: Source, row: Row, start: str, end: str, out: BinaryIO) -> None:
    """Write ``start``, the payload and what it inflates to, and ``end``. Raises OSError, CaptureError."""
    out.write(start.encode("ascii"))
    _write(source, row, row.length, out, inflated=False)
    if row.inflated_length is not None:
        out.write(f',"inflated":{{"length":{row.inflated_length}'.encode("ascii"))
        _write(source, row, row.inflated_length, out, inflated=True)
        out.write(b"}")
    out.write(end.encode("ascii"))


def _write(source: Source, row: Row, length: int, out: BinaryIO, *, inflated: bool) -> None:
    chunks = source.chunks(row, inflated=inflated)
    if length <= CHUNK:
        out.writelines(row_payload(row.opcode, chunk).encode("ascii") for chunk in chunks)
        return
    out.write(b',"base64":"')
    for chunk in chunks:
        out.write(b2a_base64(chunk, newline=False))
    out.write(b'"')
