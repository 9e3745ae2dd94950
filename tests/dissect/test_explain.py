from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.explain import byte_text, explain_pieces, explain_plain
from wsgui.protocol.frames import Frame

KEY = bytes.fromhex("5e11c890")


def explained(frame: Frame, offset: int) -> str:
    return "".join(piece.text for piece in explain_pieces(frame, offset, "xor"))


FRAME = Frame.build(0, b',{"id":911,"name":"Grace"}', fin=False, masking_key=KEY, length_form=64)


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (0, "FIN = 0, RSV1 = 0, RSV2 = 0, RSV3 = 0, opcode = 0x0 CONTINUATION"),
        (1, "MASK = 1, len 7 = 127"),
        (2, "byte 1 of 8 of the extended length 26"),
        (9, "byte 8 of 8 of the extended length 26"),
        (10, "byte 1 of 4 of the masking key, for payload bytes with i mod 4 = 0"),
        (13, "byte 4 of 4 of the masking key, for payload bytes with i mod 4 = 3"),
        (0x1A, "wire 30 xor key 5e (i = 12, i mod 4 = 0) = 6e 'n'"),
    ],
)
def test_each_byte_says_what_it_is(offset: int, text: str) -> None:
    assert explained(FRAME, offset) == text


def test_pieces_are_told_apart_for_colouring() -> None:
    assert [(p.kind, p.text) for p in explain_pieces(FRAME, 0x1A)] == [
        ("wire", "wire 30"),
        ("plain", " ⊕ "),
        ("key", "key 5e"),
        ("plain", " (i = 12, i mod 4 = 0) = "),
        ("payload", "6e 'n'"),
    ]


def test_an_unmasked_byte_is_the_payload_itself() -> None:
    assert explained(Frame.build(1, b"Hi"), 3) == "not masked (i = 1): 69 'i'"


@pytest.mark.parametrize("offset", [-1, FRAME.header_length + len(FRAME.payload)])
def test_outside_the_frame_is_an_index_error(offset: int) -> None:
    with pytest.raises(IndexError):
        explained(FRAME, offset)


def test_plain_bytes() -> None:
    assert explain_plain(b"GET", 1)[0].text == "45 'E'"
    with pytest.raises(IndexError):
        explain_plain(b"GET", 3)


@pytest.mark.parametrize(
    ("byte", "text"), [(0x6E, "6e 'n'"), (0x20, "20 space"), (0x0A, "0a line feed"), (0x80, "80"), (0x01, "01")]
)
def test_byte_text(byte: int, text: str) -> None:
    assert byte_text(byte) == text


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=4, max_size=4), st.data())
def test_the_sum_is_right(payload: bytes, key: bytes, data: st.DataObject) -> None:
    frame = Frame.build(2, payload, masking_key=key)
    index = data.draw(st.integers(0, len(payload) - 1))
    wire, _, keyed, _, clear = explain_pieces(frame, 6 + index)
    assert int(wire.text[5:], 16) ^ int(keyed.text[4:], 16) == payload[index] == int(clear.text[:2], 16)
