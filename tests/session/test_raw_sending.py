from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engine.raw import Raw, answer_to, raw_server, until
from tests.patience import PATIENCE
from tests.session.conftest import rows
from wsgui.engine.raw_writer import RawWrite
from wsgui.protocol.frames import Frame
from wsgui.protocol.outlook import outlook
from wsgui.protocol.states import State
from wsgui.session.raw_sending import IN_THE_WAY, peer_now

if TYPE_CHECKING:
    from wsgui.session.client import ClientSession
    from wsgui.session.server import ServerSession

HELLO = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")
PING = Frame(0x89, 7, bytes(4), b"")


async def connected(client: ClientSession, url: str) -> None:
    client.connect(url)
    await until(lambda: client.state is State.OPEN)


async def test_pieces_arrive_and_are_recorded(client: ClientSession, server: ServerSession) -> None:
    async with asyncio.timeout(PATIENCE):
        await connected(client, server.url)
        assert client.raw.send([RawWrite(HELLO[:4]), RawWrite(HELLO[4:])], None) == 1
        assert client.raw.progress == "Sent 0 of 2 pieces…"
        await until(lambda: client.recorder.tally.frames_received == 1)  # the echo
        await until(lambda: not client.raw.under_way)
        assert client.raw.progress == ""
        client.disconnect()
        await until(lambda: client.state is State.CLOSED)
        await client.recorder.close()
    found = rows(client.recorder.path, "SELECT direction, opcode, payload FROM frames WHERE opcode = 1 ORDER BY id")
    assert found == [(0, 1, b"Hello"), (1, 1, b"Hello")]


async def test_nobody_is_there(client: ClientSession) -> None:
    assert client.raw.send([RawWrite(HELLO)], None) == 0
    assert (client.message, client.failed) == ("Nothing was sent: no connection is open.", True)
    assert peer_now(client.raw_targets(None)) is None


async def test_other_sends_are_refused_meanwhile_and_it_can_be_stopped(
    client: ClientSession, server: ServerSession
) -> None:
    async with asyncio.timeout(PATIENCE):
        await connected(client, server.url)
        client.raw.send([RawWrite(HELLO[:7]), RawWrite(HELLO[7:], 60)], None)
        await until(lambda: client.ws is not None and client.ws.driver.raw.rest)
        assert client.send([PING]) == 0
        assert (client.message, client.failed) == (IN_THE_WAY, True)
        assert client.raw.send([RawWrite(HELLO)], None) == 0
        client.raw.cancel()
        assert client.message == "The sending was stopped; the peer may wait for the rest of a frame."
        await until(lambda: not client.raw.under_way)
        client.raw.cancel()
        peer = peer_now(client.raw_targets(None))
        assert peer is not None
        assert outlook(peer, HELLO[7:]).events == ["Hello"]
        assert client.send([PING]) == 1
        # Four bytes of it are the rest of the frame, and two zeros are an empty continuation frame.
        assert client.recorder.tally.frames_sent == 2


async def test_the_connection_ends_before_the_last_piece(client: ClientSession) -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await raw.read(1)

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        await connected(client, f"ws://{address}/")
        client.raw.send([RawWrite(b"\x81"), *[RawWrite(b"", 0.001)] * 10_000], None)
        await until(lambda: not client.raw.under_way)
        assert client.message == "The connection ended before all pieces were sent."


async def test_to_all_or_one_connection(server: ServerSession, client: ClientSession) -> None:
    async with asyncio.timeout(PATIENCE):
        await connected(client, server.url)
        await until(lambda: server.raw_targets(None))
        assert server.raw.send([RawWrite(b"\x81\x02"), RawWrite(b"hi")], 1) == 1
        await until(lambda: client.recorder.tally.frames_received == 1)
        assert server.raw.send([RawWrite(b"\x81\x00")], 7) == 0
