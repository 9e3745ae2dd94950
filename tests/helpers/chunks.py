"""Bytes cut as TCP may cut them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

cuts = st.lists(st.integers(0, 0xFFFF), max_size=12)
"""Where to cut, for `split`: any numbers will do."""


def split(data: bytes, places: Iterable[int]) -> list[bytes]:
    """``data`` cut at each of ``places``, taken modulo its length; the parts may be empty."""
    ends = sorted(place % (len(data) + 1) for place in places)
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


def bytewise(data: bytes) -> list[bytes]:
    """``data`` in parts of one byte."""
    return [data[index : index + 1] for index in range(len(data))]
