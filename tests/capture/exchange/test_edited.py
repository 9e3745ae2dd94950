"""Captures that somebody edited: any value in any column ends in a capture's own sentence, never in an exception of
ours, whoever reads it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.run import export_capture
from wsgui.capture.find import Finder
from wsgui.capture.needle import parse_needle
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schema import FRAMES, TABLES
from wsgui.capture.search import Search
from wsgui.capture.statistics.collect import Collector
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import BytesSeen, ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
BROKEN = Violation("mask.client-unmasked", "5.1", Severity.ERROR, 1002, "A text.")
LEAST, MOST = -(2**63), 2**63 - 1
NUMBERS = ("NULL", str(LEAST + 1), "-5", "-1", "0", "2", "3", "17", "77", "65536", "99999999999", str(MOST))
TEXTS = ("NULL", "''", "'x'", "char(0)", "char(27, 917601)", "'-1'", "printf('%.*c', 70000, 'y')")
BYTES = ("NULL", "x''", "x'00'", "x'88ff'", "zeroblob(70000)")
ONE = {
    "meta": "key = 'name'",
    "handshakes": "direction = 0",
    "messages": "direction = 0",
    "connections": "id = 1",
    "reads": "id = 3",
    "blocks": "number = 0",
    "edited": "id = 4",
    "frames": "id = 3",
    "became": "frame = 3",
    "violations": "frame = 1",
    "inflated": "frame = 3",
    "notes": "frame = 3",
    "problems": "id = 1",
}
"""One row of each table: which one is edited."""


def write(path: Path) -> None:
    with CaptureWriter(path, name="a name", role="client") as capture:
        capture.put(ConnectionOpened(1, 10, "client", "ws://a/b?c", "127.0.0.1:5", "127.0.0.1:80"))
        capture.put(HandshakeSeen(1, 20, SENT, b"GET /b?c HTTP/1.1\r\nHost: a\r\n\r\n", [BROKEN]))
        capture.put(HandshakeSeen(1, 30, RECEIVED, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))
        frames = [Frame(0x41, 7, b"abcd", b"\xf2\x48"), Frame(0x80, 16, b"efgh", b"\xcd\xc9\xc9\x07\x00")]
        capture.put(FramesSeen(1, 40, SENT, frames, [(1, BROKEN)], 0, [(0, b"H"), (1, b"ello")]))
        frames = [Frame(0x81, 7, None, b'{"a":1}'), Frame(0x89, 7, None, b"p"), Frame(0x02, 64, None, bytes(5000))]
        capture.put(FramesSeen(1, 50, RECEIVED, frames))
        capture.put(FramesSeen(1, 60, RECEIVED, [Frame(0x80, 7, None, b"z"), Frame(0x88, 7, None, b"\x03\xe8bye")]))
        capture.put(BytesSeen(1, 70, SENT, b"\x81"))
        capture.put(ConnectionClosed(1, 99, 1000, "bye", EndedBy.PEER, "Closed.", "fin"))
        capture.set_notes(3, ["odd", ""])
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO problems VALUES (1, 5, 'A block is broken.')")
        database.execute("INSERT INTO blocks VALUES (0, x'00')")
        database.execute("INSERT INTO became VALUES (3, 4)")
        database.execute("UPDATE frames SET time = 45 WHERE id = 4")
        database.commit()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.wscap"
    write(path)
    return path


def edits() -> list[tuple[str, str]]:
    found = []
    for table, statement in {**TABLES, "frames": FRAMES}.items():
        for line in statement.splitlines()[1:]:
            name, _, rest = line.strip().partition(" ")
            kind = rest.partition(" ")[0].rstrip(",")
            values = {"INTEGER": NUMBERS, "TEXT": TEXTS, "BLOB": BYTES}.get(kind, ())
            found += [(f"{table}.{name}", value) for value in values]
    return found


def columns() -> list[str]:
    return sorted({column for column, _ in edits()})


def read_all(path: Path, out: Path) -> None:
    def tried(what: Callable[[], object]) -> None:
        with suppress(CaptureError):
            what()

    reader = CaptureReader(path)
    with reader:
        for id_ in range(1, 11):
            for ask in (reader.row, reader.frame, reader.payload, reader.inflated, reader.message_of,
                        reader.message_sizes, reader.notes_of, reader.time_of, reader.next_noted):  # fmt: skip
                with suppress(LookupError):
                    tried(lambda ask=ask, id_=id_: ask(id_))  # type: ignore[misc]
        for tell in (
            reader.meta,
            reader.last_id,
            reader.last_connection,
            reader.connections,
            reader.violation_count,
            reader.notes,
            reader.problems,
            lambda: reader.rows(1, 20),
            lambda: reader.rows_of([9, 3, 2], 1),
            lambda: reader.ids(1, 0, 20),
            lambda: reader.handshake(1),
            lambda: reader.violations(0),
            lambda: reader.broken_rows(0),
            lambda: reader.closing(1, 20),
            lambda: reader.failing(1),
            lambda: reader.noted(20),
        ):
            tried(tell)
    for number, name in enumerate(("o.jsonl", "o.har", "o.csv", "o.pcapng")):
        target = out / f"{number}{name}"
        tried(lambda target=target: export_capture(path, target, kind=target.suffix[1:], overwrite=True))  # type: ignore[misc]
    for text in (
        "payload contains 0x00",
        'json.a == 1 or text matches "e.l"',
        "time < 12:00 or delta > 1s",
        "violation",
    ):

        def look(text: str = text) -> None:
            with Search(path, parse(text)) as search:
                search.ids(0, 20, progress=lambda *_: None, cancelled=lambda: False)

        tried(look)

    def find() -> None:
        with Finder(path, parse_needle("text", "l")) as finder:
            place = finder.next(range(1, 11), 0, 10, progress=lambda *_: None, cancelled=lambda: False)
            if place is not None:
                finder.hits(place + 1)

    tried(find)
    tried(lambda: Collector(path).collect(20, progress=lambda *_: None, cancelled=lambda: False))


@pytest.mark.parametrize("column", columns())
def test_any_value_in_any_column(whole: Path, tmp_path: Path, column: str) -> None:
    table, _, name = column.partition(".")
    changed = 0
    for value in [value for one, value in edits() if one == column]:
        path = tmp_path / "edited.wscap"
        shutil.copyfile(whole, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            with suppress(sqlite3.IntegrityError):  # NOT NULL, and the keys
                before = database.total_changes
                database.execute(f"UPDATE {table} SET {name} = {value} WHERE {ONE[table]}")
                changed += database.total_changes - before
        with suppress(CaptureError):
            read_all(path, tmp_path)
    assert changed
