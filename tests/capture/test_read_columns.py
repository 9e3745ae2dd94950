"""Columns of reads: they say what the rows say, stand in the file once there are enough, and give way to the wire."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsgui.capture import block_writer, packing, read_columns, schema
from wsgui.capture.column_store import ColumnStore, store_of
from wsgui.capture.columns import COLUMNS, FLAG_MASKED, FLAG_RECEIVED, ROW_FLAGS, ColumnBlock, ColumnError
from wsgui.capture.database import Database
from wsgui.capture.read_columns import block_of_reads, stored_block
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import BytesMissing, BytesSeen, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wsgui.records import Record

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
BROKEN = Violation("a.rule", "5.1", Severity.ERROR, 1002, "A text.")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Blocks of 8 rows."""
    for module in (packing, read_columns, block_writer, schema):
        monkeypatch.setattr(module, "BLOCK_ROWS", 8)
    monkeypatch.setattr("wsgui.capture.column_store.BLOCK_ROWS", 8)
    monkeypatch.setattr("wsgui.capture.columns.BLOCK_ROWS", 8)
    return 8


def write(path: Path, records: Sequence[Record], *, append: bool = False) -> None:
    with CaptureWriter(path, append=append) as writer:
        for record in records:
            writer.put(record)
            assert writer.flush()


def said_by_rows(path: Path, after: int, upto: int) -> dict[str, list[int]]:
    with CaptureReader(path) as reader:
        rows = reader.rows(after + 1, upto)
    return {
        "opcode": [row.opcode for row in rows],
        "flags": [
            row.flags
            | FLAG_MASKED * (row.masking_key is not None)
            | FLAG_RECEIVED * (row.direction is Direction.RECEIVED)
            for row in rows
        ],
        "form": [row.length_form for row in rows],
        "length": [row.length for row in rows],
        "time": [row.time_ns for row in rows],
        "connection": [row.connection for row in rows],
        "message": [row.message or 0 for row in rows],
        "fragment": [row.fragment or 0 for row in rows],
    }


def said(block: ColumnBlock) -> dict[str, list[int]]:
    return {column.name: block[column.name].tolist() for column in COLUMNS}


