"""Import of HAR files: those of Chrome and what writes like it, of Firefox, and wsgui's own.

A HAR has whole messages and no masking keys, so each message becomes one unmasked frame; wsgui's own has the frames
too, under ``_wsgui``. Firefox writes the handshake of a WebSocket, but no messages. The file is walked through once to
find the WebSocket connections and then read where their messages stand, so memory does not grow with it.
"""

from __future__ import annotations

from binascii import a2b_base64
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import merge
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.har_http import Json, request_bytes, response_bytes
from wsgui.capture.exchange.json_stream import READ, BrokenJsonError, JsonStream
from wsgui.capture.exchange.jsonl_import import BAD_LINE, LINE_LIMIT, add_connection, add_row, reason
from wsgui.protocol.frames import Frame
from wsgui.protocol.judged_heads import judge_request_head, judge_response_head
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ConnectionOpened, Direction, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wsgui.capture.exchange.importing import Import

_HEAD_LIMIT: Final = 4 * 1024 * 1024
_MERGED: Final = 64
"""Connections whose messages are brought into the order of time; more stand one behind the other."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_SECONDS: Final = 9e9
_TYPES: Final = {"send": Direction.SENT, "receive": Direction.RECEIVED}


class _Entry:
    """What is needed of an entry of the log; offsets are those of arrays, None where there is none."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.fields: dict[str, Any] = {}
        self.messages: int | None = None
        self.frames: int | None = None
        self.connection: Any = None

    @property
    def url(self) -> str:
        url = self._part("request").get("url")
        return url.encode("utf-8", "replace").decode() if isinstance(url, str) else ""

    @property
    def is_websocket(self) -> bool:
        if self.messages is not None or self.frames is not None:
            return True
        if self.fields.get("_resourceType") == "websocket" or self.url.lower().startswith(("ws:", "wss:")):
            return True
        return b"\r\nupgrade: websocket" in self.response.lower() and self._part("response").get("status") == 101

    @property
    def started_ns(self) -> int | None:
        try:
            at = datetime.fromisoformat(str(self.fields.get("startedDateTime")))
            seconds = (at.replace(tzinfo=at.tzinfo or UTC) - _EPOCH) / timedelta(seconds=1)
        except (ValueError, OverflowError):
            return None
        return _nanoseconds(seconds)

    @property
    def request(self) -> bytes:
        return request_bytes(self._part("request"))

    @property
    def response(self) -> bytes:
        return response_bytes(self._part("response"))

    @property
    def is_http_1(self) -> bool:
        """Whether the heads are those of RFC 6455; over HTTP/2 a WebSocket opens in another way (RFC 8441)."""
        versions = (str(self._part(name).get("httpVersion")).lower() for name in ("request", "response"))
        return not any(version.startswith(("h2", "h3", "http/2", "http/3")) for version in versions)

    @property
    def remote(self) -> str:
        host = self.fields.get("serverIPAddress")
        if not isinstance(host, str) or not host.isascii() or not host:
            return ""
        host = host.strip("[]")
        try:
            parts = urlsplit(self.url)
            port = parts.port or (443 if parts.scheme in ("wss", "https") else 80)
        except ValueError:
            port = 80
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _part(self, name: str) -> dict[str, Any]:
        part = self.fields.get(name)
        return part if isinstance(part, dict) else {}


class _Event(NamedTuple):
    time_ns: int
    put: Callable[[], None]


def read_har(job: Import) -> None:
    """Read the WebSocket connections of a HAR. Raises CaptureError if it is no HAR at all; OSError if it cannot be
    read."""
    _Reader(job).read()


