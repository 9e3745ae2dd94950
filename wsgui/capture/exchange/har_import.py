"""Import of HAR files: those of Chrome and what writes like it, of Firefox, and wsgui's own.

A HAR has whole messages and no masking keys, so each message becomes one unmasked frame; wsgui's own has the frames
too, under ``_wsgui``. Firefox writes the handshake of a WebSocket, but no messages. The file is walked through once to
find the WebSocket connections and then read where their messages stand, so memory does not grow with it.
"""

from __future__ import annotations

import json
import time
from binascii import a2b_base64
from functools import partial
from heapq import merge
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from wsgui.capture.errors import CaptureError, reason_of
from wsgui.capture.exchange.har_http import Json, is_http_1, request_bytes, response_bytes
from wsgui.capture.exchange.har_times import LARGEST_SECONDS, EntryTimes, moment_of
from wsgui.capture.exchange.json_stream import READ, BrokenJsonError, JsonStream
from wsgui.capture.exchange.jsonl_import import BAD_LINE, LINE_LIMIT, add_connection, add_row, reason
from wsgui.protocol.close import close_code_name
from wsgui.protocol.frames import Frame
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.judged_heads import broken_rules, judge_request_head, judge_response_head
from wsgui.protocol.messages import TextJudge
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wsgui.capture.exchange.importing import Import

_HEAD_LIMIT: Final = 4 * 1024 * 1024
_MERGED: Final = 64
"""Connections whose messages are brought into the order of time; more stand one behind the other."""
_WORDS: Final = (
    ("send", "sent", "outgoing", "outbound", "client", "request"),
    ("receive", "received", "incoming", "inbound", "server", "response"),
)
"""How programs say which way a message went, in small or capital letters; the first of each is Chrome's."""
_TYPES: Final = {word: way for words, way in zip(_WORDS, Direction, strict=True) for word in words}
_PARTS: Final = frozenset(
    ("request", "response", "startedDateTime", "time", "serverIPAddress", "_resourceType", "_webSocketClose")
)
_NOT_JUDGED: Final = frozenset(("mask.server-masked", "close.wrong-side"))
_NO_TIMES: Final = "The file has no times for some of these messages: they stand where the one before does."
_GUESSED: Final = "The file's times do not say since when they count: that they count from the start is a guess."
_NO_OPCODES: Final = "The file does not say whether these messages are text or binary: that they are text is a guess."
_NO_BASE64: Final = (
    "Some of these messages are binary and not in base64: that their characters are their bytes is a guess."
)
_OPCODES: Final = {one.name.lower(): one for one in Opcode}
_MESSAGES: Final = "websocketmessages"
"""The member with the messages, in small letters and without an underscore, as not all programs have them."""
_HTTP_2: Final = "This handshake went over HTTP/2 or HTTP/3 (RFC 8441): what is shown is a list of its headers."


