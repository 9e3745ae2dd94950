"""``wsgui connect`` as a session without a window: it sends what it is told, prints what comes, and ends."""

from __future__ import annotations

import asyncio
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO, cast

from wsgui import console
from wsgui.commands.codes import FAILED, OK, STOPPED
from wsgui.commands.encodings import ENCODINGS
from wsgui.commands.framings import FRAMINGS
from wsgui.commands.input_reader import InputReader
from wsgui.commands.recording import Aloud, put_away
from wsgui.commands.signals import on_stop
from wsgui.commands.wire_log import WireLog
from wsgui.dissect.sizes import delta_text
from wsgui.endpoint.variables import shown_typed, url_with_variables
from wsgui.engine.behaviours.delivery import deliver, slow_down
from wsgui.engine.errors import ConnectError, ConnectionClosedError, EngineError
from wsgui.engine.pins import PinError, fingerprint_of
from wsgui.engine.tls_probe import probe_tls
from wsgui.protocol.states import State
from wsgui.protocol.url import WsUrl
from wsgui.records import Direction, EndedBy
from wsgui.session.client import ClientSession
from wsgui.templates import TemplateError, UnfilledError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from pathlib import Path

    from wsgui.commands.encodings import Encoding
    from wsgui.commands.framings import Framing
    from wsgui.commands.printers import Printer
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed

PEACEFUL = (1000, 1001, 1005)
"""Close codes of an end in order: normal, going away, and a close frame without a code."""
_MESSAGES: Final = {str, bytes}


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


