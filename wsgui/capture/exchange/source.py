"""The rows to export, a page at a time: all of a capture or those with certain ids."""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CancelledError
from wsgui.capture.reader import PREVIEW_BYTES
from wsgui.capture.schema import HTTP
from wsgui.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wsgui.capture.reader import CaptureReader
    from wsgui.capture.views import ConnectionRow, Row

PAGE: Final = 1000
"""Rows that are held at a time."""

CHUNK: Final = 768 * 1024
"""Bytes of a long payload that are held at a time. A multiple of 3, so pieces of base64 can be joined."""


class Source:
    """What an exporter reads. ``ids`` are made ascending; None means all. Raises CaptureError as the reader does.

    ``progress(done, total)`` counts rows. Once ``cancelled()`` is true, `pages` and `chunks` raise CancelledError.
    """

    def __init__(
        self,
        reader: CaptureReader,
        ids: Iterable[int] | None = None,
        *,
        keep_secrets: bool = False,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.reader = reader
        self.whole = ids is None
        self.redactor = Redactor(keep=keep_secrets)
        self.connections: dict[int, ConnectionRow] = {row.id: row for row in reader.connections()}
        self._progress = progress
        self._cancelled = cancelled
        last = reader.last_id()
        self._ids: Sequence[int] = range(1, last + 1)
        if ids is not None:
            wanted = array("q", (id_ for id_ in ids if 0 < id_ <= last))
            if any(a >= b for a, b in pairwise(wanted)):
                wanted = array("q", sorted(set(wanted)))
            self._ids = wanted
        self.notes: dict[int, list[str]] = {}
        for frame, text in reader.notes():
            self.notes.setdefault(frame, []).append(text)

    @property
    def total(self) -> int:
        """How many rows there are to export."""
        return len(self._ids)

    @property
    def last(self) -> int:
        """The highest of the ids to export; 0 if there is none."""
        return self._ids[-1] if self._ids else 0

    def by_connection(self) -> dict[int, Sequence[int]]:
        """The ids of each connection's rows, connections in the order in which they first occur."""
        if len(self.connections) == 1 and self.whole:
            return {next(iter(self.connections)): self._ids}
        found: dict[int, array[int]] = {}
        for page in self._pages(self._ids):
            for row in page:
                if row.connection not in found:
                    found[row.connection] = array("q")
                found[row.connection].append(row.id)
        return dict(found)

    def pages(self) -> Iterator[list[Row]]:
        """All rows, in pages."""
        done = 0
        for page in self._pages(self._ids):
            yield page
            done += len(page)
            if self._progress is not None:
                self._progress(done, self.total)

    def pages_of(self, ids: Sequence[int]) -> Iterator[list[Row]]:
        """The rows with these ids, which `by_connection` gave."""
        return self._pages(ids)

    def told(self, done: int) -> None:
        """For exporters that do not go through `pages`: so many rows are done."""
        if self._progress is not None:
            self._progress(done, self.total)

    def payload(self, row: Row) -> bytes:
        """A row's whole payload as on the wire; the secrets of an HTTP head are masked."""
        previewed = row.length <= PREVIEW_BYTES and row.inflated_length is None
        data = row.preview if previewed else self.reader.payload(row.id)
        return self.redactor.head(data) if row.opcode == HTTP else data

    def inflated(self, row: Row) -> bytes | None:
        """What a row's payload inflates to, whole; None if it was not compressed or could not be inflated."""
        if row.inflated_length is None:
            return None
        return row.preview if row.inflated_length <= PREVIEW_BYTES else self.reader.inflated(row.id)

    def chunks(self, row: Row, *, inflated: bool = False) -> Iterator[bytes]:
        """A row's payload in pieces of `CHUNK` bytes; a payload without bytes has one empty piece.

        ``inflated``: what it inflates to, where it was compressed and could be inflated.
        """
        size = None if not inflated else row.inflated_length
        length = row.length if size is None else size
        if length <= CHUNK or row.opcode == HTTP:
            yield self.payload(row) if size is None else self.inflated(row) or b""
            return
        for start in range(0, length, CHUNK):
            self._check()
            yield (self.reader.payload_slice if size is None else self.reader.inflated_slice)(row.id, start, CHUNK)

    def _pages(self, ids: Sequence[int]) -> Iterator[list[Row]]:
        for start in range(0, len(ids), PAGE):
            self._check()
            some = ids[start : start + PAGE]
            if some[-1] - some[0] == len(some) - 1:
                yield self.reader.rows(some[0], some[-1])
            else:
                yield self.reader.rows_of(some)

    def _check(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError
