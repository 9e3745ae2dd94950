"""A ticker."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.flow import Flows
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.frames import Frame

SHORTEST: Final = 0.01
"""Seconds between two looks at what is due: at a higher rate several ticks leave in one write."""
AT_ONCE: Final = 5000
"""Ticks that are made in one look, for all connections together: what is due beyond that is more than goes."""


@register
@dataclass(eq=False)
class Ticker(Crowd):
    """Each connection has numbers of its own, from 1 and without holes: one that is missing was lost. At a rate that a
    client does not keep up with, it misses ticks, and sees it at their numbers; with rate 0 it gets all, as fast as it
    takes them. While the recording does not keep up, ticks are missed or wait in the same way."""

    name = "ticker"
    summary = "Pushes prices as JSON to every connection, at a rate or as fast as it goes."
    alone = True
    rate: int = setting(Shape.COUNT, 10, "Ticks a second", "To each connection", "as fast as it goes", most=1_000_000)
    symbols: list[str] = setting(
        Shape.LINES, ["ACME", "GLOBEX"], "Symbols", "What has a price, one a line; ticks take turns"
    )
    padding: int = setting(Shape.COUNT, 0, "Padding", "Bytes that each tick is longer", "none", most=1_000_000)

    def __post_init__(self) -> None:
        self._flows = Flows()
        self._full: set[WebSocket] = set()
        self._numbers: dict[WebSocket, int] = {}
        self._prices: list[int] = []
        self._ends: list[tuple[bytes, bytes]] = []
        self._handle: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._ticks = 0
        self._set_up()

    def check(self) -> None:
        if not self.symbols:
            raise OptionError("symbols", "symbols: A ticker has at least one.")

    def _set_up(self) -> None:
        self._ends = []
        for symbol in self.symbols or [""]:
            end = b"}" if not self.padding else b',"padding":"%s"}' % (b"x" * self.padding)
            self._ends.append((json.dumps(symbol).encode(), end))
        self._prices = [100_00] * len(self._ends)

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        self._numbers[ws] = 0
        self._begin(ws)

    def _begin(self, ws: WebSocket) -> None:
        if not self.rate:
            self._flows.start(ws, self._endless(ws))
        elif self._handle is None:
            self._since, self._ticks = asyncio.get_running_loop().time(), 0
            self._wait()

    def retold(self) -> None:
        self._set_up()
        self.stop()
        for ws in self.members:
            self._begin(ws)

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._numbers.pop(ws, None)
        self._full.discard(ws)
        self._flows.stop(ws)
        if not self.members:
            self.stop()

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        self._flows.writable(ws, yes)
        if yes:
            self._full.discard(ws)
        else:
            self._full.add(ws)

    def stop(self) -> None:
        self._flows.stop_all()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        due = self._since + (self._ticks + 1) / self.rate
        self._handle = loop.call_at(max(due, loop.time() + SHORTEST) if self._ticks else due, self._due)

    def _due(self) -> None:
        loop = asyncio.get_running_loop()
        count = max(1, int((loop.time() - self._since) * self.rate + 1e-6) - self._ticks)
        self._ticks += count
        most = max(1, AT_ONCE // max(1, len(self.members)))
        if count > most:
            self._since, self._ticks, count = loop.time(), 0, most
        for ws in list(self.members):
            self._push(ws, count)
        if self.members:
            self._wait()

    def _push(self, ws: WebSocket, count: int) -> None:
        """So many ticks for one connection; only their numbers if it does not keep up."""
        if not ws.driver.can_send:
            return
        if ws in self._full or ws.driver.held:
            self._numbers[ws] += count
            return
        now = int(time.time() * 1000)
        ws.write_frames([self._tick(ws, now) for _ in range(count)])

    def _endless(self, ws: WebSocket) -> Iterator[Frame]:
        while True:
            now = int(time.time() * 1000)
            for _ in range(100):  # to ask for the time costs more than the rest of a tick
                yield self._tick(ws, now)

    def _tick(self, ws: WebSocket, now: int) -> Frame:
        number = self._numbers[ws] = self._numbers[ws] + 1
        place = number % len(self._ends)
        symbol, end = self._ends[place]
        price = self._prices[place] = max(1, self._prices[place] + int(random.random() * 21) - 10)  # noqa: S311
        head = b'{"seq":%d,"time":%d,"symbol":%s,"price":%d.%02d' % (number, now, symbol, price // 100, price % 100)
        return ws.connection.message(Opcode.TEXT, head + end)
