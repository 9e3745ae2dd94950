"""A server and a client without a window: what ``wsgui serve`` and ``wsgui connect`` do once they are understood."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from wsgui import console
from wsgui.commands.line_reader import LineReader
from wsgui.dissect.sizes import delta_text
from wsgui.engine.behaviours import echo
from wsgui.engine.client import open_connection
from wsgui.engine.errors import ConnectError, ConnectionClosedError
from wsgui.engine.server import Server, slow_down
from wsgui.engine.tasks import TaskOwner
from wsgui.session.endpoint_settings import client_options, server_options
from wsgui.session.reconnect import Backoff, was_lost
from wsgui.session.recorder import Recorder
from wsgui.session.server_certificate import certificate_folder, server_certificate
from wsgui.session.signals import stop_signals
from wsgui.session.visits import VisitLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from wsgui.console import Output
    from wsgui.engine.door import Visit
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed
    from wsgui.session.endpoint_settings import EndpointSettings

GRACE = 2.0
"""Seconds that peers have to answer the close frame when the program is told to stop."""
STOPPED = 130
"""The exit code of a program that was stopped before it got to its work."""


class HeadlessRecorder:
    """A recorder whose backlog slows down the connections that ``connections`` gives; without a path it does nothing.

    Raises CaptureError if the file cannot be made.
    """

    def __init__(self, path: Path | None, name: str, connections: Callable[[], Iterable[WebSocket]]) -> None:
        self._connections = connections
        self.relieved = asyncio.Event()
        """Clear while the writer is behind: whoever sends a lot waits for it."""
        self.relieved.set()
        self.recorder: Recorder | None = None
        if path is not None:
            self.recorder = Recorder(path, name, on_overload=self._overloaded, on_failure=console.say)

    def _overloaded(self, yes: bool) -> None:
        if yes:
            self.relieved.clear()
        else:
            self.relieved.set()
        self.gate()

    def gate(self) -> None:
        """Hold the connections that are there now, or let them go."""
        for ws in self._connections():
            if self.relieved.is_set():
                ws.endpoint.resume_reading("recorder")
            else:
                ws.endpoint.pause_reading("recorder")

    async def close(self, *, keep_empty: bool) -> bool:
        """Write what is left. True if all of it is in the file; without ``keep_empty`` a file that would hold nothing
        is taken away again, so that the next attempt may use its name."""
        recorder = self.recorder
        if recorder is None:
            return True
        complete = await recorder.close()
        if not keep_empty and recorder.tally.connections == 0:
            recorder.path.unlink(missing_ok=True)
        return complete


async def run_server(settings: EndpointSettings, capture: Path | None, out: Output) -> int:
    """Serve until SIGINT or SIGTERM; the first line on ``out`` says where.

    Returns 1 if the capture is not complete. Raises SettingsError, ListenError, TlsError and CaptureError, and OSError
    if ``out`` is closed.
    """
    options = server_options(settings)
    if settings.secure and not settings.certificate:
        own = await asyncio.to_thread(server_certificate, certificate_folder())
        options.tls.certificate, options.tls.key = str(own.certificate), str(own.key)
        console.say(own.advice)
    _open_more_files()
    stop = asyncio.Event()
    _on_signals(stop.set)
    recording = HeadlessRecorder(capture, "wsgui serve", lambda: server.connections.values())
    log = VisitLog()

    def visited(visit: Visit) -> None:
        sentence = log.sentence(visit, settings.behaviour)
        if sentence:
            console.say(sentence)

    server = Server(
        settings.behaviour,
        options=options,
        observer=recording.recorder,
        on_change=recording.gate,
        on_visit=visited,
    )
    complete = False
    try:
        if settings.unix_path:
            await server.listen_unix(settings.unix_path, secure=settings.secure)
        else:
            await server.listen(settings.host, settings.port, secure=settings.secure)
        out.write_lines(f"listening on {server.url}\n")
        out.flush()
        await stop.wait()
    finally:
        listened = server.listening
        await server.close(grace=GRACE)
        complete = await recording.close(keep_empty=listened)
    return 0 if complete else 1


def _open_more_files() -> None:
    """A connection takes a file descriptor, and many systems let a program have 1024 unless it asks for more."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@dataclass(slots=True)
class ClientOrders:
    """What ``wsgui connect`` is to do: texts to send first, whether to ping, whether to echo instead of reading
    standard input."""

    settings: EndpointSettings
    send: Sequence[str] = ()
    ping: bool = False
    echo: bool = False
    capture: Path | None = None


async def run_client(orders: ClientOrders, out: Output, lines: TextIO | None) -> int:
    """Connect, send, print what arrives; 0 after a clean close, 1 otherwise, with the reason on standard error.

    Raises ConnectError and CaptureError, whose sentences are for standard error too, and OSError if ``out`` is closed.
    """
    return await _Client(orders, out, lines).run()


