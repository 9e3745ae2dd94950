"""Export of the table as CSV, one row a line, for spreadsheets. Payloads are cut: JSON Lines has them whole."""

from __future__ import annotations

import csv
import io
from codecs import utf_8_decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.lines import DIRECTIONS
from wsgui.capture.reader import PREVIEW_BYTES
from wsgui.capture.schema import FLAG_FIN, HTTP, NO_FRAME
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.records import ROW_KINDS

if TYPE_CHECKING:
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row

COLUMNS: Final = (
    "number",
    "time",
    "delta_s",
    "connection",
    "direction",
    "opcode",
    "fin",
    "rsv",
    "masking_key",
    "length",
    "inflated_length",
    "message",
    "fragment",
    "fragments",
    "violations",
    "payload",
)

_FORMULA: Final = ("=", "+", "-", "@")
_PICTURES: Final = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def write_csv(source: Source, out: BinaryIO) -> int:
    """Write a line with `COLUMNS` and one for each row (RFC 4180, UTF-8); returns how many rows.

    ``delta_s`` are seconds since the row before in this file. ``payload`` is inflated if it was compressed: text, or
    hex digits for what is binary or no UTF-8; its first 256 bytes, control characters as their pictures, so a row is a
    line. What a spreadsheet would take for a formula gets an apostrophe in front.
    Raises OSError, CaptureError, CancelledError.
    """
    out.write((",".join(COLUMNS) + "\r\n").encode())
    count = 0
    before: int | None = None
    for page in source.pages():
        text = io.StringIO()
        writer = csv.writer(text)
        for row in page:
            writer.writerow(_cells(source, row, before))
            before = row.time_ns
            count += 1
        out.write(text.getvalue().encode())
    return count


def _cells(source: Source, row: Row, before: int | None) -> tuple[object, ...]:
    frame = row.opcode >= 0
    head, length = row.preview, row.length
    if row.opcode == HTTP:  # its secrets may stand beyond the preview's end, and masks have a length of their own
        whole = source.payload(row)
        head, length = whole[:PREVIEW_BYTES], len(whole)
    elif row.inflated_length is not None:
        length = row.inflated_length
    cut = length > len(head)
    payload = _payload(row.opcode, head, cut=cut) + ("…" if cut else "")
    return (
        row.id,
        time_text(row.time_ns),
        "" if before is None else _seconds(row.time_ns - before),
        row.connection,
        DIRECTIONS[row.direction],
        opcode_name(row.opcode) if frame else ROW_KINDS[row.opcode].title,
        int(bool(row.flags & FLAG_FIN)) if frame else "",
        f"{row.flags & 7:03b}" if frame else "",
        "" if row.masking_key is None else row.masking_key.hex(),
        row.length,
        row.inflated_length,
        row.message,
        row.fragment,
        row.fragments,
        " ".join(broken.rule for broken in row.violations),
        f"'{payload}" if payload.startswith(_FORMULA) else payload,
    )


def _payload(opcode: int, head: bytes, *, cut: bool) -> str:
    if opcode not in (Opcode.BINARY, NO_FRAME):
        try:
            # The last character may be cut in two, and is left out then.
            return utf_8_decode(head, "strict", not cut)[0].translate(_PICTURES)
        except UnicodeDecodeError:
            pass
    return head.hex()


def time_text(ns: int) -> str:
    """A time as ISO 8601 in UTC to the nanosecond; seconds since the epoch if no calendar reaches it."""
    seconds, rest = divmod(ns, 1_000_000_000)
    try:
        return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"
    except OverflowError:
        return _seconds(ns)


def _seconds(ns: int) -> str:
    return f"{'-' if ns < 0 else ''}{abs(ns) // 1_000_000_000}.{abs(ns) % 1_000_000_000:09}"
