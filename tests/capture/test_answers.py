"""Requests and their answers, of ids and of pings, as a capture grows; and filters that ask for them."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.capture.old_formats import write_old
from wsgui.capture import answers
from wsgui.capture.answer_table import EMPTY, Answer, AnswerTable, MethodTimes, times_by_method
from wsgui.capture.answers import AnswerBook, book_of
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.column_store import ColumnStore
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.errors import CaptureError
from wsgui.capture.search import Search
from wsgui.capture.selection import Selection
from wsgui.capture.writer import CaptureWriter
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.known.json_rpc import JsonRpcDecoder
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000
SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


def request(id_: int, method: str = "add") -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": []}).encode()


def result(id_: int) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id_, "result": 3}).encode()


def seen(ms: int, direction: Direction, *frames: tuple[int, bytes], connection: int = 1) -> FramesSeen:
    made = [Frame(head, 7 if len(data) < 126 else 16, None, data) for head, data in frames]
    return FramesSeen(connection, ms * MS, direction, made)


TALK = (
    ConnectionOpened(1, 0, "client", "ws://a/", "", ""),
    seen(0, SENT, (0x81, request(1)), (0x81, request(2, "sub")), (0x89, b"a"), (0x89, b"b")),  # 1 to 4
    seen(5, RECEIVED, (0x81, result(2)), (0x8A, b"b")),  # 5, 6
    seen(7, RECEIVED, (0x81, request(1, "notify")), (0x81, b"no json"), (0x8A, b"c")),  # 7 to 9
    seen(9, RECEIVED, (0x01, result(1)[:9]), (0x80, result(1)[9:]), (0x81, result(2))),  # 10 to 12
    seen(20, SENT, (0x81, request(3)), (0x82, b"\x00"), (0x81, b'{"a":1}')),  # 13 to 15
)


def write(path: Path, *records: object) -> None:
    with CaptureWriter(path) as writer:
        for record in records or TALK:
            writer.put(record)  # type: ignore[arg-type]


def never() -> bool:
    return False


def collected(book: AnswerBook, upto: int = 1000) -> AnswerTable:
    return book.collect(upto, progress=lambda *_: None, cancelled=never)


def ids(path: Path, expression: str, store: ColumnStore | None = None) -> list[int]:
    with Search(path, parse(expression), store) as search:
        return list(search.ids(0, 1000, progress=lambda *_: None, cancelled=never))


def test_requests_and_answers_are_joined(path: Path) -> None:
    write(path)
    table = collected(AnswerBook(path))
    assert {id_: table.of(id_) for id_ in range(1, 16)} == {
        1: Answer(True, 10, 9 * MS),
        2: Answer(True, 5, 5 * MS),
        3: Answer(True, 6, 5 * MS),  # a pong answers the pings before too
        4: Answer(True, 6, 5 * MS),
        5: Answer(False, 2, 5 * MS),
        6: Answer(False, 4, 5 * MS),
        7: Answer(True, 0, None),  # the other side's ids are others
        8: None,
        9: None,
        10: Answer(False, 1, 9 * MS),
        11: None,
        12: None,  # of several answers the first counts
        13: Answer(True, 0, None),
        14: None,
        15: None,
    }
    assert [table.names[number] for number in table.methods[table.asks].tolist()] == [
        "add", "sub", "ping", "ping", "notify", "add",
    ]  # fmt: skip
    assert EMPTY.of(1) is None


def test_a_book_goes_on_as_the_capture_grows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_STEP", 3)
    told: list[tuple[int, int]] = []
    with CaptureWriter(path) as writer:
        for record in TALK[:2]:
            writer.put(record)
        assert writer.flush()
        book = AnswerBook(path)
        table = collected(book)
        assert table.of(1) == Answer(True, 0, None)
        for record in TALK[2:]:
            writer.put(record)
        assert writer.flush()
        again = book.collect(15, progress=lambda *two: told.append(two), cancelled=never)
    assert told == [(3, 11), (6, 11), (9, 11), (11, 11)]
    assert table.of(1) == Answer(True, 0, None)
    assert again.of(1) == Answer(True, 10, 9 * MS)
    assert collected(book, 10) is again is book.table


@pytest.mark.parametrize("store", [None, ColumnStore(least=1)])
def test_filters_ask_for_answers(path: Path, store: ColumnStore | None) -> None:
    write(path)
    assert ids(path, "unanswered", store) == [7, 13]
    assert ids(path, "unanswered == false", store) == [1, 2, 3, 4]
    assert ids(path, "not unanswered and opcode == text", store) == [1, 2, 5, 8, 10, 12, 15]
    assert ids(path, "answer_time > 6ms", store) == [10]
    assert ids(path, "answer_time in {5ms, 1s}", store) == [5, 6]
    assert ids(path, "answer_time", store) == [5, 6, 10]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_filters_of_old_formats_ask_in_sql(path: Path, version: int) -> None:
    write_old(path, version)
    assert ids(path, "unanswered") == [5]
    assert ids(path, "answer_time > 1ms") == []


def test_a_capture_that_cannot_be_read_is_told_of_in_sql(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_old(path, 3)

    def broken(*_: object, **__: object) -> AnswerTable:
        raise CaptureError("It is damaged.")

    monkeypatch.setattr(AnswerBook, "collect", broken)
    with pytest.raises(CaptureError, match="It is damaged"):
        ids(path, "unanswered")


def test_collecting_can_be_stopped_and_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_STEP", 4)
    write(path)
    book = AnswerBook(path)
    asked = iter([False, True])
    with pytest.raises(SearchCancelled):
        book.collect(15, progress=lambda *_: None, cancelled=lambda: next(asked))
    assert book.table.upto == 4

    def interrupted(*_: object) -> None:
        raise InterruptedReadError

    with monkeypatch.context() as patched:
        patched.setattr(Selection, "every_column", interrupted)
        with pytest.raises(SearchCancelled):
            collected(book)
    assert collected(book).upto == 15


def test_who_waits_for_another_thread_can_be_stopped(path: Path) -> None:
    write(path)
    book = AnswerBook(path)
    asked = threading.Event()

    def give_up() -> bool:
        if asked.is_set():
            return True
        asked.set()
        return False

    with book._lock, pytest.raises(SearchCancelled):
        book.collect(15, progress=lambda *_: None, cancelled=give_up)
    assert book.table is EMPTY


def test_what_waits_and_what_is_told_apart_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_WAITING", 1)
    monkeypatch.setattr(answers, "_NAMES", 1)
    write(path)
    table = collected(AnswerBook(path))
    assert table.of(1) == Answer(True, 0, None)  # given up
    assert table.of(2) == Answer(True, 5, 5 * MS)
    assert table.of(3) == Answer(True, 0, None)
    assert table.names == ("add", "")


def test_long_messages_and_decoders_that_fail_ask_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path)
    with monkeypatch.context() as patched:
        patched.setattr(answers, "JSON_LIMIT", 10)
        assert [id_ for id_ in range(1, 16) if collected(AnswerBook(path)).of(id_)] == [3, 4, 6]

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(JsonRpcDecoder, "exchange", fails)
    assert [id_ for id_ in range(1, 16) if collected(AnswerBook(path)).of(id_)] == [3, 4, 6]
    decoder = registry.all_decoders()["jsonrpc"]
    assert registry.exchange(decoder, None, {}) is None  # type: ignore[arg-type]


def test_a_request_without_a_name_is_called_after_its_decoder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JsonRpcDecoder, "fields", JsonRpcDecoder.fields[:1])
    write(path)
    assert collected(AnswerBook(path)).names == ("JSON-RPC", "ping")


def test_fragments_of_a_reserved_opcode_ask_nothing(path: Path) -> None:
    write(path, seen(0, SENT, (0x03, request(1)), (0x80, b"")))
    assert len(collected(AnswerBook(path)).ids) == 0


def test_one_book_for_all_who_hold_it(path: Path) -> None:
    write(path)
    book = book_of(path)
    assert book_of(path) is book
    assert book_of(path.with_name("gone")) is not book_of(path.with_name("gone"))


def test_without_a_book_nothing_answers(path: Path) -> None:
    write(path)
    with closing(Selection(path, parse("unanswered"), ColumnStore(least=1))) as selection:
        _, found = selection.span(0, selection.look(), 1000, None)
        assert list(found) == []


def test_rows_without_anything(path: Path) -> None:
    write(path, seen(0, SENT, (0x88, b"")))
    with closing(Selection(path, None)) as selection:
        selection.look()
        rows = selection.every_column(0, 1)
    table = collected(AnswerBook(path))
    assert np.array_equal(table.times(rows), [-1])
    assert np.array_equal(table.waiting(rows), [-1])


def test_round_trips_by_method(path: Path) -> None:
    write(path)
    assert times_by_method(collected(AnswerBook(path))) == [
        MethodTimes("add", 2, 1, 9 * MS, 9 * MS, 9 * MS),
        MethodTimes("ping", 2, 0, 5 * MS, 5 * MS, 5 * MS),
        MethodTimes("sub", 1, 0, 5 * MS, 5 * MS, 5 * MS),
        MethodTimes("notify", 1, 1, None, None, None),
    ]
    assert times_by_method(EMPTY) == []
