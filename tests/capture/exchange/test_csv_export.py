from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from tests.capture.exchange.samples import CONVERSATION, KEY, SENT, START, conversations, write
from wsgui.capture.exchange import export_capture
from wsgui.capture.exchange.csv_export import COLUMNS, time_text
from wsgui.protocol.frames import Frame
from wsgui.records import FramesSeen

if TYPE_CHECKING:
    from wsgui.records import Record


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(tmp_path: Path, records: list[Record]) -> list[dict[str, str]]:
    write(tmp_path / "in.wscap", records)
    export_capture(tmp_path / "in.wscap", tmp_path / "out.csv", kind="csv")
    return table(tmp_path / "out.csv")


def test_rows(tmp_path: Path) -> None:
    rows = exported(tmp_path, CONVERSATION)
    assert len(rows) == 11
    assert rows[2] == {
        "number": "3",
        "time": "2023-11-14T22:13:20.123456819Z",
        "delta_s": "0.000000010",
        "connection": "1",
        "direction": "sent",
        "opcode": "TEXT",
        "fin": "1",
        "rsv": "000",
        "masking_key": "37fa213d",
        "length": "5",
        "inflated_length": "",
        "message": "1",
        "fragment": "0",
        "fragments": "",
        "violations": "",
        "payload": "Hello",
    }
    assert rows[0]["delta_s"] == ""
    assert rows[0]["payload"].startswith("GET /chat?token=***&room=7 HTTP/1.1␍␊Host: example.org␍␊")
    assert rows[0]["payload"].endswith("Bearer ***␍␊␍␊")
    assert (rows[0]["opcode"], rows[0]["fin"], rows[0]["rsv"]) == ("HTTP", "", "")
    assert [row["payload"] for row in rows[3:6]] == ["Grü", "beat", "ße"]
    assert rows[5]["fragments"] == "2"
    assert (rows[6]["payload"], rows[6]["violations"]) == ("00" * 9, "mask.client-unmasked")
    assert (rows[10]["opcode"], rows[10]["payload"]) == ("no frame", "81")
    assert tuple(rows[0]) == COLUMNS


def test_a_row_is_a_line(tmp_path: Path) -> None:
    exported(tmp_path, CONVERSATION)
    assert (tmp_path / "out.csv").read_bytes().count(b"\n") == 12


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"=1+2", "'=1+2"),
        (b"+a", "'+a"),
        (b"-a", "'-a"),
        (b"@a", "'@a"),
        (b"\t=a\r\n", "␉=a␍␊"),
        (b'a,"b"', 'a,"b"'),
        (b"\xff\xfe", "fffe"),
        (b"a" * 255 + "é".encode(), "a" * 255 + "…"),
        ("é".encode() * 128, "é" * 128),
        (b"", ""),
    ],
)
def test_payloads(tmp_path: Path, payload: bytes, shown: str) -> None:
    (row,) = exported(tmp_path, [FramesSeen(1, START, SENT, [Frame(0x81, 16, KEY, payload)])])
    assert row["payload"] == shown


def test_times() -> None:
    assert time_text(0) == "1970-01-01T00:00:00.000000000Z"
    assert time_text(-1) == "1969-12-31T23:59:59.999999999Z"
    assert time_text(2**63 - 1) == "2262-04-11T23:47:16.854775807Z"
    assert time_text(10**30) == "1000000000000000000000.000000000"
    assert time_text(-(10**30) - 5) == "-1000000000000000000000.000000005"


@settings(max_examples=25, deadline=None)
@given(conversations())
def test_any_capture(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        rows = exported(Path(name), records)
        assert [row["number"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
        assert all(len(row) == len(COLUMNS) for row in rows)
