"""What a connection makes of reads, written down in full: for comparing the two cores."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.helpers.link import open_connection
from wsgui.protocol import core

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wsgui.protocol.core import Core
    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.policy import Policy
    from wsgui.protocol.states import Role


@contextmanager
def using(one: Core) -> Iterator[None]:
    """New connections work with this core meanwhile."""
    before = core.current
    core.use(one)
    try:
        yield
    finally:
        core.use(before)


def run(one: Core, role: Role, reads: Sequence[bytes], policy: Policy, deflate: Deflate | None) -> list[object]:
    """Everything that can be seen of a connection after each read, and after the end."""
    seen: list[object] = []
    with using(one):
        connection = open_connection(role, policy, deflate)
        for read in (*reads, None):
            received = connection.receive_eof() if read is None else connection.receive_data(read)
            # A list equals a list of other types; 1 equals True.
            seen.append(repr(received))
            seen.append(connection.send(received.replies))
            seen.append((connection.failure, connection.state, connection.close_received, connection.finished))
            seen.append((connection.open_message, connection.half_read, connection.header_under_way))
            peer = connection.peer_now()
            seen.append((peer.open_message, peer.state, peer.half_read))
    return seen
