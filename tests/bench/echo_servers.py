"""Other echo servers to compare with, as their manuals write them: ``websockets``, ``aiohttp`` or ``picows``.

With ``uvloop`` behind the name it runs on that loop. Prints its URL.
"""

from __future__ import annotations

import asyncio
import sys


async def serve_websockets(compression: str | None = None) -> None:
    """The asyncio server of ``websockets``, without compression or with its own choice: windows of 12 bits."""
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    async def echo(ws: ServerConnection) -> None:
        try:
            async for message in ws:
                await ws.send(message)
        except ConnectionClosed:
            pass

    async with serve(echo, "127.0.0.1", 0, compression=compression) as server:
        [listener] = server.sockets
        print(f"ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        await server.serve_forever()


async def serve_aiohttp() -> None:
    """``aiohttp``, without compression."""
    from aiohttp import web

    async def echo(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        async for message in ws:
            await ws.send_str(message.data)
        return ws

    application = web.Application()
    application.add_routes([web.get("/", echo)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"ws://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


async def serve_picows() -> None:
    """``picows``: a listener that gets each frame."""
    from picows import WSFrame, WSListener, WSTransport, WSUpgradeRequest, ws_create_server

    class Echo(WSListener):
        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            transport.send(frame.msg_type, frame.get_payload_as_bytes())

    def listener(_request: WSUpgradeRequest) -> WSListener:
        return Echo()

    server = await ws_create_server(listener, "127.0.0.1", 0)
    print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    servers = {
        "websockets": serve_websockets,
        "websockets-deflate": lambda: serve_websockets("deflate"),
        "aiohttp": serve_aiohttp,
        "picows": serve_picows,
    }
    name, *fast = sys.argv[1:]
    if fast:  # "uvloop"
        import uvloop

        uvloop.run(servers[name]())
    else:
        asyncio.run(servers[name]())
