"""Every form that a frame can have, and every rule that one can break, in packets that Wireshark's dissector reads."""

from __future__ import annotations

import shutil
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import KEY, RECEIVED, REQUEST, RESPONSE, SENT, START, write
from tests.capture.exchange.test_inflated import ANSWER, LARGE, OFFER, RECORDS
from tests.e2e.wireshark import dissected, tshark
from wsgui.capture.exchange import export_capture, import_file
from wsgui.protocol.compression import Deflator
from wsgui.protocol.frames import RSV1, Frame
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.states import Role
from wsgui.records import BytesSeen, ConnectionOpened, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed (apt install tshark)"),
]

SIZES = {7: (0, 1, 125), 16: (0, 1, 125, 126, 65_535), 64: (0, 1, 125, 126, 65_535, 65_536)}

# Each of the sixteen opcodes with each of the sixteen settings of FIN and RSV1-3, masked and not.
HEADS = [
    Frame(bits << 4 | opcode, 7, key, b"")
    for opcode, bits, key in product(range(16), range(16), (None, KEY))
    if opcode != 8 or bits == 8  # a close frame ends the dissection in some versions
]
# Each length form with what fits it, minimal or not.
LENGTHS = [Frame(0x82, form, key, b"x" * size) for form in SIZES for size in SIZES[form] for key in (None, KEY)]
FRAGMENTS = [
    Frame(0x80, 7, KEY, b"nothing is open"),
    Frame(0x01, 7, KEY, b"be"),
    Frame(0x89, 7, KEY, b"between"),
    Frame(0x00, 7, KEY, b""),
    Frame(0x8A, 7, KEY, b""),
    Frame(0x81, 7, KEY, b"a second inside the first"),
    Frame(0x80, 7, KEY, b"gun"),
    Frame(0x09, 7, KEY, b"a ping in fragments"),
    Frame(0x89, 16, KEY, b"q" * 126),
]
CLOSES = [
    b"",
    b"\x03",
    b"\x03\xe8",
    b"\x03\xed",
    b"\x00\x00",
    b"\x03\xe8\xff\xfe",
    b"\x03\xf2",
    b"\x03\xe8" + b"r" * 123,
]


def opened(offer: bytes = REQUEST, answer: bytes = RESPONSE, connection: int = 1) -> list[Record]:
    return [
        ConnectionOpened(
            connection, START, "client", "ws://127.0.0.1:8765/chat", f"127.0.0.1:{50000 + connection}", "127.0.0.1:8765"
        ),
        HandshakeSeen(connection, START + 10, SENT, offer),
        HandshakeSeen(connection, START + 20, RECEIVED, answer),
    ]


def seen(
    frames: list[Frame], *, connection: int = 1, sender: Role = Role.CLIENT, rsv_allowed: int = 0, time_ns: int = START
) -> FramesSeen:
    """Frames with what the judge says of them."""
    judge = FrameJudge(sender, rsv_allowed)
    found = [(index, breach) for index, frame in enumerate(frames) for breach in judge.judge(frame)]
    return FramesSeen(connection, time_ns + 30, SENT if sender is Role.CLIENT else RECEIVED, frames, found)


def told(frame: Frame) -> tuple[int, int, int, str, int, bytes]:
    """A frame as `dissected` has it."""
    key = "" if frame.masking_key is None else frame.masking_key.hex()
    return int(frame.fin), frame.opcode, frame.head >> 4 & 7, key, len(frame.payload), frame.payload


def exported(tmp_path: Path, records: list[Record], kind: str = "pcapng") -> Path:
    source = write(tmp_path / "in.wscap", records)
    export_capture(source, tmp_path / f"{kind}.pcapng", kind=kind)
    return tmp_path / f"{kind}.pcapng"


def comments(path: Path) -> list[str]:
    """All comments, one a line."""
    lines = tshark(path, "-Y", "frame.comment", "-T", "fields", "-E", "separator=\n", "-E", "aggregator=\n",
                   "-e", "frame.comment")  # fmt: skip
    return lines.splitlines()


@pytest.mark.parametrize("frames", [HEADS, LENGTHS, FRAGMENTS], ids=["heads", "lengths", "fragments"])
@pytest.mark.parametrize("sender", Role)
def test_frames(tmp_path: Path, frames: list[Frame], sender: Role) -> None:
    path = exported(tmp_path, [*opened(), record := seen(frames, sender=sender)])
    assert dissected(path) == [told(frame) for frame in frames]
    assert comments(path) == [f"{one.reference} {one.rule}: {one.text}" for _, one in record.violations]
    assert tshark(path, "-Y", "tcp.analysis.flags") == ""


def test_close_frames(tmp_path: Path) -> None:
    records: list[Record] = []
    frames = [Frame(0x88, 7 if len(payload) < 126 else 16, KEY, payload) for payload in CLOSES]
    for connection, frame in enumerate(frames, 1):
        records += [*opened(connection=connection), seen([frame], connection=connection)]
    path = exported(tmp_path, records)
    assert dissected(path) == [told(frame) for frame in frames]
    rules = [line.split()[3].rstrip(":") for line in comments(path)]
    assert rules == [
        "close.one-byte",
        "close.code-reserved",
        "close.code-undefined",
        "close.reason-not-utf8",
    ]


