"""What differs between two runs of bytes: which are equal, changed, removed and inserted.

The time is bounded for any bytes. Equal beginnings and ends are set aside. What is left is held together by pieces of
eight bytes that stand exactly once on each side, and only what lies between such pieces goes to `difflib`, if it is
short. What is longer is compared position by position, and `Comparison.by_position` says how many bytes that were.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from difflib import SequenceMatcher
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

PIECE: Final = 8
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a side that are compared."""

_ANCHORED: Final = 4 * 1024 * 1024
_SHORT: Final = 1024
_PAIRS: Final = 100_000  # pairs of equal bytes in one stretch: what difflib looks at
_ALL_PAIRS: Final = 2_000_000
_MOST_ANCHORS: Final = 65_536
_RUNS: Final = 100_000


class BlockKind(Enum):
    """What holds of a block."""

    EQUAL = "equal"
    CHANGED = "changed"
    REMOVED = "removed"
    """Only on the left."""
    INSERTED = "inserted"
    """Only on the right."""


class Block(NamedTuple):
    """``length`` bytes: from ``left`` on the one side, ``right`` on the other. ``cell`` counts the places of all blocks
    before it, so that both sides can be laid beside each other."""

    kind: BlockKind
    cell: int
    left: int
    right: int
    length: int


class Comparison:
    """``blocks`` cover both sides; ``cells`` is how many places they take."""

    def __init__(self, left: bytes, right: bytes) -> None:
        self.left, self.right = left, right
        self.blocks: list[Block] = []
        self.cells = 0
        self.by_position = 0
        """Bytes that were compared position by position only: an insertion there makes the rest look changed."""
        self._pairs = _ALL_PAIRS
        self._compare()
        self._starts = [block.cell for block in self.blocks]
        self.differences = _differences(self.blocks)
        """Where each difference starts, as a cell; neighbouring blocks are one."""

    def block_at(self, cell: int) -> int:
        """The number of the block that a cell is in."""
        return bisect_right(self._starts, cell) - 1

    def next_difference(self, cell: int, *, backward: bool = False) -> int | None:
        """The start of the nearest difference behind (before) a cell; None if there is none."""
        if backward:
            at = bisect_left(self.differences, cell) - 1
            return self.differences[at] if at >= 0 else None
        at = bisect_right(self.differences, cell)
        return self.differences[at] if at < len(self.differences) else None

    def _compare(self) -> None:
        left, right = self.left, self.right
        first = _common_start(left, right)
        room = min(len(left), len(right)) - first
        last = _common_end(left, right, room)
        self._add(BlockKind.EQUAL, 0, 0, first)
        self._middle(first, len(left) - last, first, len(right) - last)
        self._add(BlockKind.EQUAL, len(left) - last, len(right) - last, last)

    def _middle(self, left: int, left_end: int, right: int, right_end: int) -> None:
        if max(left_end - left, right_end - right) > _ANCHORED:
            self._by_position(left, left_end, right, right_end)
            return
        base_left, base_right = left, right
        for at_left, at_right in _anchors(self.left[left:left_end], self.right[right:right_end]):
            a, b = base_left + at_left, base_right + at_right
            if a < left or b < right:  # inside what the anchor before has taken with it
                continue
            back = _common_end(self.left[left:a], self.right[right:b], min(a - left, b - right))
            self._stretch(left, a - back, right, b - back)
            size = _common_start(self.left[a:left_end], self.right[b:right_end])
            self._add(BlockKind.EQUAL, a - back, b - back, back + size)
            left, right = a + size, b + size
        self._stretch(left, left_end, right, right_end)

    def _stretch(self, left: int, left_end: int, right: int, right_end: int) -> None:
        """What lies between two anchors."""
        one, other = self.left[left:left_end], self.right[right:right_end]
        if one and other:
            pairs = _ALL_PAIRS + 1
            if max(len(one), len(other)) <= _SHORT:
                counts = Counter(other)
                pairs = sum(count * counts[byte] for byte, count in Counter(one).items())
            if pairs > min(_PAIRS, self._pairs):
                self._by_position(left, left_end, right, right_end)
                return
            self._pairs -= pairs
            for tag, a, a_end, b, b_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
                kind = BlockKind.EQUAL if tag == "equal" else BlockKind.CHANGED
                self._pair(kind, left + a, left + a_end, right + b, right + b_end)
        else:
            self._pair(BlockKind.CHANGED, left, left_end, right, right_end)

    def _pair(self, kind: BlockKind, left: int, left_end: int, right: int, right_end: int) -> None:
        """Two stretches beside each other; what one is longer is removed or inserted."""
        size = min(left_end - left, right_end - right)
        self._add(kind, left, right, size)
        self._add(BlockKind.REMOVED, left + size, right + size, left_end - left - size)
        self._add(BlockKind.INSERTED, left + size, right + size, right_end - right - size)

    def _by_position(self, left: int, left_end: int, right: int, right_end: int) -> None:
        size = min(left_end - left, right_end - right)
        self.by_position += size
        equal = _array(self.left[left : left + size]) == _array(self.right[right : right + size])
        edges = [0, *(np.flatnonzero(equal[1:] != equal[:-1])[:_RUNS] + 1).tolist(), size] if size else []
        for number, (start, stop) in enumerate(pairwise(edges)):
            same = bool(equal[start]) and number < _RUNS
            self._add(BlockKind.EQUAL if same else BlockKind.CHANGED, left + start, right + start, stop - start)
        self._pair(BlockKind.CHANGED, left + size, left_end, right + size, right_end)

    def _add(self, kind: BlockKind, left: int, right: int, length: int) -> None:
        if length:
            if self.blocks and self.blocks[-1].kind is kind:
                before = self.blocks.pop()
                self.cells -= before.length
                left, right, length = before.left, before.right, before.length + length
            self.blocks.append(Block(kind, self.cells, left, right, length))
            self.cells += length


