from __future__ import annotations

import sqlite3
import threading
from array import array
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.column_store import ColumnStore
from wsgui.capture.database import Database
from wsgui.capture.errors import CaptureError
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

WAIT = 60.0  # how long a test waits for what must come at once


def frames(count: int, *, connection: int = 1) -> FramesSeen:
    """Every tenth frame is a ping."""
    ping, text = Frame(0x89, 7, None, b"beat"), Frame(0x81, 7, None, b"Hello")
    return FramesSeen(
        connection, 1_000, Direction.SENT, [text if number % 10 else ping for number in range(1, count + 1)]
    )


def write(path: Path, *records: FramesSeen) -> None:
    with CaptureWriter(path) as writer:
        for record in records:
            writer.put(record)


def never() -> bool:
    return False


def nothing(_done: int, _total: int) -> None:
    pass


def found(search: Search, after: int = 0, upto: int = 10**9, connection: int | None = None) -> array[int]:
    return search.ids(after, upto, connection=connection, progress=nothing, cancelled=never)


@pytest.mark.parametrize("rows", [0, 1, 64, 65, 1000, 2345])
def test_ids_come_in_order_from_all_blocks(path: Path, rows: int) -> None:
    write(path, frames(rows))
    with Search(path, parse("opcode == ping")) as search:
        assert found(search) == array("q", range(10, rows + 1, 10))
    with Search(path, parse("length > 0")) as search:
        assert found(search) == array("q", range(1, rows + 1))
    with Search(path, parse("length > 5")) as search:
        assert found(search) == array("q")


def test_blocks_that_fit_wholly_and_then_no_more(path: Path) -> None:
    write(path, frames(500), frames(500, connection=2), frames(500))
    with Search(path, parse("connection == 1")) as search:
        assert found(search) == array("q", [*range(1, 501), *range(1001, 1501)])
        assert found(search) == array("q", [*range(1, 501), *range(1001, 1501)])


def test_a_part_of_the_rows_and_one_connection(path: Path) -> None:
    write(path, frames(100), frames(100, connection=2))
    with Search(path, parse("opcode == ping")) as search:
        assert found(search, 90, 115) == array("q", [100, 110])
        assert found(search, 10, 20) == array("q", [20])
        assert found(search, 20, 20) == array("q")
        assert found(search, 30, 20) == array("q")
        assert found(search, -5, 10) == array("q", [10])
        assert found(search, 0, 999, connection=2) == array("q", range(110, 201, 10))
        assert found(search, 100, 120, connection=2) == array("q", [110, 120])
        assert found(search, 0, 999, connection=3) == array("q")


def test_new_rows_are_found_while_the_capture_is_written(path: Path) -> None:
    with CaptureWriter(path) as writer, Search(path, parse('text contains "Hello"')) as search:
        assert found(search) == array("q")
        writer.put(frames(3))
        assert writer.flush()
        assert found(search) == array("q", [1, 2, 3])
        writer.put(frames(2))
        assert writer.flush()
        assert found(search, after=3) == array("q", [4, 5])


def test_progress_goes_up_to_the_number_of_rows(path: Path) -> None:
    write(path, frames(1000))
    told: list[tuple[int, int]] = []
    with Search(path, parse("opcode == ping"), ColumnStore(64)) as search:
        search.ids(100, 5000, progress=lambda done, total: told.append((done, total)), cancelled=never)
        assert told[0] == (28, 900)
        assert told[-1] == (900, 900)
        assert told == sorted(told)
        told.clear()
        search.ids(990, 1000, progress=lambda done, total: told.append((done, total)), cancelled=never)
        assert told == [(10, 10)]
        search.ids(1000, 1000, progress=lambda done, total: told.append((done, total)), cancelled=never)
        assert told == [(10, 10)]


def test_cancel_between_blocks(path: Path) -> None:
    write(path, frames(1000))
    told: list[int] = []
    with Search(path, parse("opcode == ping"), ColumnStore(64)) as search:
        with pytest.raises(SearchCancelled):
            search.ids(0, 1000, progress=lambda done, _total: told.append(done), cancelled=lambda: bool(told))
        assert told == [64]
        assert len(found(search)) == 100


def test_cancel_within_a_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, frames(1000))
    entered, interrupted = threading.Event(), threading.Event()
    calls: list[bytes] = []
    interrupt = Database.interrupt

    def slow(_expression: object, data: bytes) -> bool:
        calls.append(data)
        entered.set()
        assert interrupted.wait(WAIT)
        return True

    def spied(database: Database) -> None:
        interrupt(database)
        interrupted.set()

    monkeypatch.setattr("wsgui.capture.conditions.sift.found_in", slow)
    monkeypatch.setattr(Database, "interrupt", spied)
    with Search(path, parse('text matches "l+"')) as search:
        with pytest.raises(SearchCancelled):
            search.ids(0, 1000, progress=nothing, cancelled=entered.is_set)
        assert len(calls) <= 64
        entered.clear()
        assert len(found(search)) == 900


def test_a_file_that_is_no_capture(path: Path) -> None:
    with pytest.raises(CaptureError, match=r"^test\.wscap does not exist\.$"):
        Search(path, parse("fin"))
    path.write_bytes(b"hello" * 1000)
    with pytest.raises(CaptureError, match=r"^test\.wscap is not a wsgui capture\.$"):
        Search(path, parse("fin"))


def test_a_damaged_file_is_named(path: Path) -> None:
    write(path, frames(5000))
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as database:
        (page_size,) = database.execute("PRAGMA page_size").fetchone()
    data[-4 * page_size : -2 * page_size] = b"\xff" * (2 * page_size)
    path.write_bytes(data)
    with (
        Search(path, parse("payload contains 'q'")) as search,
        pytest.raises(CaptureError, match=r"^test\.wscap is damaged\.$"),
    ):
        found(search)


def test_a_search_is_closed_twice(path: Path) -> None:
    write(path, frames(1))
    search = Search(path, parse("fin"))
    search.close()
    search.close()
    with pytest.raises(CaptureError, match=r"^test\.wscap cannot be read: Cannot operate on a closed database\.$"):
        found(search)


def test_a_block_that_takes_long_goes_on_while_nobody_cancels(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, frames(100))
    asked = threading.Event()

    def cancelled() -> bool:
        if threading.current_thread().name == "capture search watch":
            asked.set()
        return False

    def slow(_expression: object, _data: bytes) -> bool:
        assert asked.wait(WAIT)
        return True

    monkeypatch.setattr("wsgui.capture.conditions.sift.found_in", slow)
    with Search(path, parse('text matches "l+"')) as search:
        assert len(search.ids(0, 100, progress=nothing, cancelled=cancelled)) == 90


@pytest.mark.parametrize("rows", [20, 200])
def test_an_expression_that_takes_too_long_ends_the_search(path: Path, rows: int) -> None:
    write(path, FramesSeen(1, 1, Direction.SENT, [Frame(0x81, 7, None, b"a" * 80 + b"b")] * rows))
    with (
        Search(path, parse('text matches "(a|aa)+$"')) as search,
        pytest.raises(CaptureError, match=r"the expression \(a\|aa\)\+\$ takes more than 0.5 s for one row"),
    ):
        found(search)
