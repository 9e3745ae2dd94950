"""Rows of a capture for the tests of filters: written with the writer, read back as plain rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from wsgui.capture.conditions.statement import Statement
from wsgui.capture.database import Database
from wsgui.capture.writer import CaptureWriter
from wsgui.filter.fields import PlainRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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
    """Every row, put together here from the tables, without any of the code under test."""
    with closing(sqlite3.connect(path)) as database:
        broken: dict[int, list[str]] = {}
        for frame, rule in database.execute("SELECT frame, rule FROM violations ORDER BY rowid"):
            broken.setdefault(frame, []).append(rule)
        notes: dict[int, list[str]] = {}
        for frame, text in database.execute("SELECT frame, text FROM notes ORDER BY rowid"):
            notes.setdefault(frame, []).append(text)
        rows = database.execute("SELECT * FROM frames ORDER BY id").fetchall()
        inflated = dict(database.execute("SELECT frame, payload FROM inflated"))
    found = []
    before: int | None = None
    for row in rows:
        delta: int | None = None if before is None else row[2] - before
        before = row[2]
        beside = (delta, tuple(broken.get(row[0], ())), rows[0][2], tuple(notes.get(row[0], ())), inflated.get(row[0]))
        found.append(PlainRow(*row, *beside))
    return found


def ids_by_sql(path: Path, wanted: Filter) -> list[int]:
    statement = Statement(wanted)
    with closing(Database(path)) as database:
        statement.register(database)
        query = f"SELECT id FROM frames WHERE {statement.condition} ORDER BY id"
        return [id_ for (id_,) in database.all(query, *statement.parameters)]
