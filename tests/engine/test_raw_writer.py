from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import ConnectionClosedError, WebSocket, open_connection, serve
from wsgui.engine.raw_writer import RawWrite
from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.records import Record

HELLO = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")


def sent(records: list[Record]) -> list[Frame]:
    """The frames that were recorded as sent."""
    return [
        frame
        for record in records
        if isinstance(record, FramesSeen) and record.direction is Direction.SENT
        for frame in record.frames
    ]


def sent_bytes(records: list[Record]) -> list[tuple[bytes, list[str]]]:
    """What was recorded as bytes that form no frame, with the rules."""
    return [
        (record.data, [breach.rule for breach in record.violations])
        for record in records
        if isinstance(record, BytesSeen) and record.direction is Direction.SENT
    ]


def wire_bytes(records: list[Record]) -> int:
    return sum(
        record.wire_bytes for record in records if isinstance(record, FramesSeen) and record.direction is Direction.SENT
    )


async def opened(raw: Raw) -> None:
    raw.send(answer_to(await raw.head()))


async def test_one_write_is_recorded_as_its_frames(records: list[Record]) -> None:
    async def talk(raw: Raw) -> None:
        await opened(raw)
        assert await raw.read(len(HELLO) + 2) == HELLO + b"\x89\x00"
        raw.cut()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)
        assert await ws.send_raw([RawWrite(HELLO + b"\x89\x00")])
        await ws.wait_closed()
    assert sent(records) == [Frame(0x81, 7, bytes.fromhex("37fa213d"), b"Hello"), Frame(0x89, 7, None, b"")]
    found = [record.violations for record in records if isinstance(record, FramesSeen) and record.frames]
    assert [(index, breach.rule) for index, breach in found[0]] == [(1, "mask.client-unmasked")]
    assert sent_bytes(records) == []
    assert wire_bytes(records) == len(HELLO) + 2


async def test_byte_by_byte_gives_one_frame(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve() as server:
        ws = await open_connection(server.url, observer=records.append)
        assert await ws.send_raw(RawWrite(HELLO[at : at + 1]) for at in range(len(HELLO)))
        assert await ws.receive() == "Hello"
        await ws.close()
    assert [frame.payload for frame in sent(records)] == [b"Hello", b"\x03\xe8"]
    assert wire_bytes(records) == len(HELLO) + 8
    assert not ws.driver.raw.in_the_way


async def test_each_piece_waits_for_its_pause(records: list[Record]) -> None:
    arrived = asyncio.Event()

    async def talk(raw: Raw) -> None:
        await opened(raw)
        assert await raw.read(3) == HELLO[:3]
        arrived.set()
        assert await raw.read(len(HELLO) - 3) == HELLO[3:]

    def pieces() -> Iterator[RawWrite]:
        yield RawWrite(HELLO[:3])
        yield RawWrite(HELLO[3:], 0.01)

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)
        assert await ws.send_raw(pieces())
        assert arrived.is_set()
        await ws.wait_closed()


async def test_frames_that_want_out_meanwhile_wait(records: list[Record]) -> None:
    async def talk(raw: Raw) -> None:
        await opened(raw)
        assert await raw.read(3) == HELLO[:3]
        raw.send(b"\x89\x02hi")  # the pong has to wait for the end of the frame
        assert await raw.read(len(HELLO) - 3) == HELLO[3:]
        assert await raw.frame() == (0x8A, b"hi")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)
        sending = asyncio.Event()

        def pieces() -> Iterator[RawWrite]:
            yield RawWrite(HELLO[:3])
            sending.set()
            yield RawWrite(b"", 0.01)
            yield RawWrite(HELLO[3:], 0.05)

        task = asyncio.get_running_loop().create_task(ws.send_raw(pieces()))
        await sending.wait()
        with pytest.raises(RuntimeError, match="another raw sending is under way"):
            await ws.send_raw([RawWrite(b"x")])
        await until(lambda: ws.driver.raw.held)
        assert await task
        await ws.wait_closed()
    assert [frame.opcode for frame in sent(records)] == [1, 10]


