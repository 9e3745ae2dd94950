"""Counts the rows of a capture, block by block, in a worker thread; goes on where it stopped when the file grows."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.blocks import SearchCancelled, Watch, next_step
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.contexts import Contexts
from wsgui.capture.database import InterruptedReadError, guarded
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.reader import CaptureReader
from wsgui.capture.statistics.figures import Figures
from wsgui.protocol.opcodes import Opcode
from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, Self

    from numpy.typing import NDArray

    from wsgui.dissect.decoders.model import Context
    from wsgui.filter.tree import Filter

_FIRST_BLOCK: Final = 1024
_LARGEST_BLOCK: Final = 20_000
_WAITING: Final = 1000
"""Pings of one direction of a connection that wait for their pong."""
_KNOWN: Final = 100_000
"""Directions of connections of which the last message is known."""

_LONGEST: Final = 2**40
"""Bytes of a payload; SQLite keeps no longer ones, and sums of them stay within 64 bits."""

# One row of long texts a block: each row fetched would give Python's lock away, and the worker get it back late.
_COLUMNS: Final = ("id", "time", "direction", "opcode", "length", "connection", "ifnull(fragment, -1)")
_BLOCK: Final = f"SELECT {', '.join(f'group_concat({column})' for column in _COLUMNS)} FROM "  # noqa: S608 - ours
_ROWS: Final = "(SELECT * FROM loaded AS frames WHERE id > ? AND id <= ? AND {} ORDER BY id)"
# Opcodes 9 and 10 are PING and PONG.
_PINGS: Final = (
    "SELECT id, time, direction, opcode, connection, payload FROM loaded AS frames"
    " WHERE id > ? AND id <= ? AND opcode IN (9, 10) AND {} ORDER BY id"
)


class Collector:
    """``figures`` of the rows that a filter takes (all for None), of one connection or of all, as far as `collect` has
    come. One thread at a time. Raises CaptureError like `CaptureReader`."""

    def __init__(self, path: str | Path, filter: Filter | None = None, connection: int | None = None) -> None:  # noqa: A002 - the word of the language
        self.figures = Figures()
        self._path = path
        self._filter = filter
        self._connection = connection
        self._statement = None if filter is None else Statement(filter, self._context)
        self._condition = "1"
        self._parameters: list[object] = []
        self._pings: dict[tuple[int, int], dict[bytes, int]] = {}
        self._last: dict[int, int] = {}
        self._reader: CaptureReader
        self._contexts: Contexts

    def collect(self, upto: int, *, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Self:
        """Go on up to row ``upto``. ``progress`` and ``cancelled`` are those of `Search.ids`."""
        after = self.figures.upto
        with CaptureReader(self._path) as reader, closing(Joined(self._path)) as joined:
            self._reader = reader
            self._contexts = Contexts(joined.reader)
            self._compile(joined)
            upto = min(upto, reader.last_id())
            step = _FIRST_BLOCK
            with Watch(cancelled, reader.database.interrupt):
                while self.figures.upto < upto:
                    if cancelled():
                        raise SearchCancelled
                    began = time.perf_counter()
                    start = self.figures.upto
                    end = min(start + step, upto)
                    self._block(start, end)
                    self.figures.upto = end
                    step = min(next_step(step, time.perf_counter() - began), _LARGEST_BLOCK)
                    progress(end - after, upto - after)
        return self

    def _context(self, connection: int, direction: int) -> Context:
        return self._contexts.of(connection, direction)

    def _compile(self, joined: Joined) -> None:
        self._condition, self._parameters = "1", []
        if self._filter is not None and Joined.needed(self._reader.database):
            self._statement = Statement(self._filter, self._context, joined)
        if self._statement is not None:
            self._statement.register(self._reader.database)
            self._condition, self._parameters = self._statement.condition, list(self._statement.parameters)
        if self._connection is not None:
            self._condition = f"connection = ? AND {self._condition}"
            self._parameters.insert(0, self._connection)

    def _block(self, after: int, upto: int) -> None:
        parameters = [after, upto, *self._parameters]
        try:
            self._reader.load_block(after, upto)
            ((*texts,),) = self._reader.database.all(_BLOCK + _ROWS.format(self._condition), *parameters)
            columns = _columns(self._reader, texts)
            if not len(columns[0]):
                return
            pings: list[Any] = []
            if ((columns[3] == Opcode.PING) | (columns[3] == Opcode.PONG)).any():
                pings = self._reader.database.all(_PINGS.format(self._condition), *parameters)
        except InterruptedReadError:
            raise SearchCancelled from None
        except CaptureError:
            if self._statement is not None and self._statement.failure is not None:
                raise CaptureError(str(self._statement.failure)) from None
            raise
        ids, times, directions, opcodes, lengths, connections, fragments = columns
        figures = self.figures
        buckets = figures.add(ids, times, directions, opcodes, lengths)
        starts = fragments == 0
        if starts.any():
            self._gaps(connections[starts] * 2 + (directions[starts] & 1), times[starts], ids[starts], buckets[starts])
        if pings:
            self._round_trips(pings)

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

    def _round_trips(self, rows: list[tuple[int, int, int, int, int, bytes]]) -> None:
        """A pong answers the ping with its payload, and so all before it (RFC 6455 section 5.5.3)."""
        spans, ids, ends = [], [], []
        answers = []
        for id_, time_ns, direction, opcode, connection, payload in rows:
            if opcode == Opcode.PING:
                waiting = self._pings.setdefault((connection, direction & 1), {})
                waiting.pop(payload, None)
                waiting[payload] = time_ns
                if len(waiting) > _WAITING:
                    del waiting[next(iter(waiting))]
            else:
                waiting = self._pings.get((connection, 1 - (direction & 1)), {})
                sent = waiting.get(payload)
                if sent is not None:
                    known = list(waiting)
                    for answered in known[: known.index(payload) + 1]:
                        del waiting[answered]
                    if direction & 1 == Direction.SENT:
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


@guarded
def _columns(reader: CaptureReader, texts: list[str | None]) -> list[NDArray[np.int64]]:
    del reader
    columns = [_numbers(text) for text in texts]
    if any(len(column) != len(columns[0]) for column in columns):
        raise ValueError("a value is missing")
    if ((columns[4] < 0) | (columns[4] > _LONGEST)).any():
        raise ValueError("a length that no payload has")
    return columns


def _numbers(text: str | None) -> NDArray[np.int64]:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)
