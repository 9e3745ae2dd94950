"""Literal rows: what each field and operator takes, in SQL and in Python alike."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.conditions.rows import SECOND, ids_by_columns, ids_by_sql, plain_rows, write
from wsgui.capture.conditions.columns import COLUMNS
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.search import Search
from wsgui.dissect.decoders import registry
from wsgui.filter import FIELDS, evaluate, parse
from wsgui.filter.json_value import JSON_LIMIT
from wsgui.filter.parse import DEPTH_LIMIT
from wsgui.filter.values import clock_ns
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import BytesSeen, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

START = 1_763_726_650 * SECOND
KEY = bytes.fromhex("37fa213d")


def test_every_field_has_its_column() -> None:
    decoded = {name for _, _, name in registry.fields()} | {"decoder", "summary", "event", "method", "topic"}
    assert set(COLUMNS) == set(FIELDS) - decoded - {"answer_time", "unanswered"} | {"json"}


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filter") / "test.wscap"
    json = b'{"type":"order","id":7,"price":2.5,"ok":true,"none":null,"tags":["a",{"b":"\\u00e9"}],"x y":-1}'
    sent, received = Direction.SENT, Direction.RECEIVED
    write(
        path,
        [
            HandshakeSeen(1, START, sent, b"GET /chat HTTP/1.1\r\n\r\n"),  # 1
            HandshakeSeen(
                1, START + 2_000_000, received, b"HTTP/1.1 101 OK\r\n\r\n", [violation("response.accept", "x")]
            ),
            FramesSeen(  # 3 to 6
                1,
                START + SECOND,
                sent,
                [
                    Frame(0x81, 7, KEY, b"Hello"),
                    Frame(0x01, 7, KEY, b"frag"),
                    Frame(0x89, 7, KEY, b"beat"),
                    Frame(0x80, 7, KEY, b"ment"),
                ],
            ),
            FramesSeen(  # 7 to 9
                2,
                START + 2 * SECOND,
                received,
                [
                    Frame(0x82, 16, None, b"\xde\xad\xbe\xef" * 50),
                    Frame(0x81, 7, None, json),
                    Frame(0xC1, 7, None, b""),
                ],
                [(0, violation("length.not-minimal", "x")), (0, violation("mask.server-masked", "x"))],
            ),
            FramesSeen(  # 10 to 12
                2,
                START + 2 * SECOND + 5,
                received,
                [Frame(0x88, 7, None, b"\x03\xeabad"), Frame(0x88, 7, None, b""), Frame(0xBB, 64, None, b"\xff")],
            ),
            BytesSeen(2, START + 3 * SECOND, received, b"\x81"),  # 13
        ],
    )
    return path


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("opcode == text", [3, 4, 8, 9]),
        ("opcode == http", [1, 2]),
        ("opcode == no_frame", [13]),
        ("opcode != text and opcode != http", [5, 6, 7, 10, 11, 12, 13]),
        ("opcode < 2", [3, 4, 6, 8, 9]),
        ("opcode >= close", [5, 10, 11, 12]),
        ("opcode in {ping, 0xB}", [5, 12]),
        ("opcode in {8..15}", [5, 10, 11, 12]),
        ("opcode", list(range(1, 14))),
        ("fin", [3, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("fin == false", [4]),
        ("not fin", [1, 2, 4, 13]),
        ("fin != true", [4]),
        ("rsv == 3", [12]),
        ("rsv > 0", [9, 12]),
        ("rsv1", [9]),
        ("rsv2", [12]),
        ("rsv3", [12]),
        ("masked", [3, 4, 5, 6]),
        ("masked == false", [7, 8, 9, 10, 11, 12]),
        ("key == 37:fa:21:3d", [3, 4, 5, 6]),
        ("key != 37:fa:21:3d", []),
        ("key contains 0xfa21", [3, 4, 5, 6]),
        ('key matches "^7.!=$"', [3, 4, 5, 6]),
        ("key", [3, 4, 5, 6]),
        ("length == 4", [4, 5, 6]),
        ("length > 0.125k", [7]),
        ("length <= 0", [9, 11]),
        ("length in {1, 5..6}", [3, 10, 12, 13]),
        ("length_form > 7", [7, 12]),
        ("length_form == 64", [12]),
        ("length_form", list(range(3, 13))),
        ("direction == sent", [1, 3, 4, 5, 6]),
        ("direction in {received}", [2, 7, 8, 9, 10, 11, 12, 13]),
        ("connection == 2 and number < 9", [7, 8]),
        ("time == +1s", [3, 4, 5, 6]),
        ("time > +2s", [10, 11, 12, 13]),
        ("time in {+0..+1ms, +3s}", [1, 13]),
        ("time >= 2025-11-21T12:04:12Z and time < 2025-11-21T12:04:13Z", [7, 8, 9, 10, 11, 12]),
        ("delta > 100ms", [3, 7, 13]),
        ("delta == 5ns", [10]),
        ("delta", list(range(2, 14))),
        ("not delta >= 0", [1]),
        ("message == 1", [3, 7]),
        ("message", [3, 4, 6, 7, 8, 9]),
        ("fragment > 0", [6]),
        ("close_code", [10]),
        ("close_code == protocol_error", [10]),
        ("close_code != normal", [10]),
        ("not close_code == normal", list(range(1, 14))),
        ("close_code in {1000..1005}", [10]),
        ("close_code > 1002", []),
        ('reason == "bad"', [10]),
        ("reason", [10]),
        ('reason != ""', [10]),
        ("violation", [2, 7]),
        ("violation == mask.server-masked", [7]),
        ("violation != mask.server-masked", [2]),
        ("violation in {response.accept, length.not-minimal}", [2, 7]),
        ('violation contains "mask"', [7]),
        ('violation matches "^r"', [2]),
        ("not violation and opcode == binary", []),
        ('text == "Hello"', [3]),
        ('text != "Hello"', [4, 6, 8, 9]),
        ('text in {"frag", "ment", ""}', [4, 6, 9]),
        ('text contains "e"', [3, 4, 6, 8]),
        ('text matches "^[a-z]+$"', [4, 6]),
        ("text", [3, 4, 6, 8]),
        ('payload contains "chat"', [1]),
        ("payload contains 0xbeefde", [7]),
        ("payload == 0x81", [13]),
        ('payload matches "^\\xff$"', [12]),
        ("payload", [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13]),
        ("json", [8]),
        ('json.type == "order"', [8]),
        ('json.type != "order"', []),
        ("json.type != 5", [8]),
        ('json.type contains "rde"', [8]),
        ('json.type matches "^or"', [8]),
        ('json.id matches "7"', []),
        ("json.id == 7", [8]),
        ("json.id == 7.0", [8]),
        ('json.id == "7"', []),
        ("json.id in {1, 5..8}", [8]),
        ("json.id in {1..5}", []),
        ("json.id < 7", []),
        ("json.price > 2", [8]),
        ("json.price in {2.5}", [8]),
        ("json.ok == true", [8]),
        ("json.ok == 1", []),
        ("json.ok > 0", []),
        ("json.none == null", [8]),
        ("json.none", [8]),
        ("json.nothing", []),
        ("json.nothing != 5", []),
        ("json.tags[0] == 'a'", [8]),
        ('json.tags[1].b == "é"', [8]),
        ("json.tags[2]", []),
        ("json[0]", []),
        ('json["x y"] == -1', [8]),
        ('json[""]', []),
        ("fin and rsv1 or masked and length == 5", [3, 9]),
        ("not (fin or masked)", [1, 2, 13]),
    ],
)
def test_the_rows_that_a_filter_takes(capture: Path, text: str, ids: list[int]) -> None:
    wanted = parse(text)
    assert ids_by_sql(capture, wanted) == ids
    for size in (1, 4, 13):
        assert ids_by_columns(capture, wanted, size) == ids
    assert [row.id for row in plain_rows(capture) if evaluate(wanted, row)] == ids


def test_clock_times_are_those_of_the_first_day(capture: Path) -> None:
    noon = clock_ns(START, 12 * 3600 * SECOND)
    assert noon is not None
    assert abs(noon - START) < 86_400 * SECOND
    later, earlier = parse("time >= 00:00:00"), parse("time < 00:00")
    assert ids_by_sql(capture, later) == list(range(1, 14))
    assert ids_by_sql(capture, earlier) == []
    assert ids_by_columns(capture, later, 5) == list(range(1, 14))
    assert ids_by_columns(capture, earlier, 5) == []
    rows = plain_rows(capture)
    assert all(evaluate(later, row) and not evaluate(earlier, row) for row in rows)


def test_a_day_that_the_system_cannot_tell_has_no_clock_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "far.wscap"
    write(path, [BytesSeen(1, START, Direction.SENT, b"x")])
    monkeypatch.setattr("wsgui.capture.conditions.statement.clock_ns", lambda _start, _of_day: None)
    monkeypatch.setattr("wsgui.capture.conditions.vectors.clock_ns", lambda _start, _of_day: None)
    monkeypatch.setattr(sys.modules[evaluate.__module__], "clock_ns", lambda _start, _of_day: None)
    row = plain_rows(path)[0]
    for text in ("time > 12:00", "time != 12:00", "time in {12:00}", "time in {12:00..13:00}"):
        assert ids_by_sql(path, parse(text)) == ids_by_columns(path, parse(text), 1) == []
        assert not evaluate(parse(text), row)
        assert ids_by_sql(path, parse(f"not {text}")) == ids_by_columns(path, parse(f"not {text}"), 1) == [1]
        assert evaluate(parse(f"not {text}"), row)


def test_values_are_parameters() -> None:
    statement = Statement(parse('payload contains "\'; DROP TABLE frames" and json["x\'y"] == "q"'))
    condition, parameters = statement.condition, statement.parameters
    assert "DROP" not in condition
    assert "x'y" not in condition
    assert b"'; DROP TABLE frames" in parameters
    assert condition.count("?") == len(parameters)


def test_the_largest_filters_fit_sqlite(capture: Path) -> None:
    ranges = ", ".join(f"{number}..{number + 1}" for number in range(200))
    wanted = parse(f"json.id in {{{ranges}}} and " + " and ".join(["length < 64k"] * 199))
    assert ids_by_sql(capture, wanted) == [8]
    deep = "json.id in {1..9, 7, 2.5, null, 'a'}"
    for level in range(DEPTH_LIMIT):
        deep = f"fin {'and' if level % 2 else 'or'} ({deep})"
    assert ids_by_sql(capture, parse(deep)) == [3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert ids_by_columns(capture, parse(deep), 6) == [3, 5, 6, 7, 8, 9, 10, 11, 12]
    with Search(capture, parse(deep)) as search:
        ids = search.ids(0, 99, connection=2, progress=lambda _done, _total: None, cancelled=lambda: False)
    assert list(ids) == [7, 8, 9, 10, 11, 12]
    assert len(ids_by_sql(capture, parse("!" * DEPTH_LIMIT + "fin"))) == 9


def test_an_empty_capture_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "empty.wscap"
    write(path, [])
    for text in ("time > +1s", "not time > 12:00", "delta > 1", "json.a"):
        assert ids_by_sql(path, parse(text)) == []


def test_json_of_more_than_a_mebibyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.wscap"
    fits = b'{"a":1}'.ljust(JSON_LIMIT)
    write(
        path, [FramesSeen(1, START, Direction.SENT, [Frame(0x81, 64, None, fits), Frame(0x81, 64, None, fits + b" ")])]
    )
    for text in ("json.a == 1", "json", 'json["a"] < 2', 'json["\\""] or json'):
        assert ids_by_sql(path, parse(text)) == [1]
        assert [row.id for row in plain_rows(path) if evaluate(parse(text), row)] == [1]


def test_sqlite_alone_knows_the_condition_of_plain_fields(capture: Path) -> None:
    statement = Statement(parse("length > 4 and direction == sent and violation != mask.server-masked or reason"))
    with closing(sqlite3.connect(capture)) as database:
        assert database.execute(
            f"SELECT id FROM frames WHERE {statement.condition}", statement.parameters
        ).fetchall() == [(10,)]
