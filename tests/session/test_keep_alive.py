"""Keep-alive pings: off until a person asks for them, then on every connection, open or to come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.engine import connect
from wsgui.protocol.states import State
from wsgui.session import base

if TYPE_CHECKING:
    import pytest

    from wsgui.session.client import ClientSession
    from wsgui.session.server import ServerSession


async def test_pings_are_off_until_they_are_switched_on(
    server: ServerSession, client: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "KEEP_ALIVE_SECONDS", 0.001)
    async with asyncio.timeout(PATIENCE):
        client.connect(server.url)
        await until(lambda: client.state is State.OPEN)
        assert not client.keep_alive
        assert client.recorder.tally.frames_sent == 0
        client.set_keep_alive(True)
        assert client.keep_alive
        await until(lambda: client.recorder.tally.frames_received >= 2)
        assert client.rtt_ns
        client.set_keep_alive(False)
        assert not client.keep_alive
        sent = client.recorder.tally.frames_sent
        assert client.ws is not None
        await client.ws.ping()
        assert client.recorder.tally.frames_sent == sent + 1


async def test_a_server_pings_those_that_come_later_too(server: ServerSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "KEEP_ALIVE_SECONDS", 0.001)
    server.set_keep_alive(True)
    async with asyncio.timeout(PATIENCE), connect(server.url):
        await until(lambda: server.recorder.tally.frames_sent >= 2)