async def test_a_frame_behind_half_a_frame_is_recorded_as_its_payload(records: list[Record]) -> None:
    async def talk(raw: Raw) -> None:
        await opened(raw)
        assert await raw.read(9) == b"\x82\x09Hello\x81\x82"
        assert await raw.read(6) == b"\x00\x00\x00\x00Hi"

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)
        assert await ws.send_raw([RawWrite(b"\x82\x09Hello")])
        assert ws.driver.raw.rest == b"\x82\x09Hello"
        await ws.send_frames([Frame(0x81, 7, b"\x00\x00\x00\x00", b"Hi")])
        await ws.wait_closed()
    # Four bytes of the text frame complete the frame that was half sent, its key's other two are a frame of their own,
    # and its payload is the header of one that never comes.
    assert sent(records) == [Frame(0x82, 7, None, b"Hello\x81\x82\x00\x00"), Frame(0x00, 7, None, b"")]
    assert sent_bytes(records) == [(b"Hi", ["frame.cut"])]


async def test_half_a_frame_at_the_end_is_recorded_as_bytes(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve() as server:
        ws = await open_connection(server.url, observer=records.append)
        assert await ws.send_raw([RawWrite(HELLO[:7], fin=True)])
        await ws.wait_closed()
    assert sent(records) == []
    assert sent_bytes(records) == [(HELLO[:7], ["frame.cut"])]
    assert ws.closed is not None
    assert ws.closed.code == 1006


async def test_a_length_over_every_limit_loses_the_border_of_frames(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve() as server:
        ws = await open_connection(server.url, observer=records.append)
        header = bytes.fromhex("82 ff 80 00 00 00 00 00 00 00 00 00 00 00")
        assert await ws.send_raw([RawWrite(header)])
        ws.write_frames([Frame(0x89, 7, b"\x00\x00\x00\x00", b"")])
        await ws.wait_closed()
    assert sent_bytes(records) == [
        (header, ["length.top-bit", "length.over-limit"]),
        (bytes.fromhex("89 80 00 00 00 00"), []),
        *sent_bytes(records)[2:],
    ]
    assert ws.closed is not None
    assert ws.closed.code == 1009


async def test_a_close_frame_in_raw_bytes_closes(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve() as server:
        ws = await open_connection(server.url, observer=records.append)
        text_behind = bytes.fromhex("88 82 00 00 00 00 03 e8 81 81 00 00 00 00 78")
        assert await ws.send_raw([RawWrite(text_behind)])
        await ws.wait_closed()
        with pytest.raises(ConnectionClosedError):
            await ws.send_raw([RawWrite(HELLO)])
    assert ws.closed is not None
    assert ws.closed.code == 1000
    broken = [breach.rule for record in records if isinstance(record, FramesSeen) for _, breach in record.violations]
    assert broken == ["frame.after-close"]


async def test_the_connection_ends_between_two_pieces(records: list[Record]) -> None:
    async def talk(raw: Raw) -> None:
        await opened(raw)
        await raw.read(1)
        raw.reset()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)
        gone = asyncio.Event()

        def pieces() -> Iterator[RawWrite]:
            yield RawWrite(HELLO[:1])
            while not gone.is_set():
                yield RawWrite(b"")
            yield RawWrite(HELLO[1:])

        task = asyncio.get_running_loop().create_task(ws.send_raw(pieces()))
        await ws.wait_closed()
        gone.set()
        assert not await task
    assert sent_bytes(records) == [(HELLO[:1], ["frame.cut"])]


async def test_a_peer_that_breaks_a_rule_meanwhile_gets_its_close_frame(records: list[Record]) -> None:
    said: list[bytes] = []

    async def erring(raw: Raw) -> None:
        await opened(raw)
        await raw.read(1)
        raw.send(b"\x83\x00")
        said.append(await raw.rest())

    async with asyncio.timeout(PATIENCE), raw_server(erring) as address:
        ws = await open_connection(f"ws://{address}/", observer=records.append)

        def pieces() -> Iterator[RawWrite]:
            yield RawWrite(HELLO[:1])
            while ws.driver.can_send_raw:
                yield RawWrite(b"")

        assert not await ws.send_raw(pieces())
        await ws.wait_closed()
    assert said[0][0] == 0x88  # there, though behind half a frame
    assert ws.closed is not None
    assert "Reserved data opcode 0x3" in ws.closed.text


async def test_a_server_sends_raw_bytes_too() -> None:
    peers: list[WebSocket] = []
    async with asyncio.timeout(PATIENCE), serve() as server, shaken_client(server) as raw:
        peers += server.connections.values()
        await peers[0].send_raw([RawWrite(b"\x81"), RawWrite(b"\x02"), RawWrite(b"hi")])
        assert await raw.frame() == (0x81, b"hi")
