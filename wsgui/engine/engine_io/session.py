"""One session of Engine.IO: over polling, over a WebSocket, or on its way from the first to the second."""

from __future__ import annotations

import asyncio
import base64
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from engineio import exceptions, packet
from engineio.async_socket import AsyncSocket

from wsgui.engine.engine_io import revision_3
from wsgui.engine.errors import ConnectionClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from wsgui.engine.websocket import WebSocket

MOST_PACKETS: Final = 1000
"""Packets in one request. The library takes 16, and clients that were busy send more."""
MOST_WAITING: Final = 16 * 1024 * 1024
"""Bytes of packets that may wait for a client that does not fetch them; with more its session ends."""


class Sessions(Protocol):
    """The server, as its sessions need it; what the library has is named as there."""

    ping_interval: float
    ping_timeout: float
    max_http_buffer_size: int
    reason: Any
    sockets: dict[str, EngineSession]

    async def tell_disconnected(self, sid: str, reason: str) -> None:
        """A session is over."""

    def start_background_task(self, target: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> asyncio.Task[Any]:
        """Run something beside."""


class BadPacketError(exceptions.EngineIOError):  # type: ignore[misc]
    """What came is no packet; the session ends."""


class EngineSession(AsyncSocket):  # type: ignore[misc]
    """``server`` is the library's server, ``sid`` the session's id, ``revision`` that of the protocol: 3 or 4."""

    server: Sessions
    connected: bool
    upgrading: bool
    upgraded: bool
    closing: bool
    closed: bool

    def __init__(self, server: Sessions, sid: str, revision: int) -> None:
        super().__init__(server, sid)
        self.revision = revision
        self._polled = False
        self._waiting = 0
        self._last_heard = time.monotonic()
        self._probing: WebSocket | None = None

    # --- to the client

    async def send(self, pkt: packet.Packet) -> None:
        """Put a packet behind those that wait; nothing happens once the session is over."""
        if self.closed or self.closing:
            return
        self._waiting += _size(pkt)
        if self._waiting > MOST_WAITING:
            await self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            return
        self.queue.put_nowait(pkt)

    async def poll(self) -> list[packet.Packet]:
        """What waits, or the next packet; empty once the session is over. Raises QueueEmpty if none comes."""
        try:
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                first = await self.queue.get()
        except TimeoutError:
            raise exceptions.QueueEmpty from None
        packets = []
        while first is not None:
            packets.append(first)
            self._waiting -= _size(first)
            if self.queue.empty():
                break
            first = self.queue.get_nowait()
        else:
            if packets:
                self.queue.put_nowait(None)  # for whoever asks next
        return packets

    # --- its end

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End it. ``abort``: the client is not told, as it said so itself or is gone; ``wait`` is the library's."""
        if self.closed or self.closing:
            return
        self.closing = True
        self.server.sockets.pop(self.sid, None)
        await self.server.tell_disconnected(self.sid, reason or self.server.reason.SERVER_DISCONNECT)
        if not abort:
            self.queue.put_nowait(packet.Packet(packet.CLOSE))
        elif self._polled:  # the request that waits is answered
            self.queue.put_nowait(packet.Packet(packet.NOOP))
        self.queue.put_nowait(None)
        self.closed = True
        if self._probing is not None:
            self._probing.abort()

    async def check_ping_timeout(self) -> bool:
        """Whether the client still answers; its session ends otherwise. Asked each so often by the library."""
        if self.revision == 4:
            alive: bool = await super().check_ping_timeout()
            return alive
        limit = self.server.ping_interval + self.server.ping_timeout
        if time.monotonic() - self._last_heard > limit:
            await self.close(abort=False, reason=self.server.reason.PING_TIMEOUT)
            return False
        return True

    def schedule_ping(self) -> None:
        """In the third revision it is the client that pings."""
        if self.revision == 4:
            super().schedule_ping()

    # --- from the client

    async def receive(self, pkt: packet.Packet) -> None:
        """Take a packet. Raises EngineIOError for one that does not belong here."""
        if self.revision == 3 and pkt.packet_type == packet.PING:
            self._last_heard = time.monotonic()
            await self.send(packet.Packet(packet.PONG, data=pkt.data or None))
        else:
            await super().receive(pkt)

    async def _take(self, packets: list[str | bytes]) -> None:
        """Take packets as they stand on the wire. Raises EngineIOError."""
        for one in packets:
            if self.closed:
                return
            await self.receive(_decoded(one))

    # --- over polling

    async def handle_get_request(self, environ: dict[str, Any]) -> list[packet.Packet]:
        """Packets for a poll. Raises EngineIOError if there are none, or two polls at a time."""
        if self._polled:
            await self.close(abort=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise BadPacketError("two polls at a time")
        if self.upgrading:
            return [packet.Packet(packet.NOOP)]
        self._polled = True
        try:
            return await self.poll()
        except (exceptions.QueueEmpty, asyncio.CancelledError):
            await self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            raise
        finally:
            self._polled = False

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Packets of a POST. Raises EngineIOError."""
        body: bytes = environ["wsgui.body"]
        try:
            if self.revision == 3:
                binary = environ.get("CONTENT_TYPE", "").startswith("application/octet-stream")
                packets = revision_3.read_payload(body, binary=binary, limit=MOST_PACKETS)
            else:
                packets = [*body.decode().split("\x1e", MOST_PACKETS)]
                if len(packets) > MOST_PACKETS:
                    raise ValueError(f"more than {MOST_PACKETS} packets came in one request")
        except ValueError as error:
            await self.close(abort=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise BadPacketError(str(error)) from None
        try:
            await self._take(packets)
        except exceptions.EngineIOError:
            await self.close(abort=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise

    # --- over a WebSocket

    async def speak(self, ws: WebSocket) -> None:
        """Speak over a WebSocket from now on, until one of the two ends."""
        if self.connected:
            if self._probing is not None or self.upgraded or not await self._probed(ws):
                return
        else:
            self.connected = self.upgraded = True
        writer = self.server.start_background_task(self._write, ws)
        try:
            await self._read(ws)
        except exceptions.EngineIOError:
            pass
        finally:
            await self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            writer.cancel()

    async def _probed(self, ws: WebSocket) -> bool:
        """The client tries a WebSocket, and says that it stays there. Polls are answered with nothing meanwhile."""
        self.upgrading, self._probing = True, ws
        try:
            if await ws.receive() != f"{packet.PING}probe":
                return False
            await ws.send(f"{packet.PONG}probe")
            if self._polled:
                self.queue.put_nowait(packet.Packet(packet.NOOP))
            if await ws.receive() != str(packet.UPGRADE) or self.closed:
                return False
            self.upgraded = True
            return True
        except ConnectionClosedError:
            return False  # polling goes on
        finally:
            self.upgrading, self._probing = False, None

    async def _read(self, ws: WebSocket) -> None:
        with suppress(ConnectionClosedError):
            while not self.closed:
                message = await ws.receive()
                if len(message) > (limit := self.server.max_http_buffer_size):
                    raise BadPacketError(f"a message is over {limit} bytes")
                if self.revision == 3 and isinstance(message, bytes):
                    try:
                        message = revision_3.message_of(message)
                    except ValueError as error:
                        raise BadPacketError(str(error)) from None
                await self._take([message])

    async def _write(self, ws: WebSocket) -> None:
        with suppress(ConnectionClosedError, exceptions.QueueEmpty):
            while packets := await self.poll():
                messages = [one.encode() for one in packets]
                if self.revision == 3:
                    messages = [revision_3.packet_of(one) if isinstance(one, bytes) else one for one in messages]
                await ws.send_messages(messages)
        await ws.close()


def _decoded(one: str | bytes) -> packet.Packet:
    """A packet as it stands on the wire. Raises BadPacketError."""
    try:
        if isinstance(one, str) and one.startswith("b"):
            one = base64.b64decode(one[1:], validate=True)  # the library passes over what is no base64
        decoded = packet.Packet(encoded_packet=one)
        packet.packet_names[decoded.packet_type]
    except (ValueError, IndexError, RecursionError) as error:
        raise BadPacketError(str(error)) from None
    return decoded


def _size(pkt: packet.Packet) -> int:
    return len(pkt.data) if isinstance(pkt.data, str | bytes) else 100
