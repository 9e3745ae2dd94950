"""A writer that goes on with a capture that exists."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.test_writer import HELLO, Slow, sent
from wsgui.capture import writer
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = Frame(0x01, 7, None, b"o"), Frame(0x80, 7, None, b"k")


def test_rows_are_numbered_on_without_a_gap(path: Path) -> None:
    with CaptureWriter(path, name="first") as capture:
        assert capture.last_connection == 0
        for number in (1, 2):
            capture.put(ConnectionOpened(number, number, "client", "ws://a/", "", ""))
            capture.put(HandshakeSeen(number, number, Direction.SENT, b"GET"))
        capture.put(sent(HELLO, ONE))
    commits: list[int] = []
    with CaptureWriter(path, append=True, name="ignored", on_commit=commits.append) as capture:
        assert capture.committed == 4
        assert capture.last_connection == 2
        capture.put(ConnectionOpened(3, 9, "client", "ws://a/", "", ""))
        capture.put(FramesSeen(3, 10, Direction.SENT, [HELLO, ONE, TWO]))
        assert capture.flush()
        assert capture.committed == 7
    assert commits[-1] == 7
    with CaptureReader(path) as reader:
        rows = reader.rows(1, 9)
        assert [row.id for row in rows] == [1, 2, 3, 4, 5, 6, 7]
        assert [row.message for row in rows[-3:]] == [1, 2, 2]
        assert reader.message_of(7).payload == b"ok"
        assert [row.id for row in reader.connections()] == [1, 2, 3]
        assert reader.meta()["name"] == "first"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_to_append_nothing_changes_nothing_that_is_read(path: Path) -> None:
    with CaptureWriter(path):
        pass
    with CaptureWriter(path, append=True) as capture:
        assert (capture.committed, capture.last_connection) == (0, 0)
    with CaptureReader(path) as reader:
        assert reader.last_id() == 0


def test_what_is_no_capture_is_not_touched(path: Path) -> None:
    with pytest.raises(CaptureError, match=r"^test\.wscap does not exist\.$"):
        CaptureWriter(path, append=True)
    assert not path.exists()
    path.write_bytes(b"something else")
    with pytest.raises(CaptureError, match=r"^test\.wscap is not a wsgui capture\.$"):
        CaptureWriter(path, append=True)
    assert path.read_bytes() == b"something else"
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
    before = path.read_bytes()
    with pytest.raises(CaptureError, match=r"^test\.wscap is not a wsgui capture\.$"):
        CaptureWriter(path, append=True)
    assert path.read_bytes() == before


def test_a_capture_that_somebody_else_writes_to(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureWriter(path) as capture:
        slow = Slow(path)
        monkeypatch.setitem(writer._AS_WRITER, "timeout", 0.0)
        with pytest.raises(CaptureError, match=r"^test\.wscap cannot be written: database is locked\.$"):
            CaptureWriter(path, append=True)
        slow.release()
        capture.put(sent(HELLO))


def test_a_file_with_a_trigger_is_only_for_reading(path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON reads BEGIN DELETE FROM reads; END")
    with pytest.raises(CaptureError, match=r"^test\.wscap cannot be gone on with: it has parts that no capture has\.$"):
        CaptureWriter(path, append=True)
    with CaptureReader(path) as reader:
        assert reader.last_id() == 1
