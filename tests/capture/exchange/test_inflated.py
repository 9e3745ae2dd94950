"""Compressed messages (RFC 7692) in every format: what crossed the wire stays, what it inflates to goes with it."""

from __future__ import annotations

import csv
import json
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import KEY, RECEIVED, REQUEST, RESPONSE, SENT, START, write
from wsgui.capture.exchange import export_capture, frame_way, import_file
from wsgui.capture.exchange.conversation import Conversation
from wsgui.capture.exchange.extension_heads import deflate_of, without_deflate
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionClosed, ConnectionOpened, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from wsgui.records import Direction, Record

OFFER = REQUEST[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
ANSWER = RESPONSE[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
HELLO = bytes.fromhex("f248cdc9c90700")
"""``Hello`` of RFC 7692 section 7.2.3.1; the next two are its second message and its fragments (7.2.3.2)."""
AGAIN = bytes.fromhex("f200110000")
FIRST, REST = bytes.fromhex("f248cd"), bytes.fromhex("c9c90700")


def compressed(size: int) -> tuple[bytes, bytes]:
    data = bytes(range(256)) * (size // 256)
    deflate = zlib.compressobj(wbits=-15)
    return data, (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]


LARGE, SMALL = compressed(3 * CHUNK)

RECORDS: list[Record] = [
    ConnectionOpened(1, START, "client", "ws://example.org/chat?token=s3cret", "127.0.0.1:5000", "127.0.0.1:8765"),
    HandshakeSeen(1, START + 10, SENT, OFFER),  # 1
    HandshakeSeen(1, START + 20, RECEIVED, ANSWER),  # 2
    FramesSeen(1, START + 30, SENT, [Frame(0xC1, 7, KEY, HELLO)], inflated=[(0, b"Hello")]),  # 3
    FramesSeen(1, START + 40, SENT, [Frame(0xC1, 7, KEY, AGAIN)], inflated=[(0, b"Hello")]),  # 4
    FramesSeen(
        1,
        START + 50,
        RECEIVED,
        [Frame(0x41, 7, None, FIRST), Frame(0x89, 7, None, b"beat"), Frame(0x80, 7, None, REST)],
        inflated=[(0, b"He"), (2, b"llo")],
    ),  # 5 6 7
    FramesSeen(1, START + 60, RECEIVED, [Frame(0x81, 7, None, b"plain")]),  # 8
    FramesSeen(1, START + 70, RECEIVED, [Frame(0xC2, 16, None, SMALL)], inflated=[(0, LARGE)]),  # 9
    FramesSeen(1, START + 80, RECEIVED, [Frame(0xC2, 7, None, b"\0")], inflated=[(0, b"")]),  # 10
    FramesSeen(1, START + 90, RECEIVED, [Frame(0xC1, 7, None, b"\xff")]),  # 11: not to be inflated
    ConnectionClosed(1, START + 100, 1000, "bye", EndedBy.LOCAL, "Closed.", "fin"),
]


def inflated_of(path: Path) -> dict[int, bytes | None]:
    """What the rows of a capture inflate to, without those that have nothing."""
    with CaptureReader(path) as reader:
        rows = reader.rows(1, reader.last_id())
        found = {row.id: reader.inflated(row.id) for row in rows}
        lengths = {row.id: row.inflated_length for row in rows if row.inflated_length is not None}
    kept = {id_: data for id_, data in found.items() if data is not None}
    assert lengths == {id_: len(data) for id_, data in kept.items()}
    return dict(kept)


ALL = {3: b"Hello", 4: b"Hello", 5: b"He", 7: b"llo", 9: LARGE, 10: b""}


@pytest.mark.parametrize("kind", ["jsonl", "har"])
def test_out_and_in_again(tmp_path: Path, kind: str) -> None:
    source = write(tmp_path / "a.wscap", RECORDS)
    export_capture(source, tmp_path / f"a.{kind}", kind=kind, keep_secrets=True)
    assert import_file(tmp_path / f"a.{kind}", tmp_path / "b.wscap").complete
    assert inflated_of(tmp_path / "b.wscap") == inflated_of(source) == ALL
    with CaptureReader(source) as a, CaptureReader(tmp_path / "b.wscap") as b:
        assert a.rows(1, 99) == b.rows(1, 99)
        assert a.connections() == b.connections()
        assert b.connections()[0].how == "fin"
        assert a.message_of(7) == b.message_of(7)
    export_capture(tmp_path / "b.wscap", tmp_path / f"b.{kind}", kind=kind, keep_secrets=True)
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_json_lines(tmp_path: Path) -> None:
    export_capture(write(tmp_path / "a.wscap", RECORDS), tmp_path / "a.jsonl", kind="jsonl")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("ascii").splitlines()]
    assert lines[1]["how"] == "fin"
    hello, _, first, ping, last, plain, large, empty, broken = lines[4:]
    assert (hello["rsv1"], hello["length"], hello["base64"]) == (True, 7, "8kjNyckHAA==")
    assert hello["inflated"] == {"length": 5, "text": "Hello"}
    assert (first["inflated"], last["inflated"]) == ({"length": 2, "text": "He"}, {"length": 3, "text": "llo"})
    assert large["inflated"]["length"] == len(LARGE)
    assert empty["inflated"] == {"length": 0, "base64": ""}
    assert not any("inflated" in line for line in (ping, plain, broken))


@pytest.mark.parametrize(
    ("inflated", "why"),
    [
        ("3", "'inflated' is no object"),
        ('{"length":1}', "it has no 'base64'"),
        ('{"text":5}', "'text' is no text"),
        ('{"base64":"*"}', "Only base64 data is allowed"),
    ],
)
def test_lines_that_are_not_understood(tmp_path: Path, inflated: str, why: str) -> None:
    frame = (
        '{"type":"frame","id":1,"connection":1,"time_ns":1,"direction":"sent","opcode":1,"fin":true,"rsv1":true,'
        f'"rsv2":false,"rsv3":false,"key":null,"form":7,"length":1,"message":1,"fragment":0,"text":"a",'
        f'"inflated":{inflated}}}\n'
    )
    (tmp_path / "a.jsonl").write_text(frame)
    report = import_file(tmp_path / "a.jsonl", tmp_path / "a.wscap")
    assert [str(problem) for problem in report.problems] == [f"At byte 0: This line is not understood: {why}."]
    assert report.frames == 0


def test_har_has_the_messages_as_chrome_does(tmp_path: Path) -> None:
    export_capture(write(tmp_path / "a.wscap", RECORDS), tmp_path / "a.har", kind="har")
    entry = json.loads((tmp_path / "a.har").read_text())["log"]["entries"][0]
    messages = [(one["type"], one["opcode"], one["data"]) for one in entry["_webSocketMessages"]]
    assert messages[:4] == [
        ("send", 1, "Hello"),
        ("send", 1, "Hello"),
        ("receive", 1, "Hello"),
        ("receive", 1, "plain"),
    ]
    assert len(messages[4][2]) == len(LARGE) // 3 * 4
    assert messages[5:] == [("receive", 2, ""), ("receive", 1, "/w==")]
    ours = entry["_wsgui"]
    assert ours["connection"]["how"] == "fin"
    assert [frame["rsv1"] for frame in ours["frames"][2:]] == [True, True, True, False, False, False, True, True, True]


def test_csv_and_payloads(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wscap", RECORDS)
    export_capture(source, tmp_path / "a.csv", kind="csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [(row["length"], row["inflated_length"], row["payload"]) for row in rows[2:8]]
    assert shown == [
        ("7", "5", "Hello"),
        ("5", "5", "Hello"),
        ("3", "2", "He"),
        ("4", "", "beat"),
        ("4", "3", "llo"),
        ("5", "", "plain"),
    ]
    assert rows[8]["payload"] == LARGE[:256].hex() + "…"
    export_capture(source, tmp_path / "all", kind="payloads")
    assert (tmp_path / "all" / "0000003-sent-text.txt").read_bytes() == b"Hello"
    assert (tmp_path / "all" / "0000009-received-binary.bin").read_bytes() == LARGE
    export_capture(source, tmp_path / "one.txt", kind="payload", ids=[5, 7])
    assert (tmp_path / "one.txt").read_bytes() == b"Hello"


# --- permessage-deflate taken out


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (b"Sec-WebSocket-Extensions: permessage-deflate\r\n", b""),
        (b'sec-websocket-extensions : Permessage-Deflate; client_max_window_bits="9"\n', b""),
        (b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover, permessage-deflate\r\n", b""),
        (b"Sec-WebSocket-Extensions: mux, permessage-deflate, b\r\n", b"Sec-WebSocket-Extensions: mux, b\r\n"),
        (b"Sec-WebSocket-Extensions: mux\r\n", b"Sec-WebSocket-Extensions: mux\r\n"),
        (b"X-Sec-WebSocket-Extensions: permessage-deflate\r\n", b"X-Sec-WebSocket-Extensions: permessage-deflate\r\n"),
    ],
)
def test_heads_without_it(line: bytes, left: bytes) -> None:
    start, end = b"GET / HTTP/1.1\r\nHost: a\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    assert without_deflate(start + line + end) == start + left + end


@given(st.binary(max_size=80) | st.lists(st.sampled_from([b"\r\n", b"\n", b":", b",", OFFER, b"a"])).map(b"".join))
def test_any_head(head: bytes) -> None:
    without = without_deflate(head)
    assert without_deflate(without) == without
    deflate_of(head, head)


def test_decompressed_packets_import_as_plain_messages(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wscap", RECORDS)
    export_capture(source, tmp_path / "a.pcapng", kind="pcapng-decompressed", keep_secrets=True)
    raw = (tmp_path / "a.pcapng").read_bytes()
    for sentence in (
        b"chat (compressed messages were inflated by wsgui)",
        b"Decompressed by wsgui: permessage-deflate was taken out of this head.",
        b"Decompressed by wsgui: on the wire the payload had 7 bytes, RSV1 was set.",
        b"Decompressed by wsgui: on the wire the payload had 4 bytes.",
        b"Could not be decompressed by wsgui: as on the wire.",
    ):
        assert sentence in raw
    assert b"Extensions" not in raw
    import_file(tmp_path / "a.pcapng", tmp_path / "b.wscap")
    with CaptureReader(tmp_path / "b.wscap") as reader:
        rows = reader.rows(1, 99)
        payloads = {row.id: reader.payload(row.id) for row in rows if row.id > 2}
        assert reader.payload(1) == REQUEST
        assert reader.payload(2) == RESPONSE
    assert payloads == ALL | {6: b"beat", 8: b"plain", 11: b"\xff"}
    assert [row.flags & 15 for row in rows[2:]] == [8, 8, 0, 8, 8, 8, 8, 8, 12]
    assert [row.masking_key for row in rows[2:5]] == [KEY, KEY, None]
    assert [row.violations[0].rule for row in rows if row.violations] == ["rsv.not-negotiated"]


def test_a_chosen_frame_brings_a_plain_handshake(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wscap", RECORDS)
    export_capture(source, tmp_path / "a.pcapng", kind="pcapng-decompressed", ids=[3])
    assert b"Extensions" not in (tmp_path / "a.pcapng").read_bytes()
    export_capture(source, tmp_path / "b.pcapng", kind="pcapng", ids=[3])
    assert (tmp_path / "b.pcapng").read_bytes().count(b"Extensions: permessage-deflate") == 2


# --- packets that somebody else caught


def test_packets_are_inflated(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wscap", RECORDS)
    export_capture(source, tmp_path / "a.pcapng", kind="pcapng", keep_secrets=True)
    import_file(tmp_path / "a.pcapng", tmp_path / "b.wscap")
    assert inflated_of(tmp_path / "b.wscap") == ALL
    with CaptureReader(tmp_path / "b.wscap") as reader:
        rows = reader.rows(1, 99)
        assert reader.message_of(5).payload == b"Hello"
    assert [(row.id, row.violations[0].rule) for row in rows if row.violations] == [(11, "deflate.invalid")]


class Rows:
    """Stands where the builder does, and keeps what it is told."""

    def __init__(self) -> None:
        self.handshakes: list[HandshakeSeen] = []
        self.frames: list[tuple[list[str], bytes | None]] = []
        self.told: list[str] = []

    def put(self, record: Record) -> None:
        if isinstance(record, HandshakeSeen):
            self.handshakes.append(record)

    def frame(
        self, connection: int, time_ns: int, way: Direction, frame: Frame, found: list[object], inflated: bytes | None
    ) -> None:
        self.frames.append(([breach.rule for breach in found], inflated))  # type: ignore[attr-defined]


def talk(answer: bytes, *frames: Frame, way: Direction = RECEIVED, offer: bytes = OFFER) -> Rows:
    rows = Rows()
    talk = Conversation(rows, lambda: 1, rows.told.append, "a:1", "b:2", START)  # type: ignore[arg-type]
    talk.received(SENT, offer, START)
    talk.received(RECEIVED, answer, START)
    for frame in frames:
        talk.received(way, frame.wire(), START)
    assert talk.held < 100_000
    return rows


def answer(value: bytes) -> bytes:
    return RESPONSE[:-2] + b"Sec-WebSocket-Extensions: " + value + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("value", "agreed"),
    [
        (b"permessage-deflate", Deflate()),
        (b"permessage-deflate; server_max_window_bits=9", Deflate(server_max_window_bits=9)),
        (b"permessage-deflate; server_max_window_bits=7", Deflate()),
        (b"permessage-deflate; client_max_window_bits", Deflate()),
        (b"mux", None),
        (b"permessage-deflate; =", None),
    ],
)
def test_what_was_negotiated(value: bytes, agreed: Deflate | None) -> None:
    assert deflate_of(OFFER, answer(value)) == agreed


def test_an_answer_to_no_offer_holds_and_is_told() -> None:
    rows = talk(ANSWER, Frame(0xC1, 7, None, HELLO), offer=REQUEST)
    assert [[breach.rule for breach in seen.violations] for seen in rows.handshakes] == [[], ["response.extension"]]
    assert rows.frames == [([], b"Hello")]


def test_context_takeover_or_not() -> None:
    frames = [Frame(0xC1, 7, None, HELLO), Frame(0xC1, 7, None, AGAIN)]
    assert talk(ANSWER, *frames).frames == [([], b"Hello"), ([], b"Hello")]
    assert talk(answer(b"permessage-deflate; server_no_context_takeover"), *frames).frames == [
        ([], b"Hello"),
        (["deflate.invalid"], None),
    ]
    frames = [frame._replace(masking_key=KEY) for frame in frames]
    promise = answer(b"permessage-deflate; client_no_context_takeover")
    assert talk(promise, *frames, way=SENT).frames[1] == (["deflate.invalid"], None)


def test_a_message_that_cannot_be_inflated_is_given_up_as_a_whole() -> None:
    rows = talk(
        answer(b"permessage-deflate; server_no_context_takeover"),
        Frame(0x41, 7, None, b"\xff"),
        Frame(0x00, 7, None, HELLO),
        Frame(0x80, 7, None, HELLO),
        Frame(0xC1, 7, None, HELLO),
    )
    assert rows.frames == [(["deflate.invalid"], None), ([], None), ([], None), ([], b"Hello")]


def test_a_bomb_is_not_blown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_way, "MESSAGE_LIMIT", 1000)
    rows = talk(ANSWER, Frame(0xC2, 16, None, SMALL), Frame(0x81, 7, None, b"plain"), Frame(0xC3, 7, None, HELLO))
    assert rows.frames == [(["message.over-limit"], None), ([], None), (["opcode.reserved-data"], None)]
    # Fragments share the limit.
    some = compressed(512)[1]
    whole = zlib.decompress(some + b"\0\0\xff\xff\1\0\0\xff\xff", -15)
    assert len(whole) == 512
    rows = talk(ANSWER, *[Frame(head, 16, None, some + b"\0\0\xff\xff") for head in (0x42, 0x00, 0x00)])
    assert [breaches for breaches, _ in rows.frames] == [[], ["message.over-limit"], []]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=12) | st.sampled_from([HELLO, AGAIN, b"\0"]))))
