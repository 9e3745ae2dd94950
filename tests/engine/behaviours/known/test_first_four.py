from __future__ import annotations

import asyncio
from datetime import datetime

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import Behaviour, connect, serve
from wsgui.engine.behaviours.known.clock import Clock
from wsgui.engine.behaviours.known.echo import Echo
from wsgui.protocol.connection import CloseReceived, PingReceived
from wsgui.protocol.opcodes import Opcode


async def test_echo_answers_a_read_in_one_write() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.send(b"\x81\x82" + NO_KEY + b"hi" + b"\x82\x81" + NO_KEY + b"\x00" + b"\x81\x80" + NO_KEY)
        assert await raw.read(9) == b"\x81\x02hi" + b"\x82\x01\x00" + b"\x81\x00"


async def test_echo_of_a_fragmented_message_is_one_frame() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.send(b"\x01\x81" + NO_KEY + b"h" + b"\x80\x81" + NO_KEY + b"i")
        assert await raw.frame() == (0x81, b"hi")


async def test_echo_ignores_what_is_no_message() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        Echo().received(server.connections[1], [PingReceived(b"x"), CloseReceived(1000, "")])
        await ws.ping()
        assert not ws._inbox


async def test_broadcast_reaches_everybody_its_sender_included() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="broadcast") as server,
        connect(server.url) as one,
        connect(server.url) as two,
    ):
        await one.send("hello")
        assert [await one.receive(), await two.receive()] == ["hello", "hello"]
        await two.send(b"\x01")
        assert [await one.receive(), await two.receive()] == [b"\x01", b"\x01"]
        await two.close()
        await one.send("alone")
        assert await one.receive() == "alone"


async def test_broadcast_cuts_off_who_never_reads() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour="broadcast") as server, shaken_client(server) as raw:
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        async with connect(server.url) as ws:
            for _ in range(30):
                await ws.send(bytes(2**20))
                assert len(await ws.receive()) == 2**20
            await until(lambda: list(server.connections) == [2])
            await ws.send("still here")
            assert await ws.receive() == "still here"


async def test_clock_pushes_the_time_until_nobody_is_left() -> None:
    clock = Clock(interval=0.01)
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=clock) as server:
        async with connect(server.url) as ws:
            times = [datetime.fromisoformat(str(await ws.receive())) for _ in range(3)]
            assert times == sorted(times)
            assert times[0].tzinfo is not None
        await until(lambda: not server.connections)
        assert clock._handle is None


async def test_clock_stops_when_it_is_replaced_or_the_server_ends() -> None:
    clock = Clock()
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=clock) as server, connect(server.url) as ws:
        await ws.receive()
        server.use_behaviour("silent")
        assert clock._handle is None
        server.use_behaviour("clock")
        assert datetime.fromisoformat(str(await ws.receive()))


async def test_silent_reads_and_says_nothing() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour="silent") as server, connect(server.url) as ws:
        await ws.send_frames([ws.frame(Opcode.TEXT, b"x" * 1000)] * 1000)
        await ws.ping()
        assert not ws._inbox


def test_a_behaviour_of_ones_own_needs_no_method() -> None:
    behaviour = Behaviour()
    behaviour.stop()
