"""Two connections without I/O, joined by a fake link that cuts what it carries as it likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.helpers.chunks import split
from wsgui.protocol.connection import Connection, Event
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.policy import Policy
    from wsgui.protocol.violations import Violation

KEY = b"\x37\xfa\x21\x3d"
"""The masking key of RFC 6455 section 5.7, which `open_connection` uses for every frame."""


def open_connection(role: Role, policy: Policy | None = None, deflate: Deflate | None = None) -> Connection:
    """A connection whose handshake is done, with what was agreed on of permessage-deflate."""
    connection = Connection(role, policy, new_key=lambda: KEY)
    if deflate is not None:
        connection.use_deflate(deflate)
    connection.opened()
    return connection


class End:
    """One end of a `Link` and what it has seen."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []
        self.events: list[Event] = []
        self.inflated: list[bytes] = []
        self.violations: list[Violation] = []
        self.outgoing = b""

    def write(self, frames: Sequence[Frame]) -> None:
        """Hand frames to the link; they travel with `Link.run`."""
        self.outgoing += self.connection.send(frames)

    def read(self, data: bytes) -> None:
        """What the owner of a connection does with a read."""
        received = self.connection.receive_data(data)
        self.frames += received.frames
        self.events += received.events
        self.inflated += [data for _, data in received.inflated]
        self.violations += [breach for _, breach in received.violations]
        self.violations += received.rest_violations
        self.write(received.replies)


class Link:
    """A client and a server; ``places`` say where `run` cuts what it carries, see `tests.helpers.chunks.split`."""

    def __init__(
        self,
        client: Policy | None = None,
        server: Policy | None = None,
        places: Sequence[int] = (),
        deflate: Deflate | None = None,
    ) -> None:
        self.client = End(open_connection(Role.CLIENT, client, deflate))
        self.server = End(open_connection(Role.SERVER, server, deflate))
        self._places = places

    def run(self) -> None:
        """Carry bytes both ways until nobody has anything to say."""
        while self.client.outgoing or self.server.outgoing:
            for here, there in ((self.client, self.server), (self.server, self.client)):
                data, here.outgoing = here.outgoing, b""
                for part in split(data, self._places):
                    there.read(part)
