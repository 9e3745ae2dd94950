"""Rows from frames that each have a time of their own, as files give them; a live read has one time for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from wsgui.capture.batch import Batch
from wsgui.capture.schema import FLAG_FIN, FLAG_VIOLATIONS, FRAME_COLUMNS
from wsgui.protocol.numbering import MessageNumbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

_FLAGS = 5  # places in a row of `frames`

TimedFrame: TypeAlias = "tuple[int, int, int, Frame]"
"""Connection, time (ns since the epoch), direction, frame."""

_Fragmented: TypeAlias = tuple[int, int, int, int, int, int, int, int, int]  # a row of `messages`


class TimedBatch(Batch):
    """A `Batch` that also takes frames without a record around each: 1 us a frame instead of 3.

    Frames of many connections and both directions may be mixed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[tuple[int, int], _Fragmented] = {}

    def add_frames(
        self,
        frames: Sequence[TimedFrame],
        violations: Sequence[tuple[int, Violation]],
        inflated: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        """Turn frames into rows; ``violations`` pairs an index into ``frames`` with a broken rule, ``inflated`` with
        what the payload inflates to."""
        groups: dict[tuple[int, int], list[Frame]] = {}
        for connection, _, way, frame in frames:
            key = (connection, way)
            if key in groups:
                groups[key].append(frame)
            else:
                groups[key] = [frame]
        numbers: dict[tuple[int, int], Iterator[tuple[int | None, int | None]]] = {}
        for key, some in groups.items():
            numbering = self._numbering.get(key)
            if numbering is None:
                numbering = self._numbering[key] = MessageNumbering()
            numbers[key] = iter(numbering.number(some))
            numbering.changed()  # counts within the group: `_fragment` keeps the ids
        frame_id = self.last_id
        base = len(self._frames)
        extend = self._frames.extend
        for connection, time_ns, way, (head, form, masking_key, payload) in frames:
            frame_id += 1
            message, fragment = next(numbers[connection, way])
            flags = head >> 4
            if message is not None and (fragment or not flags & FLAG_FIN):
                self._fragment((connection, way), message, head, frame_id, fragment or 0, len(payload))
            extend(
                (
                    frame_id,
                    connection,
                    time_ns,
                    way,
                    head & 0xF,
                    flags,
                    masking_key,
                    form,
                    len(payload),
                    message,
                    fragment,
                    payload,
                )
            )
        first = self.last_id + 1
        self.last_id = frame_id
        self.records += 1
        for index, violation in violations:
            self._frames[base + index * FRAME_COLUMNS + _FLAGS] |= FLAG_VIOLATIONS  # type: ignore[operator]
            self._add_violation(first + index, frames[index][0], violation)
        self._add_inflated(inflated, base, first)

    def _fragment(self, key: tuple[int, int], message: int, head: int, id_: int, fragment: int, length: int) -> None:
        """Keep the row of `messages` for a message in fragments, from its second fragment on."""
        if not fragment:
            self._open[key] = (*key, message, head & 0xF, id_, id_, 1, length, 0)
            return
        _, _, _, opcode, first, _, _, before, _ = self._open[key]
        row = (*key, message, opcode, first, id_, fragment + 1, before + length, int(head >= 0x80))
        self._open[key] = row
        self._messages[*key, message] = row
