"""Echo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.engine.behaviours.base import Behaviour
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event


@register
class Echo(Behaviour):
    """Sends every message back as it came, those of one read in one write."""

    name = "echo"
    summary = "Sends every message back: text as text, binary as binary."
    alone = True

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        deliver(ws, events)
