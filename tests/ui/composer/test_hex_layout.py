from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.hex_layout import HexLayout, hex_row


def test_columns_agree_with_the_text() -> None:
    layout = HexLayout(4, 16)
    digits, characters = hex_row(layout, b"0123456789abcde\xff")
    assert digits == "30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 ff"
    assert characters == "0123456789abcde."
    for index, byte in enumerate(b"0123456789abcde\xff"):
        column = layout.hex_column(index) - layout.hex_column(0)
        assert digits[column : column + 2] == f"{byte:02x}"
    assert layout.character_column(0) >= layout.hex_column(0) + len(digits) + 1


@pytest.mark.parametrize(("columns", "per_row"), [(10, 4), (41, 8), (74, 16), (200, 32)])
def test_what_fits(columns: int, per_row: int) -> None:
    assert HexLayout.fitting(columns, 0).per_row == per_row


def test_offsets_grow_with_the_size() -> None:
    assert HexLayout.fitting(80, 100).offset_digits == 4
    assert HexLayout.fitting(80, 16 * 1024 * 1024).offset_digits == 7


def test_there_is_a_place_behind_the_last_byte() -> None:
    layout = HexLayout(4, 8)
    assert [layout.rows(size) for size in (0, 7, 8, 16)] == [1, 1, 2, 3]


@given(st.sampled_from([4, 8, 16, 32]), st.integers(0, 31))
def test_a_click_on_a_byte_finds_it(per_row: int, index: int) -> None:
    layout = HexLayout(4, per_row)
    index %= per_row
    assert layout.index_at(layout.hex_column(index) + 0.5) == index
    assert layout.index_at(layout.character_column(index) + 0.3) == index


def test_a_click_between_digits_and_characters_is_behind_the_row() -> None:
    layout = HexLayout(4, 8)
    assert layout.index_at(layout.hex_column(7) + 2.2) == 8


@given(st.sampled_from([4, 8, 16, 32]), st.floats(-10, 500))
def test_any_click_is_somewhere(per_row: int, column: float) -> None:
    assert 0 <= HexLayout(4, per_row).index_at(column) <= per_row
