"""The engine's border: two ends of ours over links without a socket, from the handshake to the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.memory_link import Wire
from tests.patience import PATIENCE
from wsgui.engine.faults import Cut, Faults
from wsgui.engine.link import NO_LINK
from wsgui.engine.options import Compression, Options
from wsgui.engine.tasks import TaskOwner
from wsgui.engine.websocket import WebSocket
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import State
from wsgui.protocol.url import WsUrl
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen, HandshakeSeen, How

if TYPE_CHECKING:
    from wsgui.records import Record

URL = WsUrl.parse("ws://example.test/chat")


def client(records: list[Record] | None = None, options: Options | None = None) -> WebSocket:
    """The sample nonce of RFC 6455 section 1.3."""
    observer = None if records is None else records.append
    return WebSocket(ClientHandshake(URL, b"the sample nonce"), options or Options(), observer=observer)


def server(options: Options | None = None) -> WebSocket:
    return WebSocket(ServerHandshake(), options or Options())


async def test_handshake_text_ping_and_close_over_links_in_memory() -> None:
    records: list[Record] = []
    one, other, tasks = client(records), server(), TaskOwner()
    wire = Wire(one.driver, other.driver)
    wire.carry()
    assert wire.left.history.startswith(b"GET /chat HTTP/1.1\r\nHost: example.test\r\n")
    assert wire.right.history.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in wire.right.history
    assert (one.state, other.state) == (State.OPEN, State.OPEN)
    assert (one.url, other.url) == ("ws://example.test/chat", "/chat")
    assert (one.local, one.remote, one.tls) == ("left", "right", None)

    async with asyncio.timeout(PATIENCE):
        await one.send("Hello")
        wire.carry()
        assert await other.receive() == "Hello"
        await other.send(b"\x00\xff")
        wire.carry()
        assert wire.right.history.endswith(b"\x82\x02\x00\xff")
        assert await one.receive() == b"\x00\xff"

        pinging = tasks.start(one.ping(b"here"), "ping")
        await asyncio.sleep(0)
        wire.carry()
        assert await pinging >= 0
        assert wire.right.history.endswith(b"\x8a\x04here")

        closing = tasks.start(one.close(1000, "done"), "close")
        await asyncio.sleep(0)
        wire.carry()
        await closing
        await other.wait_closed()
    assert wire.right.history.endswith(b"\x88\x02\x03\xe8")
    assert one.closed is not None
    assert other.closed is not None
    assert (one.closed.code, other.closed.reason, one.closed.how) == (1000, "done", How.FIN)
    assert (one.closed.ended_by, other.closed.ended_by) == (EndedBy.LOCAL, EndedBy.PEER)
    kinds = [type(record) for record in records]
    assert kinds[:3] == [ConnectionOpened, HandshakeSeen, HandshakeSeen]
    assert kinds[-1] is ConnectionClosed
    seen = [(record.direction, record.frames[0].payload) for record in records if isinstance(record, FramesSeen)]
    assert seen[0] == (Direction.SENT, b"Hello")


async def test_a_handshake_in_single_bytes() -> None:
    one, other = client(), server()
    wire = Wire(one.driver, other.driver)
    wire.left.size = wire.right.size = 1
    wire.carry()
    assert (one.state, other.state) == (State.OPEN, State.OPEN)
    one.abort()
    wire.carry()


async def test_faults_know_no_sockets() -> None:
    one, other = client(), server(Options(faults=Faults(read_rate=100)))
    wire = Wire(one.driver, other.driver)
    wire.carry()
    assert wire.right.size == 5  # a twentieth of a second's bytes
    other.driver.use_faults(Faults(stop_reading=True))
    assert (wire.right.size, wire.right.reading) == (0, False)
    other.driver.use_faults(Faults())
    assert wire.right.reading
    other.driver.cut(Cut.RST)
    wire.carry()
    assert other.closed is not None
    assert other.closed.how is How.CUT
    assert one.closed is not None
    assert one.closed.code == 1006


async def test_compression_is_agreed_on_over_any_link() -> None:
    offer = ClientHandshake(URL, b"the sample nonce", offer="permessage-deflate")
    one = WebSocket(offer, Options(compression=Compression()))
    other = WebSocket(ServerHandshake(deflate=Deflate()), Options(compression=Compression()))
    wire = Wire(one.driver, other.driver)
    wire.carry()
    await one.send("Hello " * 100)
    wire.carry()
    async with asyncio.timeout(PATIENCE):
        assert await other.receive() == "Hello " * 100
    assert len(wire.left.history) < 600
    one.abort()
    wire.carry()


@pytest.mark.parametrize("how", [Cut.FIN, Cut.RST])
async def test_a_connection_without_a_link_takes_orders_and_does_nothing(how: Cut) -> None:
    ws = client()
    driver = ws.driver
    driver.use_faults(Faults(read_rate=1))
    driver.write([ws.frame(1, b"nowhere")])
    driver.pause_reading("test")
    driver.resume_reading("test")
    driver.cut(how)
    driver.end_tcp()
    ws.abort()
    assert driver.link is NO_LINK
    assert not driver.can_send
    assert not driver.can_send_raw
    assert (ws.local, ws.remote, ws.tls) == ("", "", None)


def test_no_link_carries_nothing() -> None:
    NO_LINK.write(b"lost")
    NO_LINK.close()
    NO_LINK.reset()
    NO_LINK.pause_reading()
    NO_LINK.resume_reading()
    NO_LINK.limit_reads(1)
    assert not NO_LINK.end()
    assert NO_LINK.is_closing()
    assert (NO_LINK.backlog(), NO_LINK.unacknowledged()) == (0, 0)
