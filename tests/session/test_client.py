from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, tcp_of, until
from tests.patience import PATIENCE
from tests.session.conftest import rows
from tests.session.fakes import FullDisk, SlowDisk
from wsgui.capture.writer import CaptureWriter
from wsgui.endpoint.settings import EndpointSettings
from wsgui.engine import Options, Timeouts, serve
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import State
from wsgui.session.client import ClientSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wsgui.session.server import ServerSession


HI = Frame.build(Opcode.TEXT, b"hi", masking_key=b"abcd")


async def connected(session: ClientSession, url: str) -> None:
    """Connect and wait for it."""
    session.connect(url)
    await until(lambda: session.state is not State.CONNECTING)
    assert session.state is State.OPEN, session.message


async def test_a_session_from_its_start_to_its_end(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        url = server.url
        session = ClientSession("first try", tmp_path)
        assert session.state is State.CLOSED
        assert session.rtt_ns is None
        before = session.revision
        session.connect(server.url)
        assert session.state is State.CONNECTING
        assert session.message == "Connecting…"
        await until(lambda: session.state is State.OPEN)
        assert session.revision > before
        assert session.message == f"Connected to {server.url[5:-1]}."
        assert not session.failed
        assert session.send([HI, HI]) == 1
        await until(lambda: session.recorder.tally.frames_received == 2)
        assert session.ws is not None
        await session.ws.ping()
        assert session.rtt_ns
        session.disconnect(4000, "done")
        await until(lambda: session.state is State.CLOSED)
        assert session.last_end is not None
        assert session.last_end.code == 4000
        assert session.message == "Closed from this side; the peer answered 4000 private use."
        tally = session.recorder.tally
        await session.close()
    assert (tally.frames_sent, tally.frames_received, tally.connections, tally.violations) == (4, 4, 1, 0)
    path = session.recorder.path
    assert path.parent == tmp_path
    assert path.name.endswith("first-try.wscap")
    found = rows(path, "SELECT direction, opcode, payload FROM frames WHERE opcode IN (1, 8)")
    assert found == [
        (0, 1, b"hi"),
        (0, 1, b"hi"),
        (1, 1, b"hi"),
        (1, 1, b"hi"),
        (0, 8, b"\x0f\xa0done"),
        (1, 8, b"\x0f\xa0"),
    ]
    [(sent,)] = rows(path, "SELECT payload FROM frames WHERE id = 1")
    assert sent.startswith(b"GET / HTTP/1.1\r\n")
    [(sum_of_bytes,)] = rows(path, "SELECT sum(length) FROM frames WHERE opcode = -1 AND direction = 0")
    assert tally.bytes_sent == sum_of_bytes + 2 * 8 + (6 + 4) + (6 + 6)
    assert rows(path, "SELECT role, url, code, ended_by FROM connections") == [("client", url, 4000, 0)]
    assert rows(path, "SELECT value FROM meta WHERE key = 'name'") == [("first try",)]


async def test_to_connect_again_goes_on_in_the_same_capture(client: ClientSession) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        for number in (1, 2, 3):
            await connected(client, server.url)
            assert client.ws is not None
            assert client.ws.number == number
            client.connect(server.url)  # does nothing while one is up
            client.send([HI])
            client.disconnect()
            await until(lambda: client.state is State.CLOSED)
        await client.close()
    assert rows(client.recorder.path, "SELECT id, code FROM connections") == [(1, 1000), (2, 1000), (3, 1000)]
    found = rows(client.recorder.path, "SELECT connection, count(*) FROM frames WHERE opcode = 1 GROUP BY 1")
    assert [connection for connection, _ in found] == [1, 2, 3]


async def test_an_attempt_that_fails(client: ClientSession) -> None:
    client.connect("ws://nowhere.invalid/")
    async with asyncio.timeout(PATIENCE):
        await until(lambda: client.state is State.CLOSED)
    assert client.failed
    assert client.message == "The host name nowhere.invalid was not found."
    assert client.send([HI]) == 0
    assert client.message == "Nothing was sent: no connection is open."
    assert client.failed
    client.disconnect()
    client.cut()


async def test_a_server_that_says_no(client: ClientSession) -> None:
    async def refuse(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(refuse) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: client.state is State.CLOSED)
    assert client.failed
    assert client.message == "The server answered 404, not 101 Switching Protocols."


async def test_an_attempt_that_is_called_off(client: ClientSession) -> None:
    reached = asyncio.Event()

    async def say_nothing(raw: Raw) -> None:
        await raw.head()
        reached.set()
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(say_nothing) as place:
        client.connect(f"ws://{place}/")
        await reached.wait()
        client.disconnect()
        await until(lambda: client.last_end)
        assert client.state is State.CLOSED
        assert client.message == "The attempt to connect was cancelled."
        assert not client.failed
        client.connect(f"ws://{place}/")
        client.disconnect()  # before the task has begun
        assert client.message == "The attempt to connect was cancelled."
        await until(lambda: client.state is State.CLOSED)


async def test_to_close_while_connecting(tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def say_nothing(raw: Raw) -> None:
        await raw.head()
        reached.set()
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(say_nothing) as place:
        session = ClientSession("x", tmp_path)
        session.connect(f"ws://{place}/")
        await reached.wait()
        await session.close()


async def test_the_peer_is_lost(client: ClientSession) -> None:
    async def cut(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(cut) as place:
        await connected(client, f"ws://{place}/")
        client.send([HI])
        await until(lambda: client.state is State.CLOSED)
    assert client.failed
    assert client.message == "TCP ended without a close frame: 1006 abnormal closure."


async def test_to_cut(client: ClientSession) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(client, server.url)
        client.cut()
        await until(lambda: client.state is State.CLOSED)
    assert client.message == "TCP was cut from this side, without a close frame (1006)."


@pytest.mark.parametrize("again", [False, True])
async def test_that_a_cancelled_attempt_is_over_is_told_too(tmp_path: Path, again: bool) -> None:
    """Once it is: a window that looked at the very moment of the cancelling would show CONNECTING for good."""
    session = ClientSession("x", tmp_path)
    session.use_settings(EndpointSettings(reconnect=again, reconnect_first=PATIENCE, reconnect_most=PATIENCE))
    async with asyncio.timeout(PATIENCE):
        session.connect("ws://127.0.0.1:1/")
        await until(lambda: not again or session.waiting_until_ns is not None)
        session.disconnect()
        assert session.state is State.CONNECTING
        told = session.revision
        await until(lambda: session.state is State.CLOSED)
        await until(lambda: session.revision > told)
        await session.close()


async def test_a_peer_that_does_not_answer_the_close_frame_does_not_hold_the_window_up(tmp_path: Path) -> None:
    async def stay(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(stay) as place:
        session = ClientSession("x", tmp_path, options=Options(timeouts=Timeouts(closing=10 * PATIENCE)))
        await connected(session, f"ws://{place}/")
        await session.close()  # by the closing timeout alone it would take longer than the test waits
    assert rows(session.recorder.path, "SELECT code FROM connections") == [(1006,)]


async def test_to_answer_a_close_frame_by_hand(tmp_path: Path) -> None:
    got = []

    async def close(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x88\x02\x03\xe8")
        got.append(await raw.frame())

    session = ClientSession("x", tmp_path, options=Options(policy=Policy(answer_close=False)))
    async with asyncio.timeout(PATIENCE), raw_server(close) as place:
        session.connect(f"ws://{place}/")
        await until(lambda: session.ws is not None and session.ws.driver.connection.close_received)
        session.disconnect(1000, "bye")
        await until(lambda: session.state is State.CLOSED)
        await session.close()
    assert got == [(0x88, b"\x03\xe8bye")]


async def test_many_messages_behind_the_101_do_not_stop_the_session(client: ClientSession) -> None:
    async def flood(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x00" * 100_000 + b"\x88\x00")
        while (await raw.frame())[0] != 0x88:
            pass

    async with asyncio.timeout(PATIENCE), raw_server(flood) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: client.last_end)
    assert client.recorder.tally.frames_received == 100_001


# --- repeated sending


async def test_a_batch_after_another(client: ClientSession) -> None:
    batches = [[HI], [HI, HI], [HI]]
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(client, server.url)
        client.start_repeating(batches, 0.001, None)
        assert client.repeating
        await until(lambda: not client.repeating)
        assert client.message == "Sent 3 times."
        await until(lambda: client.recorder.tally.frames_received == 4)
        assert client.recorder.tally.frames_sent == 4


async def test_repeating_until_it_is_stopped(client: ClientSession) -> None:
    def for_ever() -> Iterator[list[Frame]]:
        while True:
            yield [HI]

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour="silent") as server:
        await connected(client, server.url)
        client.start_repeating(for_ever(), 0, 1)
        await until(lambda: client.recorder.tally.frames_sent > 1000)
        client.start_repeating(for_ever(), 0.001, 1)  # takes the place of the first
        client.stop_repeating()
        assert not client.repeating
        client.stop_repeating()
        revision = client.revision
        await asyncio.sleep(0)
        sent = client.recorder.tally.frames_sent
        assert client.revision >= revision
        await asyncio.sleep(0)
        assert client.recorder.tally.frames_sent == sent


async def test_repeating_ends_with_the_connection(client: ClientSession, capsys: pytest.CaptureFixture[str]) -> None:
    def for_ever() -> Iterator[list[Frame]]:
        while True:
            yield [Frame.build(Opcode.BINARY, bytes(100_000), masking_key=b"abcd")]

    async def cut(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await stop.wait()
        raw.reset()

    stop = asyncio.Event()
    async with asyncio.timeout(PATIENCE), raw_server(cut) as place:
        await connected(client, f"ws://{place}/")
        client.start_repeating(for_ever(), 0, None)
        await until(lambda: client.ws is not None and client.ws._drain is not None)  # it waits for the peer
        stop.set()
        await until(lambda: not client.repeating)
    assert client.failed
    assert capsys.readouterr().err == ""


# --- a disk that is slow or full


async def test_overload_stops_reading_until_the_writer_has_caught_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)
    session = ClientSession("x", tmp_path)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        assert session.ws is not None
        transport = tcp_of(session.ws)
        disk.stuck()
        session.send([HI] * 2000)
        await until(lambda: not transport.is_reading())
        received = session.recorder.tally.frames_received
        assert received < 2000
        session.start_repeating([[HI], [HI], [HI]], 0, None)
        for _ in range(20):
            await asyncio.sleep(0)
        assert session.repeating  # our own sending waits for the writer too
        disk.free()
        await until(lambda: transport.is_reading())
        await until(lambda: session.recorder.tally.frames_received == 2003)
        assert session.message == "Sent 3 times."
        await session.close()
    assert rows(session.recorder.path, "SELECT count(*) FROM frames WHERE opcode = 1") == [(4006,)]


async def test_to_disconnect_while_overloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)
    session = ClientSession("x", tmp_path, options=Options(timeouts=Timeouts(closing=10 * PATIENCE)))
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        assert session.ws is not None
        disk.stuck()
        session.send([HI] * 2000)
        await until(lambda: session.ws is not None and not tcp_of(session.ws).is_reading())
        session.disconnect()
        await until(lambda: session.state is State.CLOSING)
        disk.free()
        await until(lambda: session.state is State.CLOSED)
        assert session.last_end is not None
        assert session.last_end.code == 1000
        await session.close()


async def test_a_full_disk_holds_the_traffic_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    session = ClientSession("x", tmp_path)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        assert session.ws is not None
        transport = tcp_of(session.ws)
        session.send([HI])
        await until(lambda: session.recorder.committed >= 4)
        disk.full = True
        session.send([HI])
        await until(lambda: session.recording.holding)
        assert session.message.startswith("The disk is full: recording to ")
        assert session.message == session.recording.sentence
        assert session.failed
        assert session.state is State.OPEN
        assert not transport.is_reading()
        session.recording.try_again()  # no better
        for _ in range(20):
            await asyncio.sleep(0)
        assert session.recording.holding
        disk.full = False
        session.recording.try_again()
        await until(lambda: not session.recording.sentence)
        assert session.message == "Recording goes on. Nothing was lost."
        assert not session.failed
        assert transport.is_reading()
        session.send([HI])
        await until(lambda: session.recorder.tally.frames_received == 3)
        await session.close()
    assert rows(session.recorder.path, "SELECT count(*) FROM frames WHERE opcode = 1") == [(6,)]
    assert rows(session.recorder.path, "SELECT count(*) FROM notes") == [(0,)]


async def test_on_a_full_disk_traffic_may_go_on_unrecorded_and_the_gap_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    monkeypatch.setattr("wsgui.session.recording_pause.RETRY_SECONDS", 3600)
    monkeypatch.setattr("wsgui.session.recorder.CaptureWriter", partial(CaptureWriter, keep=1000))
    session = ClientSession("x", tmp_path)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        session.recording.set_hold(False)
        session.recording.set_hold(False)
        await until(lambda: session.recorder.committed >= 2)
        disk.full = True
        session.send([HI])
        await until(lambda: session.recording.sentence)
        session.send([HI] * 99)
        await until(lambda: session.recorder.tally.frames_received == 100)
        assert session.recording.lost
        assert not session.recording.holding
        session.recording.set_hold(True)
        assert session.recording.holding
        session.recording.set_hold(False)
        disk.full = False
        session.recording.try_again()
        await until(lambda: not session.recording.sentence)
        assert session.message.endswith(" frames went by unrecorded; a note in the capture says where.")
        session.send([HI])
        await until(lambda: session.recorder.tally.frames_received == 101)
        await session.close()
    ((note,),) = rows(session.recorder.path, "SELECT text FROM notes")
    assert note.endswith(" frames before this one were not recorded: the capture file could not be written.")
    recorded = rows(session.recorder.path, "SELECT count(*) FROM frames WHERE opcode = 1")[0][0]
    assert recorded + int(note.split()[0]) == 202


async def test_it_is_tried_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    monkeypatch.setattr("wsgui.session.recording_pause.RETRY_SECONDS", 0.01)
    session = ClientSession("x", tmp_path)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        disk.full = True
        session.send([HI])
        await until(lambda: session.recording.sentence)
        disk.full = False
        await until(lambda: not session.recording.sentence)
        await session.close()
    assert rows(session.recorder.path, "SELECT count(*) FROM frames WHERE opcode = 1") == [(2,)]


async def test_to_close_while_traffic_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    session = ClientSession("x", tmp_path)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await connected(session, server.url)
        disk.full = True
        session.send([HI])
        await until(lambda: session.recording.holding)
        session.disconnect()
        await until(lambda: session.state is State.CLOSED)
        assert session.last_end is not None
        assert session.last_end.code == 1000
        await session.close()


async def test_what_a_session_is_called_shows_no_secret(client: ClientSession) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        place = server.url.removeprefix("ws://")
        await connected(client, f"ws://me:hush@{place}?room=7&token=hush")
        assert client.name == f"Client me:***@{place}?room=7&token=***"
        assert client.ws is not None
        assert client.ws.url == f"ws://{place}?room=7&token=hush"
        assert "hush" not in client.message


async def test_what_cannot_be_made_anew_ends_repeated_sending(client: ClientSession, server: ServerSession) -> None:
    client.connect(server.url)
    async with asyncio.timeout(PATIENCE):
        await until(lambda: client.state is State.OPEN)

    def batches() -> Iterator[list[Frame]]:
        yield [Frame.build(1, b"a", masking_key=b"abcd")]
        raise ValueError("There is nothing to fill in.")

    client.start_repeating(batches(), 0, None)
    async with asyncio.timeout(PATIENCE):
        await until(lambda: not client.repeating)
    assert client.message == "Stopped behind 1 times: There is nothing to fill in."
