"""Rows of a capture for the tests of filters: written with the writer, read back as plain rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from wsgui.capture.answer_table import EMPTY
from wsgui.capture.answers import AnswerBook
from wsgui.capture.column_store import ColumnStore
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.reader import CaptureReader
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter.plain_row import PlainRow, Whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wsgui.capture.answer_table import AnswerTable
    from wsgui.capture.batch import NotesSet
    from wsgui.filter.tree import Filter
    from wsgui.records import Record

SECOND = 1_000_000_000


def write(path: Path, records: Iterable[Record | NotesSet]) -> None:
    with CaptureWriter(path) as writer:
        for record in records:
            writer.put(record)
        assert writer.flush()


def plain_rows(path: Path) -> list[PlainRow]:
    """Every row, put together here from the tables, without any of the code under test; but who answers whom is what
    the capture's book says, which has tests of its own."""
    answers = _answers(path)
    with closing(sqlite3.connect(path)) as database:
        broken: dict[int, list[str]] = {}
        for frame, rule in database.execute("SELECT frame, rule FROM violations ORDER BY rowid"):
            broken.setdefault(frame, []).append(rule)
        notes: dict[int, list[str]] = {}
        for frame, text in database.execute("SELECT frame, text FROM notes ORDER BY rowid"):
            notes.setdefault(frame, []).append(text)
        rows = database.execute("SELECT * FROM frames ORDER BY id").fetchall()
        inflated = dict(database.execute("SELECT frame, payload FROM inflated"))
        numbers = database.execute("SELECT connection, direction, number, finished FROM messages").fetchall()
        finished = {row[:3]: row[3] for row in numbers}
    found = []
    before: int | None = None
    for row in rows:
        delta: int | None = None if before is None else row[2] - before
        before = row[2]
        beside = (delta, tuple(broken.get(row[0], ())), rows[0][2], tuple(notes.get(row[0], ())), inflated.get(row[0]))
        one = PlainRow(*row, *beside)._replace(whole=whole_of(row, rows, inflated, finished))
        known = answers.of(row[0])
        if known is not None:
            one = one._replace(unanswered=not known.other) if known.asks else one._replace(answer_ns=known.ns)
        found.append(one)
    return found


def _answers(path: Path) -> AnswerTable:
    try:
        return AnswerBook(path).collect(1 << 40, progress=lambda *_: None, cancelled=lambda: False)
    except CaptureError:  # rows that no writer wrote: nothing is known of their answers
        return EMPTY


def whole_of(row: Any, rows: list[Any], inflated: dict[int, bytes], finished: dict[Any, int]) -> Whole | None:
    """The message of a fragment, joined here."""
    connection, direction, message, fragment = row[1], row[3], row[9], row[10]
    if message is None or (fragment == 0 and row[5] & 8):
        return None
    parts = [one for one in rows if (one[1], one[3], one[9]) == (connection, direction, message)]
    joined = [inflated[one[0]] for one in parts if one[0] in inflated]
    return Whole(
        parts[0][4],
        bool(finished.get((connection, direction, message), 0)),
        b"".join(one[11] for one in parts),
        b"".join(joined) if len(joined) == len(parts) else None,
    )


def ids_by_columns(path: Path, wanted: Filter, rows: int) -> list[int]:
    """With blocks of so many rows; what does not fill one is asked by SQL."""
    with Search(path, wanted, ColumnStore(rows, least=1)) as search:
        return list(search.ids(0, 1 << 40, progress=lambda *_: None, cancelled=lambda: False))


def ids_by_sql(path: Path, wanted: Filter) -> list[int]:
    with CaptureReader(path) as reader, closing(Joined(path)) as joined:
        database = reader.database
        reader.load_block(0, 10_000)
        statement = Statement(wanted, joined=joined, answers=_answers(path).of)
        statement.register(database)
        query = f"SELECT id FROM loaded AS frames WHERE {statement.condition} ORDER BY id"
        return [id_ for (id_,) in database.all(query, *statement.parameters)]
