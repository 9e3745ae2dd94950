"""Payloads as files, as an application sees them: unmasked, inflated where they were compressed and could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.lines import DIRECTIONS
from wsgui.capture.schema import HTTP, NO_FRAME
from wsgui.protocol.opcodes import Opcode, opcode_name

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row

_NAMES: Final = {HTTP: "http", NO_FRAME: "bytes"}


def payload_name(row: Row) -> str:
    """``0000012-sent-text.txt``: number, direction and opcode of a row; ``.bin`` for what is no text."""
    name = _NAMES.get(row.opcode) or opcode_name(row.opcode).lower()
    suffix = "txt" if row.opcode in (HTTP, Opcode.TEXT) else "bin"
    return f"{row.id:07}-{DIRECTIONS[row.direction]}-{name}.{suffix}"


def write_payloads(source: Source, folder: Path) -> int:
    """Write a file for each row into ``folder``; returns how many. Raises OSError, CaptureError, CancelledError."""
    count = 0
    for page in source.pages():
        for row in page:
            with (folder / payload_name(row)).open("xb") as out:
                for chunk in source.chunks(row, inflated=True):
                    out.write(chunk)
            count += 1
    return count


def write_payload(source: Source, out: BinaryIO) -> int:
    """Write the payloads of all rows, one behind the other, into one file; returns how many rows.

    For a single frame, or the fragments of one message. Raises OSError, CaptureError, CancelledError.
    """
    count = 0
    for page in source.pages():
        for row in page:
            for chunk in source.chunks(row, inflated=True):
                out.write(chunk)
            count += 1
    return count
