"""Finding the next or the previous payload with a hit, in a worker thread: in blocks, with progress and cancel."""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from wsgui.capture.blocks import SearchCancelled, Watch, next_step
from wsgui.capture.database import InterruptedReadError, guarded
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import FRAGMENT, Joined
from wsgui.capture.needle import MOST_HITS, Hit
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schema import FLAG_INFLATED
from wsgui.filter.patterns import PatternTooSlowError
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

    from wsgui.capture.joined import Key
    from wsgui.capture.needle import Needle
    from wsgui.capture.views import JoinedMessage

_FIRST_BLOCK: Final = 256
_MESSAGES_KEPT: Final = 4
"""Messages that are held with their hits: the rows of one mostly follow each other."""
_MOST_NAMED: Final = 20_000
"""Ids of a view that are named one by one in a query; a view without gaps needs but the first and the last."""
# What an application sees: a compressed payload says nothing to whoever looks for words.
_DATA: Final = (
    f"CASE WHEN flags & {FLAG_INFLATED} THEN (SELECT i.payload FROM inflated i WHERE i.frame = frames.id)"  # noqa: S608
    " ELSE payload END"
)
_BYTES: Final = f"instr({_DATA}, ?) > 0"
_FUNCTION: Final = f"find_needle({_DATA})"


