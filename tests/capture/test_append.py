"""A writer that goes on with a capture that exists."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.test_writer import HELLO, Slow, sent
from wsgui.capture import schema, writer
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
        database.execute("CREATE TRIGGER t AFTER INSERT ON frames BEGIN DELETE FROM frames; END")
    with pytest.raises(CaptureError, match=r"^test\.wscap cannot be gone on with: it has parts that no capture has\.$"):
        CaptureWriter(path, append=True)
    with CaptureReader(path) as reader:
        assert reader.last_id() == 1


def old_capture(path: Path, application_id: int = schema.APPLICATION_ID) -> None:
    """A capture of version 1."""
    with closing(sqlite3.connect(path)) as database:
        for statement in (*schema._VERSION_1.values(), *schema.INDEXES):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {application_id}")
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO meta VALUES ('format', '1')")
        database.execute("INSERT INTO frames VALUES (1, 1, 2, 0, 1, 8, NULL, 7, 1, 1, 0, x'61')")
        database.execute("INSERT INTO connections VALUES (1, 1, 'client', 'ws://a/', '', '', 3, 1000, '', 1, 'Bye.')")
        database.commit()


def test_a_capture_of_version_1_is_gone_on_with_as_one_of_today(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    old_capture(path)
    with CaptureWriter(path, append=True) as writer:
        frame = Frame(0xC1, 7, None, b"\x00")
        writer.put(FramesSeen(2, 5, Direction.SENT, [frame], inflated=[(0, b"")]))
    with CaptureReader(path) as reader:
        assert reader.meta()["format"] == "3"
        assert reader.problems() == []
        assert [row.inflated_length for row in reader.rows(1, 9)] == [None, 0]
        assert reader.connections()[0].text == "Bye."
        assert reader.connections()[0].how is None


def test_a_capture_of_version_2(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    with closing(sqlite3.connect(path)) as database:
        for statement in (*schema._VERSION_2.values(), *schema.INDEXES):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute("PRAGMA user_version = 2")
        database.execute("INSERT INTO meta VALUES ('format', '2')")
        database.execute(
            "INSERT INTO connections VALUES (1, 1, 'client', 'ws://a/', '', '', 3, 1000, '', 1, 'Bye.', 'fin')"
        )
        database.commit()
    before = path.read_bytes()
    with CaptureReader(path) as reader:
        assert reader.problems() == []
        assert reader.connections()[0].how == "fin"
    assert path.read_bytes() == before
    with CaptureWriter(path, append=True) as writer:
        writer.put(sent(HELLO))
    with CaptureReader(path) as reader:
        assert (reader.meta()["format"], reader.problems(), reader.last_id()) == ("3", [], 1)
        assert reader.connections()[0].how == "fin"


def test_other_files_are_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "foreign.wscap"
    old_capture(path, 7)
    with closing(sqlite3.connect(path)) as database:
        schema.upgrade(database)
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
    path.unlink()
    old_capture(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE more (x)")
        schema.upgrade(database)
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
