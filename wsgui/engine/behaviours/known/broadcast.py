"""Broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import push
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Shape

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event


@register
@dataclass(eq=False)
class Broadcast(Crowd):
    """Who leaves more than 16 MiB of them unread is cut off, so that the others need not wait."""

    name = "broadcast"
    summary = "Sends each message to every connection as it came."
    alone = False
    others: bool = setting(Shape.FLAG, False, "Only to the others", "Who sends a message does not get it back")

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        push([one for one in self.members if one is not ws] if self.others else self.members, events)
