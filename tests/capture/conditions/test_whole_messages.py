"""What stands across fragments: a filter takes all rows of the message, whatever cut it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from tests.capture.conditions.rows import ids_by_columns, ids_by_sql, plain_rows, write
from wsgui.capture import joined as joined_module
from wsgui.capture.conditions import statement as statement_module
from wsgui.capture.conditions.statement import Statement
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import Joined
from wsgui.capture.search import Search
from wsgui.capture.statistics.collect import Collector
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.filter.evaluate import evaluate
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
KEY = b"7\xfa!="


def ids(path: Path, text: str) -> list[int]:
    wanted = parse(text)
    found = ids_by_sql(path, wanted)
    assert found == [row.id for row in plain_rows(path) if evaluate(wanted, row)]
    for size in (1, 3, 16):
        assert found == ids_by_columns(path, wanted, size)
    with Search(path, wanted) as search:
        assert found == list(search.ids(0, 99, progress=lambda *_: None, cancelled=lambda: False))
    figures = Collector(path, wanted).collect(99, progress=lambda *_: None, cancelled=lambda: False).figures
    assert figures.rows == len(found)
    return found


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.wscap"
    deflate = zlib.compressobj(wbits=-15)
    wire = deflate.compress(b'{"kind":"squeezed"}') + deflate.flush(zlib.Z_SYNC_FLUSH)[:-4]
    write(
        path,
        [
            FramesSeen(
                1,
                1,
                RECEIVED,
                [
                    Frame(0x01, 7, None, b'{"event":"ne'),  # 1
                    Frame(0x00, 7, None, b"ed"),  # 2
                    Frame(0x89, 7, None, b"needle"),  # 3: a ping between them, which is no part of it
                    Frame(0x00, 7, None, b"le"),  # 4
                    Frame(0x80, 7, None, b'","id":42,"caf\xc3'),  # 5 begins the next, as far as UTF-8 goes
                    Frame(0x81, 7, None, b'{"id":42}'),  # 6
                ],
            ),
            FramesSeen(1, 2, SENT, [Frame(0x01, 7, KEY, b"caf\xc3"), Frame(0x80, 7, KEY, b"\xa9 au lait")]),  # 7 8
            FramesSeen(1, 3, SENT, [Frame(0x02, 7, KEY, b"\xde\xad"), Frame(0x80, 7, KEY, b"\xbe\xef")]),  # 9 10
            FramesSeen(  # 11 12
                1,
                4,
                RECEIVED,
                [Frame(0x41, 7, None, wire[:9]), Frame(0x80, 7, None, wire[9:])],
                [],
                0,
                [(0, b'{"kind":"sque'), (1, b'ezed"}')],
            ),
            FramesSeen(2, 5, RECEIVED, [Frame(0x01, 7, None, b"two nee")]),  # 13: of two connections, in turns
            FramesSeen(3, 5, RECEIVED, [Frame(0x01, 7, None, b"dle, nee")]),  # 14
            FramesSeen(2, 6, RECEIVED, [Frame(0x80, 7, None, b"dles")]),  # 15
            FramesSeen(3, 7, RECEIVED, [Frame(0x00, 7, None, b'{"id":42}')]),  # 16: never ends
        ],
    )
    return path


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ('text contains "needle"', [1, 2, 4, 5, 13, 15]),
        ('payload contains "needle"', [1, 2, 3, 4, 5, 13, 15]),
        ('not payload contains "needle"', [6, 7, 8, 9, 10, 11, 12, 14, 16]),
        ('not text contains "needle"', [3, 6, 7, 8, 9, 10, 11, 12, 14, 16]),
        ('text matches "event.*needle.*id"', [1, 2, 4, 5]),
        ('text matches "^two needles$"', [13, 15]),
        ('text == "two needles"', [13, 15]),
        ('text == "two nee"', [13]),
        ('text in {"two needles", "x"}', [13, 15]),
        ('text != "two needles" and connection == 2', []),
        ('text != "two nee" and connection == 2', [15]),
        ('text contains "caf\u00e9 au"', [7, 8]),
        ('text matches "caf.\\sau"', [7, 8]),
        ("payload contains 0xdeadbeef", [9, 10]),
        ("payload contains de:ad:be", [9, 10]),
        ("payload contains adbe and fin", [10]),
        ("payload == 0xdeadbeef", [9, 10]),
        ("payload != 0xdeadbeef and opcode in {binary}", []),
        ('payload matches "\\xad\\xbe"', [9, 10]),
        ('text contains "squeezed"', [11, 12]),
        ('inflated contains "queez"', [11, 12]),
        ('inflated != "x" and inflated', [11, 12]),
        ('payload contains "squeezed"', []),
        ('json.kind == "squeezed"', [11, 12]),
        ('json.kind contains "eez"', [11, 12]),
        ("json.id == 42", [6]),
        ("json.id", [6]),
        ("json.kind != 5", [11, 12]),
        ("not json.kind", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16]),
        ('text contains "dle, nee{"', [14, 16]),
        ('opcode == continuation and text contains "needle"', [2, 4, 5, 15]),
    ],
)
def test_all_rows_of_the_message_are_taken(capture: Path, text: str, taken: list[int]) -> None:
    assert ids(capture, text.replace("contains adbe", "contains 0xadbe")) == taken


def test_json_across_fragments_with_a_control_frame_between(path: Path) -> None:
    cut = [Frame(0x01, 7, None, b'{"a":{"b":['), Frame(0x89, 7, None, b""), Frame(0x00, 7, None, b'1,{"c":"x')]
    write(path, [FramesSeen(1, 1, SENT, [*cut, Frame(0x80, 7, None, b'y"}]}}')])])
    assert ids(path, 'json.a.b[1].c == "xy"') == [1, 3, 4]
    assert ids(path, "json.a.b[0] in {1..3}") == [1, 3, 4]
    assert ids(path, "json.a.b[0] > 1") == []
    assert ids(path, 'json.a["b"][1].c != "xy"') == []


def test_a_capture_that_grows(path: Path) -> None:
    wanted = parse('text contains "needle"')
    with CaptureWriter(path) as writer, Search(path, wanted) as search:

        def look(after: int) -> list[int]:
            assert writer.flush()
            return list(search.ids(after, 99, progress=lambda *_: None, cancelled=lambda: False))

        writer.put(FramesSeen(1, 1, SENT, [Frame(0x81, 7, None, b"needle")]))
        assert look(0) == [1]
        writer.put(FramesSeen(1, 1, SENT, [Frame(0x01, 7, None, b"nee"), Frame(0x00, 7, None, b"d")]))
        assert look(1) == []
        writer.put(FramesSeen(1, 1, SENT, [Frame(0x80, 7, None, b"le")]))
        assert look(1) == [2, 3, 4]


def test_what_is_remembered_of_messages_is_bounded(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_module, "_VERDICTS", 1)
    monkeypatch.setattr(joined_module, "_KEPT", 1)
    assert ids(capture, 'text contains "needle"') == [1, 2, 4, 5, 13, 15]


def test_a_message_that_is_damaged_ends_the_search_with_its_sentence(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise CaptureError("whole.wscap is damaged: message 1 has the opcode 99.")

    monkeypatch.setattr(Joined, "_read", fail)
    for look in (
        lambda: Search(capture, parse('text contains "needle"')).ids(
            0, 99, progress=lambda *_: None, cancelled=lambda: False
        ),
        lambda: Collector(capture, parse('text contains "needle"')).collect(
            99, progress=lambda *_: None, cancelled=lambda: False
        ),
    ):
        with pytest.raises(CaptureError, match=r"^whole\.wscap is damaged: message 1 has the opcode 99\.$"):
            look()


def test_a_row_that_is_gone_has_no_message(capture: Path) -> None:
    Joined(capture).close()  # before anything was asked
    joined = Joined(capture)
    key = joined.key_of(13)
    assert joined.of(13, key, wire=False) is joined.of(15, key, wire=False)
    for row in (3, 900):
        with pytest.raises(LookupError):
            joined.key_of(row)
    statement = Statement(parse('text contains "needle"'), joined=joined)
    assert statement._functions["filter_0"][1](900) is False
    joined.close()
