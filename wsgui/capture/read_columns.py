"""Columns of rows of ``reads``: blocks that stand in the file, and those that are made of the reads when they are asked
for, because there are none, or because they contradict what crossed the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

from wsgui.capture.columns import (
    BLOCK_ROWS,
    COLUMNS,
    FLAG_MASKED,
    FLAG_RECEIVED,
    ColumnBlock,
    ColumnError,
    pack,
)
from wsgui.capture.packing import HEADER_LENGTHS, MASKED, MOST_FRAMES, PLACE_BYTES
from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS, ROW_OPCODES
from wsgui.protocol.numbering import numbers_of
from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wsgui.capture.columns import Numbers

_BYTES_A_PART: Final = 8 * 1024 * 1024
"""Bytes of wire that are held against the index at once."""
_LONGEST: Final = 512 * 1024
_READS: Final = (
    "SELECT id, last, connection, time, direction, kind, opcodes, message, fragment, places, length(wire),"  # noqa: S608
    f" CASE WHEN length(wire) <= {_LONGEST} THEN wire END FROM reads"
    " WHERE id > ? AND id <= ? AND last > ? ORDER BY id LIMIT ?"
)
_ENDS: Final = (
    "SELECT id, last, connection, time, direction, length(wire) FROM reads WHERE id <= ? ORDER BY id DESC LIMIT 1"
)
_FORMS: Final = np.array([7, 16, 64, 0], np.int64)
_HEADERS: Final = np.frombuffer(HEADER_LENGTHS, np.uint8).astype(np.int64)
_NO_PLACE: Final = bytes(PLACE_BYTES)
_WAYS: Final = frozenset(map(int, Direction))


class Asked(Protocol):
    """What is asked for reads: a `Database`, or the writer's own connection."""

    def all(self, query: str, *parameters: object) -> list[Any]:
        """All rows of an answer."""

    def each(self, query: str, *parameters: object) -> Iterator[Any]:
        """The rows of an answer, read while they are gone through."""


class Stretch(NamedTuple):
    """Columns of some rows: from ``first`` to ``last``."""

    first: int
    last: int
    columns: dict[str, Numbers]


def block_of_reads(database: Asked, after: int, upto: int) -> ColumnBlock:
    """The columns of the rows beyond ``after`` up to ``upto`` of a capture of format 4.

    Raises CaptureError; ColumnError if rows are missing or were edited by hand, or if an index lies: then each row is
    to be looked at by itself.
    """
    if database.all("SELECT 1 FROM edited WHERE id > ? AND id <= ? LIMIT 1", after, upto):
        raise ColumnError(f"of the rows {after + 1} to {upto} some were edited")
    return packed(parts_of(database, after, upto), after, upto)


def parts_of(database: Asked, after: int, upto: int, *, most: int = -1) -> Iterator[Stretch]:
    """The columns of the reads with rows beyond ``after`` up to ``upto``, of ``most`` reads at most, held against the
    wire. Raises ColumnError for what is no read."""
    reads: list[tuple[Any, ...]] = []
    size = 0
    for read in database.each(_READS, after - MOST_FRAMES, upto, after, most):
        reads.append(read)
        size += len(read[-1] or b"")
        if size > _BYTES_A_PART:
            yield _held_against_the_wire(database, reads)
            reads, size = [], 0
    if reads:
        yield _held_against_the_wire(database, reads)


def _held_against_the_wire(database: Asked, reads: list[tuple[Any, ...]]) -> Stretch:
    *columns, wires = zip(*reads, strict=True)
    return stretch_of(database, columns, wires)


def packed(parts: Iterable[Stretch], after: int, upto: int) -> ColumnBlock:
    """A block of the rows beyond ``after`` up to ``upto``. Raises ColumnError if one is missing."""
    found: list[dict[str, Numbers]] = []
    done = after
    for first, last, columns in parts:
        if first > done + 1 or (found and first != done + 1):
            break
        skip, count = max(after + 1 - first, 0), min(last, upto) - max(after, first - 1)
        found.append({name: values[skip : skip + count] for name, values in columns.items()})
        done = last
    if done < upto:
        raise ColumnError(f"row {done + 1} is not there")
    return pack({column.name: np.concatenate([part[column.name] for part in found]) for column in COLUMNS})


