from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.raw_bits import bits_of_rule, flipped, header_bits

KEY = bytes.fromhex("37fa213d")
HELLO = RawFrame(0x81, None, b"Hello")


def digits(frame: RawFrame) -> str:
    return "".join("1" if bit.on else "0" for bit in header_bits(frame))


def test_the_bits_are_those_on_the_wire() -> None:
    assert digits(HELLO) == "1000000100000101"
    assert digits(RawFrame(0x01, KEY, b"Hello", 16)) == "0000000111111110" + f"{5:016b}"
    assert digits(RawFrame(0x82, None, b"", 64, 1 << 63)) == "1000001001111111" + "1" + "0" * 63
    names = [bit.name for bit in header_bits(RawFrame(0x81, None, b"", 16))]
    assert names[:5] == ["FIN", "RSV1", "RSV2", "RSV3", "opcode bit 3 (value 8)"]
    assert names[8:10] == ["MASK", "length bit 6 (value 64)"]
    assert names[16] == "extended length bit 15"


@pytest.mark.parametrize(
    ("place", "frame"),
    [
        (0, RawFrame(0x01, None, b"Hello")),
        (1, RawFrame(0xC1, None, b"Hello")),
        (7, RawFrame(0x80, None, b"Hello")),
        (8, RawFrame(0x81, KEY, b"Hello")),
        (15, RawFrame(0x81, None, b"Hello", 7, 4)),
        (9, RawFrame(0x81, None, b"Hello", 7, 69)),
    ],
)
def test_flipping(place: int, frame: RawFrame) -> None:
    assert flipped(HELLO, place, KEY) == frame
    assert flipped(frame, place, KEY).wire() == HELLO.wire()


def test_the_short_length_chooses_the_form() -> None:
    lying = RawFrame(0x81, None, b"Hello", 7, 0x7C)  # 124
    in16 = flipped(lying, 14, KEY)  # 126
    assert (in16.form, in16.length, in16.wire().hex(" ")) == (16, 124, "81 7e 00 7c 48 65 6c 6c 6f")
    in64 = flipped(in16, 15, KEY)  # 127
    assert (in64.form, in64.length) == (64, 124)
    assert flipped(in64, 9, KEY)[3:] == (7, 63)
    assert flipped(RawFrame(0x81, None, b"Hello", 16), 15, KEY)[3:] == (64, None)
    assert flipped(RawFrame(0x81, None, b"Hello", 64, 1 << 40), 15, KEY)[3:] == (16, 0)


frames = st.builds(
    RawFrame,
    st.integers(0, 255),
    st.none() | st.binary(min_size=4, max_size=4),
    st.binary(max_size=8),
    st.sampled_from([None, 16, 64]),
    st.none() | st.integers(0, 0xFFFF),
)


@given(frames, st.data())
def test_one_bit_of_the_wire_changes(frame: RawFrame, data: st.DataObject) -> None:
    bits = digits(frame)
    assert frame.header()[: len(bits) // 8] == int(bits, 2).to_bytes(len(bits) // 8, "big")
    place = data.draw(st.integers(0, len(bits) - 1))
    after = digits(flipped(frame, place, KEY))
    assert after[:16] == bits[:place][:16] + ("0" if bits[place] == "1" else "1") * (place < 16) + bits[place + 1 : 16]
    if place >= 16:
        assert after != bits
        assert [one for one in range(len(bits)) if after[one] != bits[one]] == [place]


@pytest.mark.parametrize(
    ("rule", "bits"),
    [
        ("mask.client-unmasked", {8}),
        ("rsv.not-negotiated", {1, 3}),
        ("opcode.reserved-data", {4, 5, 6, 7}),
        ("control.fragmented", {0}),
        ("length.top-bit", {16}),
        ("length.not-minimal", set(range(9, 80))),
        ("utf8.invalid", set()),
    ],
)
def test_which_bits_show_a_rule(rule: str, bits: set[int]) -> None:
    assert bits_of_rule(rule, RawFrame(0xD1)) == bits
