"""A flood of numbered frames against ``wsgui connect --echo``, and what a capture has of it.

``--echo`` sends every message back, so the echo that a peer has seen proves that wsgui had the frame.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sqlite3
import struct
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import numpy as np

from tests.patience import PATIENCE
from tests.programs import WSGUI, end, start
from tests.ui.real_window import GUID
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.reader import CaptureReader
from wsgui.capture.selection import Selection
from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable
    from pathlib import Path

NUMBER = struct.Struct("!Q")
FILLER = bytes(100)
ECHO = 2 + 4 + NUMBER.size + len(FILLER)
"""Bytes of an echo: header, masking key, payload."""
BURST = 50


class Flood:
    """A peer that floods whoever connects with numbered frames, and notes when how many echoes had come.

    With a ``chance`` it rests now and then; without, it sends as fast as it is read.
    """

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance
        self.echoes: list[tuple[int, int]] = []
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is cut."""
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(line[19:] for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key: "))
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept_of(key) + b"\r\n\r\n"
        )
        pouring = asyncio.create_task(self._pour(writer))  # noqa: TID251 - ended below
        total = 0
        with suppress(OSError):
            while data := await reader.read(65536):
                total += len(data)
                self.echoes.append((time.monotonic_ns(), total // ECHO))
        pouring.cancel()
        with suppress(OSError, asyncio.CancelledError):
            await pouring
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        self.ended.set()

    async def _pour(self, writer: asyncio.StreamWriter) -> None:
        number = 0
        header = bytes((0x82, NUMBER.size + len(FILLER)))
        while True:
            writer.write(b"".join(header + NUMBER.pack(number + one) + FILLER for one in range(BURST)))
            number += BURST
            await writer.drain()
            await asyncio.sleep(self._chance.choice((0, 0, 0, 0.002)) if self._chance else 0)


def accept_of(key: bytes) -> bytes:
    """The value of ``Sec-WebSocket-Accept`` (RFC 6455 section 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.strip() + GUID).digest())


async def flood_and_kill(path: Path, flood: Flood, moment: Callable[[], Awaitable[object]]) -> int:
    """Record the flood with ``wsgui connect``; kill it after the first echo and ``moment``. Returns when, in ns of
    `time.monotonic_ns`."""
    server = await asyncio.start_server(flood.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    process = await start(*WSGUI, "connect", f"ws://{host}:{port}/", "--echo", "--capture", str(path))
    try:
        async with asyncio.timeout(PATIENCE):
            while not flood.echoes:  # noqa: ASYNC110 - a moment at random is wanted
                await asyncio.sleep(0.002)
        await moment()
        killed = time.monotonic_ns()
        process.kill()
        async with asyncio.timeout(PATIENCE):
            await flood.ended.wait()
    finally:
        await end(process)
        server.close()
        await server.wait_closed()
    return killed


def numbers_in(path: Path) -> list[int]:
    """The numbers of the received frames, in order; the capture has to open and to be sound."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ((rows,),) = database.execute("SELECT sum(last - id + 1) FROM reads")
    with CaptureReader(path) as reader:
        assert reader.last_id() == rows
        assert reader.connections()[0].url.startswith("ws://127.0.0.1:")
    # Whole reads at once: the view ``frames`` takes long for the millions of an unthrottled flood.
    found: list[int] = []
    with closing(Selection(path, None)) as selection:
        last, after = selection.look(), 0
        while after < last:
            some = selection.every_column(after, last)
            places = np.flatnonzero((some["opcode"] == Opcode.BINARY) & some.flag(FLAG_RECEIVED))
            if len(places):
                found += [NUMBER.unpack_from(payload)[0] for payload in selection.payloads_of(some, places)]
            after = some.last
    return found