class _Client(Aloud, ClientSession):
    """A client that is told beforehand all that it is to do."""

    def __init__(self, orders: ClientOrders, printer: Printer, lines: TextIO | None) -> None:
        self._look = asyncio.Event()
        log = WireLog(keep_secrets=orders.keep_secrets) if orders.verbose else None
        super().__init__(shown_typed(orders.settings.url), None, file=orders.capture, listener=log)
        self.orders = orders
        self.printer = printer
        self.lines = lines
        self.talk: asyncio.Task[None] | None = None
        self.error: Exception | None = None
        """Why there is no connection."""
        self.out_error: OSError | None = None
        self.missed = ""
        """What was to happen and did not, in a sentence."""
        self.stops = 0
        self.greeted = False
        self.received = 0
        self.enough = asyncio.Event()
        self.reader: InputReader | None = None
        self.unsent: list[str | bytes] = []
        self.unfilled = False
        """Whether a template could not be filled in."""

    async def run(self) -> int:
        """From the first attempt to the last word; see `run_client`."""
        running = asyncio.current_task()
        complete = False
        try:
            self.use_settings(self.orders.settings)
            on_stop(lambda: self._stop(running))
            self.connect(self.settings.url)
            while self.state is not State.CLOSED:
                self._look.clear()
                await self._look.wait()
        except asyncio.CancelledError:
            if self.stops == 0:
                raise
            return STOPPED
        finally:
            await self.tasks.close()
            complete = await put_away(self, self.orders.capture)
        if self.out_error is not None:
            raise self.out_error
        if self.error is not None:
            await self._say_fingerprint(self.error)
            raise self.error
        code = self._judge(self.last_end)
        if self.missed or self.unfilled or (self.reader is not None and self.reader.failed) or not complete:
            code = FAILED
        return code

    async def _say_fingerprint(self, error: Exception) -> None:
        """How to trust a certificate that was not accepted, for those who know that it is the right one."""
        cause = error.__cause__
        if not isinstance(cause, ssl.SSLCertVerificationError) or isinstance(cause, PinError):
            return  # the sentence of that one has it
        with suppress(EngineError, TimeoutError):
            facts = await probe_tls(WsUrl.parse(url_with_variables(self.settings.url)), self.options)
            if facts.failure and facts.chain:
                shown = fingerprint_of(facts.chain[0])
                console.say(f"its SHA-256 fingerprint is {shown}; with it, --pin trusts this certificate and no other.")

    # --- what becomes of the connection

    def changed(self) -> None:
        super().changed()
        self._look.set()

    def _opened(self, ws: WebSocket) -> None:
        # Not a moment later: a server may send messages with its 101, and what breaks a rule behind them.
        self.error = None
        if self.orders.echo:
            ws.on_writable = slow_down
            looked_at = self.orders.wait_messages or self.printer.directions
            echo = self._echo if looked_at else deliver
            self._hear(ws, lambda events: echo(ws, events))
        else:
            self._hear(ws, self._print)

    def _greet(self, ws: WebSocket) -> None:
        super()._greet(ws)
        self.talk = self.tasks.start(self._talk(ws), "send")

    def _greetings(self) -> list[str]:
        texts = super()._greetings()
        if texts and self.printer.directions:
            self._show(Direction.SENT, texts)
        return texts

    def _answered(self, messages: list[str | bytes]) -> None:
        if self.printer.directions:
            self._show(Direction.SENT, messages)

    def _told_by_rules(self, sentence: str) -> None:
        console.say(sentence)

    def _filled(self, messages: Sequence[str | bytes], *, typed: bool = False) -> list[str | bytes]:
        """The messages to send; a text that cannot be filled in is said and left out."""
        if not self.settings.templates:
            return list(messages)
        found: list[str | bytes] = []
        for message in messages:
            try:
                found.append(self.filler.fill(message, typed=typed) if isinstance(message, str) else message)
            except (TemplateError, UnfilledError) as error:
                console.say(f"not sent: {error}")
                self.unfilled = True
        return found

    def _ended(self, ws: WebSocket) -> None:
        super()._ended(ws)
        if self.talk is not None and ws is self.ws:
            self.talk.cancel()

    def _failed(self, error: EngineError, *, again: bool) -> None:
        self.error = error
        super()._failed(error, again=again)

    def _waits(self, sentence: str) -> None:
        console.say(sentence)
        super()._waits(sentence)

    def _give_up(self, sentence: str) -> None:
        self.error = ConnectError(sentence)
        super()._give_up(sentence)

    def _stop(self, running: asyncio.Task[object] | None) -> None:
        self.stops += 1
        if self.ws is not None and self.ws.state is not State.CLOSED:
            if self.stops == 1:
                self.disconnect(self.orders.close_code, self.orders.close_reason)
            else:
                self.ws.abort()
        elif running is not None:
            running.cancel()

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

    # --- what is said on it

    async def _talk(self, ws: WebSocket) -> None:
        orders = self.orders
        try:
            if not self.greeted:  # not by the number of the connection: redirects and failed attempts have one too
                self.greeted = True
                for message in orders.send:
                    await self._send(ws, self._filled([message], typed=True))
            if orders.ping:
                self._note(f"pong after {delta_text(await ws.ping())}")
            if not orders.echo:
                await self._send_input(ws)
            elif not orders.wait and not orders.wait_messages:
                return
            await self._stay()
            self.disconnect(orders.close_code, orders.close_reason)
        except ConnectionClosedError:
            pass  # `run` says how it ended

    async def _send_input(self, ws: WebSocket) -> None:
        if self.reader is None:
            self.reader = InputReader(self.lines, self.orders.framing, self.orders.encoding, console.say)
        while True:
            if self.unsent:
                await self._relieved.wait()
                await self._send(ws, self.unsent)
                self.unsent = []
            messages = await anext(self.reader, None)
            self.unsent = self._filled(messages or [])
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
            await asyncio.Event().wait()  # `_ended` ends this task with the connection
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
        if set(map(type, events)) <= _MESSAGES:  # as in nearly all reads: in a third of the time
            messages = cast("list[str | bytes]", events)
        else:
            messages = [one for one in events if isinstance(one, str | bytes)]
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
            self.disconnect(1001)
