from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.raw import NO_KEY, REQUEST, raw_client, shaken_client, tcp_of, until
from tests.patience import PATIENCE
from tests.session.conftest import rows
from tests.session.fakes import FullDisk, SlowDisk
from wsgui.endpoint.settings import SettingsError
from wsgui.engine import connect, open_connection
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.session import server as server_module
from wsgui.session.server import ServerSession

if TYPE_CHECKING:
    from pathlib import Path


HI = Frame.build(Opcode.TEXT, b"hi")


async def started(session: ServerSession, port: int = 0) -> None:
    task = session.start("127.0.0.1", port)
    assert task is not None
    assert session.start("127.0.0.1", port) is None
    await task


async def test_a_session_from_its_start_to_its_end(tmp_path: Path) -> None:
    session = ServerSession("my server", tmp_path)
    assert not session.listening
    assert session.send([HI]) == 0
    assert session.stop() is None
    await started(session)
    assert session.listening
    assert session.message == f"Listening on {session.url}"
    async with asyncio.timeout(PATIENCE):
        async with connect(session.url) as one, connect(session.url) as two:
            await one.send("hello")
            assert await one.receive() == "hello"
            assert session.send([HI]) == 2
            assert await two.receive() == "hi"
            assert session.send([HI], target=2) == 1
            assert [ws.number for ws in session.targets(None)] == [1, 2]
            assert session.targets(7) == []
            assert session.state_of(1) is State.OPEN
            assert session.connections[1].remote == one.local
            session.close_connection(2, 4001, "enough")
            await two.wait_closed()
            assert two.closed is not None
            assert (two.closed.code, two.closed.reason) == (4001, "enough")
            await until(lambda: session.state_of(2) is State.CLOSED)
            end = session.connections[2].end
            assert end is not None
            assert end.code == 4001
        stopping = session.stop()
        assert stopping is not None
        await stopping
        assert not session.listening
        assert session.message == "Stopped."
        await started(session)
        async with connect(session.url) as three:
            await three.ping()
        assert list(session.connections) == [1, 2, 3]
        await session.close()
    tally = session.recorder.tally
    assert tally.connections == 3
    assert tally.violations == 0
    path = session.recorder.path
    assert [row[0] for row in rows(path, "SELECT id FROM connections")] == [1, 2, 3]
    assert rows(path, "SELECT count(*) FROM frames WHERE opcode = 1") == [(5,)]
    [(count,)] = rows(path, "SELECT count(*) FROM frames WHERE opcode >= 0")
    assert tally.frames_sent + tally.frames_received == count


async def test_a_port_in_use(server: ServerSession, tmp_path: Path) -> None:
    other = ServerSession("other", tmp_path)
    await started(other, int(server.url.rstrip("/").rpartition(":")[2]))
    assert not other.listening
    assert other.failed
    assert "is in use" in other.message
    await started(other)
    assert other.listening
    assert not other.failed
    await other.close()


async def test_to_change_the_behaviour_while_connected(server: ServerSession) -> None:
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        server.use_behaviour("silent")
        await ws.send("one")
        await ws.ping()
        server.use_behaviour("echo")
        await ws.send("two")
        assert await ws.receive() == "two"
        stopping = server.stop()
        assert stopping is not None
        await stopping
    server.use_behaviour("broadcast")
    assert server.behaviour == "broadcast"


async def test_a_behaviour_comes_back_with_its_options(server: ServerSession) -> None:
    def told(**values: Any) -> None:
        server.use_settings(replace(server.settings, **values))

    async with asyncio.timeout(PATIENCE), connect(server.url) as ws, connect(f"{server.url}a") as other:
        told(behaviour="clock", behaviour_options=[("template", "{n}"), ("interval", "1h")], routes=["/a=echo"])
        assert await ws.receive() == "1"
        await other.send("echo")
        assert await other.receive() == "echo"
        server.use_behaviour("echo")
        assert server.settings.behaviour_options == []
        assert server.told_before("clock") == [("template", "{n}"), ("interval", "1h")]
        server.use_behaviour("clock")
        assert await ws.receive() == "1"
        told(behaviour_options=[("template", "again {n}"), ("interval", "1ms")])
        assert await ws.receive() == "again 2"
        with pytest.raises(SettingsError, match="The behaviour clock has no option 'colour'"):
            told(behaviour_options=[("colour", "red")])
        with pytest.raises(SettingsError, match="There is no behaviour 'dance'"):
            server.use_behaviour("dance")
        assert server.behaviour == "clock"


