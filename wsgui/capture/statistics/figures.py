"""The figures themselves, as arrays of numbers; made by `Collector`, shown by the window."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.statistics.spread import Spread

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

BUCKETS: Final = 1024
"""Intervals of time at most; an even number."""

KINDS: Final = 18
"""Opcodes -2 (no frame) and -1 (HTTP) up to 15; opcode ``o`` has place ``o + 2``."""

SIZE_BINS: Final = 65
"""Bin 0: empty; bin n: payloads of ``2 ** (n - 1)`` to ``2 ** n - 1`` bytes."""

_FIRST_WIDTH: Final = 1_000_000


class Worst:
    """The longest span (ns) of each interval, and the row where it ended (0: there is none)."""

    def __init__(self) -> None:
        self.spans: NDArray[np.int64] = np.full(BUCKETS, -1, np.int64)
        self.rows: NDArray[np.int64] = np.zeros(BUCKETS, np.int64)

    def add(self, buckets: NDArray[np.int64], spans: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Take in some spans."""
        order = np.argsort(spans, kind="stable")  # the longest of an interval comes last and stays
        top = np.full(BUCKETS, -1, np.int64)
        ids = np.zeros(BUCKETS, np.int64)
        top[buckets[order]] = spans[order]
        ids[buckets[order]] = rows[order]
        longer = top > self.spans
        self.spans[longer] = top[longer]
        self.rows[longer] = ids[longer]

    def halve(self) -> None:
        """Join the intervals in pairs."""
        even, odd = self.spans[::2], self.spans[1::2]
        rows = np.where(odd > even, self.rows[1::2], self.rows[::2])
        spans = np.maximum(even, odd)
        self.spans = np.full(BUCKETS, -1, np.int64)
        self.rows = np.zeros(BUCKETS, np.int64)
        self.spans[: BUCKETS // 2] = spans
        self.rows[: BUCKETS // 2] = rows


class Figures:
    """``frames`` and ``bytes`` are indexed [direction, opcode + 2, interval]; intervals are ``width_ns`` long and
    count from ``start_ns``, the time of the first row counted. ``sizes`` is indexed [direction, bin], ``size_rows``
    [bin] has the first row of each size. ``upto`` is the last row that was looked at, ``rows`` how many were counted.
    """

    def __init__(self) -> None:
        self.start_ns: int | None = None
        self.width_ns = _FIRST_WIDTH
        self.used = 0
        """Intervals up to the last one that has anything."""
        self.rows = 0
        self.upto = 0
        self.frames: NDArray[np.int64] = np.zeros((2, KINDS, BUCKETS), np.int64)
        self.bytes: NDArray[np.int64] = np.zeros((2, KINDS, BUCKETS), np.int64)
        self.sizes: NDArray[np.int64] = np.zeros((2, SIZE_BINS), np.int64)
        self.size_rows: NDArray[np.int64] = np.zeros(SIZE_BINS, np.int64)
        self.round_trips = Spread()
        """From each ping that this endpoint sent to its pong."""
        self.answers = Spread()
        """From each ping that the peer sent to this endpoint's pong: how quick this side is, and no round trip."""
        self.gaps = Spread()
        self.slowest = Worst()
        self.longest = Worst()

    def copy(self) -> Self:
        """One that no longer changes."""
        return deepcopy(self)

    def buckets(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """The intervals of some times (ns since the epoch); joins intervals until all fit."""
        if self.start_ns is None:
            self.start_ns = int(times[0])
        spans = np.maximum(times - self.start_ns, 0)
        most = int(spans.max())
        while most // self.width_ns >= BUCKETS:
            self._halve()
        places: NDArray[np.int64] = spans // self.width_ns
        self.used = max(self.used, int(places.max()) + 1)
        return places

    def _halve(self) -> None:
        for name in ("frames", "bytes"):
            table = getattr(self, name)
            joined = np.zeros_like(table)
            joined[:, :, : BUCKETS // 2] = table[:, :, ::2] + table[:, :, 1::2]
            setattr(self, name, joined)
        self.slowest.halve()
        self.longest.halve()
        self.width_ns *= 2
        self.used = -(-self.used // 2)

    def add(
        self,
        ids: NDArray[np.int64],
        times: NDArray[np.int64],
        directions: NDArray[np.int64],
        opcodes: NDArray[np.int64],
        lengths: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Count some rows, at least one; returns their intervals."""
        buckets = self.buckets(times)
        kinds = np.clip(opcodes + 2, 0, KINDS - 1)
        directions = directions & 1
        flat = (directions * KINDS + kinds) * BUCKETS + buckets
        shape = (2, KINDS, BUCKETS)
        size = 2 * KINDS * BUCKETS
        self.frames += np.bincount(flat, minlength=size).reshape(shape)
        # Exact up to 2**53 bytes a block: weights are floats.
        self.bytes += np.bincount(flat, weights=lengths, minlength=size).astype(np.int64).reshape(shape)
        bins = np.zeros(len(lengths), np.int64)
        some = lengths > 0
        bins[some] = np.frexp(lengths[some].astype(np.float64))[1]
        self.sizes += np.bincount(directions * SIZE_BINS + bins, minlength=2 * SIZE_BINS).reshape(2, SIZE_BINS)
        firsts, places = np.unique(bins, return_index=True)
        new = self.size_rows[firsts] == 0
        self.size_rows[firsts[new]] = ids[places[new]]
        self.rows += len(ids)
        return buckets
