"""Export to JSON Lines: everything that the capture knows, one frame a line; `lines` says what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wsgui.capture.exchange.lines import (
    connection_line,
    head_line,
    inflated_part,
    note_line,
    problem_line,
    row_end,
    row_payload,
    row_start,
)
from wsgui.capture.exchange.long_line import is_long, write_long_row
from wsgui.capture.exchange.source import CHUNK
from wsgui.protocol.frames import Frame
from wsgui.protocol.numbering import MessageNumbering

if TYPE_CHECKING:
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row
    from wsgui.records import Direction

_Numbers: TypeAlias = tuple[int | None, int | None]
_NONE: Final[_Numbers] = (None, None)


def write_jsonl(source: Source, out: BinaryIO) -> int:
    """Write the lines; returns how many rows. A connection's line stands before its first row.

    ``id``, ``message`` and ``fragment`` count within the file, as they will when it is imported. Raises OSError,
    CaptureError, CancelledError.
    """
    return _JsonLinesWriter(source, out).write()


class _JsonLinesWriter:
    def __init__(self, source: Source, out: BinaryIO) -> None:
        self.source = source
        self.out = out
        self.count = 0
        self.seen: set[int] = set()
        self.numbering: dict[tuple[int, Direction], MessageNumbering] = {}

    def write(self) -> int:
        source = self.source
        self._line(head_line(source.reader.meta()))
        for page in source.pages():
            lines: list[str] = []
            size = 0
            for row, numbers in zip(page, self._numbers(page), strict=True):
                if row.connection not in self.seen:
                    lines += self._connection(row.connection)
                if not is_long(row):
                    lines.append(self._row(row, numbers))
                    size += row.length + (row.inflated_length or 0)
                    if size > CHUNK:
                        self._lines(lines)
                        lines = []
                        size = 0
                else:
                    self._lines(lines)
                    lines = []
                    start = self._start(row, row.length, numbers)
                    write_long_row(source, row, start, f"{self._end(row)}\n", self.out)
            self._lines(lines)
        if source.whole:
            for connection in source.connections:
                if connection not in self.seen:
                    self._lines(self._connection(connection))
            for id_, notes in source.notes.items():
                if id_ > source.total:
                    self._lines([note_line(text) for text in notes])
            self._lines([problem_line(offset, text) for offset, text in source.reader.problems()])
        return self.count

    def _line(self, line: str) -> None:
        self.out.write(f"{line}\n".encode("ascii"))

    def _lines(self, lines: list[str]) -> None:
        if lines:
            lines.append("")
            self.out.write("\n".join(lines).encode("ascii"))

    def _connection(self, id_: int) -> list[str]:
        self.seen.add(id_)
        row = self.source.connections.get(id_)
        return [] if row is None else [connection_line(row, self.source.redactor.url(row.url))]

    def _numbers(self, page: list[Row]) -> list[_Numbers]:
        """Message and fragment numbers of the rows of a page, as an import of this file will count them."""
        numbers: list[_Numbers] = [_NONE] * len(page)
        places: dict[tuple[int, Direction], list[int]] = {}
        for place, row in enumerate(page):
            if row.opcode >= 0:
                key = (row.connection, row.direction)
                if key in places:
                    places[key].append(place)
                else:
                    places[key] = [place]
        for key, some in places.items():
            numbering = self.numbering.setdefault(key, MessageNumbering())
            frames = [Frame((page[place].flags & 15) << 4 | page[place].opcode, 7, None, b"") for place in some]
            for place, number in zip(some, numbering.number(frames), strict=True):
                numbers[place] = number
            numbering.changed()
        return numbers

    def _start(self, row: Row, length: int, numbers: _Numbers) -> str:
        self.count += 1
        return row_start(row, self.count, length, *numbers)

    def _end(self, row: Row) -> str:
        if not row.violations and row.id not in self.source.notes:
            return "}"
        return row_end(row.violations, self.source.notes.get(row.id, ()))

    def _row(self, row: Row, numbers: _Numbers) -> str:
        payload = self.source.payload(row)
        line = self._start(row, len(payload), numbers) + row_payload(row.opcode, payload)
        if row.inflated_length is not None:
            line += inflated_part(row.opcode, self.source.inflated(row))
        return line + self._end(row)
