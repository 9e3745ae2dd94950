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


class Header(NamedTuple):
    """The header of a frame whose payload is still coming. ``length`` and ``size`` (the header's own) are in bytes."""

    head: int
    length_form: int
    masking_key: bytes | None
    length: int
    size: int


class FrameParser:
    """Cuts a byte stream into frames. Any chunking of the same bytes gives the same frames.

    ``frame_limit`` is in bytes of payload and may be changed between calls. When a header declares more,
    `too_long` says so and no frame follows: `rest` holds the bytes that formed none, until `take_rest` takes them.
    """

    __slots__ = ("_missing", "_pending", "frame_limit", "too_long")

    def __init__(self, frame_limit: int = DEFAULT_FRAME_LIMIT) -> None:
        self.frame_limit = frame_limit
        self.too_long: TooLong | None = None
        # What waits for the rest of a frame; it is looked at again only when `_missing` bytes are there, so a
        # 16 MiB frame that arrives in 64 KiB reads is cut once, not 256 times. It starts as bytes, because most
        # frames that cross a border end in the next read, and grows as one bytearray, not as a list of chunks:
        # a peer that sends two bytes at a time must not cost forty for each.
        self._pending: bytes | bytearray = b""
        self._missing = 0

    @property
    def rest(self) -> bytes:
        """The bytes that were fed and are not (yet) part of a frame."""
        return bytes(self._pending)

    @property
    def rest_size(self) -> int:
        """Length of `rest` in bytes, without copying it."""
        return len(self._pending)

    def take_rest(self) -> bytes:
        """Return `rest` and forget it: those bytes will be in no frame."""
        rest = bytes(self._pending)
        self._pending = b""
        return rest

    def under_way(self) -> Header | None:
        """The header of the frame that has begun and is not whole; None while the header is not whole either."""
        pending = self._pending
        if self.too_long is not None or len(pending) < 2:
            return None
        form = {126: 16, 127: 64}.get(pending[1] & 0x7F, 7)
        masked = pending[1] >= MASK
        size = {7: 2, 16: 4, 64: 10}[form] + 4 * masked
        if len(pending) < size:
            return None
        key = bytes(pending[size - 4 : size]) if masked else None
        return Header(pending[0], form, key, self._missing - size, size)

    def unfinished(self, header: Header, skip: int) -> bytes:
        """What has come of the payload of the frame `under_way`, unmasked, without its first ``skip`` bytes.

        A reader that looks again after each read so pays only for what is new.
        """
        with memoryview(self._pending) as view, view[header.size + skip :] as part:
            return bytes(part) if header.masking_key is None else mask_slice(part, header.masking_key, skip)

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete, in order."""
        frames: list[Frame] = []
        start = 0
        while self._pending:
            # Complete only the frame that is under way, a header first if need be, so that the rest of `data` is
            # cut where it lies and not copied behind it.
            end = start + self._missing - len(self._pending)
            if end > len(data) or self.too_long is not None:
                self._keep(data, start)
                return frames
            whole = b"".join((self._pending, memoryview(data)[start:end]))
            self._pending = b"" if self._cut(whole, 0, frames) else whole
            start = end
        position = self._cut(data, start, frames)
        if position < len(data):
            self._pending = data[position:]
        return frames

    def _keep(self, data: bytes, start: int) -> None:
        if isinstance(self._pending, bytes):
            self._pending = bytearray(self._pending)
        self._pending += memoryview(data)[start:]

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
        view = memoryview(data)
        try:
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
                        length = data[start + 2] << 8 | data[start + 3]
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
                    masked = data[body:end] if form == 7 else view[body:end]
                    add(new(cls, (head, form, key, unmask(masked, key))))
                else:
                    if length < 126:
                        form = 7
                        body = start + 2
                    elif length == 126:
                        form = 16
                        body = start + 4
                        length = data[start + 2] << 8 | data[start + 3]
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
        except IndexError:
            self._missing = 4  # a length of 16 bits that is cut; one of 64 is sliced, and `_stop` finds it short
            return start
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
