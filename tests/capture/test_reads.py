"""Searching in files of every format: columns and joined reads take the rows that plain Python takes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.capture.conditions.rows import ids_by_columns, plain_rows, write
from tests.capture.old_formats import write_old
from wsgui.capture import find_wires, reads, selection
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.column_store import ColumnStore, block_of
from wsgui.capture.columns import ColumnError
from wsgui.capture.conditions.vectors import Rows
from wsgui.capture.database import Database, InterruptedReadError
from wsgui.capture.errors import CaptureError
from wsgui.capture.find import Finder
from wsgui.capture.needle import parse_needle
from wsgui.capture.reader import CaptureReader
from wsgui.capture.reads import Reads
from wsgui.capture.search import Search
from wsgui.capture.selection import Selection
from wsgui.capture.statistics import Collector
from wsgui.filter import evaluate, parse
from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.columns import Marks, Numbers

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
FILTERS = (
    *("opcode == text", "not fin", "length > 0", "payload contains 'hello'", 'text contains "l"', "json.a == 1"),
    *('"HELLO"', 'text matches "(?i)HELLO"', 'text matches "h.*o"', 'payload matches "(?i)st w"', "close_code"),
    *("violation", "note", "text == 'hello'", "text != 'hello'", "payload in {'p', 'bye.'}", "json.a > 0", "key"),
    *("key == 0x61626364", "json.a in {1..3}", "json.a < 1", "json.a in {1, 'x'}", "json.a != 1", "json", "text"),
)


def found(path: Path, text: str, connection: int | None = None, store: ColumnStore | None = None) -> list[int]:
    with Search(path, parse(text), store) as search:
        ids = search.ids(0, 1 << 40, connection=connection, progress=lambda *_: None, cancelled=lambda: False)
        return list(ids)


def counted(path: Path, text: str = "") -> int:
    collector = Collector(path, parse(text) if text else None)
    return collector.collect(1 << 40, progress=lambda *_: None, cancelled=lambda: False).figures.rows


def next_of(path: Path, kind: str, text: str, *, ignore: bool = False, backward: bool = False) -> int | None:
    with CaptureReader(path) as reader:
        last = reader.last_id()
    with Finder(path, parse_needle(kind, text, ignore_case=ignore)) as finder:  # type: ignore[arg-type]
        ids = range(1, last + 1)
        place = finder.next(ids, 0, last, backward=backward, progress=lambda *_: None, cancelled=lambda: False)
    return None if place is None else ids[place]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_old_formats_by_sql_and_by_columns(path: Path, version: int) -> None:
    write_old(path, version)
    with closing(sqlite3.connect(path)) as database:
        rows = [row[0] for row in database.execute("SELECT id FROM frames")]
    for text in FILTERS:
        by_sql = found(path, text)
        for size in (1, 3, 4):
            assert ids_by_columns(path, parse(text), size) == by_sql, text
        assert counted(path, text) == len(by_sql)
    assert found(path, "opcode != no_frame", 2) == []
    assert found(path, "number > 0", 1) == rows
    assert next_of(path, "text", "bye") == 9
    for text in ("decoder == json", 'summary contains "e"'):
        assert ids_by_columns(path, parse(text), 4) == found(path, text) != []
    with closing(Selection(path, None)) as everything:
        everything.look()
        assert everything.span(2, 9, 4, None)[1].tolist() == [3, 4, 5, 6]


def many(count: int, payload: bytes = b"hello") -> list[tuple[object, ...]]:
    return [(n, 1, n, 0, 1 if n % 50 else 9, 8, None, 7, len(payload), n, 0, payload) for n in range(1, count + 1)]


def test_old_files_where_all_rows_fit_and_then_no_more(path: Path) -> None:
    write_old(path, 3, [*many(300), (301, 1, 301, 0, 1, 8, None, 7, 2, 301, 0, b"no")])
    assert found(path, "length == 5") == list(range(1, 301))
    assert found(path, "length > 0") == list(range(1, 302))
    assert found(path, 'text contains "hello"', 1) == [n for n in range(1, 301) if n % 50]
    assert counted(path) == 301


def test_an_expression_that_is_too_slow_for_an_old_file(path: Path) -> None:
    write_old(path, 3, many(70, b"a" * 80 + b"b"))
    for store in (None, ColumnStore(10, least=1)):
        with pytest.raises(CaptureError, match=r"takes more than 0\.5 s for one row"):
            found(path, 'text matches "(a|aa)+$"', store=store)
    with pytest.raises(CaptureError, match=r"takes more than 0\.5 s for one row"):
        next_of(path, "regex", "(a|aa)+$")


def test_old_rows_that_no_writer_wrote_cannot_be_counted(path: Path) -> None:
    write_old(path, 3, [(1, 1, 1, 0, 99, 8, None, 7, 0, None, None, b"")])
    with pytest.raises(CaptureError, match=r"is damaged"):
        counted(path)


@pytest.fixture
def capture(path: Path) -> Path:
    write(
        path,
        [
            FramesSeen(1, 1, SENT, [Frame(0x81, 7, b"abcd", b"hello"), Frame(0x89, 7, None, b"p"), text_of("x")]),
            FramesSeen(1, 2, RECEIVED, [Frame(0x8A, 7, None, b"p"), Frame(0x01, 16, None, b"hel"), text_of("", 0x80)]),
            BytesSeen(1, 3, SENT, b"hello"),
            FramesSeen(1, 4, SENT, [Frame(0x82, 64, b"\0\0\0\0", b"HELLO"), text_of('{"a":1}'), text_of('{"a":"1"}')]),
            FramesSeen(
                1, 5, SENT, [text_of('{"a":1.5.5}'), text_of('{"a":%s}' % ("7" * 60)), text_of('{"\\u0061":2}')]
            ),
            FramesSeen(1, 6, SENT, [text_of("hellohello"), text_of(""), text_of("\u212aELVIN"), text_of("hello")]),
        ],
    )
    return path


def text_of(text: str, head: int = 0x81) -> Frame:
    return Frame(head, 7, None, text.encode())


MORE = (
    *FILTERS,
    *("payload == 'hello'", "payload != 'hello'", "payload contains ''", "text == ''", "json.a == '1'", "json.a >= 7"),
    *('text matches "(?i)kelvin"', "json.a contains '1'", "payload", 'text matches "a|b"', "json.a == 2", "opcode < 3"),
)


def agree(path: Path) -> None:
    rows = plain_rows(path)
    for text in MORE:
        wanted = parse(text)
        taken = [row.id for row in rows if evaluate(wanted, row)]
        assert found(path, text) == taken, text
        for size in (2, 5, 16):
            assert ids_by_columns(path, wanted, size) == taken, text
        assert counted(path, text) == len(taken), text


def test_what_stands_in_reads(capture: Path) -> None:
    agree(capture)


def test_reads_in_small_portions(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "AT_ONCE", 12)
    agree(capture)
    assert next_of(capture, "text", "hello") == 1
    assert next_of(capture, "text", "hello", backward=True) == 17


def test_rows_that_somebody_edited(capture: Path) -> None:
    with closing(sqlite3.connect(capture)) as database, database:
        database.execute("UPDATE frames SET payload = ?, length = 6 WHERE id = 3", (b"hello!",))
        database.execute("UPDATE frames SET payload = ?, length = 1 WHERE id = 4", (b"q",))
    agree(capture)
    assert next_of(capture, "text", "hello!") == 3
    assert next_of(capture, "text", "hello!", backward=True) == 3
    assert next_of(capture, "text", "nothing") is None
    with closing(sqlite3.connect(capture)) as database, database:
        database.execute("UPDATE frames SET opcode = 99 WHERE id = 3")
    with pytest.raises(CaptureError, match="is damaged"):
        counted(capture)


def test_find_in_reads(capture: Path) -> None:
    assert next_of(capture, "text", "HELLO") == 8
    assert next_of(capture, "text", "hello", ignore=True) == 1
    assert next_of(capture, "text", "hello", ignore=True, backward=True) == 17
    assert next_of(capture, "regex", "h.*ohe") == 14
    assert next_of(capture, "regex", "KELVIN", ignore=True) == 16
    assert next_of(capture, "regex", "[a]|nothing") == 9
    assert next_of(capture, "hex", "48 45 4c 4c 4f", backward=True) == 8
    assert next_of(capture, "text", "nothing") is None
    with Finder(capture, parse_needle("text", "hello")) as finder:
        view = [2, 3, 8, 14]
        assert finder.next(view, 0, 4, progress=lambda *_: None, cancelled=lambda: False) == 3


def test_a_view_with_gaps_between_portions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "AT_ONCE", 10)
    monkeypatch.setattr(find_wires, "BLOCK_ROWS", 2)
    write(path, [FramesSeen(1, 1, SENT, [text_of("hay"), text_of("pin")]) for _ in range(10)])
    with Finder(path, parse_needle("text", "pin")) as finder:
        assert finder.next([1, 20], 0, 2, progress=lambda *_: None, cancelled=lambda: False) == 1
    assert counted(path, "not length == 3") == 0


def test_an_interrupted_question_is_a_cancelled_search(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise InterruptedReadError("Reading was interrupted.")

    monkeypatch.setattr(Selection, "columns", interrupted)
    with pytest.raises(SearchCancelled):
        found(capture, "fin")
    with pytest.raises(SearchCancelled):
        counted(capture)
    monkeypatch.setattr(Finder, "_by_wires", interrupted)
    with pytest.raises(SearchCancelled):
        next_of(capture, "text", "x")


def test_questions_to_sqlite_that_are_interrupted_or_end_in_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_old(path, 3)
    for error, raised in ((InterruptedReadError, SearchCancelled), (CaptureError, CaptureError)):

        def fail(*_: object, error: type[CaptureError] = error) -> str:
            raise error("a sentence")

        with Finder(path, parse_needle("text", "x")) as finder, monkeypatch.context() as patched:
            patched.setattr(Database, "text", fail)
            with pytest.raises(raised):
                finder.next(range(1, 9), 0, 8, progress=lambda *_: None, cancelled=lambda: False)


def test_pings_far_from_each_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "AT_ONCE", 8)
    ping = Frame(0x89, 7, None, b"p")
    write(path, [FramesSeen(1, n, SENT, [ping if n in (1, 9) else text_of("hello")]) for n in range(1, 10)])
    assert counted(path) == 9


def test_an_expression_that_is_too_slow_for_find(path: Path) -> None:
    write(path, [FramesSeen(1, 1, SENT, [text_of("a" * 80 + "b")])])
    with pytest.raises(CaptureError, match=r"takes more than 0\.5 s for one row"):
        next_of(path, "regex", "(a|aa)+$")


def rows_of(database: Database, first: int, last: int) -> Rows:
    return Rows(block_of(database, first - 1, last), 0, last + 1 - first, first=first, before=None, start=0)


def test_bytes_that_are_not_those_of_the_columns(capture: Path) -> None:
    with closing(Database(capture)) as database:
        rows, cut = rows_of(database, 1, 3), rows_of(database, 2, 3)
        assert Reads(database, rows).data.endswith(b"x")
    with closing(sqlite3.connect(capture)) as database_, database_:
        database_.execute("UPDATE reads SET wire = CAST(wire || x'00' AS BLOB), places = x'00' WHERE id = 1")
    with closing(Database(capture)) as database:
        assert Reads.of(database, rows) is None
        with pytest.raises(ColumnError, match="not a place for each frame"):
            Reads(database, cut)
    with closing(sqlite3.connect(capture)) as database_, database_:
        database_.execute("DELETE FROM reads")
    with closing(Database(capture)) as database, pytest.raises(ColumnError, match="are not there"):
        Reads(database, rows)


def test_words_in_headers_are_no_hits(path: Path) -> None:
    write(path, [FramesSeen(1, 1, SENT, [Frame(0x81, 7, b"abcd", b"xx"), Frame(0x81, 7, b"abcd", b"abcdx")])])
    with closing(Database(path)) as database:
        one = Reads(database, rows_of(database, 1, 2))
    assert one.holding(b"abcd").tolist() == [False, True]
    assert one.holding(b"abcd", whole=True).tolist() == [False, True]
    assert one.holding(b"bcd", whole=True).tolist() == [False, False]
    assert one.holding(b"xx\x81").tolist() == [False, False]
    assert one.at(np.array([0, 7, 500])).tolist() == [True, False]
    assert one.holding(b"xx", small=True).tolist() == one.holding(b"xx", small=True).tolist() == [True, False]
    assert one.numbers(re.compile(rb"(9)"), np.isfinite).tolist() == [False, False]


LONG = b"ab" * 40


@pytest.mark.parametrize("window", [1, 7, 64, reads._WINDOW])
def test_words_of_any_length_in_windows_of_any_size(path: Path, monkeypatch: pytest.MonkeyPatch, window: int) -> None:
    monkeypatch.setattr(reads, "_WINDOW", window)
    payloads = [b"", b"a", b"abab", b"bab", b"ABab", b"x" * 9 + b"needle", b"", LONG, b"b" + LONG, LONG[:-1] + b"!"]
    payloads += [LONG[2:] + b"!" + LONG, LONG[2:] + b"!!", LONG.upper(), b"\xff\0\xff", b"n" * 30 + b"eedle", b"ab"]
    write(
        path,
        [
            FramesSeen(
                1, 1, SENT, [Frame(0x82, 16 if len(payload) > 125 else 7, b"abab", payload) for payload in payloads]
            )
        ],
    )
    with closing(Database(path)) as database:
        for first, last in ((1, len(payloads)), (2, 9), (14, 14)):
            some = Reads(database, rows_of(database, first, last))
            asked = payloads[first - 1 : last]
            for words in (b"a", b"ab", b"bab", b"abab", b"needle", b"ba" * 20, LONG, LONG[:70], b"\xff", b"\0", b"zz"):
                assert some.holding(words).tolist() == [words in payload for payload in asked], words
                begin = [payload.startswith(words) for payload in asked]
                assert some.holding(words, whole=True).tolist() == begin, words
                small = some.holding(words, small=True).tolist()
                assert all(small[n] for n, payload in enumerate(asked) if words in payload.lower()), words
            assert not some.holding(b"nowhere", small=True).any()


def test_numbers_of_any_length(path: Path) -> None:
    texts = [b'{"a":12}', b'{"a":%s}' % (b"1" * 60), b'{"a":"12"}', b'{"a": 1.5}', b'{"a":1e-}', b"12"]
    write(path, [FramesSeen(1, 1, SENT, [Frame(0x81, 7, None, text) for text in texts])])
    expression = re.compile(rb'"a"\s*:\s*(-?[0-9][0-9.eE+-]{0,40})')
    seen: list[list[float]] = []

    def all_fit(values: Numbers) -> Marks:
        seen.append(values.tolist())
        return np.ones(len(values), np.bool_)

    with closing(Database(path)) as database:
        every, first = Reads(database, rows_of(database, 1, 6)), Reads(database, rows_of(database, 4, 4))
        assert every.numbers(expression, all_fit).tolist() == [True, True, False, True, True, False]
        assert first.numbers(expression, lambda values: values > 2).tolist() == [False]
    assert seen[0][0] == 12
    assert np.isnan(seen[0]).tolist() == [False, True, False, True]


def test_pings_whose_rows_are_gone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_PAYLOADS", f"{selection._PAYLOADS} LIMIT 1")
    write_old(path, 3, [(n, 1, n, 0, 9, 8, None, 7, 1, None, None, b"p") for n in range(1, 4)])
    with pytest.raises(CaptureError, match="is damaged"):
        counted(path)


def test_nobody_wants_the_rows_any_more(capture: Path) -> None:
    with closing(Selection(capture, parse('text matches "[a-z]"'))) as asked:
        asked.look()
        asked.cancelled = lambda: True
        with pytest.raises(SearchCancelled):
            asked.span(0, 17, 64, None)
    with Finder(capture, parse_needle("text", "hello")) as finder:
        answers = iter([False])
        with pytest.raises(SearchCancelled):
            finder.next(range(1, 18), 0, 17, progress=lambda *_: None, cancelled=lambda: next(answers, True))
