"""A server and a client without a window: what ``wsgui serve`` and ``wsgui connect`` do once they are understood."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from wsgui.dissect.preview import visible
from wsgui.dissect.sizes import delta_text
from wsgui.engine.behaviours import echo
from wsgui.engine.client import open_connection
from wsgui.engine.errors import ConnectionClosedError
from wsgui.engine.server import Server
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.states import State
from wsgui.session.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

LINES_WAITING = 1024
"""Lines of standard input that wait to be sent before reading stops."""


class HeadlessRecorder:
    """A recorder whose backlog slows down the connections that ``connections`` gives; without a path it does nothing.

    Raises CaptureError if the file cannot be made.
    """

    def __init__(self, path: Path | None, name: str, connections: Callable[[], Iterable[WebSocket]]) -> None:
        self._connections = connections
        self.recorder: Recorder | None = None
        if path is not None:
            self.recorder = Recorder(path, name, on_overload=self._overloaded, on_failure=_complain)

    def _overloaded(self, yes: bool) -> None:
        for ws in self._connections():
            if yes:
                ws.endpoint.pause_reading("recorder")
            else:
                ws.endpoint.resume_reading("recorder")

    async def close(self) -> None:
        """Write what is left."""
        if self.recorder is not None:
            await self.recorder.close()


def _complain(sentence: str) -> None:
    sys.stderr.write(f"wsgui: {sentence}\n")


async def run_server(host: str, port: int, behaviour: str, capture: Path | None, out: TextIO) -> int:
    """Serve until SIGINT or SIGTERM; the first line on ``out`` says where. Raises ListenError, CaptureError."""
    stop = asyncio.Event()
    _on_signals(stop.set)
    recording = HeadlessRecorder(capture, "wsgui serve", lambda: list(server.connections.values()))
    server = Server(behaviour, observer=recording.recorder)
    try:
        await server.listen(host, port)
        out.write(f"listening on {server.url}\n")
        out.flush()
        await stop.wait()
    finally:
        try:
            async with asyncio.timeout(2):
                await server.close()
        except TimeoutError:
            for ws in list(server.connections.values()):
                ws.abort()
        await recording.close()
    return 0


@dataclass(slots=True)
class ClientOrders:
    """What ``wsgui connect`` is to do: texts to send first, whether to ping, whether to echo instead of reading
    standard input."""

    url: str
    send: Sequence[str] = ()
    ping: bool = False
    echo: bool = False
    capture: Path | None = None


async def run_client(orders: ClientOrders, out: TextIO, lines: TextIO) -> int:
    """Connect, send, print what arrives; 0 after a clean close, 1 otherwise, with the reason on standard error.

    Raises ConnectError and CaptureError, whose sentences are for standard error too.
    """
    found: list[WebSocket] = []
    recording = HeadlessRecorder(orders.capture, orders.url, lambda: found)
    tasks = TaskOwner()
    try:
        ws = await open_connection(orders.url, observer=recording.recorder)
        found.append(ws)
        if orders.echo:
            ws.on_events = lambda events: echo(ws, events)
            ws.on_writable = _slow_down
        else:
            ws.on_events = _Printer(out, safe=out.isatty())
        _on_signals(lambda: tasks.start(ws.close(), "close"))
        if ws.state is State.OPEN:
            tasks.start(_talk(ws, orders, out, lines), "send")
        await ws.wait_closed()
    finally:
        await tasks.close()
        await recording.close()
    closed = ws.closed
    clean = closed is not None and closed.code != 1006 and ws.endpoint.connection.failure is None
    if not clean and closed is not None:
        sys.stderr.write(f"wsgui: {closed.text}\n")
    return 0 if clean else 1


async def _talk(ws: WebSocket, orders: ClientOrders, out: TextIO, lines: TextIO) -> None:
    try:
        for text in orders.send:
            await ws.send(text)
        if orders.ping:
            out.write(f"pong after {delta_text(await ws.ping())}\n")
            out.flush()
        if orders.echo:
            return
        async for line in _LineReader(lines):
            await ws.send(line)
        await ws.close()
    except ConnectionClosedError:
        pass  # run_client says how it ended


def _slow_down(ws: WebSocket, writable: bool) -> None:
    if writable:
        ws.endpoint.resume_reading("writing")
    else:
        ws.endpoint.pause_reading("writing")


class _Printer:
    """Prints the messages of a read in one go: text as a line, binary as hex digits.

    On a terminal control characters are shown as pictures: what a peer sends must not steer it.
    """

    def __init__(self, out: TextIO, *, safe: bool) -> None:
        self._out = out
        self._safe = safe

    def __call__(self, events: list[Event]) -> None:
        lines = []
        for event in events:
            if isinstance(event, str):
                lines.append(visible(event) if self._safe else event)
            elif isinstance(event, bytes):
                lines.append(event.hex())
        if lines:
            lines.append("")
            self._out.write("\n".join(lines))
            self._out.flush()


class _LineReader:
    """Lines of a stream, read in a thread: a pipe could be read by the loop, a file or a terminal could not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(LINES_WAITING)
        # A daemon: it may wait for the keyboard when the program ends.
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    def __aiter__(self) -> _LineReader:
        return self

    async def __anext__(self) -> str:
        line = await self._queue.get()
        self._room.release()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        number = 0
        try:
            while line := self._stream.readline():
                number += 1
                self._put(line.rstrip("\r\n"))
        except UnicodeDecodeError:
            _complain(f"line {number + 1} of standard input is not UTF-8: reading stopped there.")
        except (OSError, ValueError):
            pass  # the stream was closed
        self._put(None)

    def _put(self, line: str | None) -> None:
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
        except RuntimeError:
            return  # the program has ended meanwhile


def _on_signals(function: Callable[[], object]) -> None:
    """Call ``function`` on the loop at SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, function)
        except NotImplementedError:  # Windows' loops have no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(function))