frames = st.builds(
    lambda head, form, key, payload: Frame(head, form, key, payload),
    st.integers(0, 255),
    st.sampled_from([7, 16, 64]),
    st.sampled_from([None, b"abcd"]),
    st.sampled_from([b"", b"a", b"x" * 125]),
)
violations = st.lists(st.just((0, BROKEN)), max_size=1)
ways, numbers = st.sampled_from([SENT, RECEIVED]), st.integers(1, 3)
records = st.one_of(
    st.builds(FramesSeen, numbers, numbers, ways, st.lists(frames, min_size=1, max_size=6), violations),
    st.builds(BytesSeen, numbers, numbers, ways, st.sampled_from([b"", b"\x81"])),
    st.builds(
        HandshakeSeen, numbers, numbers, ways, st.just(b"GET / HTTP/1.1\r\n\r\n"), st.sampled_from([(), (BROKEN,)])
    ),
    st.builds(BytesMissing, numbers, numbers, ways, st.just("4 bytes were not captured.")),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(put=st.lists(records, min_size=1, max_size=12), cuts=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_columns_say_what_the_rows_say(path: Path, put: list[Record], cuts: tuple[int, int]) -> None:
    path.unlink(missing_ok=True)
    with CaptureWriter(path) as writer:
        for record in put:
            writer.put(record)
    with closing(Database(path)) as database, CaptureReader(path) as reader:
        last = reader.last_id()
        low, high = sorted(cut % (last + 1) for cut in cuts)
        for after, upto in {(0, last), (low, high)}:
            if after < upto:
                assert said(block_of_reads(database, after, upto)) == said_by_rows(path, after, upto)


FLOOD = [FramesSeen(1, time, RECEIVED, [Frame(0x81, 7, None, b"x" * time)] * 3) for time in range(1, 11)]


def test_blocks_stand_in_the_file_once_they_are_full(path: Path, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_writer, "_READS_A_STEP", 2)
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT number FROM blocks").fetchall() == [(0,), (1,), (2,)]
        # No read has rows of two blocks.
        assert database.execute("SELECT id, last FROM reads").fetchall()[:4] == [(1, 3), (4, 6), (7, 8), (9, 9)]
    with closing(Database(path)) as database:
        for number in range(3):
            block = stored_block(database, number)
            assert block is not None
            assert said(block) == said_by_rows(path, number * small, (number + 1) * small)
        assert stored_block(database, 3) is None
        monkeypatch.setattr("wsgui.capture.column_store.block_of_reads", None)
        store = ColumnStore(small)
        assert store.block(database, 0) is not None


def test_what_a_crash_left_out_is_written_when_the_capture_is_gone_on_with(path: Path, small: int) -> None:
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM blocks WHERE number > 0")
    write(path, FLOOD[:2], append=True)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT number FROM blocks").fetchall() == [(0,), (1,), (2,), (3,)]
    with closing(Database(path)) as database:
        block = stored_block(database, 3)
        assert block is not None
        assert said(block) == said_by_rows(path, 24, 32)


def test_rows_that_no_columns_can_have_get_none(path: Path, small: int) -> None:
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM blocks")
        database.execute("UPDATE reads SET kind = 5 WHERE id = 9")
    write(path, FLOOD[:2], append=True)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT number FROM blocks").fetchall() == [(0,), (2,), (3,)]


def test_a_block_that_cannot_be_written_is_none(path: Path, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("wsgui.capture.read_columns.stretch_of", refuse)
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT number FROM blocks").fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE blocks SET data = x'0102'",
        "UPDATE blocks SET data = zeroblob(200)",
        "UPDATE blocks SET data = (SELECT data FROM blocks WHERE number = 1)",
        "UPDATE reads SET time = 99 WHERE id = 1",
        "UPDATE reads SET connection = 7 WHERE id = 7",
        "UPDATE reads SET direction = 0 WHERE id = 7",
        "UPDATE reads SET last = 7 WHERE id = 7",
        "UPDATE reads SET id = 2 WHERE id = 1",
        "UPDATE reads SET wire = CAST(wire || x'8100' AS BLOB), last = 4 WHERE id = 1",
        "UPDATE frames SET length = 5 WHERE id = 2",
    ],
)
def test_a_block_gives_way_to_the_reads(path: Path, small: int, change: str) -> None:
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(change)
    with closing(Database(path)) as database:
        assert stored_block(database, 0) is None


def test_blocks_have_rows_that_are_no_frames_too(path: Path, small: int) -> None:
    head = HandshakeSeen(1, 1, SENT, b"GET / HTTP/1.1\r\n\r\n", [BROKEN])
    write(path, [head, BytesSeen(1, 2, SENT, b"x"), *FLOOD])
    with closing(Database(path)) as database:
        block = stored_block(database, 0)
        assert block is not None
        assert said(block) == said_by_rows(path, 0, 8)
        assert block["flags"][0] == 16


def test_nothing_is_written_while_numpy_is_being_loaded(
    path: Path, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wsgui.capture.read_columns.stretch_of", None)
    write(path, [])
    loaded = threading.Event()
    monkeypatch.setattr(block_writer, "_load", loaded.wait)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        blocks = block_writer.BlockWriter(database)
        blocks.follow(8)
        blocks.follow(9)  # the columns are not asked for
        loaded.set()
        blocks._loading.join()  # type: ignore[union-attr]
        with pytest.raises(TypeError):
            blocks.follow(9)


def test_no_reads_have_no_columns(path: Path) -> None:
    write(path, [])
    with closing(Database(path)) as database:
        assert list(read_columns.parts_of(database, 0, 9)) == []


def test_marks_of_frames_in_several_rows_of_one_read(path: Path, small: int) -> None:
    frames = [Frame(0x81, 7, None, b"x")] * 20
    write(path, [FramesSeen(1, 1, SENT, frames, [(1, BROKEN), (9, BROKEN)], 0, [(9, b"y"), (19, b"z")])])
    with CaptureReader(path) as reader:
        rows = reader.rows(1, 20)
        assert {row.id: row.flags for row in rows if row.flags != 8} == {2: 24, 10: 8 | 16 | 32, 20: 8 | 32}
        assert reader.inflated(20) == b"z"
        assert reader.message_sizes(20) == (1, 1, 1)


def test_a_damaged_block_is_made_anew_in_memory(path: Path, small: int) -> None:
    write(path, FLOOD)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE blocks SET data = zeroblob(length(data))")
    before = path.read_bytes()
    with closing(Database(path)) as database:
        block = ColumnStore(small).block(database, 1)
        assert block is not None
        assert said(block) == said_by_rows(path, 8, 16)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM reads WHERE id = 4",
        "DELETE FROM reads WHERE id = 1",
        "DELETE FROM reads WHERE id > 4",
        "UPDATE reads SET last = 20 WHERE id = 4",
        "UPDATE reads SET last = 3 WHERE id = 4",
        "UPDATE reads SET last = 5000 WHERE id = 7",
        "UPDATE reads SET direction = 2 WHERE id = 4",
        "UPDATE reads SET kind = 3 WHERE id = 4",
        "UPDATE reads SET kind = -1 WHERE id = 4",
        "UPDATE reads SET places = x'00' WHERE id = 4",
        "UPDATE reads SET places = zeroblob(18) WHERE id = 4",
        "UPDATE reads SET places = CAST(x'01' || substr(places, 2) AS BLOB) WHERE id = 4",
        "UPDATE reads SET places = CAST(substr(places, 1, 12) || x'828181' || substr(places, 16) AS BLOB) WHERE id = 4",
        "UPDATE reads SET places = CAST(substr(places, 1, 17) || x'01' AS BLOB) WHERE id = 4",
        "UPDATE reads SET places = CAST(substr(places, 1, 17) || x'04' AS BLOB) WHERE id = 4",
        "UPDATE reads SET places = CAST(substr(places, 1, 17) || x'80' AS BLOB) WHERE id = 4",
        "UPDATE reads SET places = CAST(substr(places, 1, 8) || x'09' || substr(places, 10) AS BLOB) WHERE id = 4",
        "UPDATE reads SET wire = CAST(x'8102' || substr(wire, 3) AS BLOB) WHERE id = 7",
        "UPDATE reads SET wire = x'' WHERE id = 7",
        "UPDATE reads SET wire = CAST(wire || x'00' AS BLOB) WHERE id = 7",
        "UPDATE reads SET message = -1 WHERE id = 4",
        "UPDATE reads SET fragment = 9223372036854775807 WHERE id = 4",
        "UPDATE frames SET length = 5 WHERE id = 2",
    ],
)
def test_reads_that_no_writer_wrote_have_no_columns(path: Path, change: str) -> None:
    write(path, FLOOD[:3])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(change)
    with closing(Database(path)) as database, pytest.raises(ColumnError):
        block_of_reads(database, 0, 9)


