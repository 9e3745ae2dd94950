"""Sessions without a window: nothing is kept, or a file of a person's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engine.raw import Raw, raw_server, until
from tests.patience import PATIENCE
from wsgui.endpoint.settings import EndpointSettings
from wsgui.engine.server import serve
from wsgui.protocol.states import State
from wsgui.records import ConnectionClosed, ConnectionOpened, FramesSeen
from wsgui.session.client import ClientSession
from wsgui.session.live_mark import mark_path
from wsgui.session.recorder import Unrecorded
from wsgui.session.server import ServerSession

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record


async def test_a_client_that_keeps_nothing_makes_no_records() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        session = ClientSession("one", None)
        assert session.observer is None
        session.connect(server.url)
        await until(lambda: session.state is State.OPEN)
        session.send(lambda connection: [connection.message(1, b"hi")])
        session.flush()
        session.set_keep_alive(True)
        snapshot = session.snapshot()
        assert (snapshot.capture, snapshot.capture_bytes, snapshot.committed) == ("", 0, 0)
        assert await session.close()


async def test_a_listener_hears_what_is_not_kept() -> None:
    heard: list[Record] = []
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        session = ClientSession("one", None, listener=heard.append)
        session.connect(server.url)
        await until(lambda: session.state is State.OPEN)
        await session.close()
    assert isinstance(heard[0], ConnectionOpened)
    assert isinstance(heard[-1], ConnectionClosed)


async def test_a_listener_hears_what_is_kept(tmp_path: Path) -> None:
    heard: list[Record] = []
    path = tmp_path / "mine.wscap"
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        session = ClientSession("one", None, file=path, listener=heard.append)
        session.connect(server.url)
        await until(lambda: session.state is State.OPEN)
        session.send(lambda connection: [connection.message(1, b"hi")])
        assert await session.close()
    assert any(isinstance(record, FramesSeen) for record in heard)
    assert session.recorder.tally.frames_sent == 2  # and the close frame
    assert path.exists()
    assert not mark_path(path).exists()


async def test_a_file_of_ones_own_goes_if_nothing_began(tmp_path: Path) -> None:
    path = tmp_path / "mine.wscap"
    session = ServerSession("one", None, file=path)
    assert path.exists()
    await session.close()
    assert not path.exists()


async def test_a_server_that_keeps_nothing() -> None:
    async with asyncio.timeout(PATIENCE):
        session = ServerSession("one", None)
        assert session.urls == []
        starting = session.start("127.0.0.1", 0)
        assert starting is not None
        await starting
        client = ClientSession("two", None)
        client.connect(session.url)
        await until(lambda: client.state is State.OPEN)
        assert session.urls == [session.url]
        await client.close()
        assert await session.close()


async def test_unrecorded_has_nothing_to_lose() -> None:
    recorder = Unrecorded()
    recorder.retry()
    recorder.discard()
    assert (recorder.dropped, recorder.failure, recorder.moved, recorder.last_connection) == (0, None, "", 0)


async def test_who_disconnects_while_the_peer_goes_away_is_not_connected_again() -> None:
    """The peer's close frame came first, with a code that calls for another attempt."""
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        session = ClientSession("one", None)
        session.use_settings(EndpointSettings(reconnect=True))
        session.connect(server.url)
        await until(lambda: session.state is State.OPEN and server.connections)
        [ws] = server.connections.values()
        ws.write_frames([ws.connection.close_frame(1001, "moving")])
        await until(lambda: session.ws is not None and session.ws.connection.close_received)
        assert session.state is State.CLOSING
        session.disconnect()
        await until(lambda: session.state is State.CLOSED)
        assert "Trying again" not in session.message
        await session.close()


async def test_after_a_redirect_the_place_that_was_asked_for_is_connected_to_again() -> None:
    """Where it led is another server's business next time; and what is secret goes to the one that was asked."""
    asked: list[bytes] = []

    async with asyncio.timeout(PATIENCE), serve(port=0) as server:

        async def elsewhere(raw: Raw) -> None:
            asked.append(await raw.head())
            raw.send(b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % server.url.encode())
            await raw.rest()

        async with raw_server(elsewhere) as place:
            session = ClientSession("one", None)
            session.use_settings(EndpointSettings(reconnect=True, reconnect_first=0.05, redirects=1))
            session.connect(f"ws://{place}/")
            await until(lambda: session.state is State.OPEN and server.connections)
            [ws] = server.connections.values()
            ws.abort()
            await until(lambda: len(asked) == 2)
            await until(lambda: session.state is State.OPEN)
            await session.close()
