"""What decoders are told of a connection: read from its handshake, once for each connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CaptureError
from wsgui.capture.schemas import schema_of
from wsgui.dissect.decoders.model import NO_CONTEXT, Context
from wsgui.dissect.http_head import read_head
from wsgui.protocol.states import Role
from wsgui.records import Direction

if TYPE_CHECKING:
    from wsgui.capture.reader import CaptureReader
    from wsgui.dissect.decoders.schema.model import SchemaChoice

_MOST: Final = 10_000
"""Connections that are remembered."""

_AGAIN: Final = 64
"""Messages of a connection behind which it is looked again for what was not there; at first behind 1, 2, 4."""

_SUBPROTOCOL: Final = "Sec-WebSocket-Protocol"


class Contexts:
    """Never raises: of a handshake that cannot be read nothing is known. A connection whose handshake or first message
    is not there is asked again when the capture has grown, now and then: an import may lack them for good, and looking
    for them reads through its beginning."""

    def __init__(self, reader: CaptureReader) -> None:
        self._reader = reader
        self._schema: SchemaChoice | None = None
        self._known: dict[int, tuple[Context, Context]] = {}
        self._unsure: dict[int, list[int]] = {}
        """Of connections that lack something: how often they were asked, and the last row of the capture then."""

    def of(self, connection: int, direction: int) -> Context:
        """What is known of messages that went one way over a connection."""
        schema = schema_of(self._reader.path)
        if schema is not self._schema:
            self._schema = schema
            self._known.clear()
            self._unsure.clear()
        known = self._known.get(connection)
        if known is None or (connection in self._unsure and self._has_grown(connection)):
            try:
                known, complete = self._read(connection)
            except (CaptureError, LookupError):
                known, complete = (NO_CONTEXT, NO_CONTEXT), True
            if schema is not None:
                known = known[0]._replace(schema=schema), known[1]._replace(schema=schema)
            if len(self._known) >= _MOST:
                self._known.clear()
                self._unsure.clear()
            self._known[connection] = known
            if complete:
                self._unsure.pop(connection, None)
            elif connection not in self._unsure:
                self._unsure[connection] = [0, self._last()]
        return known[direction]

    def _has_grown(self, connection: int) -> bool:
        """Whether it is time to look again for what a connection lacks, and there is more to look at."""
        unsure = self._unsure[connection]
        unsure[0] += 1
        if unsure[0] & (unsure[0] - 1) and unsure[0] % _AGAIN:
            return False
        last = self._last()
        grown = last not in (0, unsure[1])  # a file that cannot be read tells nothing new
        unsure[1] = last
        return grown

    def _last(self) -> int:
        try:
            return self._reader.last_id()
        except CaptureError:
            return 0

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
