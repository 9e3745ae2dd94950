from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.frames import keys
from wsgui.protocol.masking import apply_mask, apply_mask_slowly, mask_slice

KEY = bytes.fromhex("37fa213d")


@pytest.mark.parametrize("mask", [apply_mask, apply_mask_slowly])
def test_5_7_hello(mask: object) -> None:
    assert callable(mask)
    assert mask(b"Hello", KEY) == bytes.fromhex("7f9f4d5158")
    assert mask(b"", KEY) == b""


@given(st.binary(max_size=70), keys)
def test_5_3_each_octet_is_xored_with_octet_i_mod_4_of_the_key(data: bytes, key: bytes) -> None:
    masked = bytes(byte ^ key[index % 4] for index, byte in enumerate(data))
    assert apply_mask(data, key) == masked
    assert apply_mask_slowly(data, key) == masked
    assert apply_mask_slowly(memoryview(masked), key) == data


@given(st.binary(max_size=70), keys, st.integers(0, 70), st.integers(0, 70))
def test_a_slice_is_masked_as_it_is_in_its_place(data: bytes, key: bytes, start: int, end: int) -> None:
    assert mask_slice(data[start:end], key, start) == apply_mask(data, key)[start:end]


def test_a_key_has_four_bytes() -> None:
    with pytest.raises(ValueError, match="a masking key has 4 bytes, not 3"):
        apply_mask_slowly(b"Hello", b"abc")