def test_any_frames(frames: list[tuple[int, bytes]]) -> None:
    rows = talk(ANSWER, *[Frame(head, 7, None, payload) for head, payload in frames])
    assert len(rows.frames) == len(frames)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x41, 0xC1, 0x01, 0x81, 0x80, 0x00, 0xC2, 0x89]),
            st.binary(max_size=9),
            st.none() | st.binary(max_size=9) | st.text(max_size=9).map(str.encode),
        ),
        max_size=8,
    )
)
def test_any_json_lines_come_back(some: list[tuple[int, bytes, bytes | None]]) -> None:
    frames = [Frame(head, 7, None, payload) for head, payload, _ in some]
    inflated = [(index, data) for index, (_, _, data) in enumerate(some) if data is not None]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "a.wscap", [FramesSeen(1, START, SENT, frames, inflated=inflated)])
        export_capture(folder / "a.wscap", folder / "a.jsonl", kind="jsonl")
        import_file(folder / "a.jsonl", folder / "b.wscap")
        export_capture(folder / "b.wscap", folder / "b.jsonl", kind="jsonl")
        assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()
        for kind in ("har", "csv", "pcapng", "pcapng-decompressed"):
            assert export_capture(folder / "a.wscap", folder / "out", kind=kind, overwrite=True).frames == len(some)
