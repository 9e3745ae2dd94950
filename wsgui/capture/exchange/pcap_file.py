"""Reads the packets of pcap and pcapng files, tolerantly: what is broken is reported with its offset and passed over.

The libraries that read these files give up at the first broken block, know no offsets, lose the nanoseconds or know
one interface only, so this is our own. The formats are those of the IETF's drafts "PCAP Capture File Format" and
"PCAP Now Generic (pcapng) Capture File Format".
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

READ: Final = 1024 * 1024
"""Bytes that are read at a time."""

PACKET_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a packet or block beyond which its length is taken for broken."""

_SECTION: Final = 0x0A0D0D0A
_SECTION_START: Final = b"\x0a\x0d\x0d\x0a"
"""The same in both byte orders."""
_INTERFACE: Final = 1
_OLD_PACKET: Final = 2
_SIMPLE_PACKET: Final = 3
_PACKET: Final = 6
_KNOWN: Final = frozenset((_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, 4, 5, _PACKET))

_PCAP_MAGIC: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
}
"""Byte order, and nanoseconds in the smaller unit of time."""

_BYTE_ORDERS: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_LARGEST_TIME: Final = 2**63 - 1

_TSRESOL: Final = 9
_TSOFFSET: Final = 14


class Packet(NamedTuple):
    """A packet as it was caught. ``offset`` is that of its record in the file; ``length`` is how many bytes it had on
    the wire, of which ``data`` may be the first only."""

    offset: int
    time_ns: int
    linktype: int
    data: bytes
    length: int


def is_packet_file(start: bytes) -> bool:
    """Whether a file that begins with these bytes is pcap or pcapng."""
    return start[:4] in _PCAP_MAGIC or start[:4] == _SECTION_START


class PacketFile:
    """The packets of a file that `is_packet_file`; ``problem(offset, text)`` hears what is broken.

    ``on_read(offset)`` is called before each read. Iterating raises OSError.
    """

    def __init__(
        self, file: BinaryIO, problem: Callable[[int, str], None], on_read: Callable[[int], None] | None = None
    ) -> None:
        self._file = file
        self._problem = problem
        self._on_read = on_read
        self._buffer = b""
        self._base = 0  # offset of the buffer in the file
        self._place = 0

    def __iter__(self) -> Iterator[Packet]:
        if not self._have(4):
            return iter(())
        magic = self._buffer[:4]
        return self._pcap(*_PCAP_MAGIC[magic]) if magic in _PCAP_MAGIC else self._pcapng()

    def _have(self, size: int) -> bool:
        """Whether so many bytes follow; they are in the buffer then."""
        while len(self._buffer) - self._place < size:
            offset = self._base + len(self._buffer)
            if self._on_read is not None:
                self._on_read(offset)
            more = self._file.read(READ)
            if not more:
                return False
            self._base += self._place
            self._buffer = self._buffer[self._place :] + more
            self._place = 0
        return True

    @property
    def _offset(self) -> int:
        return self._base + self._place

    def _pcap(self, order: str, unit_ns: int) -> Iterator[Packet]:
        if not self._have(24):
            self._problem(0, "The file ends inside its header.")
            return
        (linktype,) = struct.unpack_from(f"{order}I", self._buffer, 20)
        linktype &= 0xFFFF  # the bits above speak of frame check sequences
        self._place = 24
        header = struct.Struct(f"{order}IIII")
        while self._have(1):
            offset = self._offset
            if not self._have(16):
                self._problem(offset, "The file ends inside the header of a packet.")
                return
            seconds, fraction, size, length = header.unpack_from(self._buffer, self._place)
            if size > PACKET_LIMIT:
                self._problem(offset, f"A packet claims to have {size} bytes; nothing behind it can be found.")
                return
            if not self._have(16 + size):
                self._problem(offset, "The file ends inside a packet.")
                return
            start = self._place + 16
            self._place = start + size
            time_ns = seconds * 1_000_000_000 + fraction * unit_ns
            yield Packet(offset, time_ns, linktype, self._buffer[start : self._place], max(length, size))

    def _pcapng(self) -> Iterator[Packet]:
        order = _Order("<")
        interfaces: list[_Interface] = []
        new = tuple.__new__
        while True:
            # The hot path: a packet that lies in the buffer and has nothing wrong with it.
            buffer, place = self._buffer, self._place
            room = len(buffer) - place
            if room >= 32:
                kind, size, number, high, low, caught, length = order.block.unpack_from(buffer, place)
                if (
                    kind == _PACKET
                    and caught + 32 <= size <= room
                    and not size & 3
                    and number < len(interfaces)
                    and order.length.unpack_from(buffer, place + size - 4)[0] == size
                ):
                    linktype, _, ticks, shift_ns = interfaces[number]
                    time_ns = (high << 32 | low) * 1_000_000_000 // ticks + shift_ns
                    if time_ns > _LARGEST_TIME:
                        time_ns = _LARGEST_TIME
                    offset = self._base + place
                    self._place = place + size
                    yield new(Packet, (offset, time_ns, linktype, buffer[place + 28 : place + 28 + caught], length))
                    continue
            offset = self._offset
            if not self._have(12):
                if self._have(1):
                    self._problem(offset, "The file ends inside the header of a block.")
                return
            if self._buffer[self._place : self._place + 4] == _SECTION_START:
                order = _Order(_BYTE_ORDERS.get(self._buffer[self._place + 8 : self._place + 12], order.sign))
                interfaces = []
            kind, size = order.head.unpack_from(self._buffer, self._place)
            if not self._fits(size, order):
                if size <= PACKET_LIMIT and self._base + len(self._buffer) < offset + size:
                    self._problem(offset, "The file ends inside a block.")
                else:
                    self._problem(offset, "A block's length is broken.")
                if not self._find_block(order):
                    return
                continue
            start = self._place + 8
            self._place += size
            body = self._buffer[start : self._place - 4]
            try:
                if kind == _PACKET:
                    number, high, low, caught, length = order.packet.unpack_from(body)
                elif kind == _INTERFACE:
                    interfaces.append(_Interface.read(body, order.sign))
                    continue
                elif kind == _SIMPLE_PACKET:
                    (length,) = order.length.unpack_from(body)
                    caught = min(length, len(body) - 4, interfaces[0].snaplen or length)
                    yield Packet(offset, 0, interfaces[0].linktype, body[4 : 4 + caught], length)
                    continue
                elif kind == _OLD_PACKET:
                    number, _, high, low, caught, length = order.old_packet.unpack_from(body)
                else:
                    continue
                if caught > len(body) - 20:
                    raise ValueError("it claims more bytes than it has")
                linktype, _, ticks, shift_ns = interfaces[number]
            except IndexError:
                self._problem(offset, "A packet names an interface that the file does not describe.")
            except struct.error:
                self._problem(offset, "A block is broken: it is too short.")
            except ValueError as error:
                self._problem(offset, f"A block is broken: {error}.")
            else:
                time_ns = (high << 32 | low) * 1_000_000_000 // ticks + shift_ns
                yield Packet(offset, min(time_ns, _LARGEST_TIME), linktype, body[20 : 20 + caught], length)

    def _fits(self, size: int, order: _Order) -> bool:
        """Whether a block of this size stands here: its length stands at its end again."""
        if not 12 <= size <= PACKET_LIMIT or size % 4 or not self._have(size):
            return False
        return bool(order.length.unpack_from(self._buffer, self._place + size - 4)[0] == size)

    def _find_block(self, order: _Order) -> bool:
        """Go to the next place where a block of a known kind begins; False if there is none."""
        self._place += 1
        while self._have(12):
            found = order.kinds.search(self._buffer, self._place)
            if found is None:
                self._place = len(self._buffer) - 3  # the beginning of one may stand there
                continue
            self._place = found.start()
            if self._have(12):
                _, size = order.head.unpack_from(self._buffer, self._place)
                if self._fits(size, order):
                    return True
                self._place += 1
        return False


