from __future__ import annotations

import asyncio

import pytest

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve


async def test_frames_of_at_most_so_many_bytes() -> None:
    told = plan("fragments", [("size", "2")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        raw.send(b"\x81\x85" + NO_KEY + b"hello" + b"\x82\x84" + NO_KEY + b"\x00\x01\x02\x03" + b"\x81\x80" + NO_KEY)
        assert await raw.read(21) == (
            b"\x01\x02he" + b"\x00\x02ll" + b"\x80\x01o" + b"\x02\x02\x00\x01" + b"\x80\x02\x02\x03" + b"\x81\x00"
        )


@pytest.mark.parametrize(("between", "head"), [("ping", b"\x89"), ("pong", b"\x8a")])
async def test_control_frames_between(between: str, head: bytes) -> None:
    told = plan("fragments", [("size", "3"), ("between", between)])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        raw.send(b"\x81\x87" + NO_KEY + b"message")
        assert await raw.read(19) == (
            b"\x01\x03mes" + head + b"\x011" + b"\x00\x03sag" + head + b"\x012" + b"\x80\x01e"
        )


async def test_a_character_may_be_cut() -> None:
    told = plan("fragments", [("size", "1")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        await ws.send("ü€")
        assert await ws.receive() == "ü€"


async def test_who_does_not_read_holds_up_nobody_and_is_read_no_further() -> None:
    told = plan("fragments", [("size", "1")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        raw.send(b"\x82\xfe\xff\xff" + NO_KEY + bytes(65535))
        slow = server.connections[1].driver
        await until(lambda: "fragments" in slow.pauses)
        async with connect(server.url) as ws:
            await ws.send("quick")
            assert await ws.receive() == "quick"


async def test_a_message_under_way_is_ended_when_something_else_follows() -> None:
    told = plan("fragments", [("size", "1")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        raw.send(b"\x82\xfe\x20\x00" + NO_KEY + bytes(8192) + b"\x81\x82" + NO_KEY + b"hi")
        assert await raw.read(3) == b"\x02\x01\x00"
        server.use_behaviour(plan("echo"))
        raw.send(b"\x81\x83" + NO_KEY + b"new")
        whole, size = b"", 1
        while size < 8192:
            head, payload = await raw.frame()
            size += len(payload)
            whole += bytes([head])
        assert whole.strip(b"\x00") == b"\x80"
        assert await raw.frame() == (0x81, b"hi")
        assert await raw.frame() == (0x81, b"new")
