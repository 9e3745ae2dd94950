"""Percentiles of any number of spans of time in a fixed amount of memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GROWTH: Final = 1.01
_LOG: Final = math.log(_GROWTH)
_BINS: Final = int(math.log(2.0**63) / _LOG) + 3


class Spread:
    """Counts spans (ns) in bins that are 1 % wide, so a percentile is right within 1 %. ``largest`` is exact.

    Spans below 1 ns (a clock was set back) count as 0.
    """

    def __init__(self) -> None:
        self.count = 0
        self.largest = 0
        self._bins: NDArray[np.int64] = np.zeros(_BINS, np.int64)

    def add(self, spans: NDArray[np.int64]) -> None:
        """Count some spans."""
        if len(spans):
            places = np.zeros(len(spans), np.int64)
            above = spans > 0
            places[above] = (np.log(spans[above].astype(np.float64)) / _LOG).astype(np.int64) + 1
            self._bins += np.bincount(places, minlength=_BINS)
            self.count += len(spans)
            self.largest = max(self.largest, int(spans.max()))

    def percentile(self, percent: float) -> int | None:
        """The least span (ns) that ``percent`` of all do not exceed, within 1 %; None if there are none."""
        if not self.count:
            return None
        rank = max(1, math.ceil(self.count * percent / 100))
        place = int(np.searchsorted(np.cumsum(self._bins), rank))
        if place == 0:
            return 0
        return min(round(math.exp((place - 0.5) * _LOG)), self.largest)
