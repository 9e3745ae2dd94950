from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen
from wsgui.session.copying import KINDS, copy_row, editable_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUEST = b"GET /?token=abc HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer xyz\r\n\r\n"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[CaptureReader]:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/?token=abc", "", ""))
        capture.put(HandshakeSeen(1, 1, Direction.SENT, REQUEST))
        capture.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x81, 7, b"abcd", b"Hi"), Frame(0x89, 7, None, b"p")]))
        capture.put(FramesSeen(2, 1, Direction.SENT, [Frame(0x82, 7, None, b"\0")]))
    with CaptureReader(path) as reader:
        yield reader


@pytest.mark.parametrize(("kind", "text"), [("text", "Hi"), ("hex", "48 69"), ("base64", "SGk="), ("python", "b'Hi'")])
def test_payloads(reader: CaptureReader, kind: str, text: str) -> None:
    assert copy_row(reader, 2, kind) == (text, False)


def test_a_head_without_its_secrets(reader: CaptureReader) -> None:
    text, masked = copy_row(reader, 1, "text")
    assert masked
    assert "xyz" not in text
    assert copy_row(reader, 1, "text", keep_secrets=True) == (REQUEST.decode(), False)


def test_commands_mask_secrets_unless_they_are_wanted(reader: CaptureReader) -> None:
    for kind in KINDS:
        if kind.handshake:
            text, masked = copy_row(reader, 2, kind.name)
            assert masked
            assert "xyz" not in text
            assert "abc" not in text
            assert "token=***" in text
            text, masked = copy_row(reader, 2, kind.name, keep_secrets=True)
            assert not masked
            assert "Bearer xyz" in text
            assert "token=abc" in text


def test_the_program_sends_messages_and_nothing_else(reader: CaptureReader) -> None:
    assert "await ws.send('Hi')" in copy_row(reader, 2, "websockets")[0]
    assert "send" not in copy_row(reader, 3, "websockets")[0]
    assert "await ws.send(b'\\x00')" in copy_row(reader, 4, "websockets")[0]  # of a connection that was not seen open


def test_compressed_payloads_are_copied_inflated(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path / "a.wscap") as capture:
        frame = Frame(0xC1, 7, b"abcd", bytes.fromhex("f248cdc9c90700"))
        capture.put(FramesSeen(1, 1, Direction.SENT, [frame], inflated=[(0, b"Hello")]))
    with CaptureReader(tmp_path / "a.wscap") as reader:
        assert copy_row(reader, 1, "text") == ("Hello", False)
        assert "await ws.send('Hello')" in copy_row(reader, 1, "websockets")[0]


def test_a_message_as_its_decoder_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "b.wscap"
    with CaptureWriter(path) as capture:
        frames = [Frame(0x01, 7, None, b'{"a":'), Frame(0x80, 7, None, b"[1]}"), Frame(0x81, 7, None, b"{no")]
        capture.put(
            FramesSeen(1, 1, Direction.SENT, [*frames, Frame(0x82, 7, None, b"\xff\0"), Frame(0x89, 7, None, b"p")])
        )
    with CaptureReader(path) as reader:
        for id_ in (1, 2):  # the whole message, whichever of its fragments is chosen
            assert copy_row(reader, id_, "decoded") == ('{\n  "a": [\n    1\n  ]\n}', False)
            assert copy_row(reader, id_, "decoded", decoder="text") == ('{"a":[1]}', False)
        assert copy_row(reader, 3, "decoded") == ("{no", False)
        assert copy_row(reader, 4, "decoded") == ("ff 00", False)
        assert copy_row(reader, 5, "decoded") == ("p", False)


def test_a_binary_message_as_text_of_its_format(tmp_path: Path) -> None:
    path = tmp_path / "b.wscap"
    with CaptureWriter(path) as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        frames = [
            Frame(0x82, 7, None, bytes.fromhex("82 a1 61 01 a1 62 02")),
            Frame(0x82, 7, None, b"\xc1"),
            Frame(0x81, 7, None, b"{}"),
            Frame(0x89, 7, None, b"p"),
            Frame(0x02, 7, None, bytes.fromhex("82 a1 61")),
            Frame(0x80, 7, None, bytes.fromhex("01 a1 62 02")),
        ]
        capture.put(FramesSeen(1, 1, Direction.SENT, frames))
    with CaptureReader(path) as reader:
        found = [editable_of(reader, row, "msgpack") for row in range(1, 7)]
        joined = editable_of(reader, 5, "msgpack", joined=True)
    assert found[0] is not None
    assert found[0][0] == "msgpack"
    assert json.loads(found[0][1]) == {"a": 1, "b": 2}
    assert found[1:] == [None] * 5
    assert joined == found[0]
