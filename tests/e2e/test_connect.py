"""``wsgui connect`` and the engine's client, and foreign servers."""

from __future__ import annotations

import asyncio

import pytest

from tests.e2e.peers import SERVERS, all_is_well, running_server
from tests.patience import PATIENCE
from tests.programs import WSGUI, run, run_without_end, start
from wsgui.engine import connect, open_connection
from wsgui.protocol.opcodes import Opcode

pytestmark = pytest.mark.e2e

every_server = pytest.mark.parametrize("peer", SERVERS, indirect=True)


@every_server
async def test_the_program_echoes(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        code, out, err = await run("connect", f"{server.url}drive", "--echo", "--ok-codes", "4000")
        result = await server.line()
    assert all_is_well(result), result
    assert (code, out, err) == (0, "", "wsgui: The peer closed: 4000 private use, “enough”.\n")


@every_server
async def test_the_program_sends(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        process = await start(*WSGUI, "connect", server.url, "--send", "Grüße 👋", "--ping")
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"a line\n")
        lines = [(await process.stdout.readline()).decode() for _ in range(3)]
        # Only now: a server that sees the close frame behind a message may leave the message unanswered.
        out, err = await process.communicate(b"")
        closed = (await server.line())["closed"]
    assert (process.returncode, out, err) == (0, b"", b"")
    assert {line for line in lines if not line.startswith("pong after ")} == {"Grüße 👋\n", "a line\n"}
    assert closed[0] == 1000


@every_server
async def test_the_program_is_closed_and_cut_off(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        code, out, err = await run_without_end("connect", server.url, "--send", "please close")
        assert (code, out) == (1, "")
        assert err.endswith(" 4001 private use, “as you asked”.\n")
        code, out, err = await run("connect", server.url, "--send", "please vanish", "--echo")
        assert (code, out) == (1, "")
        assert err.startswith("wsgui: TCP ended without a close frame")


@every_server
@pytest.mark.parametrize("message", ["Grüße 👋", b"\x00\xff", "", b"", "x" * 2**20, b"x" * 2**20])
async def test_the_engine_gets_back_what_it_sends(peer: str, message: str | bytes) -> None:
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        async with connect(server.url) as ws:
            await ws.send(message)
            assert await ws.receive() == message
            assert await ws.ping(b"are you there") > 0
            await ws.close(4000, "enough")
        assert ws.closed is not None
        assert ws.closed.code == (1000 if peer == "aiohttp" else 4000)  # it answers every close frame with 1000
        said = await server.line()
    assert said["closed"][0] == 4000
    if peer != "aiohttp":  # it keeps the reason to itself
        assert said["closed"][1] == "enough"


@every_server
async def test_the_engine_sends_fragments_and_is_closed(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        ws = await open_connection(server.url)
        await ws.send_frames(
            [
                ws.frame(Opcode.TEXT, b"caf\xc3", fin=False),
                ws.frame(Opcode.PING, b"between"),
                ws.frame(Opcode.CONTINUATION, b"\xa9"),
            ]
        )
        assert await ws.receive() == "café"
        await ws.send("please close")
        await ws.wait_closed()
    assert ws.closed is not None
    assert (ws.closed.code, ws.closed.reason) == (4001, "as you asked")


@every_server
async def test_a_foreign_server_is_told_of_a_broken_rule(peer: str) -> None:
    """What a foreign server makes of an illegal frame of ours: it closes with 1002, and we say who closed."""
    async with asyncio.timeout(PATIENCE), running_server(peer) as server:
        ws = await open_connection(server.url)
        await ws.send_frames([ws.frame(Opcode.CONTINUATION, b"nothing is open")])
        await ws.wait_closed()
    assert ws.closed is not None
    assert ws.closed.code == 1002
    assert ws.closed.text.startswith("The peer closed: 1002 protocol error")