class _Order:
    """What is unpacked with one byte order, ``<`` or ``>``."""

    __slots__ = ("block", "head", "kinds", "length", "old_packet", "packet", "sign")

    def __init__(self, sign: str) -> None:
        self.sign = sign
        # By a regular expression, because a look at each byte in Python takes a second for a MiB.
        self.kinds = re.compile(b"|".join(re.escape(struct.pack(f"{sign}I", kind)) for kind in sorted(_KNOWN)))
        self.head = struct.Struct(f"{sign}II")
        self.length = struct.Struct(f"{sign}I")
        self.block = struct.Struct(f"{sign}IIIIIII")
        self.packet = struct.Struct(f"{sign}IIIII")
        self.old_packet = struct.Struct(f"{sign}HHIIII")


class _Interface(NamedTuple):
    """Link type, bytes kept of a packet (0: all), ticks a second, and what to add to times."""

    linktype: int
    snaplen: int
    ticks: int
    shift_ns: int

    @classmethod
    def read(cls, body: bytes, order: str) -> _Interface:
        """Raises struct.error."""
        linktype, _, snaplen = struct.unpack_from(f"{order}HHI", body)
        ticks, shift_ns = 1_000_000, 0
        place = 8
        while place + 4 <= len(body):
            code, size = struct.unpack_from(f"{order}HH", body, place)
            value = body[place + 4 : place + 4 + size]
            if code == _TSRESOL and size == 1 and value:
                ticks = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
            elif code == _TSOFFSET and len(value) == 8:
                (seconds,) = struct.unpack(f"{order}q", value)
                shift_ns = max(-(2**62), min(seconds * 1_000_000_000, 2**62))
            place += 4 + size + -size % 4
        return cls(linktype, snaplen, ticks, shift_ns)
