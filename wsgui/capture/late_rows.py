"""Rows that were searched before the message they belong to went on.

A filter that asks for a payload takes each fragment of a message whose joined payload fits. What comes later may make
earlier fragments fit, or fit no more: those are asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.conditions.vectors import are_fragments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wsgui.capture.selection import Selection

FEW: Final = 1000
"""Earlier fragments of a message that are asked again at each that comes; those of longer ones only once it has ended,
or a message of a million would be asked a million times."""
_NEAR: Final = 64
"""Rows between two fragments that are asked along with them."""


class LateRows(NamedTuple):
    """Earlier rows that were asked again, ascending, and those of them that the filter takes now."""

    asked: list[int]
    taken: list[int]


def late_rows(
    selection: Selection, after: int, upto: int, connection: int | None, cancelled: Callable[[], bool]
) -> LateRows:
    """The rows up to ``after`` that belong to messages with frames beyond it, up to ``upto``, of one connection or of
    all. Raises SearchCancelled once ``cancelled()`` says yes, and CaptureError."""
    found = LateRows([], [])
    for key in _going_on(selection, after, upto):
        if connection is None or key[0] == connection:
            found.asked.extend(selection.fragments_before(*key, after, FEW))
    found.asked.sort()
    for first, last in _runs(found.asked):
        start = first - 1
        while start < last:
            if cancelled():
                raise SearchCancelled
            rows = selection.every_column(start, last)
            found.taken.extend((np.flatnonzero(selection.marks(rows, connection)) + rows.first).tolist())
            start = rows.last
    asked = set(found.asked)
    return LateRows(found.asked, [id_ for id_ in found.taken if id_ in asked])


def _going_on(selection: Selection, after: int, upto: int) -> Iterator[tuple[int, int, int]]:
    """Connection, direction and number of messages that began before: of each way the first fragment is not a first."""
    seen: set[int] = set()
    while after < upto:
        rows = selection.every_column(after, upto)
        after = rows.last
        places = np.flatnonzero(are_fragments(rows))
        ways = rows["connection"][places].astype(np.int64) * 2 + ((rows["flags"][places] & FLAG_RECEIVED) != 0)
        firsts, indices = np.unique(ways, return_index=True)
        for way, place in zip(firsts.tolist(), places[indices].tolist(), strict=True):
            if way not in seen and rows["fragment"][place]:
                yield way >> 1, way & 1, int(rows["message"][place])
            seen.add(way)


def _runs(ids: list[int]) -> Iterator[tuple[int, int]]:
    """Spans that have all the ids, and nothing but them and what is near."""
    start = 0
    for place in range(1, len(ids) + 1):
        if place == len(ids) or ids[place] - ids[place - 1] > _NEAR:
            yield ids[start], ids[place - 1]
            start = place