async def test_what_is_no_websocket_is_recorded_too(server: ServerSession) -> None:
    async with asyncio.timeout(PATIENCE), raw_client(server.server, b"GET / HTTP/1.0\r\n\r\n") as raw:  # type: ignore[arg-type]
        assert (await raw.rest()).startswith(b"HTTP/1.1 4")
    async with asyncio.timeout(PATIENCE):
        await until(lambda: server.connections[1].end)
    await server.close()
    assert rows(server.recorder.path, "SELECT payload FROM frames WHERE id = 1") == [(b"GET / HTTP/1.0\r\n\r\n",)]
    assert rows(server.recorder.path, "SELECT count(*) > 0 FROM violations WHERE frame = 1") == [(1,)]


async def test_only_the_latest_of_the_closed_ones_are_listed(
    server: ServerSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "CLOSED_KEPT", 2)
    async with asyncio.timeout(PATIENCE):
        staying = await open_connection(server.url)
        for _ in range(4):
            async with connect(server.url):
                pass
        await until(lambda: len(server.server.connections) == 1)  # type: ignore[union-attr]
        assert list(server.connections) == [1, 4, 5]
        await staying.close()


async def test_a_peer_that_does_not_answer_the_close_frame(server: ServerSession) -> None:
    async with asyncio.timeout(PATIENCE), shaken_client(server.server) as raw:  # type: ignore[arg-type]
        await server.close()
        assert await raw.frame() == (0x88, b"\x03\xe9going away")


async def test_overload_holds_all_connections_new_ones_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)
    session = ServerSession("x", tmp_path)
    await started(session)
    server = session.server
    assert server is not None
    hi = b"\x81\x82" + NO_KEY + b"hi"
    async with asyncio.timeout(PATIENCE), shaken_client(server) as one:
        disk.stuck()
        one.send(hi * 2000)
        await until(lambda: not tcp_of(server.connections[1]).is_reading())
        async with raw_client(server, REQUEST + hi) as two:
            await until(lambda: len(session.targets(None)) == 2)
            assert not tcp_of(server.connections[2]).is_reading()
            disk.free()
            await two.head()
            for raw, count in ((one, 2000), (two, 1)):
                for _ in range(count):
                    assert await raw.frame() == (0x81, b"hi")
            await until(lambda: tcp_of(server.connections[2]).is_reading())
    await session.close()
    assert rows(session.recorder.path, "SELECT count(*) FROM frames WHERE opcode = 1") == [(4002,)]


async def test_a_full_disk_holds_old_and_new_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    session = ServerSession("x", tmp_path)
    await started(session)
    async with asyncio.timeout(PATIENCE):
        one = await open_connection(session.url)
        await until(lambda: session.recorder.committed >= 2)
        disk.full = True
        await one.send("hi")
        await until(lambda: session.recording.holding)
        assert session.message.startswith("The disk is full")
        two = await open_connection(session.url)
        await until(lambda: len(session.targets(None)) == 2)
        assert not any(tcp_of(ws).is_reading() for ws in session.targets(None))
        disk.full = False
        session.recording.try_again()
        await until(lambda: not session.recording.sentence)
        await two.send("ho")
        assert await two.receive() == "ho"
        disk.full = True
        await two.send("hi")
        await until(lambda: session.recording.holding)
        session.stop()
        await one.wait_closed()
        await two.wait_closed()
        assert one.closed is not None
        assert one.closed.code == 1001
        await session.close()


async def test_close_before_it_listens(tmp_path: Path) -> None:
    session = ServerSession("x", tmp_path)
    session.start("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        await session.close()
    assert not session.listening
