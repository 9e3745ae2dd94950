from __future__ import annotations

import asyncio
import re

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve


async def test_who_answers_stays_and_who_does_not_is_dropped() -> None:
    told = plan("heartbeat", [("interval", "20ms"), ("missed", "3")])
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=told) as server,
        connect(server.url) as ws,
        shaken_client(server) as raw,
    ):
        numbers = []
        for _ in range(3):
            head, payload = await raw.frame()
            assert head == 0x89
            numbers.append(int(payload))
        assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
        assert await raw.frame() == (0x88, b"\x03\xf03 pongs missed")
        raw.send(b"\x88\x82" + NO_KEY + b"\x03\xf0")
        assert await raw.rest() == b""
        assert ws.driver.can_send
        await until(lambda: list(server.connections) == [1])


async def test_a_pong_answers_the_pings_before_it_and_no_others() -> None:
    told = plan("heartbeat", [("interval", "20ms"), ("missed", "2")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        for _ in range(2):
            await raw.frame()
            _, payload = await raw.frame()
            raw.send(b"\x8a" + bytes([0x80 | len(payload)]) + NO_KEY + payload)
        raw.send(b"\x8a\x84" + NO_KEY + b"mine")  # nobody asked for it
        frames = [await raw.frame() for _ in range(3)]
        assert [head for head, _ in frames] == [0x89, 0x89, 0x88]


async def test_tcp_is_cut_where_that_was_chosen() -> None:
    told = plan("heartbeat", [("interval", "1ms"), ("missed", "1"), ("drop", "cut")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        assert (await raw.rest())[:1] == b"\x89"


async def test_round_trips_are_told() -> None:
    told = plan("heartbeat", [("interval", "1ms"), ("missed", "1000"), ("report", "on")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        assert re.fullmatch(r"\d+: \d+\.\d{3} ms", str(await ws.receive()))