def test_every_rule_of_frames_has_its_comment(tmp_path: Path) -> None:
    groups = [HEADS, LENGTHS, FRAGMENTS, *[[Frame(0x88, 16, KEY, payload)] for payload in CLOSES]]
    records: list[Record] = []
    for connection, (frames, sender) in enumerate(product(groups, Role), 1):
        records += [*opened(connection=connection), seen(frames, connection=connection, sender=sender)]
    deflated = [
        Frame(0xC1, 7, KEY, b"\0"),
        Frame(0x41, 7, KEY, b""),
        Frame(0xC0, 7, KEY, b"\0"),
        Frame(0xC9, 7, KEY, b""),
    ]
    records += [*opened(OFFER, ANSWER, 99), seen(deflated, connection=99, rsv_allowed=RSV1)]
    after = [Frame(0x88, 7, KEY, b""), Frame(0x81, 7, KEY, b"late")]
    records += [*opened(connection=100), seen(after, connection=100)]
    expected = {one.rule for record in records if isinstance(record, FramesSeen) for _, one in record.violations}
    assert {line.split()[3].rstrip(":") for line in comments(exported(tmp_path, records))} == expected
    assert expected == {
        "mask.client-unmasked",
        "mask.server-masked",
        "rsv.not-negotiated",
        "deflate.rsv1-misplaced",
        "opcode.reserved-data",
        "opcode.reserved-control",
        "length.not-minimal",
        "continuation.nothing-open",
        "fragment.interleaved",
        "control.fragmented",
        "control.too-long",
        "close.one-byte",
        "close.code-reserved",
        "close.code-undefined",
        "close.wrong-side",
        "close.reason-not-utf8",
        "frame.after-close",
    }


def test_notes_and_bytes_that_are_no_frame(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.wscap",
        [*opened(), seen([Frame(0x81, 7, KEY, b"a")] * 2), BytesSeen(1, START + 40, SENT, b"\x81")],
    )
    export_capture(source, tmp_path / "a.jsonl", kind="jsonl")
    text = (tmp_path / "a.jsonl").read_text().splitlines()
    text[4] = text[4][:-1] + ',"notes":["Gr\\u00fc\\u00dfe, first","second"]}'
    text[5] = text[5][:-1] + ',"notes":[""]}'
    (tmp_path / "a.jsonl").write_text("\n".join(text) + "\n")
    import_file(tmp_path / "a.jsonl", tmp_path / "b.wscap")
    export_capture(tmp_path / "b.wscap", tmp_path / "b.pcapng", kind="pcapng")
    assert comments(tmp_path / "b.pcapng") == ["Grüße, first", "second", "Bookmark", "These bytes form no frame."]


# --- permessage-deflate


def texts(path: Path) -> list[str]:
    return tshark(path, "-Y", "websocket.payload.text", "-T", "fields", "-e", "websocket.payload.text").splitlines()


def test_compressed_messages_as_on_the_wire(tmp_path: Path) -> None:
    path = exported(tmp_path, RECORDS)
    frames = [frame for record in RECORDS if isinstance(record, FramesSeen) for frame in record.frames]
    assert [one[:5] for one in dissected(path)] == [told(frame)[:5] for frame in frames]
    assert texts(path)[:2] == ["Hello", "Hello"]  # it inflates whole messages itself
    assert texts(path)[2] != "Hello"  # but not fragments


def test_a_fragmented_compressed_message_can_be_read_decompressed(tmp_path: Path) -> None:
    path = exported(tmp_path, RECORDS, "pcapng-decompressed")
    assert texts(path)[:4] == ["Hello", "Hello", "Hello", "plain"]
    expected = [
        (0x81, KEY, b"Hello"),
        (0x81, KEY, b"Hello"),
        (0x01, None, b"He"),
        (0x89, None, b"beat"),
        (0x80, None, b"llo"),
        (0x81, None, b"plain"),
        (0x82, None, LARGE),
        (0x82, None, b""),
        (0xC1, None, b"\xff"),
    ]
    found = dissected(path)
    plain = [told(Frame(head, 7, key, payload)) for head, key, payload in expected]
    # A continuation's payload is the whole message's in some versions.
    assert [one[:5] for one in found] == [one[:5] for one in plain]
    assert [one[5] for one in found if one[:2] != (1, 0)] == [one[5] for one in plain if one[:2] != (1, 0)]
    assert tshark(path, "-Y", 'http.sec_websocket_extensions or http contains "permessage-deflate"') == ""
    assert len([line for line in comments(path) if line.startswith("Decompressed by wsgui:")]) == 2 + 6  # heads, frames
    assert tshark(path, "-Y", "_ws.malformed || tcp.analysis.flags") == ""


def test_many_messages_with_context_takeover(tmp_path: Path) -> None:
    """What only the whole connection could inflate."""
    deflator = Deflator(15, takeover=True)
    messages = [f'{{"tick":{number},"price":{number * 7}}}' for number in range(300)]
    frames, inflated = [], []
    for message in messages:
        half = len(message) // 2
        for index, part in enumerate((message[:half], message[half:])):
            inflated.append((len(frames), part.encode()))
            frames.append(Frame(0x80 if index else 0x41, 7, KEY, deflator.fragment(part.encode(), final=bool(index))))
    records = [*opened(OFFER, ANSWER), FramesSeen(1, START + 30, SENT, frames, inflated=inflated)]
    assert texts(exported(tmp_path, records, "pcapng-decompressed")) == messages
