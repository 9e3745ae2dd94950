"""Payloads as files, as an application sees them: unmasked, inflated where they were compressed and could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture.exchange.lines import DIRECTIONS
from wsgui.capture.schema import HTTP
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.records import MISSING, ROW_KINDS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row


def payload_name(row: Row) -> str:
    """``0000012-sent-text.txt``: number, direction and opcode of a row; ``.bin`` for what is no text."""
    kind = ROW_KINDS.get(row.opcode)
    name = opcode_name(row.opcode).lower() if kind is None else kind.word
    suffix = "txt" if row.opcode in (HTTP, MISSING, Opcode.TEXT) else "bin"
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
            if row.opcode != MISSING:
                out.writelines(source.chunks(row, inflated=True))
            count += 1
    return count
