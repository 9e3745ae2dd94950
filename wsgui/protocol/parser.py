"""Bytes in, frames out (RFC 6455 section 5.2). Never raises on what a peer sent and judges nothing."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.frames import MASK, Frame
from wsgui.protocol.masking import apply_mask

DEFAULT_FRAME_LIMIT = 64 * 1024 * 1024
"""Bytes of payload in one frame that are accepted unless a policy says otherwise."""


class TooLong(NamedTuple):
    """A header that declares more than the limit: nothing was allocated, and the parser stops there.

    ``length`` is the declared payload length in bytes (up to 2^64 - 1), ``header`` the header's bytes before the
    masking key.
    """

    length: int
    header: bytes


class FrameParser:
    """Cuts a byte stream into frames. Any chunking of the same bytes gives the same frames.

    ``frame_limit`` is in bytes of payload and may be changed between calls. When a header declares more,
    `too_long` says so, and what follows is kept out: `rest` holds the bytes that formed no frame.
    """

    __slots__ = ("_missing", "_pending", "frame_limit", "too_long")

    def __init__(self, frame_limit: int = DEFAULT_FRAME_LIMIT) -> None:
        self.frame_limit = frame_limit
        self.too_long: TooLong | None = None
        # What waits for the rest of a frame; it is looked at again only when `_missing` bytes are there, so a
        # 16 MiB frame that arrives in 64 KiB reads is cut once, not 256 times. One bytearray, not a list of
        # chunks: a peer that sends two bytes at a time must not cost forty for each.
        self._pending = bytearray()
        self._missing = 0

    @property
    def rest(self) -> bytes:
        """The bytes that were fed and are not (yet) part of a frame."""
        return bytes(self._pending)

    @property
    def rest_size(self) -> int:
        """Length of `rest` in bytes, without copying it."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete, in order."""
        pending = self._pending
        if pending:
            pending += data
            if self.too_long is not None or len(pending) < self._missing:
                return []
            data = bytes(pending)
        frames: list[Frame] = []
        position = self._cut(data, frames)
        if pending or position < len(data):
            self._pending = bytearray(data[position:])
        return frames

    def _cut(self, data: bytes, frames: list[Frame]) -> int:
        """Append the whole frames in ``data`` to ``frames``; return where the first incomplete one starts.

        The hot loop of the program: everything in local variables, no call but the unmasking.
        """
        add = frames.append
        new = tuple.__new__
        unmask = apply_mask
        cls = Frame
        limit = self.frame_limit
        size = len(data)
        start = 0
        while size - start >= 2:
            head = data[start]
            length = data[start + 1]
            key: bytes | None
            if length >= MASK:
                length &= 0x7F
                if length < 126:
                    form = 7
                    body = start + 6
                elif length == 126:
                    form = 16
                    body = start + 8
                    length = int.from_bytes(data[start + 2 : start + 4], "big")
                else:
                    form = 64
                    body = start + 14
                    length = int.from_bytes(data[start + 2 : start + 10], "big")
                end = body + length
                if end > size or length > limit:
                    self._stop(data, start, body - 4, end, length)
                    return start
                key = data[body - 4 : body]
                add(new(cls, (head, form, key, unmask(data[body:end], key))))
            else:
                if length < 126:
                    form = 7
                    body = start + 2
                elif length == 126:
                    form = 16
                    body = start + 4
                    length = int.from_bytes(data[start + 2 : body], "big")
                else:
                    form = 64
                    body = start + 10
                    length = int.from_bytes(data[start + 2 : body], "big")
                end = body + length
                if end > size or length > limit:
                    self._stop(data, start, body, end, length)
                    return start
                add(new(cls, (head, form, None, data[body:end])))
            start = end
        self._missing = 2
        return start

    def _stop(self, data: bytes, start: int, length_end: int, end: int, length: int) -> None:
        """A frame that is not whole, or too long: note how many bytes it takes to go on, or that it never will."""
        if len(data) < length_end:  # the length itself is cut, and what was read of it means nothing
            self._missing = length_end - start
        elif length > self.frame_limit:
            self.too_long = TooLong(length, data[start:length_end])
        else:
            self._missing = end - start
