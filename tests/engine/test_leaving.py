"""Keep-alive and closing on busy links. Deadlines are called as if their time had come; nothing waits for a clock."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, until
from tests.patience import PATIENCE
from wsgui.engine import Options, Timeouts, WebSocket, open_connection
from wsgui.engine.leaving import Leaving, Way
from wsgui.engine.overdue import overdue
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wsgui.records import Record

LATE = Options(timeouts=Timeouts(closing=3600, ping_interval=3600, ping_timeout=3600, linger=0.01))
LARGE = bytes(16 * 1024 * 1024)


@pytest.mark.parametrize(
    ("start", "looks"),
    [
        (10, [(10, Way.LEFT), (16, Way.LEFT)]),  # nothing stood before it
        (12, [(16, Way.LEFT_SINCE), (16, Way.LEFT)]),
        (12, [(11, Way.MOVING), (11, Way.STUCK), (15, Way.MOVING), (40, Way.LEFT_SINCE), (40, Way.LEFT)]),
        (12, [(10, Way.STUCK)]),
    ],
)
def test_how_far_something_is(start: int, looks: list[tuple[int, Way]]) -> None:
    leaving = Leaving(start, 16, 10)
    assert [leaving.look(taken) for taken, _ in looks] == [way for _, way in looks]


class Link(NamedTuple):
    ws: WebSocket
    raw: Raw
    records: list[Record]


@asynccontextmanager
async def link() -> AsyncIterator[Link]:
    """A client of ours and a raw server that has said 101 and reads nothing."""
    shaken: asyncio.Future[Raw] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()
    records: list[Record] = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
        shaken.set_result(raw)
        await over.wait()
        raw.writer.transport.abort()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}/", options=LATE, observer=records.append)
        try:
            yield Link(ws, await shaken, records)
        finally:
            ws.abort()
            over.set()
            await ws.wait_closed()


def pings(records: list[Record]) -> int:
    return sum(
        frame.opcode == Opcode.PING
        for record in records
        if isinstance(record, FramesSeen) and record.direction is Direction.SENT
        for frame in record.frames
    )


async def test_bytes_that_arrive_show_that_the_peer_lives() -> None:
    async with link() as (ws, raw, _):
        driver = ws.driver
        overdue(driver, "ping")
        driver.last_read_ns = 0
        raw.send(b"\x82\x7f" + len(LARGE).to_bytes(8) + b"the start of a large message")
        await until(lambda: driver.last_read_ns)
        overdue(driver, "pong")
        assert ws.state is State.OPEN
        assert "pong" in driver.deadlines
        driver.last_read_ns = 0  # as if that had been long ago
        overdue(driver, "pong")
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.text == "A keep-alive ping was not answered within 3600 s."


async def test_the_clock_starts_when_the_ping_has_left() -> None:
    async with link() as (ws, raw, records):
        driver = ws.driver
        ws.write_frames([ws.frame(Opcode.BINARY, LARGE)])
        overdue(driver, "ping")
        assert pings(records) == 1
        overdue(driver, "ping")
        assert pings(records) == 1  # another one behind it would say nothing
        for _ in range(3):
            before = driver.link.unacknowledged()
            raw.writer.transport.resume_reading()  # type: ignore[attr-defined]
            await raw.read(1024 * 1024)
            await until(lambda before=before: driver.link.unacknowledged() < before)
            driver.last_read_ns = 0
            overdue(driver, "pong")
            assert ws.state is State.OPEN
        await raw.read(len(LARGE) - 3 * 1024 * 1024)
        await until(lambda: not driver.link.unacknowledged())
        overdue(driver, "pong")  # it has left since: its time begins
        assert ws.state is State.OPEN
        overdue(driver, "ping")
        assert pings(records) == 2
        overdue(driver, "pong")
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.text == "A keep-alive ping was not answered within 3600 s."


async def test_a_peer_that_takes_nothing_is_not_waited_for() -> None:
    async with link() as (ws, _, _):
        driver = ws.driver
        ws.write_frames([ws.frame(Opcode.BINARY, LARGE)])
        overdue(driver, "ping")
        driver.last_read_ns = 0
        while ws.state is State.OPEN:  # until the buffers of both systems are full
            overdue(driver, "pong")
            await asyncio.sleep(0)
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.text == "The peer took nothing of what was sent for 3600 s."


async def test_a_close_frame_behind_a_large_message() -> None:
    async with link() as (ws, raw, _):
        driver = ws.driver
        ws.write_frames([ws.frame(Opcode.BINARY, LARGE)])
        ws.write_frames([ws.driver.connection.close_frame(1000, "")])
        before = driver.link.unacknowledged()
        raw.writer.transport.resume_reading()  # type: ignore[attr-defined]
        await raw.read(1024 * 1024)
        await until(lambda: driver.link.unacknowledged() < before)
        overdue(driver, "closing")
        assert ws.closed is None
        assert "closing" in driver.deadlines
        assert len((await raw.read(14 + len(LARGE) - 1024 * 1024 + 8))[-8:]) == 8  # all of it, and the close frame
        raw.send(b"\x88\x02\x03\xe8")
        raw.writer.write_eof()
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.code == 1000


async def test_a_peer_that_never_takes_the_close_frame() -> None:
    async with link() as (ws, _, _):
        ws.write_frames([ws.frame(Opcode.BINARY, LARGE)])
        ws.write_frames([ws.driver.connection.close_frame(1000, "")])
        while ws.closed is None:
            if "closing" in ws.driver.deadlines:
                overdue(ws.driver, "closing")
            await asyncio.sleep(0)
        await ws.wait_closed()
        assert ws.closed.text == "The closing handshake was not done within 3600 s."
