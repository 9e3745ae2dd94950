"""``wsgui show --messages``: whole messages as their decoders understand them."""

from __future__ import annotations

import json
import zlib
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from wsgui.capture.writer import CaptureWriter
from wsgui.commands.exchange import run_show
from wsgui.commands.exchange_parsers import show_parser
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
REQUEST = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n\r\n"
MS = 1_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    deflate = zlib.compressobj(wbits=-15)
    packed = (deflate.compress(b'42["news",[1]]') + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
    made = tmp_path / "a.wscap"
    with CaptureWriter(made) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(HandshakeSeen(1, 1, SENT, REQUEST))
        writer.put(HandshakeSeen(1, 1, RECEIVED, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))
        writer.put(FramesSeen(1, 10 * MS, SENT, [Frame.build(1, b'421["get",7]', masking_key=b"abcd")]))
        writer.put(FramesSeen(1, 11 * MS, RECEIVED, [Frame.build(9, b"ping")]))
        writer.put(FramesSeen(1, 12 * MS, RECEIVED, [Frame.build(1, b'431[{"a', fin=False)]))
        writer.put(FramesSeen(1, 13 * MS, RECEIVED, [Frame.build(0, b'":1}]')]))
        writer.put(FramesSeen(1, 14 * MS, RECEIVED, [Frame.build(2, b"\xff\x00\x1b")]))
        writer.put(FramesSeen(1, 15 * MS, RECEIVED, [Frame.build(0, b"of nothing")]))
        writer.put(
            FramesSeen(1, 16 * MS, RECEIVED, [Frame.build(1, packed, rsv1=True)], inflated=[(0, b'42["news",[1]]')])
        )
        assert writer.flush()
    return made


def shown(path: Path, *options: str) -> str:
    stream = StringIO()
    assert run_show(show_parser().parse_args([str(path), "--messages", *options]), stream) == 0
    return stream.getvalue()


def objects(path: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shown(path, "--json", *options).splitlines()]


def test_a_message_is_a_line(path: Path) -> None:
    lines = [" ".join(line.split()[2:]) for line in shown(path).splitlines()]
    assert lines == [
        "-> m1 12 socket.io event #1 get(7)",
        '<- m1 12 socket.io ack #1 [{"a":1}] (after 2.000 ms)',
        "<- m2 3 socket.io attachment ff 00 1b ...",
        "<- 10 socket.io attachment 6f 66 20 6e 6f 74 68 69 6e 67 of nothing",
        "<- m3 16>14 socket.io event news([1])",
    ]


def test_a_message_is_an_object(path: Path) -> None:
    asked, answer, attachment, nothing, packed = objects(path)
    assert asked["fields"] == {
        "sio.type": "event",
        "sio.namespace": "/",
        "sio.ack": 1,
        "sio.event": "get",
        "sio.args": [7],
    }
    assert asked["answer_time"] is None
    assert (answer["frames"], answer["length"], answer["id"], answer["answer_time"]) == (2, 12, 5, 0.002)
    assert answer["fields"]["sio.args"] == [{"a": 1}]
    assert (attachment["decoder"], attachment["message"]) == ("socket.io", 2)
    assert (nothing["message"], nothing["opcode"], nothing["frames"]) == (None, 0, 1)
    assert (packed["inflated_length"], packed["summary"]) == (14, "event news([1])")


def test_a_decoder_that_was_asked_for_is_taken_where_it_fits(path: Path) -> None:
    assert [one["decoder"] for one in objects(path, "--decode", "text")] == [
        "text",
        "text",
        "socket.io",
        "text",
        "text",
    ]


def test_a_filter_takes_messages(path: Path) -> None:
    assert [one["id"] for one in objects(path, "--filter", 'sio.event == "news"')] == [9]
    assert [one["id"] for one in objects(path, "--filter", "sio.args[0].a == 1")] == [5]
    found = objects(path, "--filter", 'decoder == socket.io and summary contains "get"')
    assert [one["id"] for one in found] == [3]
    (answer,) = objects(path, "--filter", "number == 6")  # the second fragment; what it answers was not asked for
    assert (answer["id"], answer["frames"], answer["answer_time"]) == (5, 2, 0.002)


def test_values_that_json_cannot_write(tmp_path: Path) -> None:
    made = tmp_path / "b.wscap"
    with CaptureWriter(made) as writer:
        cbor = bytes.fromhex("a3616142ff00616284f97c00f97e00f4f6616363") + b"abc"
        writer.put(FramesSeen(1, 1, RECEIVED, [Frame.build(2, cbor)]))
        assert writer.flush()
    (one,) = objects(made)
    assert one["fields"] == {"cbor": {"a": "ff00", "b": ["inf", "nan", False, None], "c": "abc"}}


def test_decode_alone_is_wrong_use(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_show(show_parser().parse_args([str(path), "--decode", "json"])) == 2
    assert "--decode is for --messages" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        show_parser().parse_args([str(path), "--decode", "unheard-of"])


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    (tmp_path / "chat.proto").write_text("message Say { string text = 1; }\nmessage Join { int32 room = 2; }")
    made = tmp_path / "p.wscap"
    with CaptureWriter(made) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(FramesSeen(1, MS, SENT, [Frame.build(2, b"\x10\x07", masking_key=b"abcd")]))
        writer.put(FramesSeen(1, 2 * MS, RECEIVED, [Frame.build(2, b"\x0a\x02hi")]))
        assert writer.flush()
    return made


def test_protobuf_is_read_by_a_schema(packed: Path) -> None:
    rules = ["--proto", str(packed.with_name("chat.proto")), "--proto-type", "client=Join", "--proto-type", "Say"]
    found = objects(packed, *rules)
    assert [(one["decoder"], one["summary"], one["fields"]) for one in found] == [
        ("protobuf", 'Join {"room":7}', {"protobuf": {"room": 7}}),
        ("protobuf", 'Say {"text":"hi"}', {"protobuf": {"text": "hi"}}),
    ]
    assert [one["summary"] for one in objects(packed, *rules, "--filter", 'protobuf.text == "hi"')] == [
        'Say {"text":"hi"}'
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--proto", "none.proto"], "none.proto cannot be read: No such file or directory."),
        (["--proto", "chat.proto"], "chat.proto has several messages to choose from: name one of Say, Join."),
        (["--proto-type", "Say"], "Types of messages are named, and no .proto file."),
    ],
)
def test_a_wrong_schema_is_a_sentence(
    packed: Path, words: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(packed.parent)
    assert run_show(show_parser().parse_args([str(packed), "--messages", *words]), StringIO()) == 2
    assert sentence in capsys.readouterr().err
