"""Captures of formats 1 to 3: opened as they are without a byte changed, searched, exported, gone on with in a copy."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.old_formats import rows_of, write_old
from wsgui.capture.copy import copy_capture
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.run import export_capture
from wsgui.capture.find import Finder
from wsgui.capture.needle import parse_needle
from wsgui.capture.reader import CaptureReader
from wsgui.capture.search import Search
from wsgui.capture.statistics.collect import Collector
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = (1, 2, 3)


def everything(path: Path) -> list[object]:
    """All that a reader says of a capture but its format."""
    with CaptureReader(path) as reader:
        last = reader.last_id()
        found: list[object] = [last, *reader.rows(1, last), reader.connections(), reader.notes(), reader.problems()]
        found += [{**reader.meta(), "format": ""}, reader.violations(0), reader.handshake(1), reader.ids(1, 0, last)]
        found += [reader.request_lines(), reader.first_message(1), reader.closing(1, 9), reader.noted(9)]
        for id_ in range(1, last + 1):
            found += [reader.payload(id_), reader.inflated(id_), reader.payload_slice(id_, 1, 3), reader.time_of(id_)]
            for ask in (reader.frame, reader.message_of, reader.message_sizes, reader.message_key):
                try:
                    found.append(ask(id_))
                except LookupError as error:
                    found.append(str(error))
        return found


def looked_for(path: Path, text: str) -> list[int]:
    with Search(path, parse(text)) as search:
        return list(search.ids(0, 99, progress=lambda *_: None, cancelled=lambda: False))


@pytest.mark.parametrize("version", VERSIONS)
def test_opened_searched_and_exported_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, version)
    before = path.read_bytes()
    with CaptureReader(path) as reader:
        rows = reader.rows(1, 99)
        assert [row.id for row in rows] == [row[0] for row in rows_of(version)]
        assert rows[5].violations[0].rule == "b.rule"
        assert reader.message_of(6).payload[:10] == b"first word"
        assert reader.connections()[0].how == (None if version == 1 else "fin")
    assert looked_for(path, 'text contains "hello"') == [3]
    assert looked_for(path, "json.a == 1") == [7]
    assert looked_for(path, "masked and length > 100") == [4, 6]
    with Finder(path, parse_needle("text", "bye")) as finder:
        assert finder.next(range(1, 10), 0, 9, progress=lambda *_: None, cancelled=lambda: False) == 8
    collected = Collector(path).collect(99, progress=lambda *_: None, cancelled=lambda: False)
    assert collected.figures.upto == len(rows_of(version))
    for kind in ("jsonl", "csv", "har", "pcapng"):
        export_capture(path, tmp_path / f"out.{kind}", kind=kind)
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    exported = [json.loads(line) for line in lines]
    assert sum(line["type"] == "frame" for line in exported) >= 6
    assert path.read_bytes() == before
    assert {one.suffix for one in tmp_path.iterdir()} == {".wscap", ".jsonl", ".csv", ".har", ".pcapng"}


def test_what_is_asked_of_one_of_several_connections(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    rows = [(number, 1 + number % 2, number, 0, 9, 8, None, 7, 1, None, None, b"p") for number in range(1, 9)]
    close = (9, 2, 9, 0, 8, 8, None, 7, 5, None, None, b"\x03\xe8bye")
    behind = (10, 2, 10, 0, -2, 0, None, 0, 1, None, None, b"x")
    write_old(path, 3, [*rows, close, behind])
    with CaptureReader(path) as reader:
        assert list(reader.ids(1, 0, 99)) == [2, 4, 6, 8]
        assert list(reader.ids(3, 0, 99)) == []
        assert [(row.id, start) for row, start in reader.closing(2, 9)] == [(9, b"\x03\xe8bye"), (10, b"x")]
        assert reader.closing(1, 9) == []
        assert reader.first_message(1) == b""
    write_old(tmp_path / "one.wscap", 3)
    with CaptureReader(tmp_path / "one.wscap") as reader:
        assert list(reader.ids(1, 2, 9)) == [3, 4, 5, 6, 7, 8, 9]
        assert reader.first_message(1) == b"hello"


@pytest.mark.parametrize("version", VERSIONS)
def test_gone_on_with_in_a_copy(tmp_path: Path, version: int) -> None:
    path, copy = tmp_path / "old.wscap", tmp_path / "copy.wscap"
    write_old(path, version)
    before, said = path.read_bytes(), everything(path)
    last = len(rows_of(version))
    assert copy_capture(path, copy, to_go_on=True) == last
    assert path.read_bytes() == before
    assert everything(copy) == said
    with CaptureWriter(copy, append=True) as writer:
        assert (writer.committed, writer.last_connection) == (last, 1)
        writer.put(ConnectionOpened(2, 100, "client", "ws://b/", "", ""))
        writer.put(FramesSeen(2, 110, Direction.SENT, [Frame(0xC1, 7, None, b"\x00")], inflated=[(0, b"")]))
    with CaptureReader(copy) as reader:
        assert reader.meta()["format"] == "4"
        assert reader.rows(1, last) == list(said[1 : last + 1])
        assert reader.row(last + 1).inflated_length == 0
        assert [row.url for row in reader.connections()] == ["ws://a/b", "ws://b/"]
    assert looked_for(copy, 'text contains "hello" or connection == 2') == [3, last + 1]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy.wscap", "old.wscap"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_writer_makes_it_one_of_today_by_itself(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, version)
    said = everything(path)
    with CaptureWriter(path, append=True):
        pass
    assert everything(path) == said
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (4,)
        assert database.execute("SELECT count(*) FROM edited").fetchone() == (0,)
        assert database.execute("SELECT id, last FROM reads WHERE opcodes != 0").fetchall()[0] == (3, 5)


@pytest.mark.parametrize(
    "edit",
    [
        "opcode = -4",
        "opcode = 16",
        "direction = 7",
        "flags = 64",
        "masking_key = x'00'",
        "length_form = 3",
        "length = 4",
        "message = 900",
        "message = NULL",
        "fragment = 3",
        "message = -5",
        "message = 9223372036854775807, fragment = 9223372036854775807",
        "connection = -9223372036854775807",
        "opcode = -1, length_form = 0, masking_key = NULL, message = NULL, fragment = NULL",
        "opcode = -1, length_form = 0, masking_key = NULL",
        "flags = flags | 16",
    ],
)
def test_what_no_wire_can_carry_stays_as_it_is(tmp_path: Path, edit: str) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, 3)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"UPDATE frames SET {edit} WHERE id = 3")
        database.commit()

    def said() -> list[object]:
        found: list[object] = []
        with CaptureReader(path) as reader:
            for id_ in range(1, 12):
                try:
                    found.append(reader.row(id_))
                except CaptureError as error:
                    found.append(str(error))
        with closing(sqlite3.connect(path)) as database:
            found.append(database.execute("SELECT * FROM frames WHERE id = 3").fetchall())
        return found

    before = said()
    with CaptureWriter(path, append=True):
        pass
    assert said() == before


def test_rows_that_are_gone_stay_gone(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, 3, [row for row in rows_of(3) if row[0] not in (4, 7)])
    with CaptureWriter(path, append=True):
        pass
    with CaptureReader(path) as reader:
        assert [row.id for row in reader.rows(1, 20)] == [1, 2, 3, 5, 6, 8, 9, 10, 11]


def test_one_that_somebody_else_has_open_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaptureError, match=r"^old\.wscap cannot be written: database is locked\.$"):
            CaptureWriter(path, append=True)
        database.execute("ROLLBACK")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (2,)


def test_one_with_more_in_it_is_only_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    write_old(path, 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON frames BEGIN DELETE FROM frames; END")
    with pytest.raises(CaptureError, match=r"^old\.wscap cannot be gone on with: it has parts that no capture has\.$"):
        CaptureWriter(path, append=True)
    with CaptureReader(path) as reader:
        assert reader.last_id() == len(rows_of(1))