def test_large_reads_are_gone_through_in_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_columns, "_BYTES_A_PART", 100)
    write(
        path,
        [
            FramesSeen(1, 1, SENT, [Frame(0x82, 64, b"abcd", bytes(70_000)), Frame(0x82, 16, None, bytes(300))]),
            FramesSeen(1, 2, SENT, [Frame(0x82, 64, None, bytes(600_000))]),
            *FLOOD,
        ],
    )
    with closing(Database(path)) as database:
        assert said(block_of_reads(database, 0, 33)) == said_by_rows(path, 0, 33)


def test_a_read_that_is_longer_than_its_row_says(path: Path) -> None:
    write(path, [FramesSeen(1, 1, SENT, [Frame(0x82, 64, None, bytes(70_000))])])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE reads SET wire = substr(wire, 1, 5)")
    with closing(Database(path)) as database, pytest.raises(ColumnError):
        block_of_reads(database, 0, 1)


def test_the_store_of_a_file_of_many_rows(path: Path) -> None:
    rows = [FramesSeen(1, time, RECEIVED, [Frame(0x81, 7, None, b"x")] * 4000) for time in range(17)]
    write(path, rows)
    with closing(Database(path)) as database:
        block = store_of(path).block(database, 0)
        assert block is not None
        assert len(block) == 65_536
        assert block.constant("connection") == 1
        assert (np.diff(block["message"].astype(np.int64)) == 1).all()
    assert ROW_FLAGS
