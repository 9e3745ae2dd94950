"""What came or left in one read or write, packed into the two BLOBs of a row of `reads` (format 4).

``wire`` has the frames as they stood on the wire, one behind the other, with one difference: payloads are unmasked, so
that they can be searched as they stand. The masking key stands in the header as ever, and gives back the very bytes.

``places`` is the index, for n frames 6 n bytes: n offsets of headers in ``wire`` (4 bytes each, little-endian), the n
first bytes of the headers, and n bytes of marks: 0, 1 or 2 for a length form of 7, 16 or 64 bits, and `MASKED`,
`FLAG_VIOLATIONS` and `FLAG_INFLATED`. All but the last two can be told from ``wire`` as well: it decides if they
differ.
"""

from __future__ import annotations

import sys
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.schema import BLOCK_ROWS, FLAG_INFLATED, FLAG_VIOLATIONS
from wsgui.protocol import core
from wsgui.protocol.frames import MASK, frame_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wsgui.protocol.frames import Frame

MASKED: Final = 4
"""Mark of a masked frame: four bytes of its header are the key."""

MOST_FRAMES: Final = 4096
"""Frames in one row at most; what comes in one read and is more makes several rows."""

MOST_BYTES: Final = 256 * 1024
"""Bytes in one row at most, unless a frame alone has more."""

PLACE_BYTES: Final = 6
"""Bytes of index for each frame."""

LONGEST_HEADER: Final = 14

_new: Final = tuple.__new__

FORMS: Final = (7, 16, 64)
"""Length forms, by the two lowest bits of a mark."""
_FORM_MARKS: Final = {form: mark for mark, form in enumerate(FORMS)}
_LENGTH_BYTES: Final = (0, 2, 8)
HEADER_LENGTHS: Final = bytes(2 + (0, 2, 8, 0)[mark & 3] + (4 if mark & MASKED else 0) for mark in range(256))


class Packed(NamedTuple):
    """One row's worth: both BLOBs, the first bytes of the frames, and a bit for each opcode that they have."""

    wire: bytes
    places: bytearray
    heads: bytes
    opcodes: int


def pack_one(frame: Frame, flags: int) -> tuple[bytes, bytes]:
    """Both BLOBs of a row with one frame, which has these flags: ``places`` and ``wire``."""
    head, form, key, payload = frame
    if form == 7:
        if key is None:
            return bytes((0, 0, 0, 0, head, flags)), bytes((head, len(payload))) + payload
        return bytes((0, 0, 0, 0, head, flags | MASKED)), bytes((head, len(payload) | MASK)) + key + payload
    marks = _FORM_MARKS[form] if key is None else _FORM_MARKS[form] | MASKED
    return bytes((0, 0, 0, 0, head, marks | flags)), frame_header(head, form, key, len(payload)) + payload


def pack(frames: Sequence[Frame]) -> Packed:
    """Pack frames; no marks of violations or inflated data yet (`mark`). With the compiled core a frame takes a tenth
    of the time; frames that it knows nothing of are left to the Python code."""
    laid_out = core.current.laid_out
    if laid_out is not None and (packed := laid_out(frames)) is not None:
        return _new(Packed, packed)
    return pack_slowly(frames)


def pack_slowly(frames: Sequence[Frame]) -> Packed:
    """As `pack`, without the compiled core."""
    heads = bytes([frame[0] for frame in frames])
    parts: list[bytes] = []
    add = parts.append
    marks_of = bytearray()
    mark = marks_of.append
    sizes: list[int] = [0]
    size = sizes.append
    for head, form, key, payload in frames:
        length = len(payload)
        if form == 7:
            if key is None:
                add(bytes((head, length)))
                mark(0)
                size(length + 2)
            else:
                add(bytes((head, length | MASK)))
                add(key)
                mark(MASKED)
                size(length + 6)
        else:
            header = frame_header(head, form, key, length)
            add(header)
            mark(_FORM_MARKS[form] if key is None else _FORM_MARKS[form] | MASKED)
            size(length + len(header))
        add(payload)
    sizes.pop()
    places = bytearray(_little(array("I", accumulate(sizes))))
    places += heads
    places += marks_of
    opcodes = 0
    for head in set(heads):
        opcodes |= 1 << (head & 0xF)
    return Packed(b"".join(parts), places, heads, opcodes)


def mark(places: bytearray, index: int, flag: int) -> None:
    """Set a flag (`FLAG_VIOLATIONS`, `FLAG_INFLATED`) of a frame."""
    count = len(places) // PLACE_BYTES
    places[5 * count + index] |= flag


def portions(frames: Sequence[Frame], first_id: int) -> Iterator[tuple[int, Sequence[Frame]]]:
    """The frames in portions for one row each, with the index of the first; mostly there is one. ``first_id`` is the
    number of the first frame: a row has frames of one block of columns (`BLOCK_ROWS`)."""
    room = BLOCK_ROWS - (first_id - 1) % BLOCK_ROWS
    count = len(frames)
    if count <= MOST_FRAMES and count <= room and core.current.payload_bytes(frames) <= MOST_BYTES:
        yield 0, frames
        return
    first = size = 0
    most = min(room, MOST_FRAMES)
    for index, frame in enumerate(frames):
        length = len(frame[3]) + LONGEST_HEADER
        if index > first and (size + length > MOST_BYTES or index - first >= most):
            yield first, frames[first:index]
            first, size = index, 0
            most = min(BLOCK_ROWS - (first_id + first - 1) % BLOCK_ROWS, MOST_FRAMES)
        size += length
    yield first, frames[first:]