def _differences(blocks: list[Block]) -> list[int]:
    found = []
    before = BlockKind.EQUAL
    for block in blocks:
        if block.kind is not BlockKind.EQUAL and before is BlockKind.EQUAL:
            found.append(block.cell)
        before = block.kind
    return found


def _array(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)


def _common_start(left: bytes, right: bytes) -> int:
    """How many bytes at the beginning are equal."""
    size = min(len(left), len(right))
    if left[:size] == right[:size]:
        return size
    return int(np.argmax(_array(left[:size]) != _array(right[:size])))


def _common_end(left: bytes, right: bytes, most: int) -> int:
    """How many of the last ``most`` bytes are equal."""
    if not most:
        return 0
    different = _array(left[len(left) - most :]) != _array(right[len(right) - most :])
    return most if not different.any() else int(np.argmax(different[::-1]))


def _anchors(left: bytes, right: bytes) -> list[tuple[int, int]]:
    """Pieces that stand once on each side, in an order that both sides have: (place, place), ascending."""
    once_left, places_left = _once(left)
    once_right, places_right = _once(right)
    _, a, b = np.intersect1d(once_left, once_right, assume_unique=True, return_indices=True)
    if not len(a):
        return []
    order = np.argsort(places_left[a])
    lefts, rights = places_left[a][order], places_right[b][order]
    # Of a long run of neighbours some are enough: an anchor grows in both directions.
    keep = lefts % max(1, len(lefts) // _MOST_ANCHORS) == 0
    keep[0] = True
    keep[1:] |= (np.diff(lefts) != 1) | (np.diff(rights) != 1)
    return _rising(lefts[keep].tolist(), rights[keep].tolist())


def _once(data: bytes) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The pieces that stand once, as numbers, and where they stand."""
    if len(data) < PIECE:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    pieces = np.ascontiguousarray(sliding_window_view(_array(data), PIECE)).view(np.uint64).ravel()
    found, places, counts = np.unique(pieces, return_index=True, return_counts=True)
    return found[counts == 1], places[counts == 1]


def _rising(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """The longest choice of pairs in which ``right`` rises as ``left`` does (patience sorting)."""
    tops: list[int] = []  # right places that end the best choice of each length
    ends: list[int] = []  # and which pair that is
    before: list[int] = []
    for number, place in enumerate(right):
        at = bisect_left(tops, place)
        before.append(ends[at - 1] if at else -1)
        if at == len(tops):
            tops.append(place)
            ends.append(number)
        else:
            tops[at], ends[at] = place, number
    chosen = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chosen.append((left[number], right[number]))
        number = before[number]
    return chosen[::-1]
