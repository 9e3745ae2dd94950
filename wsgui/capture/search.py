"""Finding the rows of a capture that a filter takes, in a worker thread: in blocks, with progress and cancel."""

from __future__ import annotations

import json
import time
from array import array
from typing import TYPE_CHECKING, Final

from wsgui.capture.blocks import SearchCancelled, Watch, next_step
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.contexts import Contexts
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.reader import CaptureReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from wsgui.filter.tree import Filter

_FIRST_BLOCK: Final = 64


_COUNT: Final = "SELECT CAST(count(*) AS TEXT) FROM frames WHERE id > ? AND id <= ? AND {}"
_IDS: Final = "SELECT group_concat(id) FROM (SELECT id FROM frames WHERE id > ? AND id <= ? AND {} ORDER BY id)"


class Search:
    """A filter over a capture file. Each call of `ids` sees what was committed by then, so it follows a live capture.

    One thread at a time. Raises CaptureError like `CaptureReader`.
    """

    def __init__(self, path: str | Path, filter: Filter) -> None:  # noqa: A002 - the word of the language
        self._filter = filter
        self._reader = CaptureReader(path)
        # What decoders ask of connections is read beside the search: a query does not start another within itself.
        self._beside = CaptureReader(path)
        self._contexts = Contexts(self._beside)
        self._statement = Statement(filter, self._contexts.of)
        self._database = self._reader.database
        self._statement.register(self._database)
        self._joined = Joined(path)
        self._joins = False
        self._all_fit = False  # all rows of the last block

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self._reader.close()
        self._beside.close()
        self._joined.close()

    def ids(
        self,
        after: int,
        upto: int,
        *,
        connection: int | None = None,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> array[int]:
        """The ids beyond ``after`` up to ``upto`` that the filter takes, of one connection or of all, ascending.

        ``progress(done, total)`` is called in this thread after each block, some forty times a second, with numbers of
        rows. ``cancelled`` is asked before each block, and in another thread while a block takes long: once it says
        yes, SearchCancelled is raised within 100 ms. (SQLite cannot be stopped within a payload: 64 MiB take as long.)

        Raises CaptureError.
        """
        ids = array("q")
        self._look_for_fragments()
        after = max(after, 0)
        upto = min(upto, self._reader.last_id())
        total = upto - after
        if total <= _FIRST_BLOCK:
            if total > 0:
                try:
                    self._block(ids, after, upto, connection)
                except CaptureError as error:
                    raise self._reason(error) from error
                progress(total, total)
            return ids
        with Watch(cancelled, self._database.interrupt):
            step = _FIRST_BLOCK
            start = after
            while start < upto:
                if cancelled():
                    raise SearchCancelled
                began = time.perf_counter()
                end = min(start + step, upto)
                try:
                    self._block(ids, start, end, connection)
                except InterruptedReadError:
                    raise SearchCancelled from None
                except CaptureError as error:
                    raise self._reason(error) from error
                step = next_step(step, time.perf_counter() - began)
                start = end
                progress(start - after, total)
        return ids

    def _look_for_fragments(self) -> None:
        if not self._joins and Joined.needed(self._database):
            self._joins = True
            self._statement = Statement(self._filter, self._contexts.of, self._joined)
            self._statement.register(self._database)
        self._statement.forget()

    def _reason(self, error: CaptureError) -> CaptureError:
        failure = self._statement.failure
        return error if failure is None else CaptureError(str(failure))

    def _block(self, ids: array[int], after: int, upto: int, connection: int | None) -> None:
        condition = ("" if connection is None else "connection = ? AND ") + self._statement.condition
        parameters = [after, upto, *([] if connection is None else [connection]), *self._statement.parameters]
        rows = upto - after
        if self._all_fit:  # as with most filters that say "not": to count is quicker than to list
            self._all_fit = self._database.text(_COUNT.format(condition), *parameters) == str(rows)
            if self._all_fit:
                ids.extend(range(after + 1, upto + 1))
                return
        # One row holds all ids: each row fetched gives Python's lock away, and a worker gets it back late. SQLite
        # keeps the statement prepared as long as its text stays the same.
        some = self._database.text(_IDS.format(condition), *parameters)
        found: list[int] = json.loads(f"[{some}]")  # twice as fast as int() of each
        ids.fromlist(found)
        self._all_fit = len(found) == rows
