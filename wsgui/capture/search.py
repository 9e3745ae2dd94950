"""Finding the rows of a capture that a filter takes, in a worker thread: in blocks, with progress and cancel."""

from __future__ import annotations

import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from wsgui.capture.answers import book_of
from wsgui.capture.blocks import SearchCancelled, Watch, next_step
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.late_rows import LateRows, late_rows
from wsgui.capture.row_set import RowSet
from wsgui.capture.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from wsgui.capture.column_store import ColumnStore
    from wsgui.filter.tree import Filter

_FIRST_BLOCK: Final = 64


class Search:
    """A filter over a capture file. Each call of `ids` sees what was committed by then, so it follows a live capture.

    One thread at a time. Raises CaptureError like `CaptureReader`. With a ``store`` columns are asked, see `Selection`.
    """

    def __init__(self, path: str | Path, filter: Filter, store: ColumnStore | None = None) -> None:  # noqa: A002 - the word of the language
        self._selection = Selection(path, filter, store, partial(book_of, path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self._selection.close()

    def late(self, after: int, upto: int, *, connection: int | None = None, cancelled: Callable[[], bool]) -> LateRows:
        """Rows up to ``after`` whose messages went on beyond it, up to ``upto``, as the filter sees them now: see
        `wsgui.capture.late_rows`. For what `ids` was asked for before. Raises SearchCancelled, CaptureError."""
        selection = self._selection
        if after <= 0 or not selection.joins:
            return LateRows([], [])
        with Watch(cancelled, selection.database.interrupt):
            try:
                return late_rows(selection, after, upto, connection, cancelled)
            except InterruptedReadError:
                raise SearchCancelled from None

    def ids(
        self,
        after: int,
        upto: int,
        *,
        connection: int | None = None,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> RowSet:
        """The ids beyond ``after`` up to ``upto`` that the filter takes, of one connection or of all, ascending.

        ``progress(done, total)`` is called in this thread after each block, some forty times a second, with numbers of
        rows. ``cancelled`` is asked before each block, and in another thread while a block takes long: once it says
        yes, SearchCancelled is raised within 100 ms. (SQLite cannot be stopped within a payload: 64 MiB take as long.)

        Raises CaptureError.
        """
        ids = RowSet()
        selection = self._selection
        selection.cancelled = cancelled
        after = max(after, 0)
        upto = min(upto, selection.look())
        total = upto - after
        # So few need no other thread to look whether they are still wanted.
        few = total <= _FIRST_BLOCK
        with nullcontext() if few else Watch(cancelled, selection.database.interrupt):
            step = _FIRST_BLOCK
            start = after
            while start < upto:
                if not few and cancelled():
                    raise SearchCancelled
                began = time.perf_counter()
                try:
                    end, some = selection.span(start, upto, step, connection)
                    ids.add(some)
                except InterruptedReadError:
                    raise SearchCancelled from None
                step = next_step(step, time.perf_counter() - began)
                start = end
                progress(start - after, total)
        return ids
