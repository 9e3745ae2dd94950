"""Heartbeats."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Periodic
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Choice, Shape
from wsgui.protocol.connection import PongReceived
from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

CODE: Final = 1008
"""Of the close frame to who does not answer; there is none for it alone (RFC 6455 section 7.4.1)."""


@register
@dataclass(eq=False)
class Heartbeat(Periodic):
    """A pong counts if it has the bytes of a ping that was not answered yet; it answers the pings before that one too
    (RFC 6455 section 5.5.3)."""

    name = "heartbeat"
    summary = "Pings every connection each so often, and drops who does not answer."
    alone = True
    at_once = False
    interval: float = setting(
        Shape.SECONDS, 5.0, "Every", "How long from one ping to the next", least=0.001, most=86400
    )
    missed: int = setting(
        Shape.COUNT, 2, "Pongs missed", "After how many pings in a row without a pong it is dropped", least=1, most=1000
    )
    drop: str = setting(
        Shape.CHOICE,
        "close",
        "Drop by",
        "How a connection that does not answer is ended",
        choices=(Choice("close", f"A close frame ({CODE})"), Choice("cut", "Cutting TCP")),
    )
    report: bool = setting(
        Shape.FLAG, False, "Tell each client its round trips", "A text after each pong: how long it took, in ms"
    )

    def __post_init__(self) -> None:
        self._number = 0
        self._waiting: dict[WebSocket, deque[bytes]] = {}

    @property
    def period(self) -> float:
        return self.interval

    def tick(self) -> None:
        self._number += 1
        payload = str(self._number).encode()
        for ws in list(self.members):
            if not ws.driver.can_send:
                continue
            waiting = self._waiting.setdefault(ws, deque())
            if len(waiting) >= self.missed:
                self._drop(ws)
            else:
                waiting.append(payload)
                ws.write_frames([ws.frame(Opcode.PING, payload)])

    def _drop(self, ws: WebSocket) -> None:
        if self.drop == "cut":
            ws.abort()
        else:
            pongs = "1 pong" if self.missed == 1 else f"{self.missed} pongs"
            ws.write_frames([ws.connection.close_frame(CODE, f"{pongs} missed")])

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        waiting = self._waiting.get(ws)
        for event in events:
            if isinstance(event, PongReceived) and waiting and event.payload in waiting:
                while waiting.popleft() != event.payload:
                    pass
                if self.report and ws.rtt_ns is not None:
                    deliver(ws, [f"{event.payload.decode()}: {ws.rtt_ns / 1e6:.3f} ms"])

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._waiting.pop(ws, None)
