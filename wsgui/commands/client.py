"""A client without a window: connect, send, print what arrives, stay as long as it is told to."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from wsgui import console
from wsgui.commands.codes import FAILED, OK, STOPPED
from wsgui.commands.encodings import ENCODINGS
from wsgui.commands.framings import FRAMINGS
from wsgui.commands.input_reader import InputReader
from wsgui.commands.recording import HeadlessRecorder
from wsgui.commands.signals import on_stop
from wsgui.commands.wire_log import WireLog
from wsgui.dissect.sizes import delta_text
from wsgui.endpoint.engine_options import client_options
from wsgui.engine.behaviours.delivery import deliver, slow_down
from wsgui.engine.client import open_connection
from wsgui.engine.errors import ConnectError, ConnectionClosedError
from wsgui.engine.tasks import TaskOwner
from wsgui.records import Direction, EndedBy
from wsgui.redaction import shown_url
from wsgui.session.reconnect import Backoff, gave_up, was_lost
from wsgui.session.refusals import retry_after, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from pathlib import Path

    from wsgui.commands.encodings import Encoding
    from wsgui.commands.framings import Framing
    from wsgui.commands.printers import Printer
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed, Record

PEACEFUL = (1000, 1001, 1005)
"""Close codes of an end in order: normal, going away, and a close frame without a code."""


@dataclass(slots=True)
class ClientOrders:
    """What ``wsgui connect`` is to do.

    ``send`` goes first, a str as a text message and bytes as a binary one; ``ping`` asks for a round trip; ``echo``
    sends back what comes instead of reading standard input, which ``framing`` and ``encoding`` explain. Once all is
    said, it stays for ``wait`` seconds, or until ``wait_messages`` messages have come, or with ``stay`` until the peer
    closes; then it closes with ``close_code`` and ``close_reason``. ``ok_codes`` are close codes that are as good as
    1000. ``verbose`` tells of heads and control frames, with their secrets if ``keep_secrets``.
    """

    settings: EndpointSettings
    send: Sequence[str | bytes] = ()
    ping: bool = False
    echo: bool = False
    capture: Path | None = None
    framing: Framing = field(default_factory=lambda: FRAMINGS["lines"])
    encoding: Encoding = field(default_factory=lambda: ENCODINGS["text"])
    wait: float = 0.0
    wait_messages: int = 0
    stay: bool = False
    close_code: int | None = 1000
    close_reason: str = ""
    ok_codes: Container[int] = ()
    verbose: bool = False
    keep_secrets: bool = False


async def run_client(orders: ClientOrders, printer: Printer, lines: TextIO | None) -> int:
    """Connect, send, print what arrives; returns the exit code (see `wsgui.commands.exits`), with the reason on
    standard error.

    Raises ConnectError and CaptureError, whose sentences are for standard error too, and OSError if the output is
    closed.
    """
    return await _Client(orders, printer, lines).run()


class _Client:
    def __init__(self, orders: ClientOrders, printer: Printer, lines: TextIO | None) -> None:
        self.orders = orders
        self.printer = printer
        self.lines = lines
        self.tasks = TaskOwner()
        self.ws: WebSocket | None = None
        self.recording = HeadlessRecorder(
            orders.capture, shown_url(orders.settings.url), lambda: [] if self.ws is None else [self.ws]
        )
        self.log = WireLog(keep_secrets=orders.keep_secrets) if orders.verbose else None
        self.out_error: OSError | None = None
        self.missed = ""
        """What was to happen and did not, in a sentence."""
        self.stops = 0
        self.attempts = 0
        self.greeted = False
        self.received = 0
        self.enough = asyncio.Event()
        self.done = False
        """Whether this side has said all that it had to say, and has stayed as long as it was to."""
        self.backoff = Backoff.of(orders.settings)
        self.reader: InputReader | None = None
        self.unsent: list[str | bytes] = []

    async def run(self) -> int:
        running = asyncio.current_task()
        complete = False
        try:
            on_stop(lambda: self._stop(running))
            closed = await self._connected()
            while self._again(closed):
                closed = await self._connected(closed)
        except asyncio.CancelledError:
            if self.stops == 0:
                raise
            return STOPPED
        finally:
            await self.tasks.close()
            complete = await self.recording.close(keep_empty=False)
        if self.out_error is not None:
            raise self.out_error
        code = self._judge(closed)
        if self.missed or (self.reader is not None and self.reader.failed) or not complete:
            code = FAILED
        return code

    def _judge(self, closed: ConnectionClosed | None) -> int:
        """The exit code of how it ended; says how unless that was to be expected."""
        if closed is None:
            console.say("the connection is gone.")
            return FAILED
        orders = self.orders
        answered = closed.ended_by is EndedBy.LOCAL and closed.code == (orders.close_code or 1005)
        ok = closed.ended_by is not EndedBy.RULE and (
            closed.code in PEACEFUL or answered or closed.code in orders.ok_codes
        )
        quiet = (closed.code in PEACEFUL or answered) and (
            not closed.reason or (answered and closed.reason == orders.close_reason)
        )
        if not (ok and quiet):
            console.say(closed.text)
        if self.missed:
            console.say(self.missed)
        elif ok and not self.stops and not self.enough.is_set() and orders.wait_messages:
            self.missed = f"{self.received} of {orders.wait_messages} messages came before the connection ended."
            console.say(self.missed)
        return OK if ok else FAILED

    async def _connected(self, lost: ConnectionClosed | None = None) -> ConnectionClosed | None:
        """Connect, again and again if so told, and stay until the connection is over; returns how it ended."""
        orders = self.orders
        options = client_options(orders.settings)
        why = "" if lost is None else lost.text
        at_least = 0.0
        while True:
            if why:
                wait = self.backoff.wait(at_least)
                if wait is None:
                    raise ConnectError(f"{why} {gave_up(self.backoff.tried)}")
                console.say(f"{why} Trying again in {wait:.1f} s.")
                await asyncio.sleep(wait)
            try:
                self.ws = ws = await open_connection(
                    orders.settings.url,
                    options=options,
                    number=self._number,
                    observer=self._observer(),
                    on_opened=self._opened,
                )
                break
            except ConnectError as error:
                if not orders.settings.reconnect:
                    raise
                why = sentence(error)
                at_least = retry_after(error)
        loop = asyncio.get_running_loop()
        opened = loop.time()
        self.recording.gate()
        talk = self.tasks.start(self._talk(ws), "send")
        await ws.wait_closed()
        talk.cancel()
        self.ws = None
        self.backoff.held(loop.time() - opened)
        return ws.closed

    def _observer(self) -> Callable[[Record], None] | None:
        recorder, log = self.recording.recorder, self.log
        if log is None:
            return recorder
        if recorder is None:
            return log

        def both(record: Record) -> None:
            recorder(record)
            log(record)

        return both

    def _opened(self, ws: WebSocket) -> None:
        # Not a moment later: a server may send messages with its 101, and what breaks a rule behind them.
        if self.orders.echo:
            ws.on_writable = slow_down
            looked_at = self.orders.wait_messages or self.printer.directions
            ws.on_events = (
                (lambda events: self._echo(ws, events)) if looked_at else (lambda events: deliver(ws, events))
            )
        else:
            ws.on_events = self._print

    def _number(self) -> int:
        self.attempts += 1
        return self.attempts

    def _again(self, closed: ConnectionClosed | None) -> bool:
        return self.orders.settings.reconnect and not self.stops and not self.done and was_lost(closed)

    def _stop(self, running: asyncio.Task[object] | None) -> None:
        self.stops += 1
        if self.ws is not None and self.stops == 1:
            self._close(self.ws)
        elif self.ws is not None:
            self.ws.abort()
        elif running is not None:
            running.cancel()

    def _close(self, ws: WebSocket) -> None:
        self.tasks.start(ws.close(self.orders.close_code, self.orders.close_reason), "close")

    async def _talk(self, ws: WebSocket) -> None:
        orders = self.orders
        try:
            for text in orders.settings.on_connect:
                await self._send(ws, [text])
            if not self.greeted:  # not by the number of the connection: redirects and failed attempts have one too
                self.greeted = True
                for message in orders.send:
                    await self._send(ws, [message])
            if orders.ping:
                self._note(f"pong after {delta_text(await ws.ping())}")
            if not orders.echo:
                await self._send_input(ws)
            elif not orders.wait and not orders.wait_messages:
                return
            await self._stay()
            self.done = True
            await ws.close(orders.close_code, orders.close_reason)
        except ConnectionClosedError:
            pass  # `run` says how it ended

    async def _send_input(self, ws: WebSocket) -> None:
        if self.reader is None:
            self.reader = InputReader(self.lines, self.orders.framing, self.orders.encoding, console.say)
        while True:
            if self.unsent:
                await self.recording.relieved.wait()
                await self._send(ws, self.unsent)
                self.unsent = []
            messages = await anext(self.reader, None)
            self.unsent = messages or []
            if messages is None:
                return

    async def _send(self, ws: WebSocket, messages: Sequence[str | bytes]) -> None:
        if self.printer.directions and ws.driver.can_send:
            self._show(Direction.SENT, messages)
        await ws.send_messages(messages)

    async def _stay(self) -> None:
        """Until nothing more is waited for."""
        orders = self.orders
        if orders.stay:
            await asyncio.Event().wait()  # `_connected` ends this task with the connection
        if not orders.wait and not orders.wait_messages:
            return
        try:
            async with asyncio.timeout(orders.wait or None):
                await (self.enough.wait() if orders.wait_messages else asyncio.Event().wait())
        except TimeoutError:
            if orders.wait_messages:
                self.missed = f"{self.received} of {orders.wait_messages} messages came in {orders.wait:g} s."

    def _echo(self, ws: WebSocket, events: list[Event]) -> None:
        deliver(ws, events)
        messages = self._count(events)
        if messages and self.printer.directions:
            self._show(Direction.RECEIVED, messages)
            self._show(Direction.SENT, messages)

    def _print(self, events: list[Event]) -> None:
        """The messages of a read in one go."""
        messages = self._count(events)
        if messages:
            self._show(Direction.RECEIVED, messages)

    def _count(self, events: list[Event]) -> list[str | bytes]:
        messages: list[str | bytes] = [one for one in events if isinstance(one, str | bytes)]
        self.received += len(messages)
        if self.orders.wait_messages and self.received >= self.orders.wait_messages:
            self.enough.set()
        return messages

    def _show(self, direction: Direction, messages: Sequence[str | bytes]) -> None:
        self._write(lambda: self.printer.show(direction, messages, time.time_ns()))

    def _note(self, text: str) -> None:
        def write() -> None:
            if not self.printer.note(text):
                console.say(f"{text}.")

        self._write(write)

    def _write(self, write: Callable[[], None]) -> None:
        if self.out_error is not None:
            return
        try:
            write()
            self.printer.out.flush()
        except OSError as error:  # nobody reads it, or the disk is full: the work is over
            self.out_error = error
            if self.ws is not None:
                self.tasks.start(self.ws.close(1001), "close")
