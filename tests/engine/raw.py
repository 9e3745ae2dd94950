"""Peers made of literal bytes: plain TCP that knows nothing of the program under test."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import struct
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from wsgui.engine.tcp_link import TcpLink

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from wsgui.engine.server import Server
    from wsgui.engine.websocket import WebSocket

REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: localhost\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)
"""The example of RFC 6455 section 1.3."""

ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)
"""What a server has to answer to it."""

NO_KEY = b"\x00\x00\x00\x00"
"""A masking key that changes nothing, so that masked bytes can be read."""


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something holds; put it into an ``asyncio.timeout``."""
    while not condition():  # noqa: ASYNC110 - no event is set where a test looks in from outside
        await asyncio.sleep(0)


def tcp_of(ws: WebSocket) -> asyncio.Transport:
    """The transport under a connection of ours."""
    link = ws.driver.link
    assert isinstance(link, TcpLink)
    return link.transport


class Raw:
    """One end of a TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self.writer.write(data)

    async def read(self, size: int) -> bytes:
        """So many bytes."""
        return await self.reader.readexactly(size)

    async def head(self) -> bytes:
        """An HTTP head with its empty line."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        """Everything until FIN."""
        return await self.reader.read()

    async def frame(self) -> tuple[int, bytes]:
        """The first byte and the unmasked payload of the next frame."""
        head, length = await self.read(2)
        masked, length = length & 0x80, length & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.read(8))
        key = await self.read(4) if masked else NO_KEY
        payload = await self.read(length)
        return head, bytes(byte ^ key[index % 4] for index, byte in enumerate(payload)) if masked else payload

    def reset(self) -> None:
        """Cut with RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def cut(self) -> None:
        """Close TCP with FIN."""
        self.writer.close()

    async def closed(self) -> None:
        """Close, and wait until it is done."""
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


@asynccontextmanager
async def raw_client(server: Server, first: bytes = REQUEST) -> AsyncIterator[Raw]:
    """A TCP connection to a server; it starts with ``first``."""
    host, port = server.addresses[0]
    raw = Raw(*await asyncio.open_connection(host, port))
    raw.send(first)
    try:
        yield raw
    finally:
        await raw.closed()


@asynccontextmanager
async def shaken_client(server: Server) -> AsyncIterator[Raw]:
    """A raw client with the handshake done."""
    async with raw_client(server) as raw:
        assert await raw.head() == ACCEPTED
        yield raw


def answer_to(request: bytes) -> bytes:
    """The 101 for a client's request."""
    (key,) = [line[19:] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key: ")]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    return ACCEPTED.replace(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", accept)


@asynccontextmanager
async def raw_server(
    serve: Callable[[Raw], Awaitable[None]], *, context: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A TCP server that runs ``serve`` for each connection, and closes it then; gives its ``host:port``.

    An exception of ``serve`` is raised at the end of the block.
    """
    running: list[asyncio.Task[None]] = []

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.append(task)
        raw = Raw(reader, writer)
        try:
            await serve(raw)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            await raw.closed()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, ssl=context)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*running)
            await server.wait_closed()
