"""What is seen of a session at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.states import State
from wsgui.session.client import ClientSession
from wsgui.session.server import ServerSession
from wsgui.session.snapshot import Counts, Light, light_of

if TYPE_CHECKING:
    from pathlib import Path


def test_lights() -> None:
    assert [light_of(state) for state in State] == [Light.BUSY, Light.GOOD, Light.BUSY, Light.DIM]


async def test_a_client_that_has_not_connected(tmp_path: Path) -> None:
    session = ClientSession("New client", tmp_path)
    seen = session.snapshot()
    assert (seen.name, seen.light, seen.state) == ("New client", Light.DIM, "CLOSED · readyState 3")
    assert (seen.rtt_ns, seen.connections, seen.counts, seen.committed) == (None, (), Counts(), 0)
    session.say("It failed.", failed=True)
    assert (session.snapshot().light, session.snapshot().message) == (Light.FAILED, "It failed.")
    await session.close()


async def test_a_server_lists_its_connections(tmp_path: Path) -> None:
    server, client = ServerSession("s", tmp_path), ClientSession("c", tmp_path)
    started = server.start("127.0.0.1", 0)
    assert started is not None
    await started
    client.connect(server.url)
    await client._connecting  # type: ignore[misc]
    seen = server.snapshot()
    assert (seen.state, seen.light) == ("LISTENING · 1 open", Light.GOOD)
    (line,) = seen.connections
    assert (line.number, line.light) == (1, Light.GOOD)
    assert line.label.startswith("#1 127.0.0.1:")
    assert line.tip.startswith("OPEN, from 127.0.0.1:")
    await client.close()
    await server.close()
    assert [(one.label, one.light) for one in server.snapshot().connections] == [("#1 closed 1001", Light.DIM)]
