from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.panels.kept_state import KeptState, unpacked

STATE = KeptState(frozenset({"frames", "composer"}), {"frames": (800, 300)}, b"\x00\xff what Qt gave \n")


def test_what_is_packed_comes_back() -> None:
    assert unpacked(STATE.packed()) == STATE


@given(st.integers(0, len(STATE.packed()) - 1), st.integers(1, 255))
def test_a_byte_that_changed_is_found_out(place: int, change: int) -> None:
    data = bytearray(STATE.packed())
    data[place] ^= change
    assert unpacked(bytes(data)) is None


@given(st.binary(max_size=40))
def test_foreign_bytes_are_none(data: bytes) -> None:
    assert unpacked(data) is None


@pytest.mark.parametrize("size", [0, 1, 20, -1])
def test_a_part_is_none(size: int) -> None:
    assert unpacked(STATE.packed()[:size]) is None
