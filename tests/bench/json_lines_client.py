"""A bare ``websockets`` client that writes what it gets as lines of JSON: ``URL FILE``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect


async def main(url: str, path: Path) -> None:
    """Write until the server closes."""
    with path.open("w", encoding="utf-8") as out:
        async with connect(url, compression=None, max_queue=4096, proxy=None) as ws:
            async for message in ws:
                out.write(json.dumps({"time": time.time_ns(), "direction": "received", "text": message}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
