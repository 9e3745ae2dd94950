"""Counts the rows of a capture, block by block, in a worker thread; goes on where it stopped when the file grows."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.answers import book_of
from wsgui.capture.blocks import SearchCancelled, Watch
from wsgui.capture.column_store import store_of
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.selection import Selection
from wsgui.capture.statistics.figures import Figures
from wsgui.protocol.opcodes import Opcode
from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    from numpy.typing import NDArray

    from wsgui.filter.tree import Filter

_WAITING: Final = 1000
"""Pings of one direction of a connection that wait for their pong."""
_KNOWN: Final = 100_000
"""Directions of connections of which the last message is known."""


class Collector:
    """``figures`` of the rows that a filter takes (all for None), of one connection or of all, as far as `collect` has
    come. One thread at a time. Raises CaptureError like `CaptureReader`."""

    def __init__(self, path: str | Path, filter: Filter | None = None, connection: int | None = None) -> None:  # noqa: A002 - the word of the language
        self.figures = Figures()
        self._path = Path(path)
        self._filter = filter
        self._connection = connection
        self._store = store_of(self._path)
        self._pings: dict[tuple[int, int], dict[bytes, int]] = {}
        self._last: dict[int, int] = {}

    def collect(self, upto: int, *, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Self:
        """Go on up to row ``upto``. ``progress`` and ``cancelled`` are those of `Search.ids`."""
        after = self.figures.upto
        with closing(Selection(self._path, self._filter, self._store, partial(book_of, self._path))) as selection:
            selection.cancelled = cancelled
            upto = min(upto, selection.look())
            with Watch(cancelled, selection.database.interrupt):
                while self.figures.upto < upto:
                    if cancelled():
                        raise SearchCancelled
                    try:
                        end = self._block(selection, self.figures.upto, upto)
                    except InterruptedReadError:
                        raise SearchCancelled from None
                    self.figures.upto = end
                    progress(end - after, upto - after)
        return self

    def _block(self, selection: Selection, after: int, upto: int) -> int:
        """Count the rows from beyond ``after`` to the end of a block; returns the last one."""
        rows = selection.every_column(after, upto)
        places = np.flatnonzero(selection.marks(rows, self._connection))
        if not len(places):
            return rows.last

        def of(name: str) -> NDArray[np.int64]:
            return rows[name][places].astype(np.int64)

        ids, times, opcodes, connections = places + rows.first, of("time"), of("opcode"), of("connection")
        directions = ((of("flags") & FLAG_RECEIVED) != 0).astype(np.int64)
        pings = np.flatnonzero((opcodes == Opcode.PING) | (opcodes == Opcode.PONG))
        payloads = selection.payloads_of(rows, places[pings]) if len(pings) else []
        buckets = self.figures.add(ids, times, directions, opcodes, of("length"))
        starts = (of("message") > 0) & (of("fragment") == 0)
        if starts.any():
            self._gaps(connections[starts] * 2 + directions[starts], times[starts], ids[starts], buckets[starts])
        if payloads:
            columns = (ids, times, directions, opcodes, connections)
            self._round_trips(zip(*(column[pings].tolist() for column in columns), payloads, strict=True))
        return rows.last

    def _gaps(
        self,
        keys: NDArray[np.int64],
        times: NDArray[np.int64],
        ids: NDArray[np.int64],
        buckets: NDArray[np.int64],
    ) -> None:
        """Time from one message to the next in the same direction of a connection."""
        order = np.argsort(keys, kind="stable")
        keys, times, ids, buckets = keys[order], times[order], ids[order], buckets[order]
        first = np.ones(len(keys), bool)
        first[1:] = keys[1:] != keys[:-1]
        spans = np.zeros(len(keys), np.int64)
        spans[1:] = times[1:] - times[:-1]
        known = ~first
        heads = np.flatnonzero(first)
        for at in heads:
            before = self._last.get(int(keys[at]))
            if before is not None:
                spans[at] = times[at] - before
                known[at] = True
        for at in np.append(heads[1:], len(keys)) - 1:
            key = int(keys[at])
            if key in self._last or len(self._last) < _KNOWN:
                self._last[key] = int(times[at])
        if known.any():
            spans = np.maximum(spans[known], 0)
            self.figures.gaps.add(spans)
            self.figures.longest.add(buckets[known], spans, ids[known])

    def _round_trips(self, rows: Iterable[tuple[int, int, int, int, int, bytes]]) -> None:
        """A pong answers the ping with its payload, and so all before it (RFC 6455 section 5.5.3)."""
        spans, ids, ends = [], [], []
        answers = []
        for id_, time_ns, direction, opcode, connection, payload in rows:
            if opcode == Opcode.PING:
                waiting = self._pings.setdefault((connection, direction), {})
                waiting.pop(payload, None)
                waiting[payload] = time_ns
                if len(waiting) > _WAITING:
                    del waiting[next(iter(waiting))]
            else:
                waiting = self._pings.get((connection, 1 - direction), {})
                sent = waiting.get(payload)
                if sent is not None:
                    known = list(waiting)
                    for answered in known[: known.index(payload) + 1]:
                        del waiting[answered]
                    if direction == Direction.SENT:
                        answers.append(max(time_ns - sent, 0))
                    else:
                        spans.append(max(time_ns - sent, 0))
                        ids.append(id_)
                        ends.append(time_ns)
            if len(self._pings) > _KNOWN:
                self._pings.clear()
        if answers:
            self.figures.answers.add(np.array(answers, np.int64))
        if spans:
            figures = self.figures
            taken = np.array(spans, np.int64)
            figures.round_trips.add(taken)
            figures.slowest.add(figures.buckets(np.array(ends, np.int64)), taken, np.array(ids, np.int64))
