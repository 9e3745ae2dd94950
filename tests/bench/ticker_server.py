"""A ticker on ``websockets``: prices as JSON to every connection, as fast as it takes them."""

from __future__ import annotations

import asyncio
import json
import random
import time

from websockets.asyncio.server import ServerConnection, serve


async def main() -> None:
    """Serve until it is killed; the first line says where."""

    async def ticker(connection: ServerConnection) -> None:
        number, prices = 0, {"ACME": 100.0, "GLOBEX": 100.0}
        while True:
            for symbol in prices:
                number += 1
                prices[symbol] = round(max(0.01, prices[symbol] + random.randint(-10, 10) / 100), 2)
                tick = {"seq": number, "time": int(time.time() * 1000), "symbol": symbol, "price": prices[symbol]}
                await connection.send(json.dumps(tick))

    async with serve(ticker, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