def stretch_of(database: Asked, reads: Sequence[Sequence[Any]], wires: Sequence[Any] = ()) -> Stretch:
    """The columns of some reads, which are given column by column, the last one the length of the wire. Those that
    were written just now are trusted, others are held against their ``wires`` (None for a long one). Raises
    ColumnError."""
    ids, lasts, connections, times, ways, kinds, _, messages, fragments, places, sizes = reads
    firsts, counts = np.array(ids, np.int64), np.array(lasts, np.int64) - np.array(ids, np.int64) + 1
    if (counts < 1).any() or (counts > MOST_FRAMES).any() or (firsts[1:] != firsts[:-1] + counts[:-1]).any():
        raise ColumnError("reads do not follow each other")
    if not _WAYS.issuperset(ways) or not (ROW_OPCODES | {0}).issuperset(kinds):
        raise ColumnError("a read went no way, or is of no kind")
    if min(min(messages), min(fragments)) < 0 or max(max(messages), max(fragments)) > _MOST_MESSAGES:
        raise ColumnError("a read begins in a message that cannot be")
    kind = np.array(kinds, np.int64)
    if (kind > 0).any() or (counts[kind < 0] > 1).any():
        raise ColumnError("a read is of no kind")
    start, head, mark, heads = _places(counts, kinds, places)
    ends = np.cumsum(counts)
    stop = np.empty_like(start)
    stop[:-1] = start[1:]
    stop[ends - 1] = sizes
    is_frame = np.repeat(kind == 0, counts)
    length = stop - start - np.where(is_frame, _HEADERS[mark & 7], 0)
    if (start[ends - counts] != 0).any() or (length < 0).any() or (mark & ~_MARKS).any():
        raise ColumnError("an index has places that cannot be")
    if wires:
        _compare(np.repeat(np.arange(len(wires)), counts), start, head, mark, length, wires, is_frame)
    flags = (head >> 4) | (mark & (FLAG_VIOLATIONS | FLAG_INFLATED)) | ((mark & MASKED) != 0) * FLAG_MASKED
    flags[~is_frame] = 0
    if not is_frame.all():
        _mark_others(database, flags, int(firsts[0]), is_frame)
    flags |= np.repeat(np.array(ways, np.int64), counts) * FLAG_RECEIVED
    message, fragment = _numbered(heads, head, counts, kinds, messages, fragments)
    columns = {
        "opcode": np.where(is_frame, head & 0xF, np.repeat(kind, counts)),
        "flags": flags,
        "form": np.where(is_frame, _FORMS[mark & 3], 0),
        "length": length,
        "time": np.repeat(np.array(times, np.int64), counts),
        "connection": np.repeat(np.array(connections, np.int64), counts),
        "message": message,
        "fragment": fragment,
    }
    return Stretch(int(ids[0]), int(lasts[-1]), columns)


_MOST_MESSAGES: Final = 2**31
_MARKS: Final = 2 | 1 | MASKED | FLAG_VIOLATIONS | FLAG_INFLATED


def _places(
    counts: Numbers, kinds: Sequence[int], places: Sequence[bytes]
) -> tuple[Numbers, Numbers, Numbers, list[bytes] | bytes]:
    """Offsets, first bytes and marks of all frames, and the first bytes of each read (one of
    each, as bytes, where all have one frame)."""
    if any(kinds):
        places = tuple(_NO_PLACE if kind else place for kind, place in zip(kinds, places, strict=True))
    if (counts * PLACE_BYTES != np.fromiter(map(len, places), np.int64, len(places))).any():
        raise ColumnError("an index has not a place for each frame")
    if (counts == 1).all():  # as in an echo: a tenth of the time
        table = np.frombuffer(b"".join(places), np.uint8).reshape(-1, PLACE_BYTES)
        start = np.ascontiguousarray(table[:, :4]).view("<u4")[:, 0]
        head = table[:, 4]
        return start.astype(np.int64), head.astype(np.int64), table[:, 5].astype(np.int64), head.tobytes()
    sizes = counts.tolist()
    offsets = b"".join([place[: 4 * count] for count, place in zip(sizes, places, strict=True)])
    several = [place[4 * count : 5 * count] for count, place in zip(sizes, places, strict=True)]
    marks = b"".join([place[5 * count :] for count, place in zip(sizes, places, strict=True)])
    return (
        np.frombuffer(offsets, "<u4").astype(np.int64),
        np.frombuffer(b"".join(several), np.uint8).astype(np.int64),
        np.frombuffer(marks, np.uint8).astype(np.int64),
        several,
    )


