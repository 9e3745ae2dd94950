from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.frames import frames
from wsgui.protocol import core
from wsgui.protocol.frames import Frame, frame_header, minimal_length_form
from wsgui.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")


def parse(wire: bytes) -> list[Frame]:
    parser = FrameParser()
    found = parser.feed(wire)
    assert parser.rest == b""
    return found


def test_5_7_single_frame_unmasked_text_message() -> None:
    wire = bytes.fromhex("81 05 48 65 6c 6c 6f")
    assert Frame.build(1, b"Hello").wire() == wire
    assert parse(wire) == [Frame(0x81, 7, None, b"Hello")]


def test_5_7_single_frame_masked_text_message() -> None:
    wire = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")
    assert Frame.build(1, b"Hello", masking_key=KEY).wire() == wire
    assert parse(wire) == [Frame(0x81, 7, KEY, b"Hello")]


def test_5_7_fragmented_unmasked_text_message() -> None:
    wire = bytes.fromhex("01 03 48 65 6c 80 02 6c 6f")
    parts = [Frame.build(1, b"Hel", fin=False), Frame.build(0, b"lo")]
    assert core.current.wire_of(parts) == wire
    assert parse(wire) == parts


def test_5_7_unmasked_ping_and_masked_pong() -> None:
    ping = bytes.fromhex("89 05 48 65 6c 6c 6f")
    pong = bytes.fromhex("8a 85 37 fa 21 3d 7f 9f 4d 51 58")
    assert Frame.build(9, b"Hello").wire() == ping
    assert Frame.build(10, b"Hello", masking_key=KEY).wire() == pong
    assert parse(ping + pong) == [Frame(0x89, 7, None, b"Hello"), Frame(0x8A, 7, KEY, b"Hello")]


def test_5_7_256_bytes_binary_message() -> None:
    data = bytes(range(256))
    wire = bytes.fromhex("82 7e 01 00") + data
    assert Frame.build(2, data).wire() == wire
    assert parse(wire) == [Frame(0x82, 16, None, data)]


def test_5_7_64_kib_binary_message() -> None:
    data = bytes(range(256)) * 256
    wire = bytes.fromhex("82 7f 00 00 00 00 00 01 00 00") + data
    assert Frame.build(2, data).wire() == wire
    assert parse(wire) == [Frame(0x82, 64, None, data)]


@pytest.mark.parametrize(
    ("size", "form"), [(0, 7), (125, 7), (126, 16), (0xFFFF, 16), (0x10000, 64), (0x7FFF_FFFF_FFFF_FFFF, 64)]
)
def test_5_2_the_shortest_length_form(size: int, form: int) -> None:
    assert minimal_length_form(size) == form


@pytest.mark.parametrize(
    ("form", "key", "size", "header"),
    [
        (7, None, 2, "81 05"),
        (16, None, 4, "81 7e 00 05"),
        (64, None, 10, "81 7f 00 00 00 00 00 00 00 05"),
        (7, KEY, 6, "81 85 37 fa 21 3d"),
        (16, KEY, 8, "81 fe 00 05 37 fa 21 3d"),
        (64, KEY, 14, "81 ff 00 00 00 00 00 00 00 05 37 fa 21 3d"),
    ],
)
def test_5_2_the_header_in_each_form(form: int, key: bytes | None, size: int, header: str) -> None:
    frame = Frame.build(1, b"Hello", masking_key=key, length_form=form)
    assert frame.header() == bytes.fromhex(header)
    assert frame.header_length == size
    assert parse(frame.wire()) == [frame]


def test_a_header_may_lie_about_the_length() -> None:
    assert frame_header(0x82, 64, None, 1 << 63) == bytes.fromhex("82 7f 80 00 00 00 00 00 00 00")


def test_bits_and_opcode_are_read_from_the_first_byte() -> None:
    frame = Frame.build(0xB, fin=False, rsv1=True, rsv3=True)
    assert frame.wire() == b"\x5b\x00"
    assert (frame.fin, frame.rsv1, frame.rsv2, frame.rsv3, frame.opcode) == (False, True, False, True, 0xB)
    assert not frame.masked
    other = Frame.build(2, rsv2=True, masking_key=KEY)
    assert other.wire() == b"\xa2\x80" + KEY
    assert (other.fin, other.rsv1, other.rsv2, other.rsv3, other.opcode) == (True, False, True, False, 2)
    assert other.masked


def test_masked_payload() -> None:
    assert Frame.build(1, b"Hello").masked_payload() == b"Hello"
    assert Frame.build(1, b"Hello", masking_key=KEY).masked_payload() == bytes.fromhex("7f9f4d5158")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"opcode": 16}, "an opcode is 0 to 15, not 16"),
        ({"opcode": -1}, "an opcode is 0 to 15, not -1"),
        ({"opcode": 1, "masking_key": b"abc"}, "a masking key has 4 bytes, not 3"),
        ({"opcode": 1, "length_form": 8}, "a length form is 7, 16 or 64 bits, not 8"),
        ({"opcode": 1, "payload": bytes(126), "length_form": 7}, "126 bytes do not fit the 7-bit length form"),
        ({"opcode": 1, "payload": bytes(65536), "length_form": 16}, "65536 bytes do not fit the 16-bit length form"),
    ],
)
def test_what_no_bits_can_say_is_refused(arguments: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        Frame.build(**arguments)  # type: ignore[arg-type]


@given(frames())
def test_any_frame_survives_the_wire(frame: Frame) -> None:
    assert len(frame.header()) == frame.header_length
    assert parse(frame.wire()) == [frame]


@given(st.lists(frames(), max_size=5))
def test_wire_of_joins_what_wire_gives(some: list[Frame]) -> None:
    assert core.current.wire_of(some) == b"".join(frame.wire() for frame in some)
