"""Rows from frames that each have a time of their own, as files give them; a live read has one time for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from wsgui.capture.batch import Batch
from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

TimedFrame: TypeAlias = "tuple[int, int, int, Frame]"
"""Connection, time (ns since the epoch), direction, frame."""


class TimedBatch(Batch):
    """A `Batch` that also takes frames without a record around each.

    Frames of many connections and both directions may be mixed; those that follow each other and have all the same
    make one row of ``reads``, as they do live.
    """

    def add_frames(
        self,
        frames: Sequence[TimedFrame],
        violations: Sequence[tuple[int, Violation]],
        inflated: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        """Turn frames into rows; ``violations`` pairs an index into ``frames`` with a broken rule, ``inflated`` with
        what the payload inflates to."""
        self.records += 1
        first = self.last_id + 1
        marks: dict[int, int] = {}
        for index, violation in violations:
            marks[index] = FLAG_VIOLATIONS
            self._add_violation(first + index, frames[index][0], violation)
        for index, data in inflated:
            marks[index] = marks.get(index, 0) | FLAG_INFLATED
            self._later("INSERT INTO inflated VALUES (?, ?, ?)", first + index, len(data), data)
        start = 0
        while start < len(frames):
            connection, time_ns, way, _ = frames[start]
            same = (connection, time_ns, way)
            stop = start + 1
            while stop < len(frames) and frames[stop][:3] == same:
                stop += 1
            some = {index - start: marks[index] for index in range(start, stop) if index in marks} if marks else marks
            self._add_read(connection, time_ns, int(way), [frame for *_, frame in frames[start:stop]], some)
            start = stop
