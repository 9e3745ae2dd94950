"""What all readers of captures stand on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from wsgui.capture.database import Database, InterruptedReadError, guarded
from wsgui.capture.errors import CaptureError, code_of
from wsgui.capture.writer import CaptureWriter
from wsgui.records import BytesSeen, Direction

if TYPE_CHECKING:
    from pathlib import Path


def put(capture: CaptureWriter) -> None:
    capture.put(BytesSeen(1, 1, Direction.SENT, b"abc"))
    assert capture.flush()


def test_it_reads_and_never_writes(path: Path) -> None:
    with CaptureWriter(path) as capture:
        put(capture)
        with closing(Database(path)) as database:
            assert database.all("SELECT id, payload FROM frames WHERE id > ?", 0) == [(1, b"abc")]
            assert database.one("SELECT length FROM frames WHERE id = ?", 1) == (3,)
            assert database.text("SELECT NULL") == ""
            assert database.text("SELECT 'a' || ?", "b") == "ab"
            with database.blob("reads", 1, "wire") as blob:
                assert blob.read() == b"abc"
            with pytest.raises(LookupError, match=r"^no frame 2$"):
                database.one("SELECT length FROM frames WHERE id = ?", 2)
            with pytest.raises(CaptureError, match="cannot be read: attempt to write a readonly database"):
                database.all("DELETE FROM reads")


def test_what_is_held_does_not_change(path: Path) -> None:
    with CaptureWriter(path) as capture:
        put(capture)
        with closing(Database(path)) as database:
            database.hold()
            assert database.all("SELECT count(*) FROM frames") == [(1,)]
            put(capture)
            assert database.all("SELECT count(*) FROM frames") == [(1,)]


def test_it_can_be_interrupted_from_outside(path: Path) -> None:
    with CaptureWriter(path) as capture:
        put(capture)
        with closing(Database(path)) as database:
            database.create_function("stop", 0, database.interrupt)
            with pytest.raises(InterruptedReadError, match=rf"^Reading {path.name} was interrupted\.$") as raised:
                database.all(
                    "WITH RECURSIVE n(i) AS (SELECT stop() UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                )
    assert code_of(raised.value.__cause__) == sqlite3.SQLITE_INTERRUPT
    assert code_of(None) == code_of(ValueError()) == 0


def test_what_is_made_of_the_answers_is_guarded_too(path: Path) -> None:
    class Reads:
        def __init__(self, path: Path) -> None:
            self.path = path

        @guarded
        def number(self, text: str) -> int:
            return int(text)

    assert Reads(path).number("7") == 7
    with pytest.raises(CaptureError, match=rf"^{path.name} is damaged\.$"):
        Reads(path).number("seven")
