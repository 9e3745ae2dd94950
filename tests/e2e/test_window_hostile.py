"""A server that wants the window's memory and time: floods of pings and of tiny fragments, then a frame of a TiB."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.ui.real_window import Desk, agree, at_desk, raw_server, read_to_end
from wsgui.protocol.states import State

if TYPE_CHECKING:
    import socket

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
TIMES = 100
PINGS = (b"\x89\x7d" + bytes(125)) * 200
FRAGMENTS = b"\x00\x01a\x00\x00" * 150
ROWS = 3 + TIMES * (200 + 300) + 1
"""Handshake, the first fragment, the floods, and the header that no frame follows; pongs and the close frame go the
other way."""


def pour(peer: socket.socket) -> None:
    agree(peer)
    # The pongs are read: a peer that leaves them lying is slowed down, and a test of its own.
    reading = threading.Thread(target=read_to_end, args=(peer,), name="reads the pongs")
    reading.start()
    peer.sendall(b"\x01\x00")
    for _ in range(TIMES):
        peer.sendall(PINGS)
        peer.sendall(FRAGMENTS)
    peer.sendall(bytes.fromhex("827f 0000010000000000"))
    reading.join()


@at_desk
async def test_the_window_stays_within_bounds(desk: Desk) -> None:
    turns = 0
    with raw_server(pour) as url:
        gc.collect()
        tracemalloc.start()
        try:
            tab = await desk.client(url)

            def over() -> bool:
                nonlocal turns
                turns += tab.client.state is State.OPEN
                # The pongs that we sent are rows too: only an empty backlog says that all of the flood is in the file.
                recorder = tab.session.recorder
                all_in = recorder.committed >= ROWS and not recorder.writer.backlog
                return tab.client.state is State.CLOSED and all_in

            await desk.until(over)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 64 * MIB, f"{peak / MIB:.1f} MiB"
    assert turns > 3  # the loop came round while it was flooded
    assert "A frame of 1099511627776 bytes is announced" in tab.session.message
    assert "1009" in tab.session.message
    tally = tab.session.recorder.tally
    assert tally.frames_received == 1 + TIMES * 500
    await desk.until(lambda: tab.model.rowCount() == tab.session.recorder.committed)
    message = tab.reader.message_of(next(row.id for row in tab.reader.rows(1, 10) if row.opcode == 1))
    assert message.payload == b"a" * (TIMES * 150)
    assert not message.finished
