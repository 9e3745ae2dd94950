"""``websockets`` with its own defaults, to see how it reacts: ``server``, or ``client`` with a URL a line on stdin."""

from __future__ import annotations

import asyncio
import logging
import sys

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

logging.disable(logging.CRITICAL)
COMPRESSION = "deflate" if sys.argv[2:] == ["deflate"] else None


def say(words: str) -> None:
    """A line for whoever started this."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def echo(ws: ServerConnection | ClientConnection) -> None:
    """Send back what comes."""
    try:
        async for message in ws:
            await ws.send(message)
    except websockets.WebSocketException:
        pass


async def one_client(url: str) -> None:
    """Connect, echo until the end."""
    try:
        ws = await connect(url, compression=COMPRESSION, proxy=None, open_timeout=5, close_timeout=1)
    except (OSError, websockets.WebSocketException, TimeoutError, EOFError):
        say("refused")
        return
    say("open")
    await echo(ws)
    await ws.close()


async def main() -> None:
    """Do as the arguments say; the first line is the version."""
    sys.stdout.write(f"websockets {websockets.__version__}\n")
    if sys.argv[1] == "client":
        sys.stdout.flush()
        while line := await asyncio.to_thread(sys.stdin.readline):
            await one_client(line.strip())
        return
    async with serve(echo, "127.0.0.1", 0, compression=COMPRESSION, close_timeout=1) as server:
        [sock] = server.sockets
        sys.stdout.write(f"{sock.getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


asyncio.run(main())
