from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.hexrows import HexBytes, printable
from wsgui.protocol.frames import Frame

KEY = bytes.fromhex("5e11c890")

frames = st.builds(
    lambda payload, key, form: Frame.build(2, payload, masking_key=key, length_form=form),
    st.binary(max_size=125),
    st.none() | st.binary(min_size=4, max_size=4),
    st.sampled_from([7, 16, 64]),
)


def test_header_and_payload_rows_of_a_masked_frame() -> None:
    frame = Frame.build(0, b',{"id":911,"name":"Grace"}', fin=False, masking_key=KEY, length_form=64)
    rows = HexBytes.of_frame(frame).rows(0, 10)
    assert [(row.offset, row.header_end, row.key_start) for row in rows] == [(0, 14, 10), (14, 0, 0), (30, 0, 0)]
    assert rows[0].wire == rows[0].unmasked == frame.header()
    assert rows[1].unmasked == b',{"id":911,"name'
    assert rows[1].wire.hex(" ") == "72 6a ea f9 3a 33 f2 a9 6f 20 e4 b2 30 70 a5 f5"
    assert rows[2].unmasked == b'":"Grace"}'


def test_an_unmasked_header_has_no_key_bytes() -> None:
    row = HexBytes.of_frame(Frame.build(1, b"Hello")).row(0)
    assert (row.header_end, row.key_start) == (2, 2)


def test_bytes_that_are_no_frame_have_no_header() -> None:
    layout = HexBytes.of_bytes(b"GET / HTTP/1.1\r\n\r\n")
    assert (layout.row_count, layout.length) == (2, 18)
    assert layout.row(1).wire == b"\r\n"


def test_no_bytes_have_no_rows() -> None:
    layout = HexBytes.of_bytes(b"")
    assert layout.row_count == 0
    assert layout.nearest(0, 3) == 0
    with pytest.raises(IndexError):
        layout.rows(0, 1)
    with pytest.raises(IndexError):
        layout.position(0)


def test_narrow_rows_break_the_header() -> None:
    frame = Frame.build(2, b"abcde", masking_key=KEY, length_form=64)
    rows = HexBytes.of_frame(frame, 4).rows(0, 99)
    assert [(row.offset, row.header_end, row.key_start) for row in rows] == [
        (0, 4, 4),
        (4, 4, 4),
        (8, 4, 2),
        (12, 2, 0),
        (14, 0, 0),
        (18, 0, 0),
    ]


def test_nearest_stops_at_the_ends_of_rows_and_bytes() -> None:
    layout = HexBytes.of_frame(Frame.build(1, b"x" * 20))
    assert layout.nearest(0, 9) == 1
    assert layout.nearest(-5, -5) == 0
    assert layout.nearest(1, 3) == 5
    assert layout.nearest(99, 99) == 21


def test_a_page_of_a_large_payload_is_cut_out_of_it() -> None:
    payload = bytes(range(256)) * 4096
    layout = HexBytes.of_frame(Frame.build(2, payload, masking_key=KEY))
    start, stop = layout.row_span(30001)
    assert layout.position(start) == (30001, 0)
    assert layout.unmasked(start, stop) == payload[480000:480016]
    assert layout.wire(start, stop) == bytes(b ^ KEY[i % 4] for i, b in enumerate(payload[480000:480016]))


def test_payload_leaves_the_header_out() -> None:
    layout = HexBytes.of_frame(Frame.build(1, b"Hello", masking_key=KEY))
    assert layout.payload(0, 8) == b"He"
    assert layout.payload(0, 6) == b""


@given(frames, st.integers(1, 20))
def test_places_and_offsets_are_each_other_s_inverse(frame: Frame, columns: int) -> None:
    layout = HexBytes.of_frame(frame, columns)
    for offset in range(layout.length):
        row, column = layout.position(offset)
        assert layout.nearest(row, column) == offset
        start, stop = layout.row_span(row)
        assert start + column == offset < stop <= start + columns
    assert layout.position(layout.length - 1)[0] == layout.row_count - 1


@given(frames, st.integers(0, 150), st.integers(0, 150))
def test_slices_are_those_of_the_whole(frame: Frame, start: int, stop: int) -> None:
    layout = HexBytes.of_frame(frame)
    assert layout.wire(start, stop) == frame.wire()[start:stop]
    assert layout.unmasked(start, stop) == (frame.header() + frame.payload)[start:stop]


@given(frames, st.integers(1, 20), st.data())
def test_rows_joined_are_the_bytes(frame: Frame, columns: int, data: st.DataObject) -> None:
    layout = HexBytes.of_frame(frame, columns)
    first = data.draw(st.integers(0, layout.row_count - 1))
    rows = layout.rows(first, layout.row_count)
    assert b"".join(row.wire for row in rows) == frame.wire()[layout.row_span(first)[0] :]
    assert all(row == layout.row(first + i) for i, row in enumerate(rows))


@given(st.binary())
def test_printable_has_a_character_for_each_byte(data: bytes) -> None:
    text = printable(data)
    assert len(text) == len(data)
    assert text.isascii()
    assert all(ord(c) == b or c == "." for c, b in zip(text, data, strict=True))


def test_the_same_bytes_in_rows_of_another_length() -> None:
    layout = HexBytes.of_frame(Frame.build(2, bytes(range(20)), masking_key=KEY))
    narrow = layout.in_rows_of(8)
    assert (layout.columns, narrow.columns) == (16, 8)
    assert (layout.row_count, narrow.row_count) == (3, 4)
    assert narrow.wire(0, narrow.length) == layout.wire(0, layout.length)
    assert narrow.row(3).unmasked == bytes(range(16, 20))
