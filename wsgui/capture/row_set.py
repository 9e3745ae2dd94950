"""Ids of rows that a filter takes: ascending, compact, and quick to reach by place."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from numpy.typing import NDArray

_BITS_AT_MOST: Final = 65_536
"""Ids that one field of bits spans."""
_FEW: Final = 128
"""Fewer ids are listed, whatever lies between them."""
_SMALL: Final = 4096
"""Ids of a list that may still grow in place of a new one behind it."""


class _Bits:
    """Some ids out of a span of at most `_BITS_AT_MOST`, a bit for each of the span."""

    __slots__ = ("_bits", "_count", "_first", "_ids")

    def __init__(self, ids: NDArray[np.int64]) -> None:
        self._first = int(ids[0])
        self._count = len(ids)
        marks = np.zeros(int(ids[-1]) - self._first + 1, np.bool_)
        marks[ids - self._first] = True
        self._bits = np.packbits(marks)
        self._ids: NDArray[np.int64] | None = None

    @property
    def first(self) -> int:
        return self._first

    def __len__(self) -> int:
        return self._count

    def ids(self) -> NDArray[np.int64]:
        return np.flatnonzero(np.unpackbits(self._bits)) + self._first


_Part: TypeAlias = "range | NDArray[np.uint32] | NDArray[np.int64] | _Bits"


class RowSet(Sequence[int]):
    """A sequence of ids that can be added to at its end, while other threads read it. Rows without gaps take no memory,
    others a bit or four bytes each, whichever is less: some of ten million rows 1.3 MB, where numbers take 80."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._parts: list[_Part] = []
        self._starts: list[int] = []  # place of each part's first id
        self._length = 0
        self._last = 0
        self._open: tuple[int, NDArray[np.int64]] | None = None  # a part that was unpacked, and its number
        given = np.fromiter(ids, np.int64)
        if len(given):
            self.add(given)

    def add(self, ids: NDArray[Any]) -> None:
        """Ids beyond the last one, ascending; an array of whole numbers. Raises ValueError for others."""
        if not len(ids):
            return
        ids = ids.astype(np.int64)
        first, last = int(ids[0]), int(ids[-1])
        if first <= self._last:
            raise ValueError(f"row {first} does not come behind row {self._last}")
        if last - first == len(ids) - 1 and (len(ids) >= _FEW or self._goes_on(first)):
            self.add_range(first, last)
            return
        start = 0
        while start < len(ids):
            stop = int(np.searchsorted(ids, ids[start] + _BITS_AT_MOST))
            self._add_part(ids[start:stop])
            start = stop

    def add_range(self, first: int, last: int) -> None:
        """All ids from ``first``, which is beyond the last one, to ``last``."""
        if self._goes_on(first):
            self._parts[-1] = range(self._parts[-1].start, last + 1)  # type: ignore[union-attr]
        else:
            self._append(range(first, last + 1))
        self._length += last + 1 - first
        self._last = last

    def _goes_on(self, first: int) -> bool:
        part = self._parts[-1] if self._parts else None
        return isinstance(part, range) and part.stop == first

    def extend(self, others: RowSet) -> None:
        """Add the ids of another set, which are beyond the last one."""
        for part in others._parts:
            if isinstance(part, range):
                self.add_range(part.start, part.stop - 1)
            else:
                self.add(_unpacked(part))

    def merge(self, ids: Iterable[int]) -> list[int]:
        """Add ids wherever they belong, in any order; returns those that were not there, ascending. Quick for ids that
        lie near the end."""
        new = sorted(id_ for id_ in set(ids) if id_ not in self)
        if not new:
            return []
        self.add(np.sort(np.concatenate((self._cut(new[0]), np.array(new, np.int64)))))
        return new

    def remove(self, ids: Iterable[int]) -> list[int]:
        """Take ids out; returns those that were there, ascending. Quick for ids that lie near the end."""
        gone = sorted(id_ for id_ in set(ids) if id_ in self)
        if gone:
            self.add(np.setdiff1d(self._cut(gone[0]), np.array(gone, np.int64)))
        return gone

    def _cut(self, first: int) -> NDArray[np.int64]:
        """Take off the ids from ``first`` on; returns them."""
        moved: list[NDArray[np.int64]] = []
        while self._parts and _last(self._parts[-1]) >= first:
            part = self._parts.pop()
            self._length = self._starts.pop()
            some = np.asarray(_unpacked(part) if not isinstance(part, range) else part, np.int64)
            if some[0] < first:  # what lies in front stays as it is
                cut = int(np.searchsorted(some, first))
                some, before = some[cut:], some[:cut]
                self._last = _last(self._parts[-1]) if self._parts else 0
                self._open = None
                self.add(before)
            moved.append(some)
        self._last = _last(self._parts[-1]) if self._parts else 0
        self._open = None
        return np.concatenate((*reversed(moved), np.zeros(0, np.int64)))

    def copy(self) -> Self:
        """One that does not grow with this one."""
        other = type(self)()
        other._parts, other._starts = self._parts[:], self._starts[:]
        other._length, other._last = self._length, self._last
        return other

    def _add_part(self, ids: NDArray[np.int64]) -> None:
        """Ids of a span that is not too long for bits."""
        span = int(ids[-1]) - int(ids[0]) + 1
        part = self._parts[-1] if self._parts else None
        if len(ids) >= _FEW and len(ids) * 32 > span:
            self._append(_Bits(ids))
        elif isinstance(part, np.ndarray) and len(part) + len(ids) <= _SMALL:
            self._parts[-1] = _short(np.concatenate((part, ids)))
            self._open = None
        else:
            self._append(_short(ids))
        self._length += len(ids)
        self._last = int(ids[-1])

    def _append(self, part: _Part) -> None:
        self._parts.append(part)
        self._starts.append(self._length)

    def _ids_of(self, number: int) -> range | NDArray[Any]:
        """The ids of a part; of the last one that was asked for they are kept."""
        part = self._parts[number]
        if not isinstance(part, _Bits):
            return part
        opened = self._open  # another thread may look for a word in what this one shows
        if opened is None or opened[0] != number:
            opened = self._open = number, part.ids()
        return opened[1]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> array[int]: ...
    def __getitem__(self, place: int | slice) -> int | array[int]:
        if isinstance(place, slice):
            return self._slice(*place.indices(self._length))
        if place < 0:
            place += self._length
        if not 0 <= place < self._length:
            raise IndexError("there is no such place")
        number = bisect_right(self._starts, place) - 1
        return int(self._ids_of(number)[place - self._starts[number]])

    def _slice(self, start: int, stop: int, step: int) -> array[int]:
        if step != 1:
            return array("q", [self[place] for place in range(start, stop, step)])
        found = array("q")
        number = bisect_right(self._starts, start) - 1
        while start < stop:
            some = self._ids_of(number)[start - self._starts[number] : stop - self._starts[number]]
            if isinstance(some, range):
                found.extend(some)
            else:
                found.frombytes(some.astype(np.int64).tobytes())
            start += len(some)
            number += 1
        return found

    def __iter__(self) -> Iterator[int]:
        for part in self._parts:
            yield from part if isinstance(part, range) else _unpacked(part).tolist()

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, int) and self.place_of(id_) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def place_of(self, id_: int) -> int | None:
        """The place of an id; None if it is not among these."""
        number = bisect_right(self._parts, id_, key=_first) - 1
        if number < 0:
            return None
        ids = self._ids_of(number)
        if isinstance(ids, range):
            return self._starts[number] + id_ - ids.start if id_ in ids else None
        place = int(np.searchsorted(ids, id_))
        return self._starts[number] + place if place < len(ids) and ids[place] == id_ else None


def _first(part: _Part) -> int:
    return part.first if isinstance(part, _Bits) else int(part[0])


def _last(part: _Part) -> int:
    return int(part.ids()[-1]) if isinstance(part, _Bits) else int(part[-1])


def _unpacked(part: NDArray[Any] | _Bits) -> NDArray[Any]:
    return part.ids() if isinstance(part, _Bits) else part


def _short(ids: NDArray[np.int64]) -> NDArray[Any]:
    return ids.astype(np.uint32) if int(ids[-1]) < 1 << 32 else ids