class _Reader:
    def __init__(self, job: Import) -> None:
        self.file, self.builder, self.report, self.check, self.name, self.attached = job
        self.size = self.file.seek(0, 2)
        self.read_again = 0
        self.entries: list[_Entry] = []
        self.found = False
        self.broken: int | None = None
        self.creator = ""

    def read(self) -> None:
        try:
            self._walk(JsonStream(self.file, self._start(), lambda offset: self.check(offset // 2)))
        except BrokenJsonError as error:
            if not self.found:
                raise CaptureError(f"{self.name} is no HAR file: at byte {error.offset} {error}.") from None
            self.broken = error.offset
            self.report.problem(error.offset, f"The file is broken: {error}. What stands before is imported.")
        if not self.found:
            raise CaptureError(f"{self.name} is no HAR file: it has no log with entries.")
        self.entries = [entry for entry in self.entries if entry.is_websocket]
        if not self.entries:
            self.report.problem(None, "There is no WebSocket connection in it.")
        events = [self._events(number, entry) for number, entry in enumerate(self.entries, 1)]
        all_events = merge(*events, key=_event_time) if len(events) <= _MERGED else chain.from_iterable(events)
        for event in all_events:
            event.put()

    def _start(self) -> int:
        self.file.seek(0)
        return 3 if self.file.read(3) == b"\xef\xbb\xbf" else 0

    def _walk(self, stream: JsonStream) -> None:
        for top in stream.members():
            if top == "log" and stream.kind() == "{":
                for name in stream.members():
                    if name == "entries" and stream.kind() == "[":
                        self.found = True
                        for _ in stream.items():
                            if stream.kind() == "{":
                                self._walk_entry(stream)
                    elif name == "creator":
                        creator = self._small(stream)
                        if isinstance(creator, dict) and isinstance(creator.get("name"), str):
                            self.creator = creator["name"][:60]

    def _walk_entry(self, stream: JsonStream) -> None:
        entry = _Entry(stream.offset)
        self.entries.append(entry)
        try:
            for name in stream.members():
                if name == "_webSocketMessages" and stream.kind() == "[":
                    entry.messages = stream.offset
                elif name == "_wsgui" and stream.kind() == "{":
                    for ours in stream.members():
                        if ours == "frames" and stream.kind() == "[":
                            entry.frames = stream.offset
                        elif ours == "connection":
                            entry.connection = self._small(stream)
                elif name in ("request", "response", "startedDateTime", "serverIPAddress", "_resourceType"):
                    entry.fields[name] = self._small(stream)
        finally:
            # Requests that are no WebSocket's are most of a browser's HAR: they are not kept.
            if not entry.is_websocket:
                self.entries.pop()

    def _small(self, stream: JsonStream) -> Any:
        offset = stream.offset
        try:
            return stream.value(_HEAD_LIMIT)
        except BrokenJsonError:
            raise
        except ValueError as error:
            self.report.problem(offset, f"This is not understood: {error}.")
            return None

    def _events(self, number: int, entry: _Entry) -> Iterator[_Event]:
        """A connection's opening, handshake and frames. Those of wsgui have the handshake among the frames."""
        ours = entry.frames is not None
        array = entry.frames if ours else entry.messages
        if array is None and self.broken is None:
            who = self.creator or "The program that wrote the file"
            self.report.problem(entry.offset, f"{who} wrote no messages for this connection.")
        lines = iter(()) if array is None else self._lines(array)
        time_of, put = (_our_time, self._put_row) if ours else (_time, self._put_message)
        ahead = next(lines, None)
        first = None if ahead is None else time_of(ahead[1])
        started = entry.started_ns
        at = min((time for time in (started, first) if time is not None), default=0)
        yield _Event(at, partial(self._open, number, entry, at, handshake=not ours))
        for offset, line in lines if ahead is None else chain((ahead,), lines):
            time = time_of(line)
            at = at if time is None else time
            yield _Event(at, partial(put, number, at, offset, line))

    def _lines(self, array: int) -> Iterator[tuple[int, Json]]:
        """The objects of an array, with their offsets."""
        stream = JsonStream(self.file, array, self._on_read)
        try:
            for _ in stream.items():
                offset = stream.offset
                try:
                    line = stream.value(LINE_LIMIT)
                except BrokenJsonError:
                    raise
                except ValueError as error:
                    self.report.problem(offset, f"This message is not understood: {error}.")
                    continue
                if isinstance(line, dict):
                    yield offset, line
                else:
                    self.report.problem(offset, "This message is not understood: it is no object.")
        except BrokenJsonError as error:
            if self.broken is None:  # told already
                self.report.problem(error.offset, f"The messages are broken from here on: {error}.")

    def _on_read(self, _: int) -> None:
        self.read_again += READ
        self.check((self.size + min(self.read_again, self.size)) // 2)

    def _open(self, number: int, entry: _Entry, time_ns: int, *, handshake: bool) -> None:
        builder = self.builder
        try:
            add_connection(entry.connection, builder, number)
        except BAD_LINE:  # there is none, most of all
            builder.put(ConnectionOpened(number, time_ns, "client", entry.url, "", entry.remote))
        if handshake:
            request, response = entry.request, entry.response
            if request:
                broken = judge_request_head(request) if entry.is_http_1 else []
                builder.put(HandshakeSeen(number, time_ns, Direction.SENT, request, broken))
            if response:
                broken = judge_response_head(response, request or None) if entry.is_http_1 else []
                builder.put(HandshakeSeen(number, time_ns, Direction.RECEIVED, response, broken))

    def _put_row(self, number: int, time_ns: int, offset: int, line: Json) -> None:
        try:
            add_row(line, self.builder, number)
        except BAD_LINE as error:
            self.report.problem(offset, f"This frame is not understood: {reason(error)}.")

    def _put_message(self, number: int, time_ns: int, offset: int, line: Json) -> None:
        try:
            kind, opcode, data = line["type"], line["opcode"], line["data"]
            if not isinstance(data, str) or type(opcode) is not int:
                raise TypeError("its opcode or data is of the wrong type")
            if kind == "error":
                self.builder.note(f"The browser noted an error before this frame: {data[:1000]!a}")
            elif kind not in _TYPES:
                raise ValueError("its type is neither send nor receive")
            else:
                self.builder.frame(number, time_ns, _TYPES[kind], Frame.build(opcode, _payload(opcode, data)))
        except BAD_LINE as error:
            self.report.problem(offset, f"This message is not understood: {reason(error)}.")


def _payload(opcode: int, data: str) -> bytes:
    """Text as it is, anything else from base64; some programs write that as text too."""
    if opcode != Opcode.TEXT:
        try:
            return a2b_base64(data, strict_mode=True)
        except ValueError:
            pass
    return data.encode("utf-8", "surrogatepass")


def _time(line: Json) -> int | None:
    """Chrome's time, in seconds with a fraction, to the microsecond."""
    seconds = line.get("time")
    return _nanoseconds(seconds) if isinstance(seconds, int | float) else None


def _nanoseconds(seconds: float) -> int | None:
    """None for what no file of ours can hold, NaN too."""
    return round(seconds * 1_000_000) * 1000 if -_LARGEST_SECONDS < seconds < _LARGEST_SECONDS else None


def _our_time(line: Json) -> int | None:
    time_ns = line.get("time_ns")
    return time_ns if isinstance(time_ns, int) and abs(time_ns) < _LARGEST_SECONDS * 1e9 else None


def _event_time(event: _Event) -> int:
    return event.time_ns
