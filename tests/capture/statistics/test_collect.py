from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from wsgui.capture import schema
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError
from wsgui.capture.statistics import Collector, collect
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record

MS = 1_000_000
SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


def text(data: bytes, *, fin: bool = True, opcode: int = 1) -> Frame:
    return Frame((0x80 if fin else 0) | opcode, 7, None, data)


def write(path: Path, *records: Record) -> None:
    with CaptureWriter(path) as writer:
        for record in records:
            writer.put(record)


def counted(path: Path, expression: str = "", connection: int | None = None) -> Collector:
    collector = Collector(path, parse(expression) if expression else None, connection)
    return collector.collect(10**9, progress=lambda *_: None, cancelled=lambda: False)


CONVERSATION = (
    HandshakeSeen(1, 1000 * MS, SENT, b"GET"),
    FramesSeen(1, 1010 * MS, SENT, [text(b"a"), text(b"bb"), Frame(0x89, 7, None, b"p")]),
    FramesSeen(1, 1020 * MS, RECEIVED, [text(b"", fin=False), Frame(0x89, 7, None, b"q")]),
    FramesSeen(1, 1025 * MS, RECEIVED, [Frame(0x8A, 7, None, b"p"), text(b"ccc", opcode=0)]),
    FramesSeen(2, 1040 * MS, SENT, [text(b"x"), Frame(0x8A, 7, None, b"q")]),
    FramesSeen(1, 1050 * MS, SENT, [text(b"d"), Frame(0x8A, 7, None, b"q")]),
    FramesSeen(1, 1060 * MS, RECEIVED, [text(b"e"), Frame(0x8A, 7, None, b"p")]),
)


def test_a_literal_conversation(path: Path) -> None:
    write(path, *CONVERSATION)
    figures = counted(path).figures
    assert (figures.rows, figures.upto, figures.start_ns, figures.used) == (14, 14, 1000 * MS, 61)
    assert figures.frames[0, 1].sum() == 1  # HTTP
    assert figures.frames[0, 3].sum() == 4
    assert figures.bytes[1, 2].sum() == 3
    # Pings: p sent, answered 15 ms later; q received, answered by this side 30 ms later on its own connection only.
    assert (figures.round_trips.count, figures.round_trips.largest) == (1, 15 * MS)
    assert (figures.answers.count, figures.answers.largest) == (1, 30 * MS)
    assert figures.slowest.spans[[25, 50]].tolist() == [15 * MS, -1]
    assert figures.slowest.rows[25] == 7
    # Messages: connection 1 sent at 1010, 1010, 1050; received at 1020, 1060; connection 2 one alone.
    assert figures.gaps.count == 3
    assert figures.gaps.largest == 40 * MS
    assert figures.longest.rows[[10, 50, 60]].tolist() == [3, 11, 13]


def test_of_a_filter_and_of_one_connection(path: Path) -> None:
    write(path, *CONVERSATION)
    assert counted(path, "opcode == ping").figures.rows == 2
    assert counted(path, "direction == sent", 2).figures.rows == 2
    assert counted(path, connection=2).figures.rows == 2
    assert counted(path, "length > 100").figures.used == 0


def test_it_goes_on_as_the_capture_grows(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(CONVERSATION[1])
        writer.flush()
        collector = counted(path)
        assert collector.figures.rows == 3
        for record in CONVERSATION[2:]:
            writer.put(record)
        writer.flush()
        seen: list[tuple[int, int]] = []
        collector.collect(10**9, progress=lambda *so: seen.append(so), cancelled=lambda: False)
        assert seen[-1] == (10, 10)
        assert collector.figures.round_trips.count == 1
        assert collector.figures.answers.count == 1
        assert collector.figures.gaps.count == 3


def test_cancel_before_and_in_the_middle_of_a_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, FramesSeen(1, 1, SENT, [text(b"a" * 40)] * 500))
    with pytest.raises(SearchCancelled):
        Collector(path).collect(500, progress=lambda *_: None, cancelled=lambda: True)
    stop = threading.Event()
    collector = Collector(path, parse('text matches "b"'))

    def slow(_expression: object, _data: bytes) -> bool:
        stop.set()
        return False

    monkeypatch.setattr("wsgui.capture.conditions.sift.found_in", slow)
    monkeypatch.setattr("wsgui.capture.conditions.sift.literal_of", lambda _: None)
    with pytest.raises(SearchCancelled):
        collector.collect(500, progress=lambda *_: None, cancelled=stop.is_set)


def test_a_slow_expression_and_a_damaged_file(path: Path) -> None:
    write(path, FramesSeen(1, 1, SENT, [text(b"a" * 80 + b"b")] * 3000))
    with pytest.raises(CaptureError, match="for one row"):
        counted(path, 'text matches "(a|aa)+$"')
    data = bytearray(path.read_bytes())
    data[-4 * 8192 : -2 * 8192] = b"\xff" * (2 * 8192)
    path.write_bytes(data)
    with pytest.raises(CaptureError, match="is damaged"):
        counted(path)


def test_what_waits_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "_WAITING", 2)
    monkeypatch.setattr(collect, "_KNOWN", 1)
    write(
        path,
        FramesSeen(1, 1, SENT, [Frame(0x89, 7, None, b"%d" % number) for number in range(3)]),
        FramesSeen(1, 2, RECEIVED, [Frame(0x8A, 7, None, b"0"), Frame(0x8A, 7, None, b"2")]),
        FramesSeen(2, 3, SENT, [Frame(0x89, 7, None, b"x"), text(b"a")]),
        FramesSeen(3, 3, SENT, [Frame(0x89, 7, None, b"x"), text(b"a")]),
    )
    assert counted(path).figures.round_trips.count == 1


def test_values_of_another_type_are_damage(path: Path) -> None:
    write(path, FramesSeen(1, 1, SENT, [text(b"a")] * 3))
    for value in ("NULL", "'xy'"):
        with closing(sqlite3.connect(path)) as database:
            # As a damaged page would have it: the schema itself refuses such values.
            database.execute("PRAGMA writable_schema = ON")
            loose = schema.TABLES["reads"].replace(") STRICT", ")").replace("time INTEGER NOT NULL", "time")
            database.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'reads'", (loose,))
            database.commit()
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"UPDATE reads SET time = {value}")
            database.commit()
            database.execute("PRAGMA writable_schema = ON")
            database.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'reads'", (schema.TABLES["reads"],))
            database.commit()
        with pytest.raises(CaptureError, match=r"is damaged\.$"):
            counted(path)
