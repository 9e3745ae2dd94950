"""What the composer asks to be sent, as plain values, and how a message is cut into frames. Knows no Qt."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias, overload

from wsgui.protocol.frames import Frame, minimal_length_form
from wsgui.protocol.opcodes import Opcode, is_control

if TYPE_CHECKING:
    from wsgui.protocol.compression import Deflator
    from wsgui.protocol.connection import Connection

"""Which end of the connection sends: a client masks its frames, a server does not (RFC 6455 section 5.1)."""

NewKey: TypeAlias = Callable[[], bytes]
"""Makes a masking key of 4 bytes that nobody can guess (RFC 6455 section 5.3)."""

CONTROL_LIMIT = 125
"""Bytes of payload that a control frame may carry (RFC 6455 section 5.5)."""

FRAMES_LIMIT = 100_000
"""Frames that the composer sends in one go; more would keep the window waiting."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame to send: opcode, unmasked payload, FIN, and the masking key (4 bytes) or None for unmasked.

    ``compress``: its message is to be compressed where permessage-deflate was agreed on, by whoever sends it, as only
    the connection knows what came before. ``rsv1`` is set where ``payload`` is compressed already, to be shown.
    """

    opcode: int
    payload: bytes = b""
    fin: bool = True
    masking_key: bytes | None = None
    compress: bool = False
    rsv1: bool = False

    def frame(self) -> Frame:
        """The frame as it stands on the wire, with the minimal length form, not compressed."""
        return Frame.build(self.opcode, self.payload, fin=self.fin, masking_key=self.masking_key, rsv1=self.rsv1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often to send the same frames: ``count`` times (1 to 1 000 000), a pause of ``interval_ms`` between.

    Masking keys in the frames are those of the first time: `with_fresh_keys` makes the next ones. ``anew`` makes the
    frames of each next time, of a message that is filled in anew; it raises ValueError with a sentence.
    """

    count: int = 1
    interval_ms: int = 0
    anew: Callable[[], Sequence[Outgoing]] | None = None


class MeasuredFrames(Sequence[Outgoing]):
    """Frames that know their size on the wire without being made one by one."""

    __slots__ = ()

    @abstractmethod
    def wire_size(self, *, masked: bool) -> int:
        """Bytes on the wire."""