class _Client:
    def __init__(self, orders: ClientOrders, out: Output, lines: TextIO | None) -> None:
        self.orders = orders
        self.out = out
        self.lines = lines
        self.tasks = TaskOwner()
        self.ws: WebSocket | None = None
        self.recording = HeadlessRecorder(
            orders.capture, orders.settings.url, lambda: [] if self.ws is None else [self.ws]
        )
        self.out_error: OSError | None = None
        self.input_failed = False
        self.stops = 0
        self.connections = 0
        self.done = False
        """Whether this side has said all that it had to say."""
        self.backoff = Backoff.of(orders.settings)
        self.reader: LineReader | None = None
        self.unsent: list[str] = []

    async def run(self) -> int:
        running = asyncio.current_task()
        complete = False
        try:
            _on_signals(lambda: self._stop(running))
            ws = await self._connected()
            while self._again(ws.closed):
                ws = await self._connected(ws.closed)
        except asyncio.CancelledError:
            if self.stops == 0:
                raise
            return STOPPED
        finally:
            await self.tasks.close()
            complete = await self.recording.close(keep_empty=False)
        if self.out_error is not None:
            raise self.out_error
        closed = ws.closed
        if closed is None or closed.code == 1006 or ws.endpoint.connection.failure is not None:
            console.say("the connection is gone." if closed is None else closed.text)
            return 1
        return 0 if complete and not self.input_failed else 1

    async def _connected(self, lost: ConnectionClosed | None = None) -> WebSocket:
        """Connect, again and again if so told, and stay until the connection is over."""
        orders = self.orders
        options = client_options(orders.settings)
        why = "" if lost is None else lost.text
        while True:
            if why:
                wait = self.backoff.wait()
                if wait is None:
                    raise ConnectError(f"{why} Gave up after {self.backoff.tried} attempts.")
                console.say(f"{why} Trying again in {wait:.1f} s.")
                await asyncio.sleep(wait)
            try:
                self.ws = ws = await open_connection(
                    orders.settings.url,
                    options=options,
                    number=self._number,
                    observer=self.recording.recorder,
                    on_opened=self._opened,
                )
                break
            except ConnectError as error:
                if not orders.settings.reconnect:
                    raise
                why = str(error)
        self.backoff.reset()
        self.recording.gate()
        talk = self.tasks.start(self._talk(ws), "send")
        await ws.wait_closed()
        talk.cancel()
        return ws

    def _opened(self, ws: WebSocket) -> None:
        # Not a moment later: a server may send messages with its 101, and what breaks a rule behind them.
        if self.orders.echo:
            ws.on_writable = slow_down
            ws.on_events = lambda events: echo(ws, events)
        else:
            ws.on_events = self._print

    def _number(self) -> int:
        self.connections += 1
        return self.connections

    def _again(self, closed: ConnectionClosed | None) -> bool:
        return self.orders.settings.reconnect and not self.stops and not self.done and was_lost(closed)

    def _stop(self, running: asyncio.Task[object] | None) -> None:
        self.stops += 1
        if self.ws is not None and self.stops == 1:
            self.tasks.start(self.ws.close(), "close")
        elif self.ws is not None:
            self.ws.abort()
        elif running is not None:
            running.cancel()

    async def _talk(self, ws: WebSocket) -> None:
        try:
            for text in self.orders.settings.on_connect:
                await ws.send(text)
            if self.connections == 1:
                for text in self.orders.send:
                    await ws.send(text)
            if self.orders.ping:
                self._write([f"pong after {delta_text(await ws.ping())}"])
            if self.orders.echo:
                return
            if self.reader is None:
                self.reader = LineReader(self.lines, console.say)
            while True:
                if self.unsent:
                    await self.recording.relieved.wait()
                    await ws.send_messages(self.unsent)
                    self.unsent = []
                lines = await anext(self.reader, None)
                self.unsent = lines or []
                if lines is None:
                    break
            self.input_failed = self.reader.failed
            self.done = True
            await ws.close()
        except ConnectionClosedError:
            pass  # `run` says how it ended

    def _print(self, events: list[Event]) -> None:
        """The messages of a read in one go: text as a line, binary as hex digits."""
        texts = []
        for event in events:
            if isinstance(event, str):
                texts.append(event)
            elif isinstance(event, bytes):
                texts.append(event.hex())
        if texts:
            self._write(texts)

    def _write(self, texts: list[str]) -> None:
        if self.out_error is not None:
            return
        try:
            self.out.write_messages(texts)
            self.out.flush()
        except OSError as error:  # nobody reads it, or the disk is full: the work is over
            self.out_error = error
            if self.ws is not None:
                self.tasks.start(self.ws.close(1001), "close")


def _on_signals(function: Callable[[], object]) -> None:
    """Call ``function`` on the loop when the program is told to stop; a SIGHUP that is ignored (nohup) stays so."""
    loop = asyncio.get_running_loop()
    for number in stop_signals():
        try:
            loop.add_signal_handler(number, function)
        except NotImplementedError:  # Windows' loops have no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(function))
