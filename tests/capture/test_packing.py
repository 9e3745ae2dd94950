"""Frames packed for a row: with the compiled core and without it, the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.core_runs import using
from tests.helpers.frames import frames
from tests.protocol.conftest import COMPILED, unbuilt
from wsgui.capture.batch import Batch, cost_of
from wsgui.capture.packing import pack, pack_slowly
from wsgui.protocol.core import PURE, Core
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import Direction, FramesSeen

BOTH = [PURE, pytest.param(COMPILED, marks=unbuilt)]
BROKEN = Violation("a.rule", "5.1", Severity.ERROR, 1002, "A text.")
KEY = b"abcd"


@pytest.mark.parametrize("one", BOTH)
def test_all_length_forms_masked_and_not(one: Core) -> None:
    some = [
        Frame(0x81, 7, None, b"hello"),
        Frame(0x89, 7, KEY, b"ping"),
        Frame(0x01, 16, None, b"part"),
        Frame(0x80, 64, KEY, b"c" * 200),
        Frame(0xC2, 16, KEY, b"d" * 300),
    ]
    with using(one):
        wire, places, heads, opcodes = pack(some)
    assert wire == (
        b"\x81\x05hello\x89\x84abcdping\x01\x7e\0\x04part"
        b"\x80\xff\0\0\0\0\0\0\0\xc8abcd" + b"c" * 200 + b"\xc2\xfe\x01\x2cabcd" + b"d" * 300
    )
    assert places == (
        b"\0\0\0\0\x07\0\0\0\x11\0\0\0\x19\0\0\0\xef\0\0\0" + b"\x81\x89\x01\x80\xc2" + b"\x00\x04\x01\x06\x05"
    )
    assert heads == b"\x81\x89\x01\x80\xc2"
    assert opcodes == 1 << 0 | 1 << 1 | 1 << 2 | 1 << 9


@pytest.mark.parametrize("one", BOTH)
def test_offsets_need_all_their_bytes(one: Core) -> None:
    with using(one):
        places = pack([Frame(0x82, 64, None, bytes(70_000)), Frame(0x82, 7, None, b"")]).places
    assert places[:8] == b"\0\0\0\0" + b"\x7a\x11\x01\x00"


@pytest.mark.parametrize("one", BOTH)
def test_no_frames(one: Core) -> None:
    with using(one):
        assert pack([]) == (b"", b"", b"", 0)


@unbuilt
@given(st.lists(frames(), max_size=6))
def test_both_pack_the_same(some: list[Frame]) -> None:
    assert COMPILED is not None
    assert COMPILED.laid_out is not None
    with using(COMPILED):
        assert pack(some) == pack_slowly(some)
        assert pack(tuple(some)) == pack_slowly(some)
    assert COMPILED.laid_out(some) == tuple(pack_slowly(some))
    assert COMPILED.payload_bytes(some) == PURE.payload_bytes(some)


@unbuilt
@pytest.mark.parametrize(
    "odd",
    [
        Frame(0x81, 7, None, b"x" * 200),
        Frame(0x81, 7, b"", b"x"),
        Frame(0x81, 7, b"abc", b"x"),
        Frame(0x81, 7, None, bytearray(b"x")),  # type: ignore[arg-type]
    ],
)
def test_frames_that_no_wire_could_carry_are_left_to_the_python_code(odd: Frame) -> None:
    assert COMPILED is not None
    assert COMPILED.laid_out is not None
    assert COMPILED.laid_out([odd]) is None
    with using(COMPILED):
        assert pack([odd]) == pack_slowly([odd])


@unbuilt
@given(
    st.lists(st.lists(frames(), min_size=1, max_size=5), max_size=4),
    st.integers(0, 4),
    st.sampled_from(list(Direction)),
)
def test_both_make_the_same_rows(reads: list[list[Frame]], place: int, direction: Direction) -> None:
    assert COMPILED is not None
    found = []
    for one in (PURE, COMPILED):
        batch = Batch()
        with using(one):
            for number, some in enumerate(reads):
                index = min(place, len(some) - 1)
                record = FramesSeen(1, number, direction, some, [(index, BROKEN)], 0, [(0, b"inflated")])
                batch.add(record, cost_of(record))
        found.append((batch.reads, batch.cost, batch.last_id))
    assert found[0] == found[1]
