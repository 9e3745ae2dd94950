"""What differs between asyncio's loops and uvloop, seen from outside: nothing. These run on both, see `conftest`."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import shaken_client, tcp_of, until
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, Options, connect, serve
from wsgui.engine.addresses import connect_tcp
from wsgui.engine.options import Network
from wsgui.engine.tcp_link import BufferedLink, StreamLink
from wsgui.records import FramesSeen, How

if TYPE_CHECKING:
    from wsgui.records import Record


async def test_each_loop_has_the_link_that_it_reads_best_with() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        async with connect(server.url) as ws:
            own = isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop)
            assert type(ws.driver.link) is (BufferedLink if own else StreamLink)


async def test_large_messages_come_back_whole() -> None:
    text = "größer " * 100_000
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        await ws.send(text)
        assert await ws.receive() == text


async def test_reads_become_small_and_large_again() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        (ws,) = server.connections.values()
        reads: list[int] = []
        receive = ws.driver.connection.receive_data

        def seen(data: bytes) -> object:
            reads.append(len(data))
            return receive(data)

        ws.driver.connection = _Watched(ws.driver.connection, seen)  # type: ignore[assignment]
        ws.driver.limit_reads(3)
        raw.send(b"\x81\x84\0\0\0\0abcd")
        assert await raw.frame() == (0x81, b"abcd")
        assert max(reads) == 3
        ws.driver.limit_reads(0)
        raw.send(b"\x81\x84\0\0\0\0efgh")
        assert await raw.frame() == (0x81, b"efgh")
        assert sum(reads) == 20


class _Watched:
    """A connection whose reads are seen."""

    def __init__(self, connection: object, seen: object) -> None:
        self._connection = connection
        self.receive_data = seen

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


async def test_the_end_of_a_peer_while_reads_are_small(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            (ws,) = server.connections.values()
            ws.driver.limit_reads(2)
            raw.send(b"\x82\x81\0\0\0\0a")
            assert await raw.frame() == (0x82, b"a")
            raw.writer.write_eof()
            await until(lambda: ws.closed)
            assert ws.closed is not None
            assert (ws.closed.code, ws.closed.how) == (1006, How.FIN)
    assert [len(one.frames) for one in records if isinstance(one, FramesSeen)] == [1, 1]


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectError, match=f"^Connection refused: nothing listens on 127.0.0.1:{port}"):
        async with asyncio.timeout(PATIENCE), connect(f"ws://127.0.0.1:{port}/"):
            pass


async def test_an_own_address() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        async with connect(server.url, options=Options(network=Network(bind="127.0.0.1"))) as ws:
            assert ws.local.startswith("127.0.0.1:")
        with pytest.raises(ConnectError, match=r"203\.0\.113\.9 cannot be bound"):
            async with connect(server.url, options=Options(network=Network(bind="203.0.113.9"))):
                pass


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_a_socket_that_no_protocol_takes_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def make() -> asyncio.BaseProtocol:
            raise RuntimeError("no protocol")

        async with asyncio.timeout(PATIENCE):
            with pytest.raises(RuntimeError, match="no protocol"):
                await connect_tcp(
                    make,
                    "127.0.0.1",
                    listening.getsockname()[1],
                    family=socket.AF_INET,
                    happy_eyeballs_delay=0.25,
                    local_addr=None,
                )


async def test_much_waits_to_leave_and_leaves() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        (ws,) = server.connections.values()
        for _ in range(200):
            ws.write_frames([ws.frame(2, bytes(100_000))])
        assert ws.driver.link.backlog() > 0
        for _ in range(200):
            assert (await raw.frame())[0] == 0x82
        await until(lambda: tcp_of(ws).get_write_buffer_size() == 0)
