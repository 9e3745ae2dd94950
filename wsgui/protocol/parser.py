"""Bytes in, frames out (RFC 6455 section 5.2). Never raises on what a peer sent and judges nothing."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.frames import MASK, Frame
from wsgui.protocol.masking import apply_mask, mask_slice

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

    def unfinished(self, skip: int) -> bytes:
        """What has come of the payload of the frame under way, unmasked; empty while its header is not whole.

        ``skip`` payload bytes are left out: a reader that looks again after each read pays only for what is new.
        """
        pending = self._pending
        if self.too_long is not None or len(pending) < 2:
            return b""
        start = {126: 4, 127: 10}.get(pending[1] & 0x7F, 2)
        if pending[1] < MASK:
            return bytes(pending[start + skip :])
        key = bytes(pending[start : start + 4])
        start += 4
        part = bytes(pending[start + skip :])
        return mask_slice(part, key, skip) if part else b""

    @property
    def unfinished_head(self) -> int:
        """The first header byte of the frame under way; meaningful while `rest_size` is not 0."""
        return self._pending[0]

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete, in order."""
        frames: list[Frame] = []
        start = 0
        pending = self._pending
        while pending:
            # Complete only the frame that is under way, a header first if need be, so that the rest of `data` is
            # cut where it lies and not copied behind it.
            if self.too_long is not None:
                pending += data[start:]
                return frames
            wanted = self._missing - len(pending)
            pending += data[start : start + wanted]
            start += wanted
            if len(pending) < self._missing:
                return frames
            if self._cut(bytes(pending), 0, frames):
                pending = self._pending = bytearray()
        position = self._cut(data, start, frames)
        if position < len(data):
            self._pending = bytearray(data[position:])
        return frames

    def _cut(self, data: bytes, start: int, frames: list[Frame]) -> int:
        """Append the whole frames in ``data`` from ``start`` on; return where the first incomplete one starts.

        The hot loop of the program: everything in local variables, no call but the unmasking.
        """
        add = frames.append
        new = tuple.__new__
        unmask = apply_mask
        cls = Frame
        limit = self.frame_limit
        size = len(data)
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
                # A view costs more than a copy of a short payload and saves one of a long one.
                masked = data[body:end] if form == 7 else memoryview(data)[body:end]
                add(new(cls, (head, form, key, unmask(masked, key))))
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
