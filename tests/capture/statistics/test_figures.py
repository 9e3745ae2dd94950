from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.statistics import BUCKETS, Figures, Worst

row = st.tuples(st.integers(0, 10**13), st.integers(0, 1), st.integers(-2, 15), st.integers(0, 2**40))


def add(figures: Figures, first: int, rows: list[tuple[int, int, int, int]]) -> None:
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)]
    figures.add(np.arange(first, first + len(rows)), *columns)


@given(st.lists(st.lists(row, min_size=1, max_size=8), min_size=1, max_size=5))
def test_nothing_is_lost_when_intervals_are_joined(blocks: list[list[tuple[int, int, int, int]]]) -> None:
    figures = Figures()
    first = 1
    for block in blocks:
        add(figures, first, block)
        first += len(block)
    rows = [one for block in blocks for one in block]
    assert figures.rows == len(rows)
    start = rows[0][0]
    assert figures.start_ns == start
    for direction in (0, 1):
        for opcode in range(-2, 16):
            own = [one for one in rows if one[1:3] == (direction, opcode)]
            assert figures.frames[direction, opcode + 2].sum() == len(own)
            assert figures.bytes[direction, opcode + 2].sum() == sum(one[3] for one in own)
    per_interval = figures.frames.sum(axis=(0, 1))
    expected = [0] * BUCKETS
    for one in rows:
        expected[max(one[0] - start, 0) // figures.width_ns] += 1
    assert per_interval.tolist() == expected
    assert figures.used == max(place for place, count in enumerate(expected) if count) + 1
    assert all(
        figures.size_rows[rows[number][3].bit_length()]
        == next(at + 1 for at, other in enumerate(rows) if other[3].bit_length() == rows[number][3].bit_length())
        for number in range(len(rows))
    )
    assert figures.sizes.sum() == len(rows)


def test_a_copy_does_not_change() -> None:
    figures = Figures()
    add(figures, 1, [(0, 0, 1, 5)])
    kept = figures.copy()
    add(figures, 2, [(1, 0, 1, 5)])
    assert (kept.rows, int(kept.frames.sum())) == (1, 1)


def test_the_longest_span_of_an_interval_stays() -> None:
    worst = Worst()
    worst.add(np.array([0, 1, 1, 2]), np.array([5, 9, 7, 1]), np.array([11, 12, 13, 14]))
    worst.add(np.array([0, 3]), np.array([4, 8]), np.array([15, 16]))
    assert worst.spans[:4].tolist() == [5, 9, 1, 8]
    assert worst.rows[:4].tolist() == [11, 12, 14, 16]
    worst.halve()
    assert worst.spans[:3].tolist() == [9, 8, -1]
    assert worst.rows[:3].tolist() == [12, 16, 0]
