"""What our server does with what it gets. A behaviour serves all connections of one server."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.protocol.frames import Frame


class Behaviour:
    """Takes what comes and answers nothing. ``received`` is called once a read, on the loop."""

    name: ClassVar[str] = "silent"
    summary: ClassVar[str] = "Reads everything and says nothing."
    alone: ClassVar[bool] = True
    """Whether a client hears and moves nothing but itself: no other client, no file and no script of this machine.
    Then any web page may come. Each behaviour says so itself: it is not inherited."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "alone" not in cls.__dict__:
            cls.alone = False

    def opened(self, ws: WebSocket) -> None:
        """A connection's handshake is done."""

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        """Events of one read of one connection."""

    def closed(self, ws: WebSocket) -> None:
        """A connection is over."""

    def stop(self) -> None:
        """The server ends, or does something else from now on."""


class Echo(Behaviour):
    """Sends every message back as it came: text as text, binary as binary."""

    name = "echo"
    summary = "Sends every message back: text as text, binary as binary."
    alone = True

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        echo(ws, events)


def echo(ws: WebSocket, events: list[Event]) -> None:
    """Answer the messages among ``events`` with themselves, in one write."""
    if not ws.endpoint.can_send:
        return
    connection = ws.endpoint.connection
    message = connection.message
    if connection.deflate is not None:
        _echo_compressed(ws, events)
        return
    frames = [
        message(Opcode.TEXT, event.encode()) if isinstance(event, str) else message(Opcode.BINARY, event)
        for event in events
        if isinstance(event, str | bytes)
    ]
    if frames:
        ws.write_frames(frames)


COMPRESSED_AT_ONCE = 16 * 1024
"""Bytes of messages that are compressed before what has come of them is written."""


def _echo_compressed(ws: WebSocket, events: list[Event]) -> None:
    """Compressing takes time, 0.4 ms for 64 KiB: the peer gets what is ready while the rest is worked on."""
    message = ws.endpoint.connection.message
    frames: list[Frame] = []
    size = 0
    for event in events:
        if isinstance(event, str):
            frames.append(message(Opcode.TEXT, event.encode()))
        elif isinstance(event, bytes):
            frames.append(message(Opcode.BINARY, event))
        else:
            continue
        size += len(event)
        if size >= COMPRESSED_AT_ONCE:
            ws.write_frames(frames)
            if not ws.endpoint.can_send:
                return
            frames, size = [], 0
    if frames:
        ws.write_frames(frames)


SLOW_BYTES = 16 * 1024 * 1024
"""What may wait for a member that does not read; with more it is cut off, so that the others need not wait."""


def _push(members: Iterable[WebSocket], events: list[Event]) -> None:
    for member in list(members):
        if member.endpoint.write_backlog > SLOW_BYTES:
            member.abort()
        else:
            echo(member, events)


class Broadcast(Behaviour):
    """A chat room: each message goes to every connection, its sender included."""

    name = "broadcast"
    summary = "A chat room: each message goes to every connection."
    alone = False

    def __init__(self) -> None:
        self._members: set[WebSocket] = set()

    def opened(self, ws: WebSocket) -> None:
        self._members.add(ws)

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        _push(self._members, events)

    def closed(self, ws: WebSocket) -> None:
        self._members.discard(ws)


class Clock(Behaviour):
    """Pushes the local time, once a second, to every connection."""

    name = "clock"
    summary = "Pushes the time to every connection, once a second."
    alone = True

    def __init__(self, interval: float = 1.0) -> None:
        self._interval = interval
        self._members: set[WebSocket] = set()
        self._handle: asyncio.TimerHandle | None = None

    def opened(self, ws: WebSocket) -> None:
        self._members.add(ws)
        if self._handle is None:
            self._tick()

    def closed(self, ws: WebSocket) -> None:
        self._members.discard(ws)
        if not self._members:
            self.stop()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _tick(self) -> None:
        text = datetime.now().astimezone().isoformat(timespec="milliseconds")
        _push(self._members, [text])
        self._handle = asyncio.get_running_loop().call_later(self._interval, self._tick)


BEHAVIOURS: dict[str, type[Behaviour]] = {kind.name: kind for kind in (Echo, Broadcast, Clock, Behaviour)}
"""Every behaviour by the name that the command line and the window use."""
