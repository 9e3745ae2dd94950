"""Which rows of a span a filter takes: asked of columns where there are some, else of SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.conditions.statement import Statement
from wsgui.capture.conditions.vectors import Rows, Vectors
from wsgui.capture.contexts import Contexts
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.reader import CaptureReader
from wsgui.filter.evaluate import is_unequal, texts_hold
from wsgui.filter.patterns import PatternTooSlowError
from wsgui.filter.tree import Compare, Filter

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from wsgui.capture.column_store import ColumnStore
    from wsgui.capture.columns import ColumnBlock
    from wsgui.capture.conditions.vectors import Marks
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
_RULES: Final = "SELECT DISTINCT rule FROM violations WHERE frame BETWEEN ? AND ?"
_BREAKING: Final = (
    "SELECT group_concat(frame) FROM (SELECT DISTINCT frame FROM violations WHERE frame BETWEEN ? AND ?"
    " AND rule IN (SELECT value FROM json_each(?)))"
)
_NOTES: Final = "SELECT frame, text FROM notes WHERE frame BETWEEN ? AND ?"


class Selection:
    """A filter over a capture file. Each call of `ids` sees what was committed by then.

    With a ``store`` whole blocks of rows are asked by their columns, which are made if need be. One thread at a time.
    Raises CaptureError like `CaptureReader`.
    """

    def __init__(self, path: str | Path, filter: Filter, store: ColumnStore | None = None) -> None:  # noqa: A002 - the word of the language
        self._filter = filter
        self._reader = CaptureReader(path)
        # What decoders ask of connections is read beside the search: a query does not start another within itself.
        self._beside = CaptureReader(path)
        self._contexts = Contexts(self._beside)
        self.database = self._reader.database
        self._joined = Joined(path)
        self._joins = False
        self._last = 0
        self._store = store
        self._statement = self._made(filter, "filter")
        self._leaves: dict[int, Statement] = {}
        self._vectors = None if store is None else Vectors(filter, self)
        self._all_fit = False  # all rows of the last block

    def close(self) -> None:
        """Close the file. May be called again."""
        self._reader.close()
        self._beside.close()
        self._joined.close()

    def look(self) -> int:
        """Take note of what has been committed by now; returns the last id."""
        if not self._joins and Joined.needed(self.database):
            self._joins = True
            self._statement = self._made(self._filter, "filter")
            self._leaves.clear()
            if self._vectors is not None:
                self._vectors.join()
        for statement in (self._statement, *self._leaves.values()):
            statement.forget()
        self._last = self._reader.last_id()
        return self._last

    def stop(self, after: int, upto: int, step: int) -> int:
        """The last row of the next span behind ``after`` that may be asked for at once: the end of its block, or
        ``step`` rows where there are no columns."""
        block = self._block_of(after, upto)
        if block is None or self._store is None:
            return min(after + step, upto)
        return min(upto, after - after % self._store.rows + self._store.rows)

    def ids(self, after: int, upto: int, connection: int | None) -> NDArray[np.int64]:
        """The ids beyond ``after`` up to ``upto`` that the filter takes, of one connection or of all, ascending; the
        span is one that `stop` gave, or part of one."""
        try:
            block = self._block_of(after, upto)
            if block is None or self._store is None or self._vectors is None:
                return self._by_sql(after, upto, connection)
            rows = self._rows(self._store, block, after, upto)
            marks = self._vectors.takes(rows)
        except PatternTooSlowError as error:
            raise CaptureError(str(error)) from error
        except CaptureError as error:
            raise self._reason(error) from error
        if connection is not None:
            marks = marks & (rows["connection"] == connection)
        return np.flatnonzero(marks) + rows.first

    # --- by columns

    def _block_of(self, after: int, upto: int) -> ColumnBlock | None:
        """The block that a span begins in, if it is worth asking."""
        store = self._store
        if store is None:
            return None
        number = after // store.rows
        end = (number + 1) * store.rows
        if min(end, upto) - after < store.least or end > self._last:
            return None
        return store.block(self.database, number)

    def _rows(self, store: ColumnStore, block: ColumnBlock, after: int, upto: int) -> Rows:
        skip = after % store.rows
        before = self._reader.time_of(after) if after and not skip else None
        return Rows(block, skip, upto - after, first=after + 1, before=before, start=self._reader.time_of(1))

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

    def payloads(self, leaf: Leaf, rows: Rows, asked: Marks) -> Marks:
        """As `vectors.Answers` has it."""
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
        statement = Statement(filter, self._contexts.of, self._joined if self._joins else None, name)
        statement.register(self.database)
        return statement

    def _by_sql(self, after: int, upto: int, connection: int | None) -> NDArray[np.int64]:
        condition = ("" if connection is None else "connection = ? AND ") + self._statement.condition
        parameters = [after, upto, *([] if connection is None else [connection]), *self._statement.parameters]
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
        statements = (self._statement, *self._leaves.values())
        failure = next((one.failure for one in statements if one.failure is not None), None)
        return error if failure is None else CaptureError(str(failure))


def _numbers(text: str) -> NDArray[np.int64]:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)
