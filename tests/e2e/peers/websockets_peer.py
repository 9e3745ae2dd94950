"""The ``websockets`` package as a peer: ``client URL [DEFLATE]`` or ``server [DEFLATE]``.

See ``ws_client.mjs`` and ``ws_server.mjs``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import websockets
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection


def say(words: object) -> None:
    """A line for whoever started this."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def echoed(ws: Connection, message: str | bytes) -> bool:
    """Whether a message comes back as it went."""
    await ws.send(message)
    return await ws.recv() == message


async def in_order(ws: Connection) -> bool:
    """Whether many messages at once come back in order."""
    sent = [json.dumps({"number": number, "text": "ä" * number}) for number in range(60)]
    for text in sent:
        await ws.send(text)
    return [await ws.recv() for _ in sent] == sent


def deflate_options(words: list[str]) -> dict[str, object] | None:
    """The parameters that the command line names; None for no permessage-deflate."""
    if not words:
        return None
    return {} if words[0] == "offer-deflate" else json.loads(words[0])


async def converse(ws: Connection) -> dict[str, object]:
    """Talk to an end that echoes."""
    result: dict[str, object] = {"peer": f"websockets {websockets.__version__}"}
    result["text"] = await echoed(ws, "Grüße 👋")
    result["binary"] = await echoed(ws, b"\x00\x01\xfe\xff")
    result["empty"] = await echoed(ws, "") and await echoed(ws, b"")
    result["big_text"] = await echoed(ws, "x" * 2**20)
    result["big_binary"] = await echoed(ws, b"\x07" * 2**20)
    result["order"] = await in_order(ws)
    await ws.send(["frag", "ments"])
    result["fragments"] = await ws.recv() == "fragments"
    await (await ws.ping(b"are you there"))
    result["ping"] = True
    await ws.close(4000, "enough")
    result["close"] = ws.protocol.close_rcvd.code if ws.protocol.close_rcvd is not None else 1006
    return result


async def serve_one(ws: ServerConnection) -> None:
    """Drive or echo."""
    assert ws.request is not None
    if ws.request.path == "/drive":
        try:
            say(await converse(ws))
        except ConnectionClosed as error:
            say({"error": str(error)})
        return
    with suppress(ConnectionClosed):
        async for message in ws:
            if message == "please close":
                await ws.close(4001, "as you asked")
            elif message == "please vanish":
                ws.transport.abort()
            else:
                await ws.send(message)
    say({"closed": [ws.close_code, ws.close_reason]})


async def main() -> None:
    """Do as the arguments say."""
    if sys.argv[1] == "client":
        options = deflate_options(sys.argv[3:])
        offers = None if options is None else [ClientPerMessageDeflateFactory(**options)]
        async with connect(sys.argv[2], max_size=None, compression=None, extensions=offers, proxy=None) as ws:
            say(await converse(ws))
        return
    options = deflate_options(sys.argv[2:])
    compression = {"compression": "deflate"}
    if options is not None:
        compression = {"compression": None, "extensions": [ServerPerMessageDeflateFactory(**options)]}
    async with serve(serve_one, "127.0.0.1", 0, max_size=None, **compression) as server:
        [sock] = server.sockets
        sys.stdout.write(f"ws://127.0.0.1:{sock.getsockname()[1]}/\n")
        sys.stdout.flush()
        await server.serve_forever()


asyncio.run(main())
