"""Export to HAR 1.2 as Chrome writes it: one entry for each connection, its messages under ``_webSocketMessages``.

That list has whole data messages and no control frames. What it cannot say stands under a field of our own,
``_wsgui``: role, addresses and end of the connection, and ``frames``, the rows as `lines` writes them, with fragments,
control frames, masking keys, what was compressed, and the handshake's raw bytes. An import of wsgui's own HAR reads
that and loses nothing.
"""

from __future__ import annotations

from array import array
from binascii import b2a_base64
from codecs import getincrementaldecoder
from itertools import chain
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Final

import wsgui
from wsgui.capture.exchange.csv_export import time_text
from wsgui.capture.exchange.har_http import har_request, har_response
from wsgui.capture.exchange.lines import compact, connection_line, row_end, row_line, row_start
from wsgui.capture.exchange.long_line import is_long, write_long_row
from wsgui.capture.schema import FLAG_FIN, FLAG_RSV1
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row
    from wsgui.records import Direction

_TYPES: Final = ("send", "receive")


class _HarMessage:
    """A data message under way: opcode and flags of its first frame, the ids of its frames, and whether all of them
    were inflated."""

    __slots__ = ("flags", "ids", "inflated", "opcode")

    def __init__(self, opcode: int, flags: int) -> None:
        self.opcode = opcode
        self.flags = flags
        self.ids = array("q")
        self.inflated = True


def write_har(source: Source, out: BinaryIO) -> int:
    """Write the file; returns how many rows of the capture are in it. Raises OSError, CaptureError, CancelledError."""
    return _HarWriter(source, out).write()


class _HarWriter:
    def __init__(self, source: Source, out: BinaryIO) -> None:
        self.source = source
        self.out = out
        self.count = 0

    def text(self, text: str) -> None:
        self.out.write(text.encode("ascii"))

    def write(self) -> int:
        creator = compact({"name": "wsgui", "version": wsgui.__version__})
        self.text(f'{{"log":{{"version":"1.2","creator":{creator},"pages":[],"entries":[')
        between = "\n"
        for connection, ids in self.source.by_connection().items():
            self.text(between)
            self._entry(connection, ids)
            between = ",\n"
        self.text("\n]}}\n")
        return self.count

    def _entry(self, connection: int, ids: Sequence[int]) -> None:
        source = self.source
        known = source.connections.get(connection)
        if known is None:
            opened = closed = next(iter(source.pages_of(ids[:1])))[0].time_ns
            url = server = ""
        else:
            opened = known.opened_ns
            closed = opened if known.closed_ns is None else max(known.closed_ns, opened)
            url = source.redactor.url(known.url)
            server = known.local if known.role == Role.SERVER.value else known.remote
        request, response = (head and source.redactor.head(head) for head in source.reader.handshake(connection))
        total_ms = (closed - opened) / 1e6
        entry = {
            "startedDateTime": f"{time_text(opened)[:23]}Z",
            "time": total_ms,
            "request": har_request(request or b"", url),
            "response": har_response(response or b""),
            "cache": {},
            "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": total_ms, "receive": 0},
            "serverIPAddress": server.rpartition(":")[0].strip("[]"),
            "connection": str(connection),
            "_resourceType": "websocket",
        }
        self.text(f'{compact(entry)[:-1]},"_webSocketMessages":[')
        self._messages(ids)
        line = "null" if known is None else connection_line(known, url)
        self.text(f'],\n"_wsgui":{{"connection":{line},"frames":[')
        self._frames(ids)
        self.text("]}}")

    def _messages(self, ids: Sequence[int]) -> None:
        """Whole data messages, in the order in which they ended. A message's fragments are read again at its end."""
        between = "\n"
        started: dict[Direction, _HarMessage] = {}
        for page in self.source.pages_of(ids):
            for row in page:
                if row.message is None:
                    continue
                if row.fragment == 0:
                    message = started[row.direction] = _HarMessage(row.opcode, row.flags)
                elif row.direction in started:
                    message = started[row.direction]
                else:
                    continue  # its first fragment was not chosen
                message.ids.append(row.id)
                message.inflated &= row.inflated_length is not None
                if row.flags & FLAG_FIN:
                    self.text(between)
                    self._message(row, started.pop(row.direction))
                    between = ",\n"

    def _message(self, last: Row, message: _HarMessage) -> None:
        seconds = f"{last.time_ns / 1e9:.6f}"
        self.text(f'{{"type":"{_TYPES[last.direction]}","time":{seconds},"opcode":{message.opcode},"data":"')
        rows = chain.from_iterable(self.source.pages_of(message.ids)) if len(message.ids) > 1 else (last,)
        chunks = chain.from_iterable(self.source.chunks(row, inflated=message.inflated) for row in rows)
        # A compressed message that could not be inflated is no text: its bytes are given.
        if message.opcode == Opcode.TEXT and (message.inflated or not message.flags & FLAG_RSV1):
            decoder = getincrementaldecoder("utf-8")("replace")
            for chunk in chunks:
                self.text(quote(decoder.decode(chunk))[1:-1])
            self.text(quote(decoder.decode(b"", True))[1:-1])
        else:
            rest = b""
            for chunk in chunks:
                rest += chunk
                whole = len(rest) - len(rest) % 3
                self.out.write(b2a_base64(rest[:whole], newline=False))
                rest = rest[whole:]
            self.out.write(b2a_base64(rest, newline=False))
        self.text('"}')

    def _frames(self, ids: Sequence[int]) -> None:
        between = "\n"
        for page in self.source.pages_of(ids):
            for row in page:
                notes = self.source.notes.get(row.id, ())
                if not is_long(row):
                    self.text(between + row_line(row, self.source.payload(row), notes, self.source.inflated(row)))
                else:
                    start = row_start(row, row.id, row.length, row.message, row.fragment)
                    end = row_end(row.violations, notes)
                    write_long_row(self.source, row, between + start, end, self.out)
                between = ",\n"
            self.count += len(page)
            self.source.told(self.count)
