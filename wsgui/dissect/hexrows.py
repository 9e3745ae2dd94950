"""The arithmetic of the hex view: rows, places of bytes, slices. Nothing here costs more than the rows it returns.

The first row (or rows, if they are narrow) holds the frame's header; the payload starts on a row of its own, so
payload byte i always stands in column i mod 16 (or the row's other length). Offsets count from the frame's first byte.
Bytes that are no frame (HTTP heads, what could not be decoded) are a layout whose header is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.masking import mask_slice

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame

COLUMNS = 16

_SHOWN = bytes(byte if 0x20 <= byte < 0x7F else 0x2E for byte in range(256))


def printable(data: bytes) -> str:
    """ASCII with a dot for each byte that is no printable character: as many characters as bytes."""
    return data.translate(_SHOWN).decode("ascii")


class HexRow(NamedTuple):
    """One row: ``offset`` of its first byte, the bytes on the wire, the same unmasked, where the row's header bytes
    end (``header_end``) and where the masking key among them starts (``key_start``), both as columns."""

    offset: int
    wire: bytes
    unmasked: bytes
    header_end: int
    key_start: int


class HexBytes:
    """The bytes of a frame, or bytes that are none, laid out in rows of ``columns``.

    Header bytes are not masked: `unmasked` gives them as they are. Making one costs the same for any payload.
    """

    __slots__ = ("_header_rows", "_payload", "columns", "header", "key", "length")

    def __init__(self, header: bytes, key: bytes | None, payload: bytes, columns: int = COLUMNS) -> None:
        self.header = header
        self.key = key
        self._payload = payload
        self.columns = columns
        self.length = len(header) + len(payload)
        self._header_rows = -(-len(header) // columns)

    @classmethod
    def of_frame(cls, frame: Frame, columns: int = COLUMNS) -> HexBytes:
        """The layout of a frame: its header, then its payload."""
        return cls(frame.header(), frame.masking_key, frame.payload, columns)

    @classmethod
    def of_bytes(cls, data: bytes, columns: int = COLUMNS) -> HexBytes:
        """The layout of bytes that form no frame."""
        return cls(b"", None, data, columns)

    def in_rows_of(self, columns: int) -> HexBytes:
        """The same bytes in rows of another length."""
        return HexBytes(self.header, self.key, self._payload, columns)

    @property
    def row_count(self) -> int:
        """Number of rows; no bytes have none."""
        return self._header_rows - (-len(self._payload) // self.columns)

    def position(self, offset: int) -> tuple[int, int]:
        """(row, column) of a byte. Raises IndexError outside the bytes."""
        if not 0 <= offset < self.length:
            raise IndexError(f"byte {offset} of {self.length}")
        index = offset - len(self.header)
        if index < 0:
            return divmod(offset, self.columns)
        row, column = divmod(index, self.columns)
        return self._header_rows + row, column

    def row_span(self, row: int) -> tuple[int, int]:
        """Offsets of the row's first byte and of the first byte behind it. Raises IndexError outside the rows."""
        if not 0 <= row < self.row_count:
            raise IndexError(f"row {row} of {self.row_count}")
        size = len(self.header)
        if row < self._header_rows:
            start = row * self.columns
            return start, min(start + self.columns, size)
        start = size + (row - self._header_rows) * self.columns
        return start, min(start + self.columns, self.length)

    def nearest(self, row: int, column: int) -> int:
        """The offset of the byte at a place, or of the closest one if there is none; 0 if there are no bytes."""
        if not self.length:
            return 0
        start, stop = self.row_span(min(max(row, 0), self.row_count - 1))
        return min(start + max(column, 0), stop - 1)

    def wire(self, start: int, stop: int) -> bytes:
        """The bytes from ``start`` up to ``stop`` as they stood on the wire."""
        return self._slice(start, stop, masked=True)

    def unmasked(self, start: int, stop: int) -> bytes:
        """The bytes from ``start`` up to ``stop``, the payload's unmasked."""
        return self._slice(start, stop, masked=False)

    def payload(self, start: int, stop: int) -> bytes:
        """The unmasked payload bytes between two offsets, without the header bytes there."""
        size = len(self.header)
        return self._payload[max(start - size, 0) : max(stop - size, 0)]

    def _slice(self, start: int, stop: int, *, masked: bool) -> bytes:
        size = len(self.header)
        first = max(start - size, 0)
        body = self._payload[first : max(stop - size, 0)]
        if masked and self.key is not None and body:
            body = mask_slice(body, self.key, first)
        return self.header[start:stop] + body if start < size else body

    def row(self, row: int) -> HexRow:
        """One row. Raises IndexError outside the rows."""
        return self.rows(row, 1)[0]

    def rows(self, first: int, count: int) -> list[HexRow]:
        """Up to ``count`` rows from ``first`` on. Raises IndexError if ``first`` is outside."""
        start, _ = self.row_span(first)
        last = min(first + count, self.row_count) - 1
        _, stop = self.row_span(last)
        # One unmasking for all rows: the call costs more than the bytes of a page.
        wire = self.wire(start, stop)
        clear = wire if self.key is None else self.unmasked(start, stop)
        size = len(self.header)
        key_at = size if self.key is None else size - 4
        rows = []
        for number in range(first, last + 1):
            begin, end = self.row_span(number)
            part = slice(begin - start, end - start)
            header_end = min(max(size - begin, 0), end - begin)
            key_start = min(max(key_at - begin, 0), header_end)
            rows.append(HexRow(begin, wire[part], clear[part], header_end, key_start))
        return rows
