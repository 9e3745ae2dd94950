"""Raw bytes sent piece by piece, in the background, and what stands in their way."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from wsgui.engine.errors import ConnectionClosedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wsgui.engine.raw_writer import RawWrite
    from wsgui.engine.tasks import TaskOwner
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Connection

IN_THE_WAY = "Raw bytes are being sent piece by piece: wait for their end, or stop it."


MANY_OPEN: Final = 200
"""More connections than these are not all asked at each look of the window."""


class RawSender(Protocol):
    """What raw sending asks of a session."""

    tasks: TaskOwner

    def raw_targets(self, target: int | None) -> list[WebSocket]:
        """Those that take raw bytes: one by its number, or all for None."""
        ...

    def connections_now(self) -> Iterable[WebSocket]:
        """Those whose TCP is up, whatever their state."""
        ...

    def say(self, sentence: str, *, failed: bool = False) -> None:
        """Set the sentence that is shown."""

    def changed(self) -> None:
        """Something that is shown has changed."""


class RawSendings:
    """The raw sendings of one session: at most one at a time."""

    def __init__(self, session: RawSender) -> None:
        self._session = session
        self._task: asyncio.Task[None] | None = None
        self._gone = 0
        self._total = 0

    @property
    def under_way(self) -> bool:
        """Whether pieces are still to be sent."""
        return self._task is not None and not self._task.done()

    @property
    def progress(self) -> str:
        """How far it has come, in a few words; empty when nothing is under way."""
        return f"Sent {self._gone} of {self._total} pieces…" if self.under_way else ""

    def send(self, pieces: Sequence[RawWrite], target: int | None) -> int:
        """Begin to send to one connection or to all; returns to how many. Says so when it cannot be done."""
        session = self._session
        if self.under_way:
            session.say(IN_THE_WAY, failed=True)
            return 0
        reached = session.raw_targets(target)
        if not reached:
            session.say("Nothing was sent: no connection is open.", failed=True)
            return 0
        self._gone = 0
        self._total = len(pieces) * len(reached)
        self._task = session.tasks.start(self._send_all(reached, pieces), "raw bytes")
        self._task.add_done_callback(lambda _: session.changed())
        session.changed()
        return len(reached)

    @property
    def possible(self) -> bool:
        """Whether there is a connection that takes raw bytes."""
        return any(ws.driver.can_send_raw for ws in self._session.connections_now())

    @property
    def inside_frame(self) -> bool:
        """Whether raw bytes have begun a frame that is not whole yet: other frames wait or are refused."""
        among = list(self._session.connections_now())
        if not self._total and len(among) > MANY_OPEN:
            return False  # of thousands, none was sent anything raw by a person
        return any(ws.driver.raw.used and ws.driver.raw.in_the_way and ws.driver.can_send_raw for ws in among)

    def cancel(self) -> None:
        """Send no more pieces. What has gone of a frame is with the peer, which waits for the rest of it."""
        if self._task is not None and self.under_way:
            self._task.cancel()
            self._session.say("The sending was stopped; the peer may wait for the rest of a frame.")

    async def _send_all(self, reached: Sequence[WebSocket], pieces: Sequence[RawWrite]) -> None:
        whole = await asyncio.gather(*(self._send_one(ws, pieces) for ws in reached))
        if not all(whole):
            self._session.say("The connection ended before all pieces were sent.", failed=True)

    def peer_now(self, target: int | None) -> Connection | None:
        """The peer of the first connection that raw bytes can go to, as it is now: see `peer_now`."""
        return peer_now(self._session.raw_targets(target))

    async def _send_one(self, ws: WebSocket, pieces: Sequence[RawWrite]) -> bool:
        with suppress(ConnectionClosedError):
            return await ws.send_raw(self._counted(pieces))
        return False

    def _counted(self, pieces: Sequence[RawWrite]) -> Iterator[RawWrite]:
        for piece in pieces:
            yield piece
            self._gone += 1
            self._session.changed()


def peer_now(targets: Sequence[WebSocket]) -> Connection | None:
    """The first connection's peer as it is now, to ask what it would say; None without a connection."""
    for ws in targets:
        return ws.driver.connection.peer_now(ws.driver.raw.rest)
    return None
