"""Which message a frame belongs to, and which fragment of it the frame is (RFC 6455 section 5.4).

Fragments of one message may have control frames between them but no fragments of another message, so one open
message per direction is all there is to remember. Peers that break this rule get numbers too: a data frame inside
an open message starts a new one, a continuation of nothing belongs to none.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from wsgui.protocol.frames import Frame

# What a frame's first byte means here, looked up rather than worked out: one is asked for every frame.
_CONTROL, _WHOLE, _START, _CONTINUE, _END = range(5)


def _kind(head: int) -> int:
    opcode = head & 0xF
    if opcode >= 0x8:
        return _CONTROL
    if opcode:
        return _WHOLE if head >= 0x80 else _START
    return _END if head >= 0x80 else _CONTINUE


_KINDS = bytes(map(_kind, range(256)))
_NOWHERE = (None, None)


_WHOLE_HEADS = bytes(head for head in range(256) if _KINDS[head] == _WHOLE)
_CONTROL_HEADS = bytes(head for head in range(256) if _KINDS[head] == _CONTROL)


def numbers_of(heads: bytes, count: int, fragments: int) -> list[tuple[int | None, int | None]]:
    """What `MessageNumbering.number` gives for frames with these first bytes, where ``count`` messages of the direction
    had begun before and the open one had ``fragments`` (0: none was open)."""
    numbers: list[tuple[int | None, int | None]] = []
    if not fragments and not heads.translate(None, _WHOLE_HEADS):  # as most are
        return list(zip(range(count + 1, count + len(heads) + 1), repeat(0)))
    for head in heads:
        kind = _KINDS[head]
        if kind == _CONTROL or (kind >= _CONTINUE and not fragments):
            numbers.append(_NOWHERE)
        elif kind <= _START:
            count += 1
            numbers.append((count, 0))
            fragments = int(kind == _START)
        else:
            numbers.append((count, fragments))
            fragments = fragments + 1 if kind == _CONTINUE else 0
    return numbers


class FragmentedMessage(NamedTuple):
    """A message of two fragments or more, as far as it was seen.

    ``first`` and ``last`` are positions of frames as they were counted for `MessageNumbering.number`, ``length`` is
    the sum of the fragments' payloads in bytes. ``finished`` tells whether the fragment with FIN was seen.
    """

    number: int
    opcode: int
    first: int
    last: int
    fragments: int
    length: int
    finished: bool


class MessageNumbering:
    """Counts the messages of one direction of one connection, from 1.

    `number` takes all frames of that direction in order, in batches of any size.
    """

    __slots__ = ("_changed", "_count", "_first", "_fragments", "_last", "_length", "_opcode")

    def __init__(self) -> None:
        self._count = 0
        self._fragments = 0  # of the open message; 0: none is open
        self._opcode = 0
        self._first = 0
        self._last = 0
        self._length = 0
        self._changed: list[FragmentedMessage] = []

    @classmethod
    def at(cls, count: int, fragments: int) -> Self:
        """One that stands where `state` said. A message that is open there is never reported."""
        made = cls()
        made._count = count
        made._fragments = fragments
        return made

    def number(self, frames: Iterable[Frame], first: int = 0) -> list[tuple[int | None, int | None]]:
        """For each frame the message's number and the fragment's within it, from 0; None twice for no message.

        ``first`` is the position of the first of ``frames``, in whatever count the caller keeps.
        """
        numbers: list[tuple[int | None, int | None]] = []
        add = numbers.append
        kinds = _KINDS
        count = self._count
        fragments = self._fragments
        for position, frame in enumerate(frames, first):
            kind = kinds[frame[0]]
            if kind == _WHOLE and not fragments:
                count += 1
                add((count, 0))
            elif kind == _CONTROL:
                add(_NOWHERE)
            elif kind <= _START:
                if fragments > 1:
                    self._report(count, fragments, finished=False)
                count += 1
                add((count, 0))
                fragments = 1 if kind == _START else 0
                self._opcode = frame[0] & 0xF
                self._first = position
                self._length = len(frame[3])
            elif fragments:
                add((count, fragments))
                fragments += 1
                self._last = position
                self._length += len(frame[3])
                if kind == _END:
                    self._report(count, fragments, finished=True)
                    fragments = 0
            else:
                add(_NOWHERE)
        # As many fragments as before may be those of another message, begun since.
        if fragments > 1 and (count, fragments) != (self._count, self._fragments):
            self._report(count, fragments, finished=False)
        self._count = count
        self._fragments = fragments
        return numbers

    @property
    def state(self) -> tuple[int, int]:
        """How many messages have begun, and how many fragments the open one has; 0 if none is open."""
        return self._count, self._fragments

    def pass_over(self, frames: Sequence[Frame], heads: bytes, first: int) -> None:
        """As `number`, for whoever needs no numbers; ``heads`` are the frames' first bytes. Where all messages have one
        frame, nothing is done frame by frame."""
        data = len(heads) - len(heads.translate(None, _WHOLE_HEADS))
        if self._fragments or len(heads.translate(None, _CONTROL_HEADS)) != data:
            self.number(frames, first)
        else:
            self._count += data

    def pass_one(self, frame: Frame, first: int) -> tuple[int, int]:
        """As `pass_over` for a single frame; returns what `state` said before."""
        count, fragments = self._count, self._fragments
        if not fragments and (kind := _KINDS[frame[0]]) <= _WHOLE:
            self._count = count + kind  # a control frame is 0, a whole message 1
        else:
            self.number((frame,), first)
        return count, fragments

    def interrupt(self) -> None:
        """The open message, if there is one, is not gone on with: a continuation that comes next belongs to none."""
        self._fragments = 0

    def changed(self) -> list[FragmentedMessage]:
        """The fragmented messages that grew since the last call, oldest first; a later one replaces its namesake."""
        changed = self._changed
        if changed:
            self._changed = []
        return changed

    def _report(self, number: int, fragments: int, *, finished: bool) -> None:
        self._changed.append(
            FragmentedMessage(number, self._opcode, self._first, self._last, fragments, self._length, finished)
        )
