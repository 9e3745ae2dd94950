"""Finds the rows of a view, those of a filter or of one connection, in a worker thread, and follows a live capture.

A view starts with a search over what is there. It comes in pieces, so that a capture of ten million rows shows its
first matches at once. Then every growth of the capture is searched alone. A new view drops the one before.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.answers import AnswerBook
    from wsgui.capture.column_store import ColumnStore
    from wsgui.capture.late_rows import LateRows
    from wsgui.capture.message_rows import MessagesFound, OpenMessages
    from wsgui.capture.row_set import RowSet
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter

PIECE = 4 * 65_536
"""Rows that are searched before what was found is shown."""


class RowFinder:
    """``on_rows(ids, searched)``, ``on_late(rows)``, ``on_messages(found, searched)`` and ``on_failure(sentence)`` are
    called on the loop; ``searched`` is the last id that was looked at. ``on_late`` tells of earlier rows of messages
    that went on, and comes before the rows behind them."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        on_rows: Callable[[RowSet, int], None],
        on_failure: Callable[[str], None],
        on_messages: Callable[[MessagesFound, int], None] = lambda *_: None,
        on_late: Callable[[LateRows], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._tasks = tasks
        self._on_rows = on_rows
        self._on_messages = on_messages
        self._on_late = on_late
        self._messages = False
        self._begun: OpenMessages | None = None
        self._on_failure = on_failure
        self._work: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self._filter: Filter | None = None
        self._connection: int | None = None
        self._searched = 0
        self._wanted = 0
        self._closed = False
        self._failed = False
        self._store: ColumnStore | None = None
        self._book: AnswerBook | None = None

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._work is not None and not self._work.done()

    @property
    def searched(self) -> int:
        """The last row that was looked at."""
        return self._searched

    @property
    def wanted(self) -> int:
        """The last row that is to be looked at."""
        return self._wanted

    def find(self, filter_: Filter | None, connection: int | None, upto: int, *, messages: bool = False) -> None:
        """Start afresh: the rows up to ``upto`` that the filter takes, of one connection or of all; with ``messages``
        the messages that have one of them."""
        self.cancel()
        self._messages, self._begun = messages, None
        self._filter = filter_
        self._connection = connection
        self._searched = 0
        self._failed = False
        self.grow(upto)

    def grow(self, upto: int) -> None:
        """The capture has grown: look at the new rows too, unless the search has failed."""
        self._wanted = max(upto, self._searched)
        if not self._closed and not self._failed and not self.busy and self._wanted > self._searched:
            self._stop = threading.Event()
            self._work = self._tasks.start(self._run(self._stop), "search the capture")

    def cancel(self) -> None:
        """Stop; what was found stays, and nothing more comes until `find`."""
        self._stop.set()
        if self._work is not None:
            self._work.cancel()
            self._work = None

    def close(self) -> None:
        """Stop for good."""
        self._closed = True
        self.cancel()

    async def _run(self, stop: threading.Event) -> None:
        try:
            while self._searched < self._wanted and not stop.is_set():
                end = min(self._searched + PIECE, self._wanted)
                if self._messages:
                    found, begun = await asyncio.to_thread(self._search_messages, self._searched, end, stop)
                    if stop.is_set():
                        return
                    self._searched, self._begun = end, begun
                    self._on_messages(found, end)
                    continue
                ids, late = await asyncio.to_thread(self._search, self._searched, end, stop)
                if stop.is_set():
                    return
                self._searched = end
                if late is not None and late.asked:
                    self._on_late(late)
                self._on_rows(ids, end)
        except SearchCancelled:
            return
        except CaptureError as error:
            if not stop.is_set():
                self._failed = True
                self._on_failure(str(error))

    def _search(self, after: int, upto: int, stop: threading.Event) -> tuple[RowSet, LateRows | None]:
        # They need numpy, which the window does without until somebody looks for something.
        from wsgui.capture.answers import book_of
        from wsgui.capture.column_store import store_of
        from wsgui.capture.row_set import RowSet
        from wsgui.capture.search import Search

        if self._filter is None:
            with CaptureReader(self._path) as reader:
                return RowSet(reader.ids(self._connection, after, upto)), None
        self._store, self._book = store_of(self._path), book_of(self._path)
        with Search(self._path, self._filter, self._store) as search:
            only, cancelled = self._connection, stop.is_set
            ids = search.ids(after, upto, connection=only, progress=lambda *_: None, cancelled=cancelled)
            return ids, search.late(after, upto, connection=only, cancelled=cancelled)

    def _search_messages(self, after: int, upto: int, stop: threading.Event) -> tuple[MessagesFound, OpenMessages]:
        from wsgui.capture.answers import book_of  # as above
        from wsgui.capture.column_store import store_of
        from wsgui.capture.message_rows import MessageRows, OpenMessages

        self._store, self._book = store_of(self._path), book_of(self._path)
        begun = self._begun or OpenMessages()
        with MessageRows(self._path, self._filter, self._store) as rows:
            return rows.find(after, upto, begun, connection=self._connection, cancelled=stop.is_set)
