from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.statistics import Spread


def spread_of(*parts: list[int]) -> Spread:
    spread = Spread()
    for part in parts:
        spread.add(np.array(part, np.int64))
    return spread


def test_nothing_has_no_percentiles() -> None:
    assert spread_of([]).percentile(50) is None


def test_literal_spans() -> None:
    spread = spread_of([1_000_000] * 90, [5_000_000_000] * 9, [-3])
    assert (spread.count, spread.largest) == (100, 5_000_000_000)
    assert spread.percentile(1) == 0
    assert spread.percentile(50) == pytest.approx(1_000_000, rel=0.01)
    assert spread.percentile(99) == pytest.approx(5_000_000_000, rel=0.01)
    assert spread_of([2**63 - 1]).percentile(50) == pytest.approx(2**63 - 1, rel=0.01)


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=60), st.sampled_from([1, 50, 90, 99, 100]))
def test_within_one_per_cent_of_the_exact_percentile(spans: list[int], percent: int) -> None:
    exact = sorted(spans)[max(1, math.ceil(len(spans) * percent / 100)) - 1]
    found = spread_of(spans[::2], spans[1::2]).percentile(percent)
    assert found is not None
    assert abs(found - exact) <= max(exact * 0.01, 1)
