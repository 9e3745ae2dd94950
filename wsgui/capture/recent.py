"""Rows of records that are not in the file yet, as a reader will give them once they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.capture.batch import rows_of, storable
from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS, HTTP, MISSING, NO_FRAME
from wsgui.capture.views import PREVIEW_BYTES, Row
from wsgui.protocol.numbering import MessageNumbering
from wsgui.records import BytesSeen, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wsgui.protocol.violations import Violation
    from wsgui.records import BytesMissing, Direction

    Way = tuple[int, int]
    State = tuple[int, int]
    Rows = FramesSeen | HandshakeSeen | BytesSeen | BytesMissing

_NOWHERE: Final = (None, None)


def rows_of_records(
    records: Iterable[tuple[int, Rows]],
    known: dict[int, State],
    states: dict[Way, State],
    first: int,
    last: int,
    before_ns: int | None,
) -> list[Row]:
    """The rows from ``first`` to ``last`` among ``records``, which are given with the number of the first row of each,
    in their order.

    ``known`` has where the numbering of messages stood before some of the first records, by that number, and ``states``
    where it stands behind them, by connection and direction. ``before_ns`` is the time of the row before ``first``.
    How many fragments a message has is not known yet.
    """
    found: list[Row] = []
    ways: dict[Way, MessageNumbering] = {}
    for id_, record in records:
        if id_ > last:
            break
        shown = range(max(first, id_), min(last, id_ + rows_of(record) - 1) + 1)
        if isinstance(record, FramesSeen):
            if id_ in known:
                numbering = MessageNumbering.at(*known[id_])
            else:
                way = (record.connection, int(record.direction))
                if way not in ways:
                    ways[way] = MessageNumbering.at(*states.get(way, (0, 0)))
                numbering = ways[way]
            if not shown:
                numbering.pass_over(record.frames, bytes([frame[0] for frame in record.frames]), id_)
                continue
            rows = _frames(record, id_, shown, numbering.number(record.frames, id_))
        elif shown:
            rows = _others(record, id_)
        else:
            continue
        for row in rows:
            found.append(row._replace(delta_ns=None if before_ns is None else row.time_ns - before_ns))
            before_ns = row.time_ns
    return found


def _frames(record: FramesSeen, id_: int, shown: range, numbers: list[tuple[int | None, int | None]]) -> Iterator[Row]:
    connection, time_ns, direction, frames, violations, _, inflated = record
    broken: dict[int, list[Violation]] = {}
    for index, violation in violations:
        broken.setdefault(index, []).append(violation)
    contents = dict(inflated)
    for number in shown:
        index = number - id_
        head, form, key, payload = frames[index]
        content = contents.get(index)
        flags = head >> 4 | FLAG_VIOLATIONS * (index in broken) | FLAG_INFLATED * (content is not None)
        yield _row(
            number,
            connection,
            time_ns,
            direction,
            (head & 0xF, flags, key, form),
            payload,
            numbers[index],
            tuple(broken.get(index, ())),
            content,
        )


def _others(record: HandshakeSeen | BytesSeen | BytesMissing, id_: int) -> Iterator[Row]:
    violations: tuple[Violation, ...] = ()
    if isinstance(record, HandshakeSeen):
        opcode, data, violations = HTTP, record.raw, tuple(record.violations)
    elif isinstance(record, BytesSeen):
        opcode, data, violations = NO_FRAME, record.data, tuple(record.violations)
    else:
        opcode, data = MISSING, storable(record.text).encode()
    head = (opcode, FLAG_VIOLATIONS * bool(violations), None, 0)
    yield _row(id_, record.connection, record.time_ns, record.direction, head, bytes(data), _NOWHERE, violations, None)


def _row(
    id_: int,
    connection: int,
    time_ns: int,
    direction: Direction,
    head: tuple[int, int, bytes | None, int],
    payload: bytes,
    numbers: tuple[int | None, int | None],
    violations: tuple[Violation, ...],
    content: bytes | None,
) -> Row:
    opcode, flags, key, form = head
    shown: Any = payload if content is None else content
    preview = bytes(shown[:PREVIEW_BYTES])
    size = None if content is None else len(content)
    return Row(
        id_, connection, time_ns, None, direction, opcode, flags, key, form, len(payload), *numbers, None, preview,
        violations, (), size,
    )  # fmt: skip
