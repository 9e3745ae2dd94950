"""A WebSocket as an application uses it: send, receive, ping, close.

async with wsgui.engine.connect("ws://127.0.0.1:8765/") as ws:
    await ws.send("hi")
    print(await ws.receive())
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wsgui.engine.driver import ConnectionDriver
from wsgui.engine.errors import ConnectionClosedError, TextError
from wsgui.engine.handler import Handler
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role, State

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence

    from wsgui.engine.options import Options
    from wsgui.engine.raw_writer import RawWrite
    from wsgui.protocol.connection import Connection, Event
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.handshake import Handshake
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpRequest
    from wsgui.protocol.policy import Policy
    from wsgui.records import ConnectionClosed, Record

INBOX_MESSAGES = 4096
INBOX_BYTES = 4 * 1024 * 1024
"""What may wait for `WebSocket.receive` before the peer is slowed down."""


class WebSocket(Handler):
    """One connection. Made by `connect` and `serve`.

    ``on_writable(ws, yes)`` tells a user of `write_frames` when to stop sending.
    """

    def __init__(
        self,
        handshake: Handshake,
        options: Options,
        *,
        number: int = 1,
        observer: Callable[[Record], None] | None = None,
        on_connected: Callable[[WebSocket], None] | None = None,
        on_request: Callable[[WebSocket, HttpRequest], None] | None = None,
        on_opened: Callable[[WebSocket], None] | None = None,
        on_closed: Callable[[WebSocket], None] | None = None,
    ) -> None:
        self.driver = ConnectionDriver(handshake, options, self, number=number, observer=observer)
        self._on_events: Callable[[list[Event]], None] | None = None
        self.on_writable: Callable[[WebSocket, bool], None] | None = None
        self._on_connected = on_connected
        self._on_request = on_request
        self._on_opened = on_opened
        self._on_closed = on_closed
        loop = asyncio.get_running_loop()
        self._shaken: asyncio.Future[None] = loop.create_future()
        self._closed: asyncio.Future[None] = loop.create_future()
        self._inbox: deque[str | bytes] = deque()
        self._inbox_bytes = 0
        self._reader: asyncio.Future[None] | None = None
        self._drain: asyncio.Future[None] | None = None
        self._pongs: dict[bytes, list[asyncio.Future[int | None]]] = {}

    # --- facts

    @property
    def number(self) -> int:
        """The connection's number within its session, from 1."""
        return self.driver.number

    @property
    def state(self) -> State:
        """CONNECTING, OPEN, CLOSING or CLOSED: ``readyState``."""
        return self.driver.connection.state

    @property
    def connection(self) -> Connection:
        """The protocol's side of it, which makes frames and knows what was agreed on."""
        return self.driver.connection

    @property
    def options(self) -> Options:
        """What it was told."""
        return self.driver.options

    @property
    def role(self) -> Role:
        """Which end this is."""
        return self.driver.role

    @property
    def url(self) -> str:
        """The client's URL, or the resource that the server was asked for."""
        return self.driver.url

    @property
    def local(self) -> str:
        """This end's address."""
        return self.driver.link.local

    @property
    def remote(self) -> str:
        """The peer's address."""
        return self.driver.link.remote

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS under it; None without."""
        return self.driver.link.tls

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that was agreed on."""
        return self.driver.handshake.subprotocol

    @property
    def headers(self) -> Headers:
        """The peer's handshake headers."""
        return self.driver.handshake.headers

    @property
    def policy(self) -> Policy:
        """What the connection does with what it sees; may be changed at any time."""
        return self.driver.connection.policy

    def use_policy(self, policy: Policy) -> None:
        """Another policy from the next frame on."""
        self.driver.connection.policy = replace(policy)

    @property
    def rtt_ns(self) -> int | None:
        """The last ping's round trip in ns."""
        return self.driver.rtt_ns

    @property
    def closed(self) -> ConnectionClosed | None:
        """How it ended, once it has."""
        return self.driver.closed_record

    @property
    def on_events(self) -> Callable[[list[Event]], None] | None:
        """Takes the place of `receive`: called with the events of each read, on the loop, and nothing is queued.

        Whoever sets it is given at once the messages that came before (a server may send some with its 101).
        """
        return self._on_events

    @on_events.setter
    def on_events(self, function: Callable[[list[Event]], None] | None) -> None:
        self._on_events = function
        if function is None:
            return
        waiting: list[Event] = list(self._inbox)
        self._inbox.clear()
        self._inbox_bytes = 0
        self.driver.resume_reading("inbox")
        if waiting:
            function(waiting)

    # --- sending

    async def send(self, message: str | bytes) -> None:
        """Send a text (str) or binary (bytes) message in one frame, compressed where that was agreed on; waits while
        the peer does not keep up.

        Raises ConnectionClosedError unless the connection is open, TextError for half of a surrogate pair.
        """
        if isinstance(message, str):
            opcode, payload = Opcode.TEXT, utf_8(message)
        else:
            opcode, payload = Opcode.BINARY, bytes(message)
        self._check_open()
        await self.send_frames([self.driver.connection.message(opcode, payload)])

    async def send_messages(self, messages: Sequence[str | bytes]) -> None:
        """As `send`, for several messages in one write; if one of them is refused, none is sent."""
        self._check_open()
        pairs = [(Opcode.TEXT, utf_8(one)) if isinstance(one, str) else (Opcode.BINARY, one) for one in messages]
        message = self.driver.connection.message
        await self.send_frames([message(opcode, payload) for opcode, payload in pairs])

    def frame(self, opcode: int, payload: bytes = b"", *, fin: bool = True) -> Frame:
        """A frame of this end, masked with a fresh key where the role or the policy demands it."""
        return self.driver.connection.frame(opcode, payload, fin=fin)

    async def send_frames(self, frames: Sequence[Frame]) -> None:
        """Send frames just as they are, legal or not. Raises ConnectionClosedError unless the connection is open."""
        self.write_frames(frames)
        await self.drained()

    async def drained(self) -> None:
        """Wait until the transport takes more. Raises ConnectionClosedError if the connection closes instead."""
        if self._drain is not None:
            await asyncio.shield(self._drain)
            self._check_open()

    async def taken(self) -> None:
        """Wait until the transport takes more, or is gone, whatever state the connection is in."""
        if self._drain is not None:
            await asyncio.shield(self._drain)

    def write_frames(self, frames: Sequence[Frame]) -> None:
        """As `send_frames`, without waiting: for callers that heed ``on_writable``."""
        self._check_open()
        self.driver.write(frames)

    async def send_raw(self, pieces: Iterable[RawWrite]) -> bool:
        """Send any bytes, each piece in a TCP write of its own (TCP_NODELAY is set) after its pause.

        Frames that want out meanwhile wait. Returns whether all of it went; False if TCP ended before. Raises
        ConnectionClosedError when TCP is closing already, RuntimeError when another raw sending is under way.
        """
        driver = self.driver
        if not driver.can_send_raw:
            raise self._closed_error()
        if driver.raw.busy:
            raise RuntimeError("another raw sending is under way")
        driver.raw.busy = True
        try:
            for index, piece in enumerate(pieces):
                if index or piece.pause:
                    await asyncio.sleep(piece.pause)  # even without a pause the loop turns: a segment of its own
                if not driver.write_raw(piece.data):
                    return False
                if self._drain is not None:
                    await asyncio.shield(self._drain)
                if piece.fin:
                    driver.end_tcp()
        finally:
            driver.raw_done()
        return True

    async def ping(self, payload: bytes | None = None) -> int:
        """Send a ping (random payload unless given) and wait for its pong; returns the round trip in ns.

        Raises ConnectionClosedError if the connection ends before the pong comes.
        """
        if payload is None:
            payload = secrets.token_bytes(4)
        waiter: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._pongs.setdefault(payload, []).append(waiter)
        try:
            await self.send_frames([self.frame(Opcode.PING, payload)])
            rtt_ns = await waiter
        finally:
            waiting = self._pongs.get(payload, [])
            if waiter in waiting:
                waiting.remove(waiter)
            if not waiting:
                self._pongs.pop(payload, None)
        if rtt_ns is None:
            raise self._closed_error()
        return rtt_ns

    async def pong(self, payload: bytes = b"") -> None:
        """Send a pong that nobody asked for (RFC 6455 section 5.5.3)."""
        await self.send_frames([self.frame(Opcode.PONG, payload)])

    # --- receiving

    async def receive(self) -> str | bytes:
        """The next message: str for text, bytes for binary.

        Raises ConnectionClosedError once the connection is closing and every message that came has been received.
        """
        while not self._inbox:
            if self._closed.done() or self.driver.connection.close_received is not None:
                raise self._closed_error()
            if self._reader is not None:
                raise RuntimeError("another task is already waiting in receive()")
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        message = self._inbox.popleft()
        self._inbox_bytes -= len(message)
        if len(self._inbox) <= INBOX_MESSAGES // 4 and self._inbox_bytes <= INBOX_BYTES // 4:
            self.driver.resume_reading("inbox")
        return message

    def __aiter__(self) -> WebSocket:
        return self

    async def __anext__(self) -> str | bytes:
        """The next message; the loop ends with the connection, however it ended (see `closed`)."""
        try:
            return await self.receive()
        except ConnectionClosedError:
            raise StopAsyncIteration from None

    # --- the end

    async def close(self, code: int | None = 1000, reason: str = "") -> None:
        """The closing handshake (section 7.1.2): send a close frame, wait for the peer's and for the end of TCP.

        ``code`` None sends an empty close frame. Raises ValueError if the reason is longer than 123 bytes of UTF-8,
        or stands without a code, or if the code does not fit 16 bits; TextError for half of a surrogate pair in it.
        """
        utf_8(reason)
        if code is None and reason:
            raise ValueError("a reason needs a close code before it")
        if self.state is State.CONNECTING:
            self.driver.abort()
        elif self.driver.can_send:
            self.driver.write([self.driver.connection.close_frame(code, reason)])
        # The peer's close frame stands behind its messages: go on reading though nobody receives them any more.
        self.driver.resume_reading("inbox")
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until TCP has ended."""
        await asyncio.shield(self._closed)

    async def wait_opened(self) -> None:
        """Wait until the handshake is over, one way or the other; `state` tells which."""
        await asyncio.shield(self._shaken)

    def abort(self) -> None:
        """Cut TCP without a close frame."""
        if self.state is not State.CLOSED:
            self.driver.abort()

    def _check_open(self) -> None:
        if not self.driver.can_send:
            raise self._closed_error()

    def _closed_error(self) -> ConnectionClosedError:
        closed = self.closed
        if closed is not None:
            return ConnectionClosedError(closed.text, closed.code, closed.reason)
        received = self.driver.connection.close_received
        if received is None:
            return ConnectionClosedError("The connection is closing.", 1006)
        return ConnectionClosedError("The peer has closed the connection.", received.code or 1005, received.reason)

    # --- what the driver tells

    def connected(self) -> None:
        if self._on_connected is not None:
            self._on_connected(self)

    def requested(self, request: HttpRequest) -> None:
        if self._on_request is not None:
            self._on_request(self, request)

    def opened(self) -> None:
        _resolve(self._shaken)
        if self._on_opened is not None:
            self._on_opened(self)

    def events(self, events: list[Event]) -> None:
        if self._on_events is not None:
            self._on_events(events)
            return
        inbox = self._inbox
        full = len(inbox) > INBOX_MESSAGES or self._inbox_bytes > INBOX_BYTES
        if full and self.state is not State.OPEN:
            return  # closing, and what waits was not received: nobody will
        for event in events:
            if isinstance(event, str | bytes):
                inbox.append(event)
                self._inbox_bytes += len(event)
        if self.state is State.OPEN and (len(inbox) > INBOX_MESSAGES or self._inbox_bytes > INBOX_BYTES):
            self.driver.pause_reading("inbox")
        if self._reader is not None:
            _resolve(self._reader)

    def answered(self, payload: bytes, rtt_ns: int) -> None:
        for waiter in self._pongs.pop(payload, ()):
            _resolve(waiter, rtt_ns)

    def writable(self, yes: bool) -> None:
        if not yes and self._drain is None:
            self._drain = asyncio.get_running_loop().create_future()
        elif yes and self._drain is not None:
            _resolve(self._drain)
            self._drain = None
        if self.on_writable is not None:
            self.on_writable(self, yes)

    def closed_by(self, record: ConnectionClosed) -> None:
        """TCP is gone: wake everybody who waits."""
        for future in (self._shaken, self._closed, self._reader, self._drain):
            if future is not None:
                _resolve(future)
        for waiters in self._pongs.values():
            for waiter in waiters:
                _resolve(waiter)
        if self._on_closed is not None:
            self._on_closed(self)


def utf_8(text: str) -> bytes:
    """The bytes of a text message. Raises TextError for half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        place = f"character {error.start + 1} is half of a surrogate pair (U+{ord(text[error.start]):04X})"
        raise TextError(f"The text is not Unicode: {place}, and UTF-8 has no bytes for it.") from None


def _resolve(future: asyncio.Future[Any], result: object = None) -> None:
    if not future.done():
        future.set_result(result)
