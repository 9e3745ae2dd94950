from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.row_set import RowSet

PIECES = st.lists(
    st.tuples(st.integers(1, 200_000), st.sampled_from([1, 2, 5, 40, 70_000]), st.sampled_from([1, 3, 130, 200])),
    max_size=8,
)


def listed(pieces: list[tuple[int, int, int]]) -> list[list[int]]:
    """Ascending ids in pieces: each a gap, then so many ids in such steps."""
    found, last = [], 0
    for gap, step, count in pieces:
        found.append([last + gap + step * number for number in range(count)])
        last = found[-1][-1]
    return found


@given(PIECES, st.data())
def test_it_is_the_list_of_its_ids(pieces: list[tuple[int, int, int]], data: st.DataObject) -> None:
    rows, plain = RowSet(), []
    for some in listed(pieces):
        if data.draw(st.booleans()):
            rows.add(np.array(some))
        else:
            rows.extend(RowSet(some))
        plain += some
    assert len(rows) == len(plain) == sum(map(len, rows._parts))
    assert list(rows) == plain
    assert rows == plain
    for _ in range(3):
        start, stop = data.draw(st.integers(-5, len(plain) + 5)), data.draw(st.integers(-5, len(plain) + 5))
        step = data.draw(st.sampled_from([None, 1, 2, -1]))
        assert rows[start:stop:step].tolist() == plain[start:stop:step]
    for place in data.draw(st.lists(st.integers(-len(plain), len(plain) - 1), max_size=4)) if plain else ():
        assert rows[place] == plain[place]
        assert rows.place_of(plain[place]) == place % len(plain)
        other = plain[place] + 1
        assert (other in rows) == (other in plain)


def test_what_takes_everything_takes_no_room() -> None:
    rows = RowSet()
    for start in range(0, 10_000_000, 65_536):
        rows.add_range(start + 1, start + 65_536)
    assert len(rows._parts) == 1
    assert (len(rows), rows[0], rows[-1]) == (153 * 65_536, 1, 153 * 65_536)


def test_half_of_the_rows_take_a_bit_each() -> None:
    rows = RowSet()
    for start in range(0, 4 * 65_536, 65_536):
        rows.add(np.arange(start + 1, start + 65_536, 2))
    assert [len(part._bits) for part in rows._parts] == [8192] * 4  # type: ignore[union-attr]
    assert rows[100_000] == 200_001
    assert rows.place_of(200_001) == 100_000
    assert rows.place_of(200_002) is None


def test_few_ids_that_come_one_by_one_share_a_list() -> None:
    rows = RowSet()
    for number in range(1, 6000):
        rows.add(np.array([number * 100]))
    assert [len(part) for part in rows._parts] == [4096, 1903]
    rows = RowSet()
    for number in range(1, 6000):
        rows.add(np.array([number * 100, number * 100 + 60]))
    assert [len(part) for part in rows._parts] == [4096, 4096, 3806]
    assert rows[5000] == 250_100


def test_numbers_beyond_32_bits() -> None:
    rows = RowSet([1, 3, 1 << 40])
    assert list(rows) == [1, 3, 1 << 40]
    assert rows[1:] == array("q", [3, 1 << 40])
    assert rows.place_of(1 << 40) == 2


def test_a_copy_stays_as_it_is() -> None:
    rows = RowSet([1, 2, 5])
    copy = rows.copy()
    rows.add(np.array([7]))
    assert (list(copy), list(rows)) == ([1, 2, 5], [1, 2, 5, 7])
    rows.add(np.array([], np.int64))
    assert len(rows) == 4


def test_what_is_not_there() -> None:
    rows = RowSet([2, 4])
    assert rows != [2]
    assert rows != [2, 5]
    assert rows != 2
    assert "2" not in rows
    assert rows.place_of(1) is None
    assert rows.place_of(9) is None
    for place in (2, -3):
        with pytest.raises(IndexError):
            rows[place]
    with pytest.raises(ValueError, match="row 4 does not come behind row 4"):
        rows.add(np.array([4]))


@given(st.sets(st.integers(1, 300_000)), st.sets(st.integers(1, 300_000)), st.booleans())
def test_ids_may_come_late(first: set[int], late: set[int], dense: bool) -> None:
    ids = RowSet(sorted(first))
    if dense:
        ids.add_range(300_001, 301_000)
        ids.add(np.arange(301_002, 302_000, 2))
    before = list(ids)
    assert ids.merge(iter(late)) == sorted(late - first)
    assert list(ids) == sorted({*before, *late})
    assert [ids.place_of(id_) for id_ in ids] == list(range(len(ids)))
    ids.add_range(400_000, 400_001)
    assert ids[-1] == 400_001
