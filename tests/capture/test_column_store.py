"""Columns of captures with a row a frame: made once, shared, and left where rows are not what a writer writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.conditions.rows import SECOND, ids_by_columns, ids_by_sql, write
from tests.capture.old_formats import write_old
from wsgui.capture import column_store, selection
from wsgui.capture.column_store import ColumnStore, block_of, store_of
from wsgui.capture.columns import COLUMNS, ColumnError
from wsgui.capture.database import Database
from wsgui.capture.errors import CaptureError
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import BytesMissing, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("handshakes", "messages", "violations", "inflated", "notes", "problems")
SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


@pytest.fixture(params=[3, 4])
def capture(path: Path, request: pytest.FixtureRequest) -> Path:
    """Of the format before, and of today's."""
    write(
        path,
        [
            HandshakeSeen(1, SECOND, SENT, b"GET / HTTP/1.1\r\n\r\n"),
            FramesSeen(
                2,
                2 * SECOND,
                RECEIVED,
                [
                    Frame(0x01, 7, None, b"be"),
                    Frame(0x89, 16, b"7\xfa!=", b"beat"),
                    Frame(0x80, 64, None, b"gun"),
                    Frame(0xF2, 7, b"\0\0\0\0", b"!"),
                ],
                [(1, violation("length.not-minimal", "x"))],
                inflated=[(3, b"?")],
            ),
            BytesMissing(2, 3 * SECOND, RECEIVED, "4 bytes were not captured."),
        ],
    )
    if request.param == 3:
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT * FROM frames").fetchall()
            tables = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in BESIDE}
        path.unlink()
        write_old(path, 3, rows)
        with closing(sqlite3.connect(path)) as database, database:
            for table, found in tables.items():
                database.execute(f"DELETE FROM {table}")
                for row in found:
                    database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    return path


@pytest.mark.parametrize("size", [1, 4, 16_384])
def test_what_the_columns_say(capture: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_store, "_ROWS_A_QUERY", size)
    with closing(Database(capture)) as database:
        block = block_of(database, 0, 6)
    assert {column.name: block[column.name].tolist() for column in COLUMNS} == {
        "opcode": [-1, 1, 9, 0, 2, -3],
        "flags": [0, 128, 8 | 16 | 64 | 128, 8 | 128, 15 | 32 | 64 | 128, 128],
        "form": [0, 7, 16, 64, 7, 0],
        "length": [18, 2, 4, 3, 1, 26],
        "time": [SECOND, *[2 * SECOND] * 4, 3 * SECOND],
        "connection": [1, 2, 2, 2, 2, 2],
        "message": [0, 1, 0, 1, 2, 0],
        "fragment": [0, 0, 0, 1, 0, 0],
    }


@pytest.mark.parametrize(
    "change",
    [
        "opcode = 16",
        "flags = 64",
        "direction = 2",
        "length_form = 8",
        "message = NULL",
        "message = 0",
        "length = -1",
        "connection = -1",
        "id = 70",
    ],
)
def test_rows_that_no_writer_wrote_have_no_columns_and_are_found_all_the_same(capture: Path, change: str) -> None:
    with closing(sqlite3.connect(capture)) as database, database:
        database.execute(f"UPDATE frames SET {change} WHERE id = 4")
    with closing(Database(capture)) as database:
        with pytest.raises(ColumnError):
            block_of(database, 0, 6)
        assert ColumnStore(3).block(database, 0) is not None
        store = ColumnStore(6)
        assert store.block(database, 0) is None
        assert store.block(database, 0) is None  # and is not made again
    for text in ("length >= 3 or fragment == 1", "opcode == binary", "not fin"):
        wanted = parse(text)
        assert ids_by_columns(capture, wanted, 3) == ids_by_sql(capture, wanted), text


def test_whoever_asks_shares_what_was_made(capture: Path) -> None:
    store = store_of(capture)
    assert store_of(capture) is store
    with closing(Database(capture)) as database:
        assert store.block(database, 0) is None  # nobody has so many rows
        store = ColumnStore(6)
        assert store.block(database, 0) is store.block(database, 0)
    assert store_of(capture) is not store


def test_a_file_that_is_gone_has_a_store_that_nobody_shares(tmp_path: Path) -> None:
    assert store_of(tmp_path / "gone") is not store_of(tmp_path / "gone")