class SplitMessage(MeasuredFrames):
    """A message cut every ``size`` bytes (RFC 6455 section 5.4); a fragment is made when it is asked for.

    So a message of 64 MiB in frames of one byte costs nothing until it is sent. An empty message is one frame.
    """

    __slots__ = ("opcode", "payload", "size")

    def __init__(self, opcode: int, payload: bytes, size: int) -> None:
        if size < 1:
            raise ValueError(f"a fragment has at least one byte, not {size}")
        self.opcode = opcode
        self.payload = payload
        self.size = size

    def __len__(self) -> int:
        return max(1, -(-len(self.payload) // self.size))

    @overload
    def __getitem__(self, index: int) -> Outgoing: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outgoing]: ...
    def __getitem__(self, index: int | slice) -> Outgoing | list[Outgoing]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        count = len(self)
        if not -count <= index < count:
            raise IndexError("no such fragment")
        index %= count
        start = index * self.size
        opcode = Opcode.CONTINUATION if index else self.opcode
        return Outgoing(int(opcode), self.payload[start : start + self.size], index == count - 1)

    def wire_size(self, *, masked: bool) -> int:
        """Bytes on the wire, without making the fragments."""
        count = len(self)
        last = len(self.payload) - (count - 1) * self.size
        whole = 0 if count == 1 else (count - 1) * (header_size(self.size, masked=masked) + self.size)
        return whole + header_size(last, masked=masked) + last


def split_sizes(opcode: int, payload: bytes, sizes: Sequence[int]) -> list[Outgoing]:
    """Cut a message into fragments of the given sizes in bytes; what is left over is one more fragment.

    Raises ValueError when the sizes ask for more bytes than the message has.
    """
    wanted = sum(sizes)
    if wanted > len(payload):
        raise ValueError(f"The sizes ask for {wanted} bytes, and the message has {len(payload)}.")
    pieces = []
    start = 0
    for size in sizes:
        pieces.append(payload[start : start + size])
        start += size
    if start < len(payload) or not pieces:
        pieces.append(payload[start:])
    last = len(pieces) - 1
    return [
        Outgoing(int(Opcode.CONTINUATION if index else opcode), piece, index == last)
        for index, piece in enumerate(pieces)
    ]


def header_size(length: int, *, masked: bool) -> int:
    """Bytes of the header before ``length`` bytes of payload, in the minimal form: 2 to 14."""
    return {7: 2, 16: 4, 64: 10}[minimal_length_form(length)] + 4 * masked


def wire_size(frames: Sequence[Outgoing], *, masked: bool) -> int:
    """Bytes that the frames take on the wire."""
    if isinstance(frames, MeasuredFrames):
        return frames.wire_size(masked=masked)
    return sum(header_size(len(frame.payload), masked=masked) + len(frame.payload) for frame in frames)


def with_keys(frames: Sequence[Outgoing], keys: Sequence[bytes]) -> list[Outgoing]:
    """The frames, each with its own masking key; raises ValueError when there are too few keys."""
    return [replace(frame, masking_key=key) for frame, key in zip(frames, keys, strict=True)]


def with_fresh_keys(frames: Sequence[Outgoing], new_key: NewKey) -> list[Outgoing]:
    """The same frames to send once more: a masked one gets a new key, an unmasked one stays as it is."""
    return [frame if frame.masking_key is None else replace(frame, masking_key=new_key()) for frame in frames]


def like(frames: Sequence[Outgoing], first: Sequence[Outgoing], new_key: NewKey) -> list[Outgoing]:
    """Other frames, to be sent as ``first`` was: masked if that was, and compressed."""
    masked, compress = first[0].masking_key is not None, first[0].compress
    return [replace(one, masking_key=new_key() if masked else None, compress=compress) for one in frames]


def frames_on(connection: Connection, frames: Sequence[Outgoing]) -> list[Frame]:
    """The frames for one connection, to be sent next and in this order: each has its own context to compress with."""
    if connection.deflate is None:
        return [one.frame() for one in frames]
    return [
        connection.fragment(one.opcode, one.payload, fin=one.fin)._replace(masking_key=one.masking_key)
        if one.compress
        else one.frame()
        for one in frames
    ]


def compressed(frames: Iterable[Outgoing], deflator: Deflator) -> list[Outgoing]:
    """The frames as they would leave, for a look; ``deflator`` is used up by it."""
    return [
        one
        if is_control(one.opcode)
        else replace(one, payload=deflator.fragment(one.payload, final=one.fin), rsv1=one.opcode != 0)
        for one in frames
    ]


def fragment_starts(frames: Sequence[Outgoing]) -> Iterable[int]:
    """The byte of the message at which each fragment after the first begins."""
    if isinstance(frames, SplitMessage):
        return range(frames.size, len(frames.payload), frames.size)
    return accumulate(len(frame.payload) for frame in frames[:-1])


def cut_characters(payload: bytes, starts: Iterable[int]) -> list[tuple[int, str]]:
    """Where a fragment begins inside a UTF-8 character: (number of the fragment from 1, the character).

    ``payload`` is UTF-8, ``starts`` come from `fragment_starts`. At most three places are reported.
    """
    found: list[tuple[int, str]] = []
    if payload.isascii():
        return found
    for number, start in enumerate(starts, 2):
        if start < len(payload) and payload[start] & 0xC0 == 0x80:
            first, end = start - 1, start + 1
            while payload[first] & 0xC0 == 0x80:
                first -= 1
            while end < len(payload) and payload[end] & 0xC0 == 0x80:
                end += 1
            found.append((number, payload[first:end].decode()))
            if len(found) == 3:
                break
    return found
