"""Bytes in, frames out (RFC 6455 section 5.2). Never raises on what a peer sent and judges nothing."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.frames import MASK, Frame, frame_header
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
    """The whole header of a frame whose payload is still coming; ``length`` is the payload's, in bytes."""

    head: int
    length_form: int
    masking_key: bytes | None
    length: int


class FrameParser:
    """Cuts a byte stream into frames. Any chunking of the same bytes gives the same frames.

    ``frame_limit`` is in bytes of payload and may be changed between calls: the next header is held against it. When
    one declares more, `too_long` says so and no frame follows. `under_way` is the header of the frame that has
    begun and is not whole, None while the header is not whole either.
    """

    __slots__ = ("_come", "_head", "frame_limit", "too_long", "under_way")

    def __init__(self, frame_limit: int = DEFAULT_FRAME_LIMIT) -> None:
        self.frame_limit = frame_limit
        self.too_long: TooLong | None = None
        self.under_way: Header | None = None
        # A cut header waits as it came, at most 13 bytes. What has come of a payload is unmasked at once, so that each
        # byte is touched once, however a frame is cut, and text can be judged early. It starts as bytes, because
        # most frames that cross a border end in the next read, and grows as one bytearray, not as a list of
        # chunks: a peer that sends two bytes at a time must not cost forty for each.
        self._head = b""
        self._come: bytes | bytearray = b""

    @property
    def rest(self) -> bytes:
        """The bytes that were fed and are not (yet) part of a frame."""
        header = self.under_way
        if header is None:
            return self._head
        return frame_header(*header) + _unmasked(header, self._come, 0)

    def take_rest(self) -> bytes:
        """Return `rest` and forget it: those bytes will be in no frame."""
        rest = self.rest
        self.under_way = None
        self._head = self._come = b""
        return rest

    def unfinished(self, skip: int) -> bytes:
        """What has come of the payload of the frame `under_way`, unmasked, without its first ``skip`` bytes.

        A reader that looks again after each read so pays only for what is new.
        """
        return bytes(memoryview(self._come)[skip:])

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete, in order."""
        frames: list[Frame] = []
        start = 0
        header = self.under_way
        if header is not None:
            start = header.length - len(self._come)
            part = _unmasked(header, memoryview(data)[:start], len(self._come))
            if start > len(data):
                if isinstance(self._come, bytes):
                    self._come = bytearray(self._come)
                self._come += part
                return frames
            head, form, key, _ = header
            frames.append(Frame(head, form, key, b"".join((self._come, part))))
            self.under_way = None
            self._come = b""
        elif self._head:
            data = self._head + data
            self._head = b""
            if self.too_long is not None:
                self._head = data
                return frames
        self._cut(data, start, frames)
        return frames

    def _cut(self, data: bytes, start: int, frames: list[Frame]) -> None:
        """Append the whole frames in ``data`` from ``start`` on, and keep what lies behind them.

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
                        return self._stop(data, start, form, body, length)
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
                        return self._stop(data, start, form, body, length)
                    add(new(cls, (head, form, None, data[body:end])))
                start = end
        except IndexError:
            pass  # a length of 16 bits that is cut; one of 64 is sliced, and `_stop` finds it short
        self._head = data[start:]
        return None

    def _stop(self, data: bytes, start: int, form: int, body: int, length: int) -> None:
        """Keep a frame that is not whole, or too long; its payload starts at ``body`` if its header is whole."""
        masked = data[start + 1] >= MASK
        length_end = body - 4 if masked else body
        whole_length = len(data) >= length_end  # else what was read of it means nothing
        if whole_length and length > self.frame_limit:
            self.too_long = TooLong(length, data[start:length_end])
        if len(data) < body or self.too_long is not None:
            self._head = data[start:]
            return
        key = data[length_end:body] if masked else None
        self.under_way = header = Header(data[start], form, key, length)
        self._come = _unmasked(header, memoryview(data)[body:], 0)


def _unmasked(header: Header, part: bytes | bytearray | memoryview, place: int) -> bytes:
    """``part`` of a payload, which stands at byte ``place`` of it, XORed with the key if there is one."""
    key = header.masking_key
    return bytes(part) if key is None else mask_slice(part, key, place)
