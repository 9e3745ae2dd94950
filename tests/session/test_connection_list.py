"""All connections of a capture: addresses, paths with secrets masked, and how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture.writer import CaptureWriter
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, HandshakeSeen
from wsgui.session.connection_list import connection_list

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 10**9


def test_each_is_told_with_address_path_and_end(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    request = b"GET /chat?token=abcdefghijklmnop&room=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    with CaptureWriter(path, role="server") as writer:
        for record in (
            ConnectionOpened(1, SECOND, "server", "ws://127.0.0.1:1/", "127.0.0.1:1", "127.0.0.1:2"),
            HandshakeSeen(1, SECOND, Direction.RECEIVED, request),
            HandshakeSeen(1, SECOND, Direction.SENT, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            ConnectionOpened(2, SECOND, "server", "ws://127.0.0.1:1/", "", ""),
            HandshakeSeen(2, SECOND, Direction.RECEIVED, b"nonsense\r\n\r\n"),
            ConnectionClosed(1, 3 * SECOND, 1001, "bye", EndedBy.PEER, "The peer\u202e left."),
            ConnectionOpened(3, SECOND, "client", "ws://h/a?b=c", "127.0.0.1:1", "127.0.0.1:3"),
            ConnectionOpened(4, SECOND, "client", "ws://[/", "127.0.0.1:1", "127.0.0.1:4"),
            HandshakeSeen(3, SECOND, Direction.SENT, b"GET http://h/proxied HTTP/1.1\r\n\r\n"),
        ):
            writer.put(record)
    first, second, third, fourth = connection_list(path)
    assert first.number == 1
    assert first.peer == "127.0.0.1:2"
    assert "abcdefghijklmnop" not in first.path
    assert first.path.startswith("/chat?token=")
    assert first.path.endswith("room=1")
    assert first.lasted == "2 s"
    assert first.end == "1001 The peer<U+202E> left."
    assert first.is_over
    assert (second.peer, second.path, second.end, second.is_over) == ("a Unix socket", "/", "", False)
    assert third.path == "http://h/proxied"
    assert fourth.path == ""
