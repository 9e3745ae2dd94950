"""What Wireshark's dissector makes of our packets, and what we make of the files that its programs write."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.capture.exchange.samples import KEY, RECEIVED, REQUEST, RESPONSE, SENT, START, rows_of, write
from tests.e2e.wireshark import dissected, tshark
from wsgui.capture.exchange import export_capture, import_file
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import BytesSeen, ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed (apt install tshark)"),
]

BROKEN = Violation("opcode.reserved-data", "5.2", Severity.ERROR, 1002, "Reserved data opcode 0x3.")
LARGE = bytes(range(256)) * 300

SENT_FRAMES = [
    *[
        Frame.build(opcode, b"a" * size, masking_key=key)
        for opcode in (1, 2)
        for size in (0, 1, 125)
        for key in (None, KEY)
    ],
    *[Frame.build(opcode, b"b" * size, masking_key=KEY) for opcode in (1, 2) for size in (126, 32_000, 65_535, 65_536)],
    Frame.build(2, LARGE, masking_key=b"\0\0\0\0"),
    Frame.build(2, LARGE, masking_key=b"\xff\x00\x12\xfe"),
    Frame.build(1, "Grüße, 世界".encode(), masking_key=KEY),
    Frame.build(1, b"begun ", fin=False, masking_key=KEY),
    Frame.build(9, b"between", masking_key=KEY),
    Frame.build(0, b"and ", fin=False, masking_key=KEY),
    Frame.build(0, b"done", masking_key=KEY),
    Frame.build(10, b"p" * 125, masking_key=KEY),
    Frame.build(9, b"", masking_key=KEY),
    Frame.build(9, b"q" * 200, masking_key=KEY),  # too long for a control frame
    Frame.build(1, b"x", masking_key=KEY, length_form=16),
    Frame.build(1, b"y", masking_key=KEY, length_form=64),
    *[Frame.build(opcode, b"reserved", masking_key=KEY) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)],
    Frame.build(2, b"rsv1", masking_key=KEY, rsv1=True),
    Frame.build(2, b"rsv2", masking_key=KEY, rsv2=True),
    Frame.build(2, b"rsv3", masking_key=KEY, rsv3=True),
    Frame.build(8, b"\x03\xe8bye", masking_key=KEY),
]
RECEIVED_FRAMES = [
    Frame.build(1, b"from the server"),
    *[Frame.build(2, b"tiny")] * 600,  # more than tshark follows in one segment
    Frame.build(8, b"\x03\xe8bye"),
]


def conversation(role: str = "client") -> list[Any]:
    up, down = (SENT, RECEIVED) if role == "client" else (RECEIVED, SENT)
    ends = ("127.0.0.1:50000", "127.0.0.1:8765")
    local, remote = ends if role == "client" else ends[::-1]
    broken = [(index, BROKEN) for index, frame in enumerate(SENT_FRAMES) if frame.opcode == 3]
    return [
        ConnectionOpened(1, START, role, "ws://127.0.0.1:8765/chat", local, remote),
        HandshakeSeen(1, START + 10, up, REQUEST),
        HandshakeSeen(1, START + 20, down, RESPONSE),
        FramesSeen(1, START + 30, up, SENT_FRAMES, broken),
        FramesSeen(1, START + 40, down, RECEIVED_FRAMES),
        ConnectionClosed(1, START + 50, 1000, "", EndedBy.LOCAL, ""),
    ]


@pytest.mark.parametrize("role", ["client", "server"])
def test_every_form_of_frame(tmp_path: Path, role: str) -> None:
    write(tmp_path / "in.wscap", conversation(role), role=role)
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng")
    expected = [
        (
            int(frame.fin),
            frame.opcode,
            frame.head >> 4 & 7,
            "" if frame.masking_key is None else frame.masking_key.hex(),
            len(frame.payload),
            frame.payload,
        )
        for frame in SENT_FRAMES + RECEIVED_FRAMES
    ]
    assert dissected(tmp_path / "out.pcapng") == expected
    assert (
        tshark(tmp_path / "out.pcapng", "-Y", "_ws.malformed || tcp.analysis.flags || tcp.checksum.status == 0") == ""
    )
    for protocol in ("ip", "tcp"):
        checked = tshark(
            tmp_path / "out.pcapng", "-o", f"{protocol}.check_checksum:TRUE", "-Y", f"{protocol}.checksum.status != 1"
        )
        assert checked == ""


def test_comments_and_times(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", conversation())
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng")
    lines = tshark(
        tmp_path / "out.pcapng",
        "-Y",
        "frame.comment",
        "-T",
        "fields",
        "-e",
        "websocket.opcode",
        "-e",
        "frame.comment",
        "-e",
        "frame.time_epoch",
    )
    assert lines.splitlines() == [
        "3\tRFC 6455 §5.2 opcode.reserved-data: Reserved data opcode 0x3.\t1700000000.123456819"
    ]


def test_several_connections_and_broken_bytes(tmp_path: Path) -> None:
    second = [record._replace(connection=2) for record in conversation()]
    second[0] = second[0]._replace(local="[::1]:50000", remote="[::1]:8765")
    rest = BytesSeen(2, START + 45, RECEIVED, b"\x81\x7e")
    write(tmp_path / "in.wscap", [*conversation(), *second[:-1], rest, second[-1]])
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng")
    assert len(dissected(tmp_path / "out.pcapng")) == 2 * len(SENT_FRAMES + RECEIVED_FRAMES)
    assert tshark(tmp_path / "out.pcapng", "-Y", "tcp.analysis.flags") == ""


def test_a_handshake_that_was_made_up(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", [FramesSeen(1, START, Direction.SENT, SENT_FRAMES[:4])])
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng")
    assert len(dissected(tmp_path / "out.pcapng")) == 4


@pytest.mark.parametrize("kind", ["pcap", "nsecpcap", "pcapng"])
def test_files_that_wireshark_wrote(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "in.wscap", conversation())
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng", keep_secrets=True)
    tshark(tmp_path / "out.pcapng", "-F", kind, "-w", str(tmp_path / "foreign"))
    report = import_file(tmp_path / "foreign", tmp_path / "back.wscap")
    assert report.complete
    before, after = rows_of(tmp_path / "in.wscap"), rows_of(tmp_path / "back.wscap")
    assert [row[2:] for row in after] == [row[2:] for row in before]
    if kind != "pcap":  # that one has microseconds
        assert [row[1] for row in after] == [row[1] for row in before]
