"""The bytes of a hex editor with cursor, selection and undo. Knows no Qt."""

from __future__ import annotations

from typing import NamedTuple

UNDO_STEPS = 500
"""Edits that can be taken back."""
UNDO_BYTES = 192 * 1024 * 1024
"""Bytes that the steps may hold together; the oldest are forgotten first."""


class _Step(NamedTuple):
    """``removed`` gave way to ``inserted`` at byte ``at``; ``cursor`` is where it stood before."""

    at: int
    removed: bytes
    inserted: bytes
    cursor: int

    @property
    def size(self) -> int:
        return len(self.removed) + len(self.inserted)


class HexBuffer:
    """Editable bytes.

    ``cursor`` is a byte offset, 0 to the size; ``half`` says that the cursor's byte has its high digit and waits
    for the low one. ``anchor`` is the other end of the selection. ``overwrite`` replaces bytes instead of
    inserting before them.
    """

    __slots__ = ("_bytes", "_copy", "_redo", "_undo", "anchor", "cursor", "half", "overwrite")

    def __init__(self, data: bytes = b"") -> None:
        self._bytes = bytearray(data)
        self._copy: bytes | None = None
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self.cursor = 0
        self.anchor = 0
        self.half = False
        self.overwrite = False

    def __len__(self) -> int:
        return len(self._bytes)

    @property
    def data(self) -> bytes:
        """All bytes; the copy is kept until the next edit."""
        if self._copy is None:
            self._copy = bytes(self._bytes)
        return self._copy

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` to before ``end``."""
        return bytes(self._bytes[start:end])

    @property
    def selection(self) -> tuple[int, int]:
        """Start and end (exclusive) of the selection; equal when there is none."""
        return min(self.anchor, self.cursor), max(self.anchor, self.cursor)

    @property
    def selected(self) -> bytes:
        """The selected bytes."""
        return self.slice(*self.selection)

    def move(self, to: int, *, select: bool = False) -> None:
        """Put the cursor before byte ``to`` (clipped to the bytes there are); ``select`` keeps the anchor."""
        self.cursor = max(0, min(to, len(self._bytes)))
        self.half = False
        if not select:
            self.anchor = self.cursor

    def select_all(self) -> None:
        """Select every byte, with the cursor at the end."""
        self.move(len(self._bytes))
        self.anchor = 0

    def type_digit(self, digit: int) -> None:
        """Type a hex digit (0 to 15): the first makes the high half of a byte, the second the low half."""
        if self.half:
            at = self.cursor
            self._replace(at, at + 1, bytes((self._bytes[at] & 0xF0 | digit,)))
            self.move(at + 1)
            return
        start, end = self.selection
        low = 0
        if start == end and self.overwrite and start < len(self._bytes):
            low = self._bytes[start] & 0x0F
            end = start + 1
        self._replace(start, end, bytes((digit << 4 | low,)))
        self.move(start)
        self.half = True

    def insert(self, data: bytes) -> None:
        """Put ``data`` in place of the selection, or at the cursor; the cursor goes behind it."""
        start, end = self.selection
        self._replace(start, end, data)
        self.move(start + len(data))

    def backspace(self) -> None:
        """Remove the selection, the half-typed byte, or the byte before the cursor."""
        start, end = self.selection
        if start == end:
            if self.half:
                end = start + 1
            else:
                start = max(0, start - 1)
        self._remove(start, end)

    def delete(self) -> None:
        """Remove the selection or the byte at the cursor."""
        start, end = self.selection
        self._remove(start, min(len(self._bytes), start + 1) if start == end else end)

    def replace_all(self, data: bytes) -> None:
        """Put ``data`` in place of everything, as one step that can be taken back."""
        self._replace(0, len(self._bytes), data)
        self.move(0)

    def undo(self) -> bool:
        """Take the last edit back; False if there is none."""
        if not self._undo:
            return False
        step = self._undo.pop()
        self._redo.append(step)
        self._put(step.at, step.at + len(step.inserted), step.removed)
        self.move(step.cursor)
        return True

    def redo(self) -> bool:
        """Do again what was taken back; False if there is nothing."""
        if not self._redo:
            return False
        step = self._redo.pop()
        self._undo.append(step)
        self._put(step.at, step.at + len(step.removed), step.inserted)
        self.move(step.at + len(step.inserted))
        return True

    def _remove(self, start: int, end: int) -> None:
        if start < end:
            self._replace(start, end, b"")
        self.move(start)

    def _replace(self, start: int, end: int, data: bytes) -> None:
        self._undo.append(_Step(start, self.slice(start, end), data, self.cursor))
        self._redo.clear()
        self._put(start, end, data)
        while len(self._undo) > UNDO_STEPS or sum(step.size for step in self._undo) > UNDO_BYTES:
            del self._undo[0]

    def _put(self, start: int, end: int, data: bytes) -> None:
        self._bytes[start:end] = data
        self._copy = None
