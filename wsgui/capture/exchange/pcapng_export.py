"""Export to pcapng: the bytes of the wire, with the real masking keys, in packets that Wireshark can follow.

One packet a frame, because tshark 4.0 loses count after 500 frames in one segment; a long frame takes several. Broken
rules and notes are comments on the frame's (last) packet. Wireshark knows a WebSocket by its opening handshake, so this
stands in the file for every connection that has frames in it, whether it was chosen or not, and is made up where the
capture has none.

The second form, decompressed, is for readers that cannot inflate, or not what is fragmented: each frame of a compressed
message is written with what it inflates to, RSV1 cleared, and permessage-deflate is taken out of the handshake.
Comments say so.
"""

from __future__ import annotations

import re
from contextlib import suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

import wsgui
from wsgui.capture.exchange.extension_heads import without_deflate
from wsgui.capture.exchange.packets import SEGMENT, PacketFlow, file_start
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.schema import FLAG_RSV1, HTTP, MISSING, NO_FRAME
from wsgui.protocol.frames import Frame, frame_header, minimal_length_form
from wsgui.protocol.masking import mask_slice
from wsgui.protocol.states import Role
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row

_MADE_UP: Final = "Made up by wsgui: the capture has no opening handshake for this connection."
_TAKEN_OUT: Final = "Decompressed by wsgui: permessage-deflate was taken out of this head."
_REQUEST: Final = (
    b"GET / HTTP/1.1\r\nHost: unknown.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_RESPONSE: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


_COUNT: Final = re.compile(rb"\d{1,18}")


class _Open:
    """A connection under way: its packets, and which HTTP heads stand in the file (by way: 0 client, 1 server)."""

    __slots__ = ("flow", "heads", "is_server", "out_of_turn")

    def __init__(self, flow: PacketFlow, *, is_server: bool) -> None:
        self.flow = flow
        self.is_server = is_server
        self.heads: set[int] = set()
        self.out_of_turn: set[int] = set()


def write_pcapng(source: Source, out: BinaryIO) -> int:
    """Write the file, the bytes of the wire; returns how many rows of the capture are in it.

    Raises OSError, CaptureError, CancelledError.
    """
    return _PcapngWriter(source, out, decompressed=False).write()


def write_decompressed(source: Source, out: BinaryIO) -> int:
    """The same with compressed messages inflated."""
    return _PcapngWriter(source, out, decompressed=True).write()


class _PcapngWriter:
    def __init__(self, source: Source, out: BinaryIO, *, decompressed: bool) -> None:
        self.source = source
        self.out = out
        self.decompressed = decompressed
        self.open: dict[int, _Open] = {}
        self.ends: list[tuple[int, int]] = []  # a heap of times and connections

    def write(self) -> int:
        comment = self.source.reader.meta().get("name", "")
        if self.decompressed:
            comment = f"{comment} (compressed messages were inflated by wsgui)".strip()
        self.out.write(file_start(f"wsgui {wsgui.__version__}", comment))
        count = 0
        for page in self.source.pages():
            blocks: list[bytes] = []
            size = 0
            for row in page:
                if self.ends and self.ends[0][0] < row.time_ns:
                    self._close_until(row.time_ns, blocks)
                opened = self.open.get(row.connection) or self._start(row, blocks)
                if row.opcode == MISSING:
                    self._hole(row, opened)
                elif row.opcode == HTTP:
                    self._head(row, opened, blocks)
                elif self._length(row) > CHUNK:
                    self._missing_heads(row, opened, blocks)
                    self.out.write(b"".join(blocks))
                    blocks = []
                    self._long(row, opened)
                else:
                    if len(opened.heads) < 2:
                        self._missing_heads(row, opened, blocks)
                    self._row(row, opened, blocks)
                    size += self._length(row)
                    if size > CHUNK:
                        self.out.write(b"".join(blocks))
                        blocks = []
                        size = 0
                count += 1
            self.out.write(b"".join(blocks))
        blocks = []
        self._close_until(None, blocks)
        self.out.write(b"".join(blocks))
        return count

    def _start(self, row: Row, blocks: list[bytes]) -> _Open:
        """TCP's handshake, before the first row of a connection."""
        known = self.source.connections.get(row.connection)
        is_server = known is not None and known.role == Role.SERVER.value
        client, server, port, time_ns = "", "", 80, row.time_ns
        if known is not None:
            client, server = (known.remote, known.local) if is_server else (known.local, known.remote)
            with suppress(UrlError):
                port = WsUrl.parse(known.url).port
            time_ns = min(known.opened_ns, row.time_ns)
            if known.closed_ns is not None:
                heappush(self.ends, (known.closed_ns, known.id))
        opened = _Open(PacketFlow(row.connection, client, server, port), is_server=is_server)
        self.open[row.connection] = opened
        blocks.append(opened.flow.opening(time_ns))
        return opened

    def _close_until(self, time_ns: int | None, blocks: list[bytes]) -> None:
        """End the connections that closed before ``time_ns``, all if it is None."""
        while self.ends and (time_ns is None or self.ends[0][0] < time_ns):
            at, id_ = heappop(self.ends)
            opened = self.open[id_]
            ours_first = self.source.connections[id_].ended_by not in (EndedBy.PEER, EndedBy.LOSS)
            blocks.append(opened.flow.closing(at, int(ours_first == opened.is_server)))

    def _head(self, row: Row, opened: _Open, blocks: list[bytes]) -> None:
        way = int(row.direction) ^ opened.is_server
        if way not in opened.out_of_turn:
            opened.heads.add(way)
            data, taken_out = self._plain_head(self.source.payload(row))
            self._packets(row, opened, data, blocks, (*self._comments(row), *taken_out))

    def _hole(self, row: Row, opened: _Open) -> None:
        """Bytes that were not captured here either: their numbers are left out, as in the file they were missing in."""
        count = _COUNT.match(self.source.payload(row))
        if count is not None:
            opened.flow.skip(int(row.direction) ^ opened.is_server, int(count[0]))

    def _missing_heads(self, row: Row, opened: _Open, blocks: list[bytes]) -> None:
        """A frame whose connection's handshake was not exported so far: it needs one in front."""
        if row.opcode < 0 or len(opened.heads) == 2:
            return
        heads = self.source.reader.handshake(row.connection)
        for way, (head, made_up) in enumerate(zip(heads, (_REQUEST, _RESPONSE), strict=True)):
            if way not in opened.heads:
                opened.heads.add(way)
                opened.out_of_turn.add(way)
                data, comments = made_up, [_MADE_UP]
                if head is not None:
                    data, comments = self._plain_head(self.source.redactor.head(head))
                for start in range(0, len(data), SEGMENT):
                    part = data[start : start + SEGMENT]
                    blocks.append(opened.flow.packet(row.time_ns, way, part, comments=comments))

    def _plain_head(self, head: bytes) -> tuple[bytes, list[str]]:
        """The head to write, and what to say of it."""
        plain = without_deflate(head) if self.decompressed else head
        return plain, [_TAKEN_OUT] if plain != head else []

    def _length(self, row: Row) -> int:
        """Bytes of payload to write."""
        return row.inflated_length or 0 if self._is_inflated(row) else row.length

    def _is_inflated(self, row: Row) -> bool:
        return self.decompressed and row.inflated_length is not None

    def _header(self, row: Row) -> tuple[int, int, bytes | None]:
        """First byte, length form and masking key to write."""
        if self._is_inflated(row):
            head = (row.flags & 15 & ~FLAG_RSV1) << 4 | row.opcode
            return head, minimal_length_form(row.inflated_length or 0), row.masking_key
        return (row.flags & 15) << 4 | row.opcode, row.length_form, row.masking_key

    def _row(self, row: Row, opened: _Open, blocks: list[bytes]) -> None:
        inflated = self.source.inflated(row) if self.decompressed else None
        data = self.source.payload(row) if inflated is None else inflated
        if row.opcode >= 0:
            data = Frame(*self._header(row), data).wire()
        comments: Sequence[str] = ()
        if self.decompressed or row.violations or row.opcode == NO_FRAME or row.id in self.source.notes:
            comments = self._comments(row)
        if len(data) <= SEGMENT:
            blocks.append(
                opened.flow.packet(row.time_ns, int(row.direction) ^ opened.is_server, data, comments=comments)
            )
        else:
            self._packets(row, opened, data, blocks, comments)

    def _packets(self, row: Row, opened: _Open, data: bytes, blocks: list[bytes], comments: Sequence[str]) -> None:
        way = int(row.direction) ^ opened.is_server
        last = (len(data) - 1) // SEGMENT * SEGMENT
        for start in range(0, len(data), SEGMENT):
            # Wireshark shows a frame in the last of its packets.
            here = comments if start == last else ()
            blocks.append(opened.flow.packet(row.time_ns, way, data[start : start + SEGMENT], comments=here))

    def _long(self, row: Row, opened: _Open) -> None:
        """A payload that is not held whole: masked piece by piece, and written as it goes."""
        head, form, key = self._header(row)
        length = self._length(row)
        data = b""
        if row.opcode >= 0:
            data = frame_header(head, form, key, length)
        place = 0
        for chunk in self.source.chunks(row, inflated=self.decompressed):
            data += chunk if key is None else mask_slice(chunk, key, place)
            place += len(chunk)
            last = place >= length
            whole = len(data) if last else len(data) - len(data) % SEGMENT
            blocks: list[bytes] = []
            self._packets(row, opened, data[:whole], blocks, self._comments(row) if last else ())
            self.out.write(b"".join(blocks))
            data = data[whole:]

    def _comments(self, row: Row) -> list[str]:
        comments = []
        if self._is_inflated(row):
            size = "1 byte" if row.length == 1 else f"{row.length} bytes"
            rsv1 = ", RSV1 was set" if row.flags & FLAG_RSV1 else ""
            comments.append(f"Decompressed by wsgui: on the wire the payload had {size}{rsv1}.")
        elif self.decompressed and row.flags & FLAG_RSV1 and 0 <= row.opcode < 3:
            comments.append("Could not be decompressed by wsgui: as on the wire.")
        comments += [f"{broken.reference} {broken.rule}: {broken.text}" for broken in row.violations]
        comments += [note or "Bookmark" for note in self.source.notes.get(row.id, ())]
        if row.opcode == NO_FRAME:
            comments.append("These bytes form no frame.")
        return comments
