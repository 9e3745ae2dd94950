from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture import contexts
from wsgui.capture.contexts import Contexts
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schemas import schema_of, use_schema
from wsgui.capture.writer import CaptureWriter
from wsgui.dissect.decoders.model import NO_CONTEXT, Context
from wsgui.dissect.decoders.schema.files import load_choice
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

REQUEST = b"GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: a\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\nsec-websocket-protocol: wamp.2.json\r\n\r\n"
SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


def test_what_the_handshake_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(HandshakeSeen(1, 1, SENT, REQUEST))
        writer.put(HandshakeSeen(1, 1, RECEIVED, RESPONSE))
        writer.put(
            FramesSeen(1, 1, SENT, [Frame.build(9, b"no message"), Frame.build(1, b"first"), Frame.build(1, b"x")])
        )
        writer.put(ConnectionOpened(2, 1, "server", "", "", ""))
        writer.put(HandshakeSeen(2, 1, RECEIVED, b"GET\r\n\r\n"))
        writer.put(HandshakeSeen(2, 1, SENT, b"HTTP/1.1 101\r\n\r\n"))
        writer.put(FramesSeen(2, 1, RECEIVED, [Frame.build(1, b"hello")]))
        writer.put(ConnectionOpened(3, 1, "client", "", "", ""))
        assert writer.flush()
        monkeypatch.setattr(contexts, "_MOST", 1)
        with CaptureReader(path) as reader:
            known = Contexts(reader)
            for _ in range(2):
                assert known.of(1, SENT) == Context("/socket.io/?EIO=4", "wamp.2.json", True, b"first")
                assert known.of(1, RECEIVED) == Context("/socket.io/?EIO=4", "wamp.2.json", False, b"first")
            assert known.of(2, SENT) == Context("", "", False, b"hello")
            assert known.of(3, SENT) == Context("", "", from_client=True)
            assert reader.role(9) == ""
            # The answer comes later: what was known before does not stay.
            writer.put(HandshakeSeen(3, 2, RECEIVED, RESPONSE))
            assert writer.flush()
            assert known.of(3, SENT).subprotocol == "wamp.2.json"


def test_a_handshake_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
    with CaptureReader(path) as reader:
        reader.close()
        assert Contexts(reader).of(1, SENT) == NO_CONTEXT


def test_what_a_connection_lacks_is_looked_for_when_the_capture_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wscap"
    read: list[int] = []
    handshake = CaptureReader.handshake

    def counted(reader: CaptureReader, connection: int) -> tuple[bytes | None, bytes | None]:
        read.append(connection)
        return handshake(reader, connection)

    monkeypatch.setattr(CaptureReader, "handshake", counted)
    with CaptureWriter(path) as writer, CaptureReader(path) as reader:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(FramesSeen(1, 1, SENT, [Frame.build(1, b"first")]))
        assert writer.flush()
        known = Contexts(reader)
        for _ in range(200):
            assert known.of(1, SENT) == Context("", "", from_client=True, first=b"first")
        assert read == [1]
        writer.put(FramesSeen(1, 1, SENT, [Frame.build(1, b"more")]))
        assert writer.flush()
        for _ in range(64):
            assert known.of(1, SENT).subprotocol == ""
        assert read == [1, 1]
        writer.put(HandshakeSeen(1, 2, SENT, REQUEST))
        writer.put(HandshakeSeen(1, 2, RECEIVED, RESPONSE))
        writer.put(FramesSeen(1, 3, SENT, [Frame.build(1, b"next")]))
        assert writer.flush()
        for _ in range(64):
            known.of(1, SENT)
        assert known.of(1, SENT).subprotocol == "wamp.2.json"
        assert read == [1, 1, 1]
        writer.put(ConnectionOpened(2, 1, "client", "ws://a/", "", ""))
        assert writer.flush()
        known.of(2, SENT)
        reader.close()
        known.of(2, SENT)
        assert known.of(2, SENT).from_client is True


def test_a_schema_is_known_while_it_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    (tmp_path / "a.proto").write_text("message A {}")
    choice = load_choice(str(tmp_path / "a.proto"), [])
    with CaptureWriter(path) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        assert writer.flush()
        with CaptureReader(path) as reader:
            known = Contexts(reader)
            assert known.of(1, SENT).schema is None
            use_schema(path, choice)
            assert known.of(1, SENT).schema is choice
            assert known.of(1, SENT).schema is choice
            assert schema_of(tmp_path / "b.wscap") is None
            use_schema(path, None)
            assert known.of(1, SENT).schema is None
