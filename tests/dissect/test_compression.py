from __future__ import annotations

from wsgui.dissect.compression import Sizes, compression_line, compression_lines
from wsgui.dissect.sizes import ratio_text
from wsgui.protocol.frames import Frame

HELLO = bytes.fromhex("f248cdc9c90700")  # RFC 7692 section 7.2.3.1


def test_ratios() -> None:
    assert ratio_text(642, 105) == "6.1 : 1"
    assert ratio_text(100_000, 100) == "1000 : 1"
    assert ratio_text(10, 10) == "1 : 1"
    assert ratio_text(5, 7) == "1 : 1.4"
    assert ratio_text(0, 1) == "nothing to gain"
    assert ratio_text(5, 0) == "no bytes left"


def test_a_line_for_a_row() -> None:
    assert compression_line(1, 1024) == "compressed: 1 byte on the wire, 1\u202f024 bytes inflated (1024 : 1)"


def test_a_frame_without_compression_says_nothing() -> None:
    assert compression_lines(Frame.build(1, b"Hello"), None) == []


def test_a_message_in_one_frame() -> None:
    lines = compression_lines(Frame.build(1, HELLO, rsv1=True), Sizes(5, 7, 5, 1))
    assert [(line.label, line.value) for line in lines] == [
        ("RSV1", "1"),
        ("on the wire", "7 bytes"),
        ("inflated", "5 bytes"),
        ("ratio", "1 : 1.4"),
    ]
    assert lines[0].meaning == "The message is compressed."


def test_a_fragment_tells_of_its_message_too() -> None:
    lines = compression_lines(Frame.build(0, HELLO[3:]), Sizes(2, 7, 5, 2))
    assert lines[0].value == "0"
    assert lines[0].meaning.startswith("A later frame of a compressed message")
    assert lines[-1].label == "message"
    assert lines[-1].value == "1 : 1.4"
    assert lines[-1].meaning == (
        "7 bytes on the wire, 5 bytes inflated, of all 2 frames of the message that have come."
    )
    cut = compression_lines(Frame.build(0, HELLO[3:]), Sizes(2, 7, None, 2))
    assert cut[-1].meaning.endswith("not all of them could be inflated.")


def test_rsv1_and_nothing_inflated() -> None:
    (line,) = compression_lines(Frame.build(1, b"\xff", rsv1=True), None)
    assert line.label == "not inflated"
