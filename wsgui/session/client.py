"""A client session: one endpoint, connected to again and again, in one capture."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wsgui.engine.client import open_connection
from wsgui.engine.errors import ConnectError
from wsgui.protocol.states import State
from wsgui.session.base import Session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wsgui.engine.options import Options
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed


class ClientSession(Session):
    """``state`` is the readyState that the window shows; before the first connection it is CLOSED."""

    kind = "client"

    def __init__(self, name: str, folder: Path, *, options: Options | None = None, capture: Path | None = None) -> None:
        super().__init__(name, folder, options, capture=capture)
        self.url = ""
        self.ws: WebSocket | None = None
        self.last_end: ConnectionClosed | None = None
        self._number = self.recorder.writer.last_connection
        self._connecting: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        """CONNECTING while an attempt runs, then the connection's own."""
        if self._connecting is not None and not self._connecting.done():
            return State.CONNECTING
        return State.CLOSED if self.ws is None else self.ws.state

    @property
    def rtt_ns(self) -> int | None:
        """The last ping's round trip in ns."""
        return None if self.ws is None else self.ws.rtt_ns

    def _connections(self) -> Iterable[WebSocket]:
        return [self.ws] if self.ws is not None and self.ws.state is not State.CLOSED else []

    def connect(self, url: str) -> None:
        """Begin to connect; `state` and `message` tell how it went. Does nothing while a connection is up."""
        if self.state is not State.CLOSED:
            return
        self.url = url
        self.name = f"Client {url.partition('://')[2] or url}"
        self.say("Connecting…")
        self.recorder.retry()
        self._connecting = self.tasks.start(self._connect(url), f"connect to {url}")

    async def _connect(self, url: str) -> None:
        self._number += 1
        try:
            ws = await open_connection(
                url, options=self.options, number=self._number, observer=self.recorder, on_closed=self._ended
            )
        except ConnectError as error:
            self.say(str(error), failed=True)
            return
        self.ws = ws
        self.url = ws.url
        if ws.closed is not None:  # it ended in the very read that opened it
            self._ended(ws)
        if ws.state is State.OPEN:
            ws.on_events = _ignore
            chosen = f", subprotocol {ws.subprotocol}" if ws.subprotocol else ""
            self.say(f"Connected to {ws.remote}{chosen}.")
            self._gate()

    def _ended(self, ws: WebSocket) -> None:
        self.last_end = ws.closed
        if ws.closed is not None and ws is self.ws:  # how an attempt failed or was cancelled is told elsewhere
            self.say(ws.closed.text, failed=ws.closed.code not in (1000, 1001, 1005))

    def disconnect(self, code: int | None = 1000, reason: str = "") -> None:
        """Start the closing handshake, or stop an attempt to connect."""
        self._let_go()
        if self._connecting is not None and not self._connecting.done():
            self._connecting.cancel()
            self.say("The attempt to connect was cancelled.")
        elif self.ws is not None and self.ws.endpoint.can_send:
            self.tasks.start(self.ws.close(code, reason), "closing handshake")

    def abort(self) -> None:
        """Cut TCP at once."""
        if self.ws is not None:
            self.ws.abort()

    async def _close_connections(self, reason: str) -> None:
        if self._connecting is not None and not self._connecting.done():
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if self.ws is not None and self.ws.state is not State.CLOSED:
            try:
                async with asyncio.timeout(1):
                    await self.ws.close(1001, reason)
            except TimeoutError:
                self.ws.abort()
                await self.ws.wait_closed()


def _ignore(events: list[Event]) -> None:
    """In the window nobody receives messages: they are read from the capture."""