class Place(NamedTuple):
    """Where a frame stands in ``wire``: header at ``offset``, payload at ``start``, ``length`` bytes of it."""

    offset: int
    start: int
    length: int
    head: int
    mark: int


def place_at(offset: int, header: bytes) -> Place | None:
    """The frame whose header begins with the up to 14 bytes ``header`` at ``offset`` of ``wire``; None for a header
    that is cut."""
    if len(header) < 2:
        return None
    second = header[1]
    length = second & 0x7F
    mark = MASKED if second & MASK else 0
    if length > 125:
        mark |= 1 if length == 126 else 2
        length = int.from_bytes(header[2 : 2 + _LENGTH_BYTES[mark & 3]], "big")
    size = HEADER_LENGTHS[mark]
    if len(header) < size:
        return None
    return Place(offset, offset + size, length, header[0], mark)


class Index:
    """The index of a row: checked against the wire at each frame that is asked for, made anew of it if it lies.

    ``piece(start, size)`` gives bytes of ``wire``, fewer at its end, which is at ``size``; ``wire`` is all of it, where
    it is at hand. ``count`` is how many frames the row says it has: None stands for those that are not there.
    """

    def __init__(
        self, places: bytes, count: int, size: int, piece: Callable[[int, int], bytes], wire: bytes | None
    ) -> None:
        self.size = size
        self.count = count
        self._piece = piece
        self._wire = wire
        self._sound = 0  # so many of the first ones were found to be as they should
        self.rebuilt = False
        """Whether the index lied. Then nobody knows the flags: they are 0."""
        if len(places) == PLACE_BYTES * count:
            self._offsets = _little_array(array("I", places[: 4 * count]))
            self._offsets.append(size & 0xFFFF_FFFF)
            self.heads = places[4 * count : 5 * count]
            self._marks = places[5 * count :]
        else:
            self._rebuild()

    def place(self, index: int) -> Place | None:
        """A frame; None if the wire has no such frame."""
        if 0 <= index < self._sound:
            offset, mark = self._offsets[index], self._marks[index]
            start = offset + HEADER_LENGTHS[mark & 7]
            return _new(Place, (offset, start, self._offsets[index + 1] - start, self.heads[index], mark))
        found = self._look(index)
        if found is None and not self.rebuilt:
            self._rebuild()
            found = self._look(index)
        return found

    def check(self, upto: int) -> None:
        """Look at the first frames, which tell the number of the message of the one behind them."""
        if not self.rebuilt and self._skim(upto) < upto:
            for index in range(self._sound, upto):
                if self.place(index) is None or self.rebuilt:
                    return
            self._sound = upto

    def _skim(self, upto: int) -> int:
        """As many of the first frames as are short, and as they should be, at a quarter of the time that `place` takes;
        returns how many that are."""
        wire, offsets, heads, marks = self._wire, self._offsets, self.heads, self._marks
        index = self._sound
        if wire is None:
            return index
        try:
            while index < upto:
                offset = offsets[index]
                second = wire[offset + 1]
                kind = marks[index] & ~(FLAG_VIOLATIONS | FLAG_INFLATED)
                if kind == MASKED:
                    second -= MASK
                    body = offset + 6
                elif kind:
                    break
                else:
                    body = offset + 2
                if not 0 <= second <= 125 or body + second != offsets[index + 1] or wire[offset] != heads[index]:
                    break
                index += 1
        except IndexError:
            pass
        self._sound = index
        return index

    def _look(self, index: int) -> Place | None:
        if not 0 <= index < len(self._marks):
            return None
        offset, mark = self._offsets[index], self._marks[index]
        end = self._offsets[index + 1] if index + 1 < len(self._marks) else self._end
        found = place_at(offset, self._piece(offset, LONGEST_HEADER))
        if (
            found is None
            or found.start + found.length != end
            or found.head != self.heads[index]
            or found.mark != mark & ~(FLAG_VIOLATIONS | FLAG_INFLATED)
        ):
            return None
        return found._replace(mark=mark)

    @property
    def _end(self) -> int:
        return self._whole if self.rebuilt else self.size

    def _rebuild(self) -> None:
        """Walk from header to header. Bounded by ``count`` and by the bytes that are there."""
        self.rebuilt = True
        self._sound = 0
        offsets, heads, marks = array("I"), bytearray(), bytearray()
        offset = 0
        while len(offsets) < self.count:
            found = place_at(offset, self._piece(offset, LONGEST_HEADER))
            if found is None or found.start + found.length > self.size:
                break
            offsets.append(offset)
            heads.append(found.head)
            marks.append(found.mark)
            offset = found.start + found.length
        self._whole = offset
        self._offsets, self.heads, self._marks = offsets, bytes(heads), bytes(marks)


def _little(values: array[int]) -> bytes:
    return _little_array(values).tobytes()


def _little_array(values: array[int]) -> array[int]:
    if sys.byteorder == "big":  # pragma: no cover - no machine of ours
        values.byteswap()
    return values
