"""A server that wants the window's memory and time: floods of pings and of tiny fragments, then a frame of a TiB.

What that takes is measured by ``tests/soak/soak_window.py``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.ui.real_window import Desk, agree, at_desk, raw_server, read_to_end
from wsgui.protocol.states import State

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

pytestmark = pytest.mark.e2e

PINGS = (b"\x89\x7d" + bytes(125)) * 200
FRAGMENTS = b"\x00\x01a\x00\x00" * 150


def rows(times: int) -> int:
    """Handshake, the first fragment, the floods, and the header that no frame follows; pongs and the close frame go
    the other way."""
    return 3 + times * (200 + 300) + 1


def pourer(times: int) -> Callable[[socket.socket], None]:
    """A peer that sends both floods so many times, then the header of a TiB."""

    def pour(peer: socket.socket) -> None:
        agree(peer)
        # The pongs are read: a peer that leaves them lying is slowed down, and a test of its own.
        reading = threading.Thread(target=read_to_end, args=(peer,), name="reads the pongs")
        reading.start()
        peer.sendall(b"\x01\x00")
        for _ in range(times):
            peer.sendall(PINGS)
            peer.sendall(FRAGMENTS)
        peer.sendall(bytes.fromhex("827f 0000010000000000"))
        reading.join()

    return pour


async def stand_the_flood(desk: Desk, times: int) -> int:
    """Connect to that peer and check what is there at the end; returns how often the loop came round meanwhile."""
    turns = 0
    with raw_server(pourer(times)) as url:
        tab = await desk.client(url)

        def over() -> bool:
            nonlocal turns
            turns += tab.client.state is State.OPEN
            # The pongs that we sent are rows too: only an empty backlog says that all of the flood is in the file.
            recorder = tab.session.recorder
            all_in = recorder.committed >= rows(times) and not recorder.writer.backlog
            return tab.client.state is State.CLOSED and all_in

        await desk.until(over)
    assert "A frame of 1099511627776 bytes is announced" in tab.session.message
    assert "1009" in tab.session.message
    tally = tab.session.recorder.tally
    assert tally.frames_received == 1 + times * 500
    await desk.until(lambda: tab.model.rowCount() == tab.session.recorder.committed)
    message = tab.reader.message_of(next(row.id for row in tab.reader.rows(1, 10) if row.opcode == 1))
    assert message.payload == b"a" * (times * 150)
    assert not message.finished
    return turns


@at_desk
async def test_nothing_of_a_hostile_flood_is_lost(desk: Desk) -> None:
    await stand_the_flood(desk, 10)
