"""``aiohttp`` as a peer: ``client URL [DEFLATE]`` or ``server``. See ``ws_client.mjs`` and ``ws_server.mjs``."""

from __future__ import annotations

import asyncio
import json
import sys

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType, web

Socket = ClientWebSocketResponse | web.WebSocketResponse


def say(words: object) -> None:
    """A line for whoever started this."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def receive(ws: Socket) -> str | bytes | aiohttp.WSMessage:
    """The next message's data; what is none comes as it is."""
    while True:
        message = await ws.receive(timeout=60)
        if message.type is WSMsgType.PING:
            await ws.pong(message.data)
        elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            return message.data
        else:
            return message


async def echoed(ws: Socket, message: str | bytes) -> bool:
    """Whether a message comes back as it went."""
    await (ws.send_str(message) if isinstance(message, str) else ws.send_bytes(message))
    return await receive(ws) == message


async def in_order(ws: Socket) -> bool:
    """Whether many messages at once come back in order."""
    sent = [json.dumps({"number": number, "text": "ä" * number}) for number in range(60)]
    for text in sent:
        await ws.send_str(text)
    return [await receive(ws) for _ in sent] == sent


async def converse(ws: Socket) -> dict[str, object]:
    """Talk to an end that echoes."""
    result: dict[str, object] = {"peer": f"aiohttp {aiohttp.__version__}"}
    result["text"] = await echoed(ws, "Grüße 👋")
    result["binary"] = await echoed(ws, b"\x00\x01\xfe\xff")
    result["empty"] = await echoed(ws, "") and await echoed(ws, b"")
    result["big_text"] = await echoed(ws, "x" * 2**20)
    result["big_binary"] = await echoed(ws, b"\x07" * 2**20)
    result["order"] = await in_order(ws)
    await ws.ping(b"are you there")
    pong = await receive(ws)
    result["ping"] = (
        isinstance(pong, aiohttp.WSMessage) and pong.type is WSMsgType.PONG and bytes(pong.data) == b"are you there"
    )
    await ws.close(code=4000, message=b"enough")
    result["close"] = ws.close_code
    return result


async def serve_one(request: web.Request) -> web.WebSocketResponse:
    """Drive or echo."""
    drive = request.path == "/drive"
    ws = web.WebSocketResponse(max_msg_size=0, autoping=not drive)
    await ws.prepare(request)
    if drive:
        try:
            say(await converse(ws))
        except (ConnectionError, TypeError) as error:
            say({"error": str(error)})
        return ws
    reason = ""
    async for message in ws:
        if message.data == "please close":
            await ws.close(code=4001, message=b"as you asked")
        elif message.data == "please vanish":
            assert request.transport is not None
            request.transport.abort()
        elif message.type is WSMsgType.TEXT:
            await ws.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await ws.send_bytes(message.data)
    say({"closed": [ws.close_code, reason]})
    return ws


async def main() -> None:
    """Do as the arguments say."""
    if sys.argv[1] == "client":
        # It can say the window's bits and nothing else.
        words = sys.argv[3] if sys.argv[3:] else ""
        compress = 0 if not words else 15 if words == "offer-deflate" else json.loads(words)["window_bits"]
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sys.argv[2], max_msg_size=0, autoping=False, compress=compress) as ws,
        ):
            say(await converse(ws))
        return
    application = web.Application()
    application.add_routes([web.get("/{path:.*}", serve_one)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"ws://127.0.0.1:{runner.addresses[0][1]}/\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(main())