class Finder:
    """Looks for a needle in the rows of a view. One thread at a time. Raises CaptureError like `CaptureReader`."""

    def __init__(self, path: str | Path, needle: Needle) -> None:
        self._needle = needle
        self._reader = CaptureReader(path)
        self._database = self._reader.database
        self.path = self._reader.path
        self._cancelled: Callable[[], bool] = bool
        self._failure: PatternTooSlowError | CaptureError | None = None
        self._joined = Joined(path)
        self._messages: OrderedDict[Key, tuple[JoinedMessage, list[Hit]]] = OrderedDict()
        if needle.is_plain:
            self._test = _BYTES
            self._parameters: list[object] = [needle.data]
        else:
            self._test = _FUNCTION
            self._parameters = []
            self._database.create_function("find_needle", 1, self._is_in)
        # The message's number is looked up by the id: see `Joined.key_of`.
        self._joins = Joined.needed(self._database)
        if self._joins:
            self._database.create_function("find_across", 1, self._is_across)
            self._test = f"({self._test} OR ({FRAGMENT} AND find_across(frames.id)))"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self._joined.close()

    def next(
        self,
        ids: Sequence[int],
        first: int,
        stop: int,
        *,
        backward: bool = False,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> int | None:
        """The place in ``ids`` (ascending row ids: an array, or a range) of the first row with a hit.

        The places from ``first`` up to ``stop`` are looked at, ``backward`` the last ones first.
        ``progress(done, total)`` and ``cancelled`` are those of `Search.ids`: SearchCancelled is raised within 100 ms,
        or `ROW_SECONDS` if an expression is at work on a row.

        Raises CaptureError, also for an expression that takes too long.
        """
        self._cancelled = cancelled
        first = max(first, 0)
        total = min(stop, len(ids)) - first
        done = 0
        step = _FIRST_BLOCK
        with Watch(cancelled, self._database.interrupt):
            while done < total:
                if cancelled():
                    raise SearchCancelled
                began = time.perf_counter()
                count = min(step, total - done)
                low = first + total - done - count if backward else first + done
                if count > _MOST_NAMED and ids[low + count - 1] - ids[low] != count - 1:
                    low += count - _MOST_NAMED if backward else 0
                    count = _MOST_NAMED
                found = self._block(ids[low : low + count], backward=backward)
                if found is not None:
                    return _place(ids, found, low, low + count)
                done += count
                progress(done, total)
                step = next_step(step, time.perf_counter() - began)
        return None

    def hits(self, id_: int) -> list[Hit]:
        """Where the needle stands in a row's payload, inflated if it was compressed; of a hit that goes on in another
        fragment of the message, the part in this row.

        Raises CaptureError; LookupError for no such row.
        """
        try:
            inflated = self._reader.inflated(id_)
            hits = self._needle.hits(self._reader.payload(id_) if inflated is None else inflated)
            row = self._reader.row(id_)
            if row.message is not None and (row.fragment or not row.flags & FLAG_FIN):
                across = self._across(id_, (row.connection, int(row.direction), row.message))
                hits = sorted({*hits, *across})[:MOST_HITS] if across else hits
            return hits
        except PatternTooSlowError as error:
            raise CaptureError(str(error)) from None

    def _block(self, ids: Sequence[int], *, backward: bool) -> int | None:
        if self._reader.loader.direct:
            return self._by_sql(ids, backward=backward)
        try:
            return self._by_wires(ids, backward=backward)
        except InterruptedReadError:
            raise SearchCancelled from None
        except PatternTooSlowError as error:
            raise CaptureError(str(error)) from None

    @guarded
    def _by_wires(self, ids: Sequence[int], *, backward: bool) -> int | None:
        from wsgui.capture.find_wires import Portion, portions  # it needs numpy, which nothing else here does

        for portion in portions(self._database, ids, self._needle, joins=self._joins, backward=backward):
            beside = portion.others if isinstance(portion, Portion) else portion
            found = []
            if isinstance(portion, Portion):
                found.append(portion.found(self._needle, self._pause, backward=backward))
            if beside:
                found.append(self._by_sql(beside, backward=backward))
            hits = [id_ for id_ in found if id_ is not None]
            if hits:
                return max(hits) if backward else min(hits)
        return None

    def _pause(self) -> None:
        if self._cancelled():
            raise SearchCancelled

    def _by_sql(self, ids: Sequence[int], *, backward: bool) -> int | None:
        if ids[-1] - ids[0] == len(ids) - 1:
            among = "id BETWEEN ? AND ?"
            parameters: list[object] = [ids[0], ids[-1]]
        else:
            among = "id IN (SELECT value FROM json_each(?))"
            parameters = [json.dumps(list(ids))]
        order = "DESC" if backward else "ASC"
        first = f"SELECT id FROM loaded AS frames WHERE {among} AND {self._test} ORDER BY id {order} LIMIT 1"  # noqa: S608
        query = f"SELECT CAST(({first}) AS TEXT)"
        try:
            self._reader.load_ids(ids)
            hit = self._database.text(query, *parameters, *self._parameters)
        except InterruptedReadError:
            raise SearchCancelled from None
        except CaptureError:
            if self._failure is not None:
                raise CaptureError(str(self._failure)) from None
            raise
        return int(hit) if hit else None

    def _is_in(self, payload: bytes) -> bool:
        try:
            return self._needle.is_in(payload)
        except PatternTooSlowError as error:
            self._failure = error
            raise

    def _is_across(self, id_: int) -> bool:
        try:
            return bool(self._across(id_, self._joined.key_of(id_)))
        except LookupError:
            return False
        except (PatternTooSlowError, CaptureError) as error:
            self._failure = error
            raise

    def _across(self, id_: int, key: Key) -> list[Hit]:
        """The parts that a row has of hits which begin or end in another fragment."""
        known = self._messages.get(key)
        if known is None:
            view = self._joined.reader.message_of(id_)
            known = self._messages[key] = (view, self._needle.hits(view.payload))
            if len(self._messages) > _MESSAGES_KEPT:
                self._messages.popitem(last=False)
        view, hits = known
        part = next((part for part in view.parts if part.frame == id_), None)
        if part is None:
            return []
        start, stop = part.offset, part.offset + part.length
        found = []
        for hit in hits[bisect_right(hits, start, key=lambda hit: hit.start + hit.length) :]:
            if hit.start >= stop:
                break
            if hit.start < start or hit.start + hit.length > stop:
                first = max(hit.start, start)
                found.append(Hit(first - start, min(hit.start + hit.length, stop) - first))
        return found


def _place(ids: Sequence[int], id_: int, low: int, high: int) -> int:
    while low < high:
        middle = (low + high) // 2
        if ids[middle] < id_:
            low = middle + 1
        else:
            high = middle
    return low
