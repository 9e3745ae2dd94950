"""What decoders are told of a connection: read from its handshake, once for each connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CaptureError
from wsgui.dissect.decoders.model import NO_CONTEXT, Context
from wsgui.dissect.http_head import read_head
from wsgui.protocol.states import Role
from wsgui.records import Direction

if TYPE_CHECKING:
    from wsgui.capture.reader import CaptureReader

_MOST: Final = 10_000
"""Connections that are remembered."""

_SUBPROTOCOL: Final = "Sec-WebSocket-Protocol"


class Contexts:
    """Never raises: of a handshake that cannot be read nothing is known. A connection is asked again as long as its
    handshake and first message are not there."""

    def __init__(self, reader: CaptureReader) -> None:
        self._reader = reader
        self._known: dict[int, tuple[Context, Context]] = {}

    def of(self, connection: int, direction: int) -> Context:
        """What is known of messages that went one way over a connection."""
        known = self._known.get(connection)
        if known is None:
            try:
                known, complete = self._read(connection)
            except (CaptureError, LookupError):
                known, complete = (NO_CONTEXT, NO_CONTEXT), True
            if complete:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[connection] = known
        return known[direction]

    def _read(self, connection: int) -> tuple[tuple[Context, Context], bool]:
        request, response = self._reader.handshake(connection)
        target = subprotocol = ""
        if request is not None:
            words = read_head(request).start_line.split(" ")
            target = words[1] if len(words) > 1 else ""
        if response is not None:
            agreed = read_head(response).values(_SUBPROTOCOL)
            subprotocol = agreed[0] if agreed else ""
        first = self._reader.first_message(connection)
        is_client = self._reader.role(connection) != Role.SERVER.value
        ways = (
            Context(target, subprotocol, (direction == Direction.SENT) == is_client, first) for direction in Direction
        )
        sent, received = ways
        return (sent, received), response is not None and bool(first)
