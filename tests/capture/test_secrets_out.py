from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.capture.old_formats import write_old
from tests.capture.test_writer import HELLO, sent
from wsgui.capture.copy import copy_capture
from wsgui.capture.errors import CancelledError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.secrets_out import secrets_of
from wsgui.capture.writer import CaptureWriter
from wsgui.records import BytesSeen, ConnectionOpened, Direction, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = b"GET /?token=hush1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer hush2\r\nCookie: sid=hush3\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\nSet-Cookie: sid=hush4; Path=/\r\n\r\n"
JUNK = b"HTTP/1.0 nonsense\nCookie: x=hush5\n"


@pytest.fixture
def full(path: Path) -> Path:
    with CaptureWriter(path, name="Client ws://a/?token=hush6", role="client") as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/?token=hush1", "", ""))
        capture.put(HandshakeSeen(1, 2, Direction.SENT, REQUEST))
        capture.put(HandshakeSeen(1, 3, Direction.RECEIVED, RESPONSE))
        capture.put(sent(HELLO))
        capture.put(BytesSeen(1, 4, Direction.RECEIVED, JUNK))
        capture.put(BytesSeen(1, 5, Direction.RECEIVED, b"Cookie: x=plain bytes"))
    return path


def test_which_there_are(full: Path) -> None:
    assert secrets_of(full) == {"token in the URL": 1, "Authorization": 1, "Cookie": 1, "Set-Cookie": 1}
    assert secrets_of(full, 0) == {}


def test_a_copy_without_them(full: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.wscap"
    assert copy_capture(full, target, without_secrets=True) == 5
    assert b"hush" not in target.read_bytes()
    assert b"hush" in full.read_bytes()
    assert secrets_of(target) == {}
    with CaptureReader(target) as reader:
        request, response = reader.handshake(1)
        assert request == (
            b"GET /?token=*** HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ***\r\nCookie: sid=***\r\n\r\n"
        )
        assert response == b"HTTP/1.1 101 Switching Protocols\r\nSet-Cookie: sid=***; Path=/\r\n\r\n"
        assert reader.meta()["name"] == "Client ws://a/?token=***"
        assert reader.connections()[0].url == "ws://a/?token=***"
        assert [row.length for row in reader.rows(1, 5)] == [len(request), len(response), 5, 32, 21]
        assert reader.payload(4) == b"HTTP/1.0 nonsense\nCookie: x=***\n"
        assert reader.payload(5) == b"Cookie: x=plain bytes"


def test_called_off(full: Path, tmp_path: Path) -> None:
    def cancelled() -> bool:
        return True

    with pytest.raises(CancelledError):
        copy_capture(full, tmp_path / "copy.wscap", without_secrets=True, cancelled=cancelled)
    assert not (tmp_path / "copy.wscap").exists()


def test_older_and_damaged_captures(tmp_path: Path) -> None:
    path = tmp_path / "old.wscap"
    rows = [
        (1, 1, 2, 0, -1, 0, None, 0, len(REQUEST), None, None, REQUEST),
        (2, 1, 3, 1, -1, 0, None, 0, -1, None, None, b""),
        (3, 1, 4, 1, -2, 0, None, 0, len(JUNK), None, None, JUNK),
    ]
    for version in (1, 2, 3):
        path.unlink(missing_ok=True)
        write_old(path, version, rows)
        copy_capture(path, tmp_path / "copy.wscap", overwrite=True, without_secrets=True)
        assert b"hush" not in (tmp_path / "copy.wscap").read_bytes()
        with CaptureReader(tmp_path / "copy.wscap") as reader:
            assert reader.row(3).length == 32


def test_rows_that_somebody_changed_by_hand(full: Path, tmp_path: Path) -> None:
    database = sqlite3.connect(full)
    database.execute("UPDATE frames SET payload = ?, length = ? WHERE id = 1", (REQUEST + b"\r\n", len(REQUEST) + 2))
    database.execute("DELETE FROM frames WHERE id = 2")
    database.execute("INSERT INTO blocks VALUES (0, x'00')")
    database.commit()
    database.close()
    target = tmp_path / "copy.wscap"
    copy_capture(full, target, without_secrets=True)
    assert b"hush" not in target.read_bytes()
    with CaptureReader(target) as reader:
        assert reader.row(1).length == len(reader.payload(1))
        assert [row.id for row in reader.rows(1, 9)] == [1, 3, 4, 5]
        assert reader.database.all("SELECT * FROM blocks") == []
