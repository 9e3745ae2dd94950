"""Fields of decoders over a capture: by the handshake of each connection, and across fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.capture.conditions.rows import write
from wsgui.capture.search import Search
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("decoded") / "a.wscap"
    answer = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
    connect = bytes.fromhex("100d00044d51545405020000000000")
    publish = bytes.fromhex("300600016100") + b"hi"
    write(
        made,
        [
            ConnectionOpened(1, 1, "client", "ws://a/", "", ""),
            HandshakeSeen(1, 1, SENT, b"GET /socket.io/?EIO=4 HTTP/1.1\r\n\r\n"),
            FramesSeen(1, 1, SENT, [Frame.build(1, b'42["chat",1]'), Frame.build(1, b"2")]),  # 2 and 3
            FramesSeen(1, 1, RECEIVED, [Frame.build(1, b'42["ch', fin=False), Frame.build(0, b'at",2]')]),  # 4 and 5
            ConnectionOpened(2, 1, "client", "ws://a/", "", ""),
            HandshakeSeen(2, 1, RECEIVED, answer),
            FramesSeen(2, 1, SENT, [Frame.build(2, connect), Frame.build(2, publish), Frame.build(1, b"2")]),  # 7 to 9
        ],
    )
    return made


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('sio.event == "chat"', [2, 4, 5]),
        ("sio.args[0] == 2", [4, 5]),
        ('eio.type == "ping"', [3]),
        ('mqtt.payload == "hi"', [8]),
        ('mqtt.type == "CONNECT" or mqtt.topic', [7, 8]),
        ("decoder == text", [9]),
        ('summary contains "chat(2)"', [4, 5]),
        ("not decoder", [1, 6]),
        ('sio.event matches "^c" and connection == 1', [2, 4, 5]),
        ('sio.event != "x"', [2, 4, 5]),
    ],
)
def test_rows_are_found(path: Path, text: str, ids: list[int]) -> None:
    with Search(path, parse(text)) as search:
        assert list(search.ids(0, 9, progress=lambda *_: None, cancelled=bool)) == ids
