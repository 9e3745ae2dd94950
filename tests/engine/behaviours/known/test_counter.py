from __future__ import annotations

import asyncio

from tests.engine.raw import NO_KEY, shaken_client
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve


async def test_each_connection_is_counted_by_itself() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="counter") as server,
        shaken_client(server) as raw,
        connect(server.url) as ws,
    ):
        raw.send(b"\x81\x81" + NO_KEY + b"a" + b"\x82\x80" + NO_KEY + b"\x81\x81" + NO_KEY + b"b")
        assert await raw.read(9) == b"\x81\x011" + b"\x81\x012" + b"\x81\x013"
        await ws.send("x")
        assert await ws.receive() == "1"


async def test_it_goes_on_when_its_options_change() -> None:
    told = plan("counter", [("start", "10"), ("step", "5"), ("template", "{n}: {bytes} of {total}")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        await ws.send("ü")
        assert await ws.receive() == "10: 2 of 2"
        server.use_behaviour(plan("counter", [("step", "0"), ("template", '{"n":{n},"x":{y}}')]))
        await ws.send(b"\x00")
        assert await ws.receive() == '{"n":1,"x":{y}}'
        server.use_behaviour(plan("counter", [("template", "{n} {total}")]))
        await ws.send("a")
        assert await ws.receive() == "3 4"