class _Entry:
    """What is needed of an entry of the log; offsets are those of arrays, None where there is none."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.fields: dict[str, Any] = {}
        self.messages: int | None = None
        self.frames: int | None = None
        self.connection: Any = None
        self.error: tuple[int, str] | None = None  # when, and what the browser said
        self.last_ns = 0
        self.last_row = 0
        self.guesses: set[str] = set()
        self.judges = (FrameJudge(Role.SERVER), FrameJudge(Role.SERVER))  # a HAR has no masks to judge
        self.texts = (TextJudge(), TextJudge())

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
        if b"\r\n:protocol: websocket\r\n" in self.request.lower():
            return True
        return b"\r\nupgrade: websocket" in self.response.lower() and self._part("response").get("status") == 101

    @property
    def started_ns(self) -> int | None:
        return moment_of(self.fields.get("startedDateTime"))

    @property
    def request(self) -> bytes:
        return request_bytes(self._part("request"))

    @property
    def response(self) -> bytes:
        return response_bytes(self._part("response"))

    @property
    def is_http_1(self) -> bool:
        """Whether the heads are those of RFC 6455; over HTTP/2 a WebSocket opens in another way (RFC 8441)."""
        return is_http_1(self._part("request")) and is_http_1(self._part("response"))

    @property
    def tells_handshake(self) -> bool:
        """Whether the heads have what is judged: some programs leave the headers of the handshake out."""
        return b"\r\nsec-websocket-" in (self.request + self.response).lower()

    @property
    def lasted_ms(self) -> float:
        """How long it lasted, as far as the entry says."""
        value = self.fields.get("time")
        return value if isinstance(value, int | float) and value > 0 else 0

    @property
    def attached(self) -> str:
        """The name of the file that its messages stand in (Playwright's); empty if there is none."""
        content = self._part("response").get("content")
        name = content.get("_file") if isinstance(content, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def failure(self) -> str:
        """Why there was no connection, if the browser says so."""
        response = self._part("response")
        words = (response.get("_error"), response.get("_failureText"))
        return next((word for word in words if isinstance(word, str) and word), "")

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
    _HarReader(job).read()


class _HarReader:
    def __init__(self, job: Import) -> None:
        self.file, self.builder, self.report, self.check, self.name, self.attached_file = job
        self.size = self.file.seek(0, 2)
        self.read_again = 0
        self.entries: list[_Entry] = []
        self.found = False
        self.broken: int | None = None
        self.creator = ""
        self.undated = False
        self.someday_ns = 0
        """What stands for a time that nothing in the file tells."""

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
        self.someday_ns = min((one.started_ns for one in self.entries if one.started_ns), default=0)
        if not self.someday_ns:
            self.someday_ns = time.time_ns()
            self.undated = True
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
                if name.lstrip("_").lower() == _MESSAGES and stream.kind() == "[":
                    entry.messages = stream.offset
                elif name == "_wsgui" and stream.kind() == "{":
                    for ours in stream.members():
                        if ours == "frames" and stream.kind() == "[":
                            entry.frames = stream.offset
                        elif ours == "connection":
                            entry.connection = self._small(stream)
                elif name in _PARTS:
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
        """A connection's opening, handshake, frames and end. Those of wsgui have the handshake among the frames."""
        ours = entry.frames is not None
        array = entry.frames if ours else entry.messages
        lines: Iterator[tuple[int, Json]] = iter(())
        if array is not None:
            lines = self._lines(array)
        elif entry.attached and not entry.failure:
            lines = self._attached(entry)
        elif self.broken is None and not entry.failure:
            who = self.creator or "The program that wrote the file"
            self.report.problem(entry.offset, f"{who} wrote no messages for this connection.")
        started = entry.started_ns
        times = EntryTimes(started, entry.lasted_ms)
        ahead = next(lines, None)
        first = None
        if ahead is not None:
            first = _our_time(ahead[1]) if ours else times.read(ahead[1].get("time"))
        known = [time for time in (started, first) if time is not None]
        at = min(known, default=self.someday_ns)
        if not known and self.undated:
            self.builder.meta(created="")  # not now: nobody knows
        yield _Event(at, partial(self._open, number, entry, at, handshake=not ours))
        if ahead is not None:
            yield self._event(number, entry, at if first is None else first, ahead, ours=ours)
            at = at if first is None else first
        for line in lines:
            time = _our_time(line[1]) if ours else times.read(line[1].get("time"))
            at = at if time is None else time
            yield self._event(number, entry, at, line, ours=ours)
        if not ours:
            guesses = [text for text, holds in ((_NO_TIMES, times.absent), (_GUESSED, times.guessed)) if holds]
            end = max(at, entry.error[0] if entry.error is not None else at)
            yield _Event(end, partial(self._close, number, entry, end, times, guesses))

    def _event(self, number: int, entry: _Entry, time_ns: int, line: tuple[int, Json], *, ours: bool) -> _Event:
        put = self._put_row if ours else self._put_message
        return _Event(time_ns, partial(put, number, entry, time_ns, *line))

    def _attached(self, entry: _Entry) -> Iterator[tuple[int, Json]]:
        """The objects in the file that an entry names, one on a line."""
        name = entry.attached
        try:
            file = self.attached_file(name)
        except OSError as error:
            text = f"The file {name[:100]!a} with its messages cannot be read: {reason_of(error)}."
            self.report.problem(entry.offset, text)
            return
        if file is None:
            self.report.problem(entry.offset, f"Its messages stand in {name[:100]!a}, which is not there.")
            return
        with file:
            for count, raw in enumerate(iter(partial(file.readline, LINE_LIMIT), b""), 1):
                raw = raw.strip()
                if not raw:
                    continue
                where = f"Line {count} of {name[:100]!a} is not understood"
                try:
                    line = json.loads(raw)
                except BAD_LINE as error:
                    self.report.problem(entry.offset, f"{where}: {reason(error)}.")
                    continue
                if isinstance(line, dict):
                    yield entry.offset, line
                else:
                    self.report.problem(entry.offset, f"{where}: it is no object.")

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
            builder.put(ConnectionOpened(number, time_ns, Role.CLIENT.value, entry.url, "", entry.remote))
        if handshake:
            request, response = entry.request, entry.response
            judged = entry.is_http_1 and entry.tells_handshake
            if request:
                broken = judge_request_head(request) if judged else []
                self._head(entry, HandshakeSeen(number, time_ns, Direction.SENT, request, broken))
            if response:
                broken = broken_rules(judge_response_head(response, request or None)) if judged else []
                self._head(entry, HandshakeSeen(number, time_ns, Direction.RECEIVED, response, broken))

    def _head(self, entry: _Entry, seen: HandshakeSeen) -> None:
        if not entry.is_http_1:
            self.builder.note(_HTTP_2)
        self.builder.put(seen)
        entry.last_row = self.builder.last_id

    def _put_row(self, number: int, entry: _Entry, time_ns: int, offset: int, line: Json) -> None:
        try:
            add_row(line, self.builder, number)
        except BAD_LINE as error:
            self.report.problem(offset, f"This frame is not understood: {reason(error)}.")

    def _put_message(self, number: int, entry: _Entry, time_ns: int, offset: int, line: Json) -> None:
        try:
            kind, data, opcode = line["type"], line["data"], line.get("opcode")
            if kind == "error":
                entry.error = (time_ns, str(data)[:1000])
                return
            if opcode is None:
                opcode = int(Opcode.TEXT)
                if line.get("isBinary") is True or line.get("encoding") == "base64":
                    opcode = int(Opcode.BINARY)
                elif _NO_OPCODES not in entry.guesses:
                    entry.guesses.add(_NO_OPCODES)
            opcode = _opcode(opcode)
            if not isinstance(data, str) or opcode is None:
                raise TypeError("its opcode or data is of the wrong type")
            way = _TYPES.get(kind.lower()) if isinstance(kind, str) else None
            if way is None:
                raise ValueError("its type is neither send nor receive")
            payload = _payload(opcode, data)
            if payload is None:
                entry.guesses.add(_NO_BASE64)
                payload = _characters(data)
            frame = Frame.build(opcode, payload)
        except BAD_LINE as error:
            self.report.problem(offset, f"This message is not understood: {reason(error)}.")
            return
        entry.error = None  # it went on
        found = [one for one in entry.judges[way].judge(frame) if one.rule not in _NOT_JUDGED]
        broken = entry.texts[way].frame(frame.head, frame.payload)
        if broken is not None:
            found.append(broken)
        self.builder.frame(number, time_ns, way, frame, found)
        entry.last_row = self.builder.last_id

    def _close(self, number: int, entry: _Entry, time_ns: int, times: EntryTimes, guesses: list[str]) -> None:
        """How the connection ended, as far as the file says; and what of it is a guess."""
        for text in (*guesses, *sorted(entry.guesses)):
            self.report.remark(f"Connection {number}: {text}", noted=bool(entry.last_row))
            if entry.last_row:
                self.builder.note(text, entry.last_row)
        end = entry.fields.get("_webSocketClose")
        error = entry.error[1] if entry.error is not None else entry.failure
        if error:
            text = f"The browser noted an error: {error!a}"
            if entry.last_row:
                self.builder.note(text, entry.last_row)
            accepted = entry.response.startswith((b"HTTP/1.1 101", b"HTTP/2 200", b"HTTP/3 200"))
            how = EndedBy.LOSS if accepted else EndedBy.HANDSHAKE
            if end is None:
                self.builder.put(ConnectionClosed(number, time_ns, 1006, "", how, f"{text}."))
        if end is None:
            return
        code, said, at = 1006, "", None
        if isinstance(end, dict):
            code, said, at = end.get("code", 1005), end.get("reason", ""), end.get("timestamp")
            code = 1005 if code is None else code
            said = "" if said is None else said
        if type(code) is not int or not 0 <= code <= 0xFFFF or not isinstance(said, str):
            text = "How this connection was closed is not understood: its code or reason is none."
            self.report.problem(entry.offset, text)
            return
        closed_ns = time_ns if at is None else times.read(at) or time_ns
        if code == 1006:
            text = "The file says that it was cut without a close frame (1006)."
            self.builder.put(ConnectionClosed(number, closed_ns, code, said, EndedBy.LOSS, text))
        else:
            text = f"It was closed with {close_code_name(code)}; the file does not say by whom."
            self.builder.put(ConnectionClosed(number, closed_ns, code, said, EndedBy.PEER, text))


def _opcode(value: object) -> int | None:
    """An opcode as programs write it: a number, also in quotes or with a fraction of nothing, or its name."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 3 else _OPCODES.get(value.lower())
    if isinstance(value, float) and value in range(16):
        return int(value)
    return value if type(value) is int else None


def _payload(opcode: int, data: str) -> bytes | None:
    """Text as it is, anything else from base64; None if it is no base64, as some programs write that as text too."""
    if opcode == Opcode.TEXT:
        return _characters(data)
    try:
        return a2b_base64(data, strict_mode=True)
    except ValueError:
        return None


def _characters(data: str) -> bytes:
    return data.encode("utf-8", "surrogatepass")


def _our_time(line: Json) -> int | None:
    time_ns = line.get("time_ns")
    return time_ns if isinstance(time_ns, int) and abs(time_ns) < LARGEST_SECONDS * 1_000_000_000 else None


def _event_time(event: _Event) -> int:
    return event.time_ns