def test_notes_and_broken_rules_in_large_numbers(path: Path) -> None:
    broken = [(index, violation("length.not-minimal", "x")) for index in range(0, 300, 3)]
    broken += [(index, violation("mask.client-unmasked", "x")) for index in range(0, 300, 2)]
    write(path, [FramesSeen(1, SECOND, SENT, [Frame(0x81, 7, None, b"x")] * 300, broken)])
    for text in (
        "violation",
        "violation == length.not-minimal",
        "violation != length.not-minimal",
        "violation != length.not-minimal and number > 150",
        'violation contains "nothing"',
        "not violation",
    ):
        wanted = parse(text)
        assert ids_by_columns(path, wanted, 100) == ids_by_sql(path, wanted), text


def test_notes_and_bookmarks(capture: Path) -> None:
    with CaptureWriter(capture, append=True) as writer:
        for frame, texts in ((1, ("odd",)), (2, ("", "even")), (3, ("",)), (5, ("odd", "even"))):
            writer.set_notes(frame, texts)
    for text, ids in (
        ("note", [1, 2, 5]),
        ('note == "odd"', [1, 5]),
        ('note != "odd"', [2]),
        ('note contains "e"', [2, 5]),
        ('note matches "^o"', [1, 5]),
        ("bookmark", [2, 3]),
        ("bookmark == false", [1, 4, 5, 6]),
        ("bookmark != false", [2, 3]),
        ("not note and not bookmark", [4, 6]),
    ):
        for size in (1, 2, 6):
            assert ids_by_columns(capture, parse(text), size) == ids_by_sql(capture, parse(text)) == ids, text


def test_an_expression_that_takes_too_long_for_a_note(capture: Path) -> None:
    with CaptureWriter(capture, append=True) as writer:
        writer.set_notes(2, ["a" * 80 + "b"])
    with pytest.raises(CaptureError, match=r"the expression \(a\|aa\)\+\$ takes more than 0.5 s for one row"):
        ids_by_columns(capture, parse('note matches "(a|aa)+$"'), 6)


def test_an_expression_that_takes_too_long_for_a_payload(path: Path) -> None:
    write(path, [FramesSeen(1, 1, SENT, [Frame(0x81, 7, None, b"a" * 80 + b"b")] * 8)])
    with pytest.raises(CaptureError, match=r"the expression \(a\|aa\)\+\$ takes more than 0.5 s for one row"):
        ids_by_columns(path, parse('fin and text matches "(a|aa)+$"'), 4)


def test_one_connection_of_several(capture: Path) -> None:
    with Search(capture, parse("not fin"), ColumnStore(3, least=1)) as search:
        for connection, ids in ((1, [1]), (2, [2, 6]), (3, [])):
            found = search.ids(0, 9, connection=connection, progress=lambda *_: None, cancelled=lambda: False)
            assert list(found) == ids


def test_a_search_that_begins_within_a_block(path: Path) -> None:
    times = (1, 5, 6, 12, 13, 20)
    write(path, [FramesSeen(1, time, SENT, [Frame(0x81, 7, None, b"x")]) for time in times])
    with Search(path, parse("delta > 3ns"), ColumnStore(6, least=1)) as search:
        for after, ids in ((0, [2, 4, 6]), (1, [2, 4, 6]), (2, [4, 6]), (3, [4, 6]), (5, [6])):
            assert list(search.ids(after, 9, progress=lambda *_: None, cancelled=lambda: False)) == ids


def test_many_rows_of_which_a_payload_is_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_MOST_NAMED", 3)
    write(path, [FramesSeen(1, 1, SENT, [Frame(0x81 + number % 2, 7, None, b"%d" % number) for number in range(40)])])
    for text in ('text contains "3"', 'text contains "3" and number in {1, 4, 8}', 'text contains "3" and number > 20'):
        assert ids_by_columns(path, parse(text), 20) == ids_by_sql(path, parse(text))


def test_times_that_are_further_apart_than_64_bits_tell(path: Path) -> None:
    write(path, [FramesSeen(1, time, SENT, [Frame(0x81, 7, None, b"x")]) for time in (-(2**62) - 5, 2**62 + 5, 0, 7)])
    for size in (1, 2, 4):
        assert ids_by_columns(path, parse("delta > 0"), size) == [2, 4]
        assert ids_by_columns(path, parse("delta < -100h"), size) == [3]
        assert ids_by_columns(path, parse("delta == 7ns and length == 1"), size) == [4]
