from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.frames import frames
from wsgui.protocol.raw_frame import RawFrame

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame

KEY = bytes.fromhex("37fa213d")


def test_5_7_hello_masked() -> None:
    frame = RawFrame(0x81, KEY, b"Hello")
    assert frame.wire().hex(" ") == "81 85 37 fa 21 3d 7f 9f 4d 51 58"
    assert frame.header().hex(" ") == "81 85 37 fa 21 3d"
    assert (frame.fin, frame.opcode, frame.form, frame.length, frame.surplus) == (True, 1, 7, 5, 0)


@pytest.mark.parametrize(
    ("frame", "wire", "surplus"),
    [
        (RawFrame(0x01, None, b"Hi", None, 5), "01 05 48 69", -3),
        (RawFrame(0x82, None, b"Hi", None, 1), "82 01 48 69", 1),
        (RawFrame(0x82, None, b"Hi", 16), "82 7e 00 02 48 69", 0),
        (RawFrame(0x82, None, b"", 64, (1 << 64) - 1), "82 7f ff ff ff ff ff ff ff ff", 1 - (1 << 64)),
        (RawFrame(0x82, None, b"", None, 300), "82 7e 01 2c", -300),
        (RawFrame(0x8F, bytes(4), b"Hi", 7, 125), "8f fd 00 00 00 00 48 69", -123),
    ],
)
def test_headers_that_lie(frame: RawFrame, wire: str, surplus: int) -> None:
    assert frame.wire().hex(" ") == wire
    assert frame.surplus == surplus


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (RawFrame(0x82, None, b"", 7, 126), "The 7-bit length form holds up to 125, and the length is 126."),
        (RawFrame(0x82, None, bytes(65536), 16), "The 16-bit length form holds up to 65535, and the length is 65536."),
    ],
)
def test_what_no_bits_can_say(frame: RawFrame, sentence: str) -> None:
    assert frame.problem == sentence
    with pytest.raises(ValueError, match="length form holds up to"):
        frame.header()


@given(frames())
def test_every_frame_can_be_written(frame: Frame) -> None:
    raw = RawFrame(frame.head, frame.masking_key, frame.payload, frame.length_form)
    assert raw.wire() == frame.wire()


@given(st.integers(0, (1 << 64) - 1))
def test_every_length_can_be_declared(length: int) -> None:
    frame = RawFrame(0x82, None, b"", 64, length)
    assert frame.problem == ""
    assert int.from_bytes(frame.wire()[2:], "big") == length
