from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.raw import shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from wsgui.engine import WebSocket


async def ticks(ws: WebSocket, count: int) -> list[dict[str, Any]]:
    return [json.loads(await ws.receive()) for _ in range(count)]


@pytest.mark.parametrize("rate", ["0", "200", "100000"])
async def test_prices_with_numbers(rate: str) -> None:
    told = plan("ticker", [("rate", rate), ("symbols", 'A"B'), ("symbols", "C")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server:
        async with connect(server.url) as one, connect(server.url) as two:
            for ws in (one, two):
                found = await ticks(ws, 8)
                assert [tick["seq"] for tick in found] == list(range(1, 9))
                assert {tick["symbol"] for tick in found} == {'A"B', "C"}
                assert all(tick["price"] > 0 and tick["time"] > 1e12 for tick in found)
        await until(lambda: not server.connections)
        assert server.behaviour._handle is None  # type: ignore[attr-defined]


async def test_a_tick_is_as_long_as_it_is_told() -> None:
    told = plan("ticker", [("rate", "0"), ("padding", "1000")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        assert json.loads(await ws.receive())["padding"] == "x" * 1000


async def test_who_does_not_read_holds_up_nobody() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=plan("ticker", [("rate", "0")])) as server,
        shaken_client(server) as raw,
    ):
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        slow = server.connections[1]
        await until(lambda: "writing" in slow.driver.pauses)
        async with connect(server.url) as ws:
            await ticks(ws, 2000)
        assert slow.driver.link.backlog() < 2**20
        # At a rate, the slow one misses ticks and sees it at their numbers.
        server.use_behaviour(plan("ticker", [("rate", "1000")]))
        ticker: Any = server.behaviour
        before = ticker._numbers[slow]
        await until(lambda: ticker._numbers[slow] > before + 20)
        raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        numbers = [json.loads((await raw.frame())[1])["seq"]]
        while len(numbers) < 2 or numbers[-1] == numbers[-2] + 1:
            numbers.append(json.loads((await raw.frame())[1])["seq"])
        assert numbers[:-1] == list(range(1, len(numbers)))
        assert numbers[-1] > numbers[-2] + 20


async def test_it_waits_for_a_recorder_that_is_behind() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=plan("ticker", [("rate", "0")])) as server,
        connect(server.url) as ws,
    ):
        await ticks(ws, 1)
        endpoint = server.connections[1].driver
        endpoint.pause_reading("recorder")
        sent = endpoint._written
        for _ in range(50):
            await asyncio.sleep(0)
        assert endpoint._written == sent
        endpoint.resume_reading("recorder")
        await until(lambda: endpoint._written > sent or "writing" in endpoint.pauses)


async def test_its_options_change_while_it_runs() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=plan("ticker", [("rate", "1000")])) as server,
        connect(server.url) as ws,
    ):
        await ticks(ws, 3)
        server.use_behaviour(plan("ticker", [("rate", "0"), ("symbols", "NEW")]))
        last = 3
        while (tick := (await ticks(ws, 1))[0])["symbol"] != "NEW":
            last = tick["seq"]
        assert tick["seq"] == last + 1
        server.use_behaviour(plan("silent"))
        await ws.ping()


def test_it_has_a_symbol() -> None:
    with pytest.raises(OptionError, match="A ticker has at least one") as caught:
        plan("ticker", [("symbols", "")])
    assert caught.value.name == "symbols"
