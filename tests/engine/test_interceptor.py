"""An interceptor on a connection: before frames are recorded, answered or sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engine.memory_link import Wire
from tests.patience import PATIENCE
from wsgui.engine.faults import Action, Faults, Tampering
from wsgui.engine.options import Options
from wsgui.engine.websocket import WebSocket
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame
    from wsgui.records import Record

URL = WsUrl.parse("ws://example.test/chat")


def joined(records: list[Record], options: Options | None = None) -> tuple[WebSocket, WebSocket, Wire]:
    """A client, whose records are kept, and a server."""
    one = WebSocket(ClientHandshake(URL, b"the sample nonce"), options or Options(), observer=records.append)
    other = WebSocket(ServerHandshake(), Options())
    wire = Wire(one.driver, other.driver)
    wire.carry()
    return one, other, wire


def payloads(records: list[Record], direction: Direction) -> list[bytes]:
    """Of the frames that were recorded."""
    seen = [record for record in records if isinstance(record, FramesSeen) and record.direction is direction]
    return [frame.payload for record in seen for frame in record.frames]


def louder(frames: list[Frame]) -> list[Frame]:
    return [frame._replace(payload=frame.payload.upper()) for frame in frames]


async def test_frames_are_changed_both_ways_before_they_are_recorded() -> None:
    records: list[Record] = []
    one, other, wire = joined(records)
    one.driver.intercept(received=louder, sent=louder)
    async with asyncio.timeout(PATIENCE):
        await one.send("out")
        await other.send("in")
        wire.carry()
        assert await other.receive() == "OUT"
        assert await one.receive() == "IN"
    assert payloads(records, Direction.SENT) == [b"OUT"]
    assert payloads(records, Direction.RECEIVED) == [b"IN"]
    one.driver.intercept()
    await other.send("as it is")
    wire.carry()
    assert payloads(records, Direction.RECEIVED)[-1] == b"as it is"
    one.abort()
    wire.carry()


async def test_frames_are_held_and_released() -> None:
    records: list[Record] = []
    held: list[Frame] = []
    one, other, wire = joined(records)

    def hold(frames: list[Frame]) -> list[Frame]:
        held.extend(frames)
        return []

    one.driver.intercept(received=hold, sent=hold)
    other.write_frames([other.frame(9, b"ping")])
    one.write_frames([one.frame(1, b"text")])
    wire.carry()
    assert (payloads(records, Direction.SENT), payloads(records, Direction.RECEIVED)) == ([], [])
    text, ping = held
    one.driver.intercept()
    one.driver.release([ping])
    one.driver.write_now([text])
    wire.carry()
    assert payloads(records, Direction.RECEIVED) == [b"ping"]
    assert payloads(records, Direction.SENT) == [b"ping", b"text"]
    assert sum(record.wire_bytes for record in records if isinstance(record, FramesSeen)) == 6 + 10 + 10
    one.abort()
    wire.carry()
    before = len(records)
    one.driver.release([ping])  # too late
    assert len(records) == before


async def test_faults_come_behind_an_interceptor() -> None:
    records: list[Record] = []
    twice = Tampering(Action.DUPLICATE, lambda frame, inflated=None: frame.payload == b"OUT")
    one, _, wire = joined(records, Options(faults=Faults(frames=(twice,))))
    one.driver.intercept(sent=louder)
    await one.send("out")
    wire.carry()
    assert payloads(records, Direction.SENT) == [b"OUT", b"OUT"]
    one.abort()
    wire.carry()


async def test_nothing_stands_in_the_way_while_it_is_unused() -> None:
    one, _, wire = joined([])
    assert one.driver._outgoing is None
    assert one.connection._feed == one.connection._parser.feed
    one.driver.intercept(received=louder, sent=louder)
    one.driver.intercept()
    assert one.driver._outgoing is None
    assert one.connection._feed == one.connection._parser.feed
    one.abort()
    wire.carry()
