from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.inspector.hex_geometry import COLUMNS_OF, HexColumn, HexGeometry, HexMode

geometries = st.builds(HexGeometry, st.sampled_from(HexMode), st.floats(3, 30), st.integers(8, 60), st.integers(6, 16))


@given(geometries, st.integers(0, 15), st.data())
def test_the_middle_of_a_byte_belongs_to_it(geometry: HexGeometry, byte: int, data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(COLUMNS_OF[geometry.mode]))
    x, width = geometry.span(column, byte, 1)
    middle = x + width / 2
    assert geometry.column_at(middle) is column
    assert geometry.byte_at(middle, column) == byte
    assert geometry.contains(middle)


@given(geometries)
def test_columns_do_not_touch_and_fit_the_width(geometry: HexGeometry) -> None:
    end = 0.0
    for column in geometry.columns:
        x, width = geometry.span(column, 0, 16)
        assert x > end
        end = x + width
    assert end <= geometry.width()


@given(geometries, st.floats(-1000, 10_000), st.sampled_from(HexColumn))
def test_any_point_is_closest_to_one_of_sixteen_bytes(geometry: HexGeometry, x: float, column: HexColumn) -> None:
    assert 0 <= geometry.byte_at(x, column if column in geometry.columns else HexColumn.TEXT) <= 15
    assert geometry.column_at(x) in geometry.columns


def test_offsets_are_no_bytes() -> None:
    geometry = HexGeometry(HexMode.WIRE, 7.0, 18, 6)
    assert not geometry.contains(10.0)
    assert not geometry.contains(geometry.width())


@pytest.mark.parametrize(("mode", "count"), [(HexMode.WIRE, 2), (HexMode.SIDE_BY_SIDE, 3), (HexMode.UNMASKED, 2)])
def test_a_run_of_bytes_is_as_wide_as_its_text(mode: HexMode, count: int) -> None:
    geometry = HexGeometry(mode, 10.0, 18, 6)
    assert len(geometry.columns) == count
    assert geometry.span(geometry.columns[0], 0, 2)[1] == len("48 65") * 10
    assert geometry.span(HexColumn.TEXT, 3, 2) == (geometry.left(HexColumn.TEXT) + 30, 20)
