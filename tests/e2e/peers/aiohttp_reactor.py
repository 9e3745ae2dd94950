"""``aiohttp`` with its own defaults, to see how it reacts: ``server``, or ``client`` with a URL a line on stdin."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress

import aiohttp
from aiohttp import ClientWebSocketResponse, ClientWSTimeout, WSMsgType, web

logging.disable(logging.CRITICAL)
DEFLATE = sys.argv[2:] == ["deflate"]


def say(words: str) -> None:
    """A line for whoever started this."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def echo(ws: ClientWebSocketResponse | web.WebSocketResponse) -> None:
    """Send back what comes."""
    async for message in ws:
        if message.type is WSMsgType.TEXT:
            await ws.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await ws.send_bytes(message.data)


async def serve_one(request: web.Request) -> web.WebSocketResponse:
    """Echo."""
    ws = web.WebSocketResponse(timeout=1, compress=DEFLATE)
    await ws.prepare(request)
    await echo(ws)
    return ws


async def one_client(session: aiohttp.ClientSession, url: str) -> None:
    """Connect, echo until the end."""
    try:
        ws = await session.ws_connect(url, timeout=ClientWSTimeout(ws_close=1), compress=15 if DEFLATE else 0)
    except (OSError, aiohttp.ClientError, TimeoutError, ValueError):
        say("refused")
        return
    say("open")
    with suppress(OSError, aiohttp.ClientError, TimeoutError):
        async with asyncio.timeout(10), ws:
            await echo(ws)


async def main() -> None:
    """Do as the arguments say; the first line is the version."""
    sys.stdout.write(f"aiohttp {aiohttp.__version__}\n")
    if sys.argv[1] == "client":
        sys.stdout.flush()
        async with aiohttp.ClientSession() as session:
            while line := await asyncio.to_thread(sys.stdin.readline):
                await one_client(session, line.strip())
        return
    application = web.Application()
    application.add_routes([web.get("/{path:.*}", serve_one)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(main())
