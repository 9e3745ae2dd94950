"""Which rows of a span a filter takes: asked of columns where there are some, else of SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.answer_table import EMPTY
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.column_store import ColumnStore, block_of_rows
from wsgui.capture.conditions.sift import Sift
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.conditions.vectors import Rows, Vectors, are_fragments
from wsgui.capture.contexts import Contexts
from wsgui.capture.database import guarded
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.reader import CaptureReader
from wsgui.capture.reads import Reads, portions_of
from wsgui.capture.schema import FLAG_INFLATED
from wsgui.filter.evaluate import is_unequal, texts_hold
from wsgui.filter.patterns import PatternTooSlowError
from wsgui.filter.tree import Compare, Filter, leaves

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from wsgui.capture.answer_table import Answering, AnswerTable
    from wsgui.capture.columns import ColumnBlock, Marks, Numbers
    from wsgui.filter.tree import Leaf

_MOST_NAMED: Final = 4096
"""Rows that are named one by one in a question to SQLite; of more all are asked, from the first to the last."""

_COUNT: Final = "SELECT CAST(count(*) AS TEXT) FROM loaded AS frames WHERE id > ? AND id <= ? AND {}"
# One row holds all ids: each row fetched gives Python's lock away, and a worker gets it back late. SQLite keeps a
# statement prepared as long as its text stays the same.
_IDS: Final = (
    "SELECT group_concat(id) FROM (SELECT id FROM loaded AS frames WHERE id > ? AND id <= ? AND {} ORDER BY id)"
)
_NAMED: Final = (
    "SELECT group_concat(id) FROM"
    " (SELECT id FROM loaded AS frames WHERE id IN (SELECT value FROM json_each(?)) AND {} ORDER BY id)"
)
_PAYLOADS: Final = "SELECT payload FROM loaded WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
_RULES: Final = "SELECT DISTINCT rule FROM violations WHERE frame BETWEEN ? AND ?"
_BREAKING: Final = (
    "SELECT group_concat(frame) FROM (SELECT DISTINCT frame FROM violations WHERE frame BETWEEN ? AND ?"
    " AND rule IN (SELECT value FROM json_each(?)))"
)
_NOTES: Final = "SELECT frame, text FROM notes WHERE frame BETWEEN ? AND ?"


class Selection:
    """A filter over a capture file, all rows for None. It sees what was committed when `look` was called last.

    Columns are asked, and kept in a ``store`` that others may share. In files of formats 1 to 3, where columns cost
    more than one question to SQLite does, that is so only with a ``store``. One thread at a time. Raises CaptureError
    like `CaptureReader`.
    """

    def __init__(
        self,
        path: str | Path,
        filter: Filter | None,  # noqa: A002 - the word of the language
        store: ColumnStore | None = None,
        book: Callable[[], Answering] | None = None,
    ) -> None:
        """``book()`` gives who knows the answers of the capture; without it nothing asks and nothing answers."""
        self._filter = filter
        self._book_of = book
        self._reader = CaptureReader(path)
        # What decoders ask of connections is read beside the search: a query does not start another within itself.
        self._beside = CaptureReader(path)
        self._contexts = Contexts(self._beside)
        self.database = self._reader.database
        self.path = self._reader.path
        self._old = self._reader.loader.direct
        self._joined = Joined(path)
        self._joins = False
        self._asks_messages = filter is not None and any(leaf.ref.field.in_message for leaf in leaves(filter.root))
        self._last = 0
        self._by_columns = store is not None or not self._old
        self._store = ColumnStore() if store is None else store
        self._statement = None if filter is None else self._made(filter, "filter")
        self._leaves: dict[int, Statement] = {}
        self._sifts: dict[int, Sift] = {}
        self.cancelled: Callable[[], bool] = bool
        """Asked now and then while rows are looked at one by one: whether nobody wants them any more."""
        self._book: Answering | None = None
        self._vectors = None if filter is None else Vectors(filter, self)
        self._all_fit = False  # all rows of the last block

    def close(self) -> None:
        """Close the file. May be called again."""
        self._reader.close()
        self._beside.close()
        self._joined.close()

    def look(self) -> int:
        """Take note of what has been committed by now; returns the last id."""
        if self._filter is not None and self._vectors is not None and not self._joins and Joined.needed(self.database):
            self._joins = True
            self._statement = self._made(self._filter, "filter")
            self._leaves.clear()
            self._vectors.join()
        for statement in self._statements():
            statement.forget()
        self._last = self._reader.last_id()
        return self._last

    @property
    def joins(self) -> bool:
        """Whether the filter asks for whole messages, of which there are some of several fragments."""
        return self._joins and self._asks_messages

    def fragments_before(self, connection: int, direction: int, number: int, upto: int, few: int) -> list[int]:
        """The rows of a message up to ``upto``; none if it is still open and has more than ``few`` of them."""
        return self._reader.fragments_before(connection, direction, number, upto, few)

    def span(self, after: int, upto: int, step: int, connection: int | None) -> tuple[int, NDArray[np.int64]]:
        """The ids that the filter takes, of one connection or of all, ascending, and up to where they are: from beyond
        ``after`` to the end of its block, or over ``step`` rows where there are no columns, and never beyond ``upto``.
        """
        rows = self.columns(after, upto)
        if rows is None:
            end = min(after + step, upto)
            return end, self._by_sql(after, end, connection)
        return rows.last, np.flatnonzero(self.marks(rows, connection)) + rows.first

    @guarded
    def columns(self, after: int, upto: int, *, always: bool = False) -> Rows | None:
        """The rows from beyond ``after`` up to the end of their block, and not beyond ``upto``, where it is worth
        while, or ``always``; None too if they are such that columns cannot have them."""
        if not self._by_columns:
            return None
        size = self._store.rows
        number, skip = divmod(after, size)
        whole = (number + 1) * size
        end = min(whole, upto)
        if whole <= self._last and end - after >= self._store.least:
            block = self._store.block(self.database, number)
        elif self._old and not always:
            return None
        else:
            block, skip = self._store.part(self.database, after, end), 0
        if block is None:
            return None
        return self._rows(block, skip, after, end)

    def _rows(self, block: ColumnBlock, skip: int, after: int, end: int) -> Rows:
        before = self._reader.time_of(after) if after and not skip else None
        return Rows(block, skip, end - after, first=after + 1, before=before, start=self._reader.time_of(1))

    @guarded
    def every_column(self, after: int, upto: int) -> Rows:
        """The same of any rows; of those that columns cannot have at once, some thousand, looked at one by one."""
        rows = self.columns(after, upto, always=True)
        if rows is None:
            end = min(after + _MOST_NAMED, upto)
            self._reader.load_block(after, end)
            rows = self._rows(block_of_rows(self.database, after, end), 0, after, end)
        return rows

    def payloads_of(self, rows: Rows, places: NDArray[np.int64]) -> list[bytes]:
        """The payloads of some of the rows, at least one, by their places among these."""
        found: list[bytes] = []
        ids = places + rows.first
        spans = [(int(ids[0]), int(ids[-1]))] if self._old else portions_of(self.database, int(ids[0]), int(ids[-1]))
        for first, last in spans:
            some = ids[np.searchsorted(ids, first) : np.searchsorted(ids, last, "right")]
            if len(some):
                found += self._payloads_between(rows.part(first, last), some)
        return found

    @guarded
    def _payloads_between(self, rows: Rows, ids: NDArray[np.int64]) -> list[bytes]:
        if not self._old:
            reads = Reads.of(self.database, rows)
            if reads is not None:
                starts, stops = reads.starts[ids - rows.first].tolist(), reads.stops[ids - rows.first].tolist()
                return [reads.data[start:stop] for start, stop in zip(starts, stops, strict=True)]
        found: list[bytes] = []
        for start in range(0, len(ids), _MOST_NAMED):
            named = ids[start : start + _MOST_NAMED].tolist()
            self._reader.load_ids(named)
            found += [payload for (payload,) in self.database.all(_PAYLOADS, json.dumps(named))]
        if len(found) != len(ids):
            raise ValueError("rows are gone")
        return found

    def marks(self, rows: Rows, connection: int | None) -> Marks:
        """Those of the rows that the filter takes, of one connection or of all."""
        try:
            marks = rows.all() if self._vectors is None else self._vectors.takes(rows)
        except PatternTooSlowError as error:
            raise CaptureError(str(error)) from error
        except CaptureError as error:
            raise self._reason(error) from error
        return marks if connection is None else marks & (rows["connection"] == connection)

    # --- by columns

    def beside(self, leaf: Leaf, rows: Rows) -> NDArray[np.int64]:
        """As `vectors.Answers` has it."""
        first, last = rows.first, rows.last
        if leaf.ref.field.name == "violation":
            return self._breaking(leaf, first, last)
        notes: dict[int, list[str]] = {}
        for frame, text in self.database.all(_NOTES, first, last):
            notes.setdefault(frame, []).append(text)
        if leaf.ref.field.name == "bookmark":
            wanted = not isinstance(leaf, Compare) or leaf.value.value is (leaf.operator == "==")
            marked = [frame for frame, texts in notes.items() if "" in texts]
            return np.array(marked, np.int64) if wanted else np.setdiff1d(rows.ids, marked)
        noted = ((frame, tuple(filter(None, texts))) for frame, texts in notes.items())
        return np.array([frame for frame, texts in noted if texts and texts_hold(leaf, texts)], np.int64)

    def _breaking(self, leaf: Leaf, first: int, last: int) -> NDArray[np.int64]:
        rules = [rule for (rule,) in self.database.all(_RULES, first, last)]
        if not is_unequal(leaf):
            return self._with_rules(first, last, [rule for rule in rules if texts_hold(leaf, (rule,))])
        equal = [rule for rule in rules if not texts_hold(leaf, (rule,))]
        return np.setdiff1d(self._with_rules(first, last, rules), self._with_rules(first, last, equal))

    def _with_rules(self, first: int, last: int, rules: list[str]) -> NDArray[np.int64]:
        return _numbers(self.database.text(_BREAKING, first, last, json.dumps(rules)) if rules else "")

    def answer_times(self, rows: Rows) -> Numbers:
        """As `vectors.Answers` has it."""
        return self._answers().times(rows)

    def waiting(self, rows: Rows) -> Numbers:
        """As `vectors.Answers` has it."""
        return self._answers().waiting(rows)

    def _answers(self) -> AnswerTable:
        """Requests and answers of all that was committed: an answer may lie far behind its request."""
        if self._book_of is None:
            return EMPTY
        if self._book is None:
            self._book = self._book_of()
        return self._book.collect(self._last, progress=lambda *_: None, cancelled=self.cancelled)

    def payloads(self, leaf: Leaf, rows: Rows, asked: Marks) -> Marks:
        """As `vectors.Answers` has it."""
        if self._reader.loader.direct or leaf.ref.field.name == "inflated":
            return self._payloads_by_sql(leaf, rows, asked)
        # What is not as it was on the wire, or only a part of it, is no matter for the wire.
        beside = rows.flag(FLAG_INFLATED) if leaf.ref.field.in_message else rows.none()
        if self._joins and leaf.ref.field.in_message:
            beside |= are_fragments(rows)
        beside &= asked
        found = self._payloads_by_sql(leaf, rows, beside) if beside.any() else rows.none()
        asked = asked & ~beside
        sift = self._sifts.get(id(leaf))
        if sift is None:
            sift = self._sifts[id(leaf)] = Sift(leaf, self._contexts.of, self._pause)
        left = np.flatnonzero(asked)
        if len(left):
            first, last = rows.first + int(left[0]), rows.first + int(left[-1])
            for start, stop in portions_of(self.database, first, last):
                part = slice(start - rows.first, stop + 1 - rows.first)
                if asked[part].any():
                    found[part] |= self._sifted(sift, leaf, rows.part(start, stop), asked[part])
        return found

    def _sifted(self, sift: Sift, leaf: Leaf, rows: Rows, asked: Marks) -> Marks:
        reads = Reads.of(self.database, rows)
        if reads is None:  # somebody edited rows, or they are damaged
            return self._payloads_by_sql(leaf, rows, asked)
        return sift.takes(reads, rows, asked)

    def _pause(self) -> None:
        if self.cancelled():
            raise SearchCancelled

    def _payloads_by_sql(self, leaf: Leaf, rows: Rows, asked: Marks) -> Marks:
        statement = self._leaves.get(id(leaf))
        if statement is None:
            statement = self._made(Filter(leaf, ""), f"leaf{len(self._leaves)}")
            self._leaves[id(leaf)] = statement
        places = np.flatnonzero(asked)
        ids = places + rows.first
        if len(ids) == ids[-1] - ids[0] + 1 or len(ids) > _MOST_NAMED:
            span = int(ids[0]) - 1, int(ids[-1])
            self._reader.load_block(*span)
            some = self.database.text(_IDS.format(statement.condition), *span, *statement.parameters)
        else:
            named = json.dumps(ids.tolist())
            self._reader.load_ids(ids.tolist())
            some = self.database.text(_NAMED.format(statement.condition), named, *statement.parameters)
        return rows.among(_numbers(some)) & asked

    # --- by SQL

    def _made(self, filter: Filter, name: str) -> Statement:  # noqa: A002 - the word of the language
        joined = self._joined if self._joins else None
        statement = Statement(filter, self._contexts.of, joined, name, lambda id_: self._answers().of(id_))
        statement.register(self.database)
        return statement

    def _statements(self) -> list[Statement]:
        return [*([] if self._statement is None else [self._statement]), *self._leaves.values()]

    def _by_sql(self, after: int, upto: int, connection: int | None) -> NDArray[np.int64]:
        try:
            return self._asked(after, upto, connection)
        except CaptureError as error:
            raise self._reason(error) from error

    def _asked(self, after: int, upto: int, connection: int | None) -> NDArray[np.int64]:
        conditions: list[str] = ["1"]
        parameters: list[object] = [after, upto]
        if connection is not None:
            conditions.append("connection = ?")
            parameters.append(connection)
        if self._statement is not None:
            conditions.append(self._statement.condition)
            parameters += self._statement.parameters
        condition = " AND ".join(conditions)
        rows = upto - after
        self._reader.load_block(after, upto)
        if self._all_fit:  # as with most filters that say "not": to count is quicker than to list
            self._all_fit = self.database.text(_COUNT.format(condition), *parameters) == str(rows)
            if self._all_fit:
                return np.arange(after + 1, upto + 1)
        found = _numbers(self.database.text(_IDS.format(condition), *parameters))
        self._all_fit = len(found) == rows
        return found

    def _reason(self, error: CaptureError) -> CaptureError:
        """Why a question was ended by one of its functions: SQLite itself only tells that it was."""
        failure = next((one.failure for one in self._statements() if one.failure is not None), None)
        return error if failure is None else CaptureError(str(failure))


def _numbers(text: str) -> NDArray[np.int64]:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)
