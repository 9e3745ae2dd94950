from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise, cuts, split
from tests.helpers.frames import frames, streams
from wsgui.protocol import core
from wsgui.protocol.frames import Frame, wire_of
from wsgui.protocol.parser import Header, TooLong
from wsgui.protocol.states import Role

KEY = bytes.fromhex("37fa213d")
ANY_BYTES = st.binary(max_size=60) | st.sampled_from(Role).flatmap(streams)


def parsed(parts: list[bytes], limit: int) -> tuple[list[Frame], bytes, TooLong | None]:
    parser = core.current.parser(limit)
    found = [frame for part in parts for frame in parser.feed(part)]
    return found, parser.rest, parser.too_long


@given(ANY_BYTES, st.sampled_from([0, 5, 200, 1 << 26]))
@example(bytes.fromhex("82ff00000000000100"), 1 << 26)
def test_frames_and_rest_are_the_bytes_that_were_fed(data: bytes, limit: int) -> None:
    found, rest, _ = parsed([data], limit)
    assert wire_of(found) + rest == data


@given(ANY_BYTES, cuts, st.sampled_from([0, 5, 200, 1 << 26]))
def test_chunking_changes_nothing(data: bytes, places: list[int], limit: int) -> None:
    whole = parsed([data], limit)
    assert parsed(split(data, places), limit) == whole
    assert parsed(bytewise(data), limit) == whole


@given(st.lists(frames(), max_size=5), cuts)
def test_any_frames_come_out_as_they_went_in(some: list[Frame], places: list[int]) -> None:
    assert parsed(split(wire_of(some), places), 1 << 26) == (some, b"", None)


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("form", [7, 16, 64])
def test_a_frame_cut_at_each_byte(key: bytes | None, form: int) -> None:
    frame = Frame.build(2, b"abc", masking_key=key, length_form=form)
    wire = frame.wire()
    for place in range(1, len(wire)):
        parser = core.current.parser()
        assert parser.feed(wire[:place]) == []
        assert parser.rest == wire[:place]
        assert len(parser.rest) == place
        assert parser.feed(wire[place:] + b"\x89") == [frame]
        assert parser.rest == b"\x89"


@pytest.mark.parametrize(
    ("wire", "length"),
    [
        ("82 7f 7f ff ff ff ff ff ff ff", (1 << 63) - 1),
        ("82 7f 80 00 00 00 00 00 00 00", 1 << 63),
        ("82 7f ff ff ff ff ff ff ff ff", (1 << 64) - 1),
        ("82 7f 00 00 00 00 04 00 00 01", (64 << 20) + 1),
    ],
)
@pytest.mark.parametrize("masked", [False, True])
def test_a_length_over_the_limit_is_a_fact_and_not_an_allocation(wire: str, length: int, masked: bool) -> None:
    header = bytearray.fromhex(wire)
    header[1] |= 0x80 * masked
    assert parsed(bytewise(bytes(header)), 1 << 26) == ([], bytes(header), TooLong(length, bytes(header)))
    parser = core.current.parser()
    tracemalloc.start()
    try:
        assert parser.feed(bytes(header) + b"abcd") == []
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    assert parser.too_long == TooLong(length, bytes(header))
    assert parser.under_way is None
    assert parser.feed(b"\x81\x00") == []
    assert parser.rest == bytes(header) + b"abcd\x81\x00"


def test_the_limit_is_in_bytes_of_payload_and_includes_itself() -> None:
    parser = core.current.parser(5)
    assert parser.feed(b"\x81\x05Hello") == [Frame(0x81, 7, None, b"Hello")]
    assert parser.feed(b"\x81\x06") == []
    assert parser.too_long == TooLong(6, b"\x81\x06")


def test_a_limit_that_falls_is_held_against_the_next_header() -> None:
    parser = core.current.parser()
    assert parser.feed(b"\x81\x05He") == []
    parser.frame_limit = 4
    assert parser.feed(b"llo\x81\x05\x00") == [Frame(0x81, 7, None, b"Hello")]
    assert parser.too_long == TooLong(5, b"\x81\x05")
    assert parser.rest == b"\x81\x05\x00"


def test_the_rest_can_be_taken() -> None:
    parser = core.current.parser()
    parser.feed(b"\x81\x05He")
    assert parser.take_rest() == b"\x81\x05He"
    assert parser.rest == b""
    assert parser.feed(b"\x81\x01x") == [Frame(0x81, 7, None, b"x")]


@pytest.mark.parametrize("size", [5, 200, 70_000])
@pytest.mark.parametrize("key", [None, KEY])
def test_what_has_come_of_a_frame(size: int, key: bytes | None) -> None:
    payload = bytes(range(250)) * (size // 250 + 1)
    frame = Frame.build(1, payload[:size], masking_key=key)
    wire, start = frame.wire(), frame.header_length
    parser = core.current.parser()
    for place in range(start):
        assert parser.under_way is None
        assert parser.rest == wire[:place]
        parser.feed(wire[place : place + 1])
    header = parser.under_way
    assert header == Header(0x81, frame.length_form, key, size)
    assert parser.unfinished(0) == b""
    parser.feed(wire[start : start + 4])
    assert parser.unfinished(0) == payload[:4]
    assert parser.unfinished(1) == payload[1:4]
    assert parser.unfinished(4) == b""
    assert parser.rest == wire[: start + 4]
    assert parser.feed(wire[start + 4 :]) == [frame]
    assert parser.under_way is None


def test_many_small_reads_of_a_large_frame_keep_one_copy() -> None:
    wire = Frame.build(2, bytes(200_000)).wire()
    parser = core.current.parser()
    tracemalloc.start()
    try:
        for start in range(0, len(wire) - 2, 2):
            parser.feed(wire[start : start + 2])
        assert tracemalloc.get_traced_memory()[0] < 400_000
    finally:
        tracemalloc.stop()
    assert parser.feed(wire[-2:]) == [Frame(0x82, 64, None, bytes(200_000))]
