"""permessage-deflate through the engine: what is agreed on, recorded, and refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import REQUEST, raw_client
from tests.patience import PATIENCE
from wsgui.engine import HandshakeError, Options, connect, serve
from wsgui.engine.options import Compression
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.policy import Policy
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from wsgui.records import Record

WITH = Options(compression=Compression())


async def test_both_ends_of_ours_agree(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=WITH) as server:
        async with connect(server.url, options=WITH, observer=records.append) as ws:
            assert ws.driver.connection.deflate == Deflate(server_max_window_bits=12, client_max_window_bits=12)
            for message in ("Hello", "Hello", "", b"", b"\x00" * 100_000, "\u00e9" * 5000):
                await ws.send(message)
                assert await ws.receive() == message
    frames = [record for record in records if isinstance(record, FramesSeen) and record.inflated]
    sent = [record for record in frames if record.direction is Direction.SENT]
    received = [record for record in frames if record.direction is Direction.RECEIVED]
    assert [record.inflated for record in sent] == [record.inflated for record in received]
    assert sent[0].inflated == [(0, b"Hello")]
    assert len(sent[1].frames[0].payload) < len(sent[0].frames[0].payload)  # the second one refers to the first
    assert all(record.frames[0].rsv1 for record in frames)


async def test_a_server_without_it_declines() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url, options=WITH) as ws:
        assert ws.driver.connection.deflate is None
        await ws.send("Hello")
        assert await ws.receive() == "Hello"


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        ("permessage-deflate", "permessage-deflate; server_max_window_bits=12"),
        (
            "permessage-deflate; client_max_window_bits=9; server_max_window_bits=10; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9",
        ),
    ],
)
async def test_the_answer_stands_in_the_101(offer: str, answer: str) -> None:
    request = REQUEST.replace(b"\r\n\r\n", f"\r\nSec-WebSocket-Extensions: {offer}\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE), serve(port=0, options=WITH) as server, raw_client(server, request) as raw:
        assert f"\r\nSec-WebSocket-Extensions: {answer}\r\n".encode() in await raw.head()
        raw.send(b"\xc1\x87\x00\x00\x00\x00\xf2\x48\xcd\xc9\xc9\x07\x00")
        assert (await raw.frame())[0] == 0xC1


async def test_a_bomb_is_not_blown_up(records: list[Record]) -> None:
    options = Options(compression=Compression(), policy=Policy(message_limit=100_000))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with connect(server.url, options=WITH) as ws:
            await ws.send(b"\x00" * 10_000_000)
            await ws.wait_closed()
            assert ws.closed is not None
            assert ws.closed.code == 1009
    assert not any(record.inflated for record in records if isinstance(record, FramesSeen))


async def test_extensions_that_nobody_asked_for() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(handshake_fault="unasked-extension")) as server:
        with pytest.raises(HandshakeError, match="The server accepted x-unasked, which was not offered"):
            async with connect(server.url, options=WITH):
                pass
        observing = Options(policy=Policy(strict=False))
        async with connect(server.url, options=observing) as ws:
            await ws.send("Hello")
            assert await ws.receive() == "Hello"
