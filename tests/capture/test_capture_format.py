"""docs/capture-format.md: the plain reader beside it says what ours says, and it names every table and column."""

from __future__ import annotations

import re
import runpy
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.capture.old_formats import write_old
from tests.capture.test_read_columns import BROKEN, records
from wsgui.capture import schema
from wsgui.capture.packing import pack, portions
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import BytesMissing, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from wsgui.records import Record

DOCS = Path(__file__).parents[2] / "docs"
PLAIN = DOCS / "read_capture.py"


def as_ours(path: Path) -> list[Any]:
    with CaptureReader(path) as reader:
        return [
            (
                row.id, row.connection, row.time_ns, int(row.direction), row.opcode, row.flags, row.masking_key,
                row.length_form, row.message, row.fragment, reader.payload(row.id),
            )
            for row in reader.rows(1, reader.last_id())
        ]  # fmt: skip


def as_plain(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return list(runpy.run_path(str(PLAIN))["rows"](database))


def as_the_view(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT * FROM frames ORDER BY id").fetchall()
    assert all(row[8] == len(row[11]) for row in rows)
    return [(*row[:8], *row[9:]) for row in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(put=st.lists(records, max_size=12))
def test_a_plain_reader_and_the_view_say_what_ours_says(path: Path, put: list[Record]) -> None:
    path.unlink(missing_ok=True)
    with CaptureWriter(path) as writer:
        for record in put:
            writer.put(record)
    said = as_ours(path)
    assert as_plain(path) == said
    assert as_the_view(path) == said


def test_it_prints_rows(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(HandshakeSeen(1, 5, Direction.SENT, b"GET / HTTP/1.1\r\n\r\n", [BROKEN]))
        writer.put(FramesSeen(1, 6, Direction.SENT, [Frame(0x81, 7, b"abcd", b"hello"), Frame(0x89, 7, None, b"")]))
    printed = subprocess.run([sys.executable, PLAIN, path], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == [
        "1 1 5 0 -1 16 None 0 None None b'GET / HTTP/1.1\\r\\n\\r\\n'",
        "2 1 6 0 1 8 b'abcd' 7 1 0 b'hello'",
        "3 1 6 0 9 8 None 7 None None b''",
    ]


def test_the_plain_reader_is_short_and_masks_as_the_wire_does() -> None:
    assert len(PLAIN.read_text().splitlines()) <= 60
    frame = Frame(0x81, 7, b"abcd", b"hello")
    assert runpy.run_path(str(PLAIN))["masked"](b"hello", b"abcd") == frame.masked_payload()
    assert runpy.run_path(str(PLAIN))["masked"](b"hello", None) == b"hello"


def test_the_page_names_every_table_and_column() -> None:
    page = (DOCS / "capture-format.md").read_text()
    for table, statement in schema.TABLES.items():
        assert f"`{table}`" in page
        if table not in {"edited"}:
            for column in re.findall(r"^  (\w+) (?:INTEGER|TEXT|BLOB)", statement, re.MULTILINE):
                assert f"`{column}`" in page, f"{table}.{column}"
    assert f"the format: {schema.FORMAT_VERSION}" in page
    assert f"{schema.APPLICATION_ID:#x}" in page


@pytest.mark.parametrize("version", [1, 2, 3])
def test_older_ones_have_the_same_rows_once_they_are_gone_on_with(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, version)
    said = as_the_view(path)
    with CaptureWriter(path, append=True):
        pass
    assert as_the_view(path) == as_plain(path) == said


def test_a_read_is_cut_where_the_page_says() -> None:
    def lengths(frames: list[Frame], first: int) -> list[int]:
        return [len(some) for _, some in portions(frames, first)]

    small, large = Frame(0x82, 7, None, b""), Frame(0x82, 64, None, bytes(100_000))
    assert lengths([small] * 4096, 1) == [4096]
    assert lengths([small] * 4097, 1) == [4096, 1]
    assert lengths([small] * 10, 65_530) == [7, 3]
    assert lengths([large] * 5, 1) == [2, 2, 1]
    assert lengths([Frame(0x82, 64, None, bytes(300_000)), small], 1) == [1, 1]
    assert pack([small]).places == b"\0\0\0\0\x82\0"


def test_a_hole_interrupts_a_message(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x01, 7, None, b"a")]))
        writer.put(BytesMissing(1, 2, Direction.SENT, "1 byte was not captured."))
        writer.put(FramesSeen(1, 3, Direction.SENT, [Frame(0x80, 7, None, b"b")]))
    assert [row[8] for row in as_ours(path)] == [1, None, None]
    assert as_ours(path) == as_plain(path) == as_the_view(path)