def _compare(
    reads: Numbers,
    start: Numbers,
    head: Numbers,
    mark: Numbers,
    length: Numbers,
    wires: Sequence[Any],
    is_frame: Numbers,
) -> None:
    """Raise ColumnError unless headers stand where the index says, and say what it says."""
    whole = b"".join([wire or b"" for wire in wires])
    wire = np.frombuffer(whole + bytes(16), np.uint8)
    before = np.cumsum([0, *(len(one or b"") for one in wires[:-1])])
    at_hand = np.array([one is not None for one in wires])
    some = np.flatnonzero(is_frame & at_hand[reads])
    at = before[reads[some]] + start[some]
    # Each header ends within the bytes of its read: no length is below 0.
    second = wire[at + 1].astype(np.int64)
    form = mark[some] & 3
    says = second & 0x7F
    sixteen = form == 1
    says[sixteen] = wire[at[sixteen] + 2].astype(np.int64) << 8 | wire[at[sixteen] + 3]
    for place in np.flatnonzero(form == 2):
        says[place] = int.from_bytes(wire[at[place] + 2 : at[place] + 10].tobytes(), "big") & _POSITIVE
    forms = np.where(second & 0x7F == 126, 1, np.where(second & 0x7F == 127, 2, 0))
    masked = (second >> 7) * MASKED
    if (
        (wire[at] != head[some]).any()
        or (forms != form).any()
        or (masked != (mark[some] & MASKED)).any()
        or (says != length[some]).any()
    ):
        raise ColumnError("an index contradicts the bytes")


_POSITIVE: Final = 2**63 - 1


def _mark_others(database: Asked, flags: Numbers, first: int, is_frame: Numbers) -> None:
    """Rows that are no frames have no index: whether they break a rule says the table of those."""
    ids = np.flatnonzero(~is_frame)
    ((found,),) = database.all(
        "SELECT group_concat(DISTINCT frame) FROM violations WHERE frame BETWEEN ? AND ?",
        int(ids[0]) + first,
        int(ids[-1]) + first,
    )
    broken = np.fromstring(found, np.int64, sep=",") if found else np.zeros(0, np.int64)
    broken = np.intersect1d(broken - first, ids)
    flags[broken] |= FLAG_VIOLATIONS


def _numbered(
    heads: list[bytes] | bytes,
    head: Numbers,
    counts: Numbers,
    kinds: Sequence[int],
    messages: Sequence[int],
    fragments: Sequence[int],
) -> tuple[Numbers, Numbers]:
    """Messages and fragments, 0 where there is none. Where all messages are whole, they are counted at once."""
    kind = np.repeat(np.array(kinds), counts)
    data = (head & 0xF < 8) & (kind == 0)
    odd = data & ((head < 0x80) | (head & 0xF == 0))
    ends = np.cumsum(counts)
    begun = np.cumsum(data)
    before = np.repeat(begun[ends - 1] - np.add.reduceat(data.astype(np.int64), ends - counts), counts)
    message = np.where(data, begun - before + np.repeat(np.array(messages, np.int64), counts), 0)
    fragment = np.zeros(len(head), np.int64)
    starts = ends - counts
    unusual = (np.add.reduceat(odd.astype(np.int64), starts) > 0) | (np.array(fragments) > 0)
    for read in np.flatnonzero(unusual & (np.array(kinds) == 0)).tolist():
        some = heads[read : read + 1] if isinstance(heads, bytes) else heads[read]
        numbers = numbers_of(some, messages[read], fragments[read])
        span = slice(int(starts[read]), int(ends[read]))
        message[span] = [number or 0 for number, _ in numbers]
        fragment[span] = [number or 0 for _, number in numbers]
    return message, fragment


def stored_block(database: Asked, number: int) -> ColumnBlock | None:
    """The block of columns that the file has; None if it has none, or one that does not go with its reads.

    Raises CaptureError.
    """
    found = database.all("SELECT data FROM blocks WHERE number = ?", number)
    first, last = number * BLOCK_ROWS + 1, (number + 1) * BLOCK_ROWS
    if not found or database.all("SELECT 1 FROM edited WHERE id BETWEEN ? AND ? LIMIT 1", first, last):
        return None
    try:
        block = ColumnBlock(bytes(found[0][0]))
    except (ColumnError, TypeError):
        return None
    return block if len(block) == BLOCK_ROWS and _goes_with(database, block, first, last) else None


def _goes_with(database: Asked, block: ColumnBlock, first: int, last: int) -> bool:
    """Whether the first and the last read say what the block says. Its checksum tells of damage; this tells of a block
    that belongs to other reads."""
    for id_ in (first, last):
        ends = database.all(_ENDS, id_)
        if not ends:
            return False
        for start, stop, connection, time_ns, way, size in ends:
            low, high = max(start, first) - first, min(stop, last) - first + 1
            said = [block[name][low:high] for name in ("connection", "time", "length", "flags", "form")]
            headers = np.where(said[4] == 0, 0, 2 + (said[4] == 16) * 2 + (said[4] == 64) * 8)
            headers = headers + ((said[3] & FLAG_MASKED) != 0) * 4
            if (
                not low <= id_ - first < high
                or (said[0] != connection).any()
                or (said[1] != time_ns).any()
                or ((said[3] & FLAG_RECEIVED != 0) != way).any()
                or int((said[2].astype(np.int64) + headers).sum()) != size
            ):
                return False
    return True
