"""Two frames, or the messages they belong to, read from a capture and compared in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.capture.reader import CaptureReader
from wsgui.dissect.compare import LARGEST, Comparison
from wsgui.dissect.header import header_fields_of_bytes
from wsgui.dissect.json_compare import json_differences
from wsgui.dissect.sizes import clock_text, grouped
from wsgui.protocol.frames import frame_header
from wsgui.protocol.opcodes import opcode_name
from wsgui.records import ROW_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.reader import Row
    from wsgui.dissect.json_compare import JsonDifference


class FieldPair(NamedTuple):
    """A field as both sides have it; an empty text where a side has none."""

    name: str
    left: str
    right: str

    @property
    def same(self) -> bool:
        """Whether both sides say the same."""
        return self.left == self.right


class Compared(NamedTuple):
    """What there is to show of two rows. ``cut`` says that a side has more bytes than are compared; ``json`` is what
    differs where both sides are JSON, None where they are not."""

    left: Row
    right: Row
    fields: list[FieldPair]
    bytes: Comparison
    messages: bool
    cut: bool
    json: list[JsonDifference] | None = None


def compare_rows(path: Path, left: int, right: int, *, messages: bool = False) -> Compared:
    """Compare the payloads of two rows, or with ``messages`` the whole messages they belong to; a row that belongs to
    none is taken by itself. Raises CaptureError, LookupError."""
    with CaptureReader(path) as reader:
        rows = reader.row(left), reader.row(right)
        sides = [_bytes(reader, row, messages) for row in rows]
        fields = [_fields(reader, row) for row in rows]
    cut = any(more for _, more in sides)
    json = None if cut else json_differences(sides[0][0], sides[1][0])
    return Compared(*rows, _paired(*fields), Comparison(sides[0][0], sides[1][0]), messages, cut, json)


def _bytes(reader: CaptureReader, row: Row, messages: bool) -> tuple[bytes, bool]:
    if messages and 0 <= row.opcode < 8:
        view = reader.message_of(row.id, LARGEST)
        return view.payload, view.truncated
    return reader.payload_slice(row.id, 0, LARGEST), row.length > LARGEST


def _fields(reader: CaptureReader, row: Row) -> dict[str, str]:
    kind = ROW_KINDS[row.opcode].title if row.opcode in ROW_KINDS else opcode_name(row.opcode)
    fields = {
        "kind": kind,
        "direction": "sent" if row.direction == 0 else "received",
        "connection": str(row.connection),
        "time": clock_text(row.time_ns),
        "length": f"{grouped(row.length)} bytes",
    }
    if row.opcode >= 0:
        head = (row.flags & 0xF) << 4 | row.opcode & 0xF
        header = frame_header(head, row.length_form, row.masking_key, row.length)
        fields |= {field.label: field.value for field in header_fields_of_bytes(header)}
    fields["broken rules"] = ", ".join(broken.rule for broken in row.violations) or "none"
    return fields


def _paired(left: dict[str, str], right: dict[str, str]) -> list[FieldPair]:
    return [FieldPair(name, left.get(name, ""), right.get(name, "")) for name in dict.fromkeys([*left, *right])]
