"""Peers that want our memory, our time or our place: each stays within the bounds that ``docs/limits.md`` states, and
the connection ends with the code and the sentence that say why.

Memory is what Python allocates beyond what it had before (tracemalloc sees zlib's too). The hostile peer is in this
process as well and is made so that it holds next to nothing; what the kernel's socket buffers hold is not counted.
"""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import ACCEPTED, REQUEST, Raw, answer_to, raw_client, raw_server, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, open_connection, serve
from wsgui.engine.errors import ConnectionClosedError, HandshakeError
from wsgui.engine.options import Compression, Limits, Options, Timeouts
from wsgui.engine.server import SPARE_CONNECTIONS
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.policy import Policy
from wsgui.records import ConnectionClosed, EndedBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.records import Record

KIB, MIB = 1024, 1024 * 1024


@contextmanager
def within(limit: int) -> Iterator[None]:
    """Fail if more than ``limit`` bytes are allocated at any time in the block."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        yield
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak <= limit, f"{peak / MIB:.1f} MiB were taken, {limit / MIB:.1f} are allowed"


class Ends:
    """An observer that keeps nothing but how connections ended: what records hold is the capture's affair."""

    def __init__(self) -> None:
        self.all: list[ConnectionClosed] = []

    def __call__(self, record: Record) -> None:
        if isinstance(record, ConnectionClosed):
            self.all.append(record)


@pytest.fixture
def ends() -> Ends:
    return Ends()


async def pour(raw: Raw, data: bytes, times: int) -> int:
    """Send the same bytes again and again, at the pace at which they are taken, until the other end has gone."""
    sent = 0
    with suppress(ConnectionError):
        for _ in range(times):
            raw.send(data)
            await raw.writer.drain()
            sent += len(data)
            if raw.writer.is_closing():
                break
            await asyncio.sleep(0)
    return sent


def client_frame(head: int, payload: bytes) -> bytes:
    """A masked frame, with a key that changes nothing."""
    size = len(payload)
    if size < 126:
        return bytes((head, 0x80 | size)) + bytes(4) + payload
    if size < 65536:
        return bytes((head, 0xFE)) + size.to_bytes(2, "big") + bytes(4) + payload
    return bytes((head, 0xFF)) + size.to_bytes(8, "big") + bytes(4) + payload


async def close_code(raw: Raw) -> int:
    """The code of the next close frame."""
    while True:
        head, payload = await raw.frame()
        if head == 0x88:
            return int.from_bytes(payload[:2], "big")


# --- the opening handshake


async def test_slow_heads_are_given_up_after_the_time_for_the_handshake(ends: Ends) -> None:
    options = Options(timeouts=Timeouts(opening=0.3, linger=0.05))
    with within(3 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:

            async def trickle() -> bytes:
                async with raw_client(server, b"GET / HTTP/1.1\r\n") as raw:
                    reading = asyncio.ensure_future(raw.rest())  # noqa: TID251 - awaited in this very function
                    while not reading.done():
                        raw.send(b"X")
                        await asyncio.sleep(0.02)
                    return await reading

            answers = await asyncio.gather(*(trickle() for _ in range(40)))
            await until(lambda: len(ends.all) == 40)
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 408 Request Timeout"}
    assert {(end.ended_by, end.text) for end in ends.all} == {
        (EndedBy.TIMEOUT, "The handshake was not done within 0.3 s.")
    }


async def test_a_head_without_end(ends: Ends) -> None:
    line = b"X-Long: " + b"y" * 1000 + b"\r\n"
    with within(2 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, observer=ends) as server:
            async with raw_client(server, b"GET / HTTP/1.1\r\n") as raw:
                await pour(raw, line, 4000)
            await until(lambda: ends.all)
    assert ends.all[0].text == "The request's head is over 16 KiB."
    assert ends.all[0].ended_by is EndedBy.HANDSHAKE


@pytest.mark.parametrize(("count", "status"), [(123, 101), (124, 431)])
async def test_the_number_of_headers(count: int, status: int) -> None:
    """Five stand in the request already."""
    head = REQUEST[:-2] + b"A: b\r\n" * count + b"\r\n"
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, head) as raw:
        assert (await raw.head()).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"HTTP/1.1 101 Switching Protocols\r\n" + b"X: " + b"y" * 20_000, "more than 16 KiB"),
        (b"HTTP/1.1 101 Switching Protocols\r\n" + b"A: b\r\n" * 129 + b"\r\n", "129 headers, over 128"),
    ],
)
async def test_a_server_with_too_much_of_a_head(answer: bytes, sentence: str) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        await pour(raw, answer, 50)

    with within(2 * MIB):
        async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
            with pytest.raises(HandshakeError, match=sentence):
                await open_connection(f"ws://{place}/")


async def test_a_refusal_whose_body_never_ends() -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 404 Not Found\r\n\r\n")
        await pour(raw, bytes(64 * KIB), 400)

    with within(3 * MIB):
        async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
            with pytest.raises(HandshakeError) as refused:
                await open_connection(f"ws://{place}/", options=Options(timeouts=Timeouts(opening=PATIENCE)))
    assert len(refused.value.body) <= 64 * KIB


async def test_more_connections_than_the_server_takes(ends: Ends) -> None:
    options = Options(limits=Limits(connections=3), timeouts=Timeouts(opening=PATIENCE, linger=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
        opened = [await open_connection(server.url) for _ in range(3)]
        with pytest.raises(HandshakeError, match="503"):
            await open_connection(server.url)
        await until(lambda: ends.all)
        assert ends.all[0].text == "This server has as many connections as it takes."
        # Those that say nothing, and so get no answer, are a few more at the most.
        quiet = [Raw(*await asyncio.open_connection(*server.addresses[0])) for _ in range(60)]
        await until(lambda: len(ends.all) == 1 + 60 - SPARE_CONNECTIONS)
        assert len(server.connections) == 3 + SPARE_CONNECTIONS
        assert {end.text for end in ends.all} == {"This server has as many connections as it takes."}
        for raw in quiet:
            await raw.closed()
        for ws in opened:
            await ws.close()
        await until(lambda: not server.connections)
        await (await open_connection(server.url)).close()


# --- frames and messages


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("82ff 0000010000000000", "A frame of 1099511627776 bytes is announced; the limit is 67108864 bytes."),
        ("82ff ffffffffffffffff", "A frame of 18446744073709551615 bytes is announced; the limit is 67108864 bytes."),
    ],
)
async def test_a_frame_that_announces_too_much(header: str, text: str, ends: Ends) -> None:
    with within(2 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, observer=ends) as server, shaken_client(server) as raw:
            raw.send(bytes.fromhex(header) + bytes(4))
            assert await close_code(raw) == 1009
    assert ends.all[0].text.startswith(text)
    assert ends.all[0].ended_by is EndedBy.RULE


async def test_an_announced_frame_takes_no_memory_before_it_comes() -> None:
    with within(3 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0) as server:
            for _ in range(20):
                async with shaken_client(server) as raw:
                    raw.send(bytes.fromhex("82ff 0000000004000000") + bytes(4))  # 64 MiB, which is allowed
                    raw.send(b"begun")
                    await raw.writer.drain()


async def test_a_message_that_grows_over_the_limit(ends: Ends) -> None:
    options = Options(policy=Policy(message_limit=MIB))
    piece = client_frame(0x00, bytes(60_000))
    with within(5 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
            async with shaken_client(server) as raw:
                raw.send(client_frame(0x02, b""))
                await pour(raw, piece, 17)
                await pour(raw, client_frame(0x00, bytes(60_000)), 1)
                assert await close_code(raw) == 1009
            await until(lambda: ends.all)
    assert "the limit is 1048576 bytes" in ends.all[0].text


async def test_tiny_fragments_cost_what_they_carry() -> None:
    """Fifty thousand fragments, every other one empty."""
    some = (client_frame(0x00, b"a") + client_frame(0x00, b"")) * 500
    with within(MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
            raw.send(client_frame(0x01, b""))
            await pour(raw, some, 50)
            raw.send(client_frame(0x80, b"."))
            assert await raw.read(4) == bytes.fromhex("817e 61a9")
            assert await raw.read(25_001) == b"a" * 25_000 + b"."


async def test_tiny_fragments_over_the_limit(ends: Ends) -> None:
    options = Options(policy=Policy(message_limit=50_000))
    with within(3 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
            async with shaken_client(server) as raw:
                raw.send(client_frame(0x01, b""))
                await pour(raw, client_frame(0x00, b"a") * 1000, 50)
                raw.send(client_frame(0x00, b"a"))
                assert await close_code(raw) == 1009


# --- what waits for a peer


async def test_a_flood_of_pings_from_a_peer_that_does_not_read(ends: Ends) -> None:
    pings = client_frame(0x89, b"p" * 125) * 400
    with within(6 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, observer=ends) as server, shaken_client(server) as raw:
            raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
            [ws] = server.connections.values()
            sent = 0
            while not ws.driver.pauses:  # until it is not read any more itself
                raw.send(pings)
                sent += len(pings)
                await asyncio.sleep(0)
            assert sent > MIB
            assert ws.driver.link.backlog() < MIB
            raw.reset()
            await until(lambda: ends.all)


async def test_more_than_may_wait_for_a_peer_that_does_not_read(ends: Ends) -> None:
    async def push(ws: object) -> None:
        while True:
            ws.write_frames([ws.driver.connection.message(2, piece)])  # type: ignore[attr-defined]
            if ws.driver.closed_record is not None:  # type: ignore[attr-defined]
                return
            await asyncio.sleep(0)

    piece = bytes(64 * KIB)
    options = Options(limits=Limits(queued_bytes=2 * MIB))
    with within(6 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=push, options=options, observer=ends) as server:
            async with shaken_client(server) as raw:
                raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
                await until(lambda: ends.all)
    [end] = ends.all
    assert (end.code, end.ended_by) == (1006, EndedBy.TIMEOUT)
    assert end.text.startswith("The peer does not read: 2")
    assert end.text.endswith(" bytes waited for it, and it was cut off.")


async def test_a_client_sends_to_a_server_that_never_reads(ends: Ends) -> None:
    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: ends.all)

    options = Options(limits=Limits(queued_bytes=2 * MIB))
    with within(8 * MIB):
        async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
            ws = await open_connection(f"ws://{place}/", options=options, observer=ends)
            while ws.driver.can_send:
                ws.write_frames([ws.driver.connection.message(2, bytes(64 * KIB))])
                await asyncio.sleep(0)
            await until(lambda: ends.all)
    assert "The peer does not read" in ends.all[0].text


async def test_a_server_that_floods_a_client_which_does_not_ask() -> None:
    """What nobody receives waits within bounds, and TCP slows the server."""

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await pour(raw, (b"\x82\x7d" + bytes(125)) * 500, 3000)  # 190 MB

    with within(12 * MIB):
        async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place, connect(f"ws://{place}/") as ws:
            async with asyncio.timeout(PATIENCE):
                await until(lambda: ws.driver.pauses)
            ws.abort()


# --- permessage-deflate


def deflated(size: int) -> bytes:
    """Zeros, compressed a thousand to one."""
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts = [made.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join((*parts, made.flush(zlib.Z_SYNC_FLUSH)))[:-4]


OFFER = REQUEST[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"


def deflating(**policy: object) -> Options:
    return Options(policy=Policy(**policy), compression=Compression(wish=Deflate()))  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [MIB, 64 * MIB])
async def test_a_bomb(limit: int, ends: Ends) -> None:
    """A hundred MiB in a hundred KiB: no more than the limit is ever inflated."""
    bomb = client_frame(0xC2, deflated(100 * MIB))
    with within(2 * limit + 4 * MIB):
        async with (
            asyncio.timeout(PATIENCE),
            serve(port=0, behaviour="silent", options=deflating(message_limit=limit), observer=ends) as server,
            raw_client(server, OFFER) as raw,
        ):
            await raw.head()
            raw.send(bomb)
            assert await close_code(raw) == 1009
    assert ends.all[0].text.startswith(f"The message inflates to more than the {limit} bytes")
    assert ends.all[0].ended_by is EndedBy.RULE


async def test_a_bomb_in_fragments(ends: Ends) -> None:
    """Each fragment within the limit, all together not."""
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = made.compress(bytes(256 * KIB)) + made.flush(zlib.Z_SYNC_FLUSH)
    with within(8 * MIB):
        async with (
            asyncio.timeout(PATIENCE),
            serve(port=0, behaviour="silent", options=deflating(message_limit=MIB), observer=ends) as server,
            raw_client(server, OFFER) as raw,
        ):
            await raw.head()
            raw.send(client_frame(0x42, part))
            for _ in range(4):
                raw.send(client_frame(0x00, part))
            assert await close_code(raw) == 1009
    assert "inflates to more than" in ends.all[0].text


async def test_many_messages_that_inflate_to_much(ends: Ends) -> None:
    """Each is within the limit. What one read of 64 KiB inflates to is held at a time: 66 MiB at the most."""
    small = client_frame(0xC2, deflated(MIB))
    options = Options(
        policy=Policy(message_limit=MIB), compression=Compression(wish=Deflate(client_no_context_takeover=True))
    )
    with within(150 * MIB):
        async with (
            asyncio.timeout(PATIENCE),
            serve(port=0, behaviour="silent", options=options, observer=ends) as server,
            raw_client(server, OFFER) as raw,
        ):
            await raw.head()
            await pour(raw, small * 20, 25)  # half a GiB
            raw.send(client_frame(0x88, b"\x03\xe8"))
            assert await close_code(raw) == 1000
            await raw.rest()
    assert [(end.code, end.ended_by) for end in ends.all] == [(1000, EndedBy.PEER)]


async def test_many_connections_with_compression_that_say_nothing() -> None:
    """zlib's state is made with the first message that needs it."""
    with within(6 * MIB):
        async with asyncio.timeout(PATIENCE), serve(port=0, options=deflating()) as server:
            peers = [Raw(*await asyncio.open_connection(*server.addresses[0])) for _ in range(60)]
            for raw in peers:
                raw.send(OFFER)
                assert b"permessage-deflate" in await raw.head()
            for raw in peers:
                await raw.closed()


# --- half-open peers


async def test_a_peer_that_never_answers_the_close_frame(ends: Ends) -> None:
    options = Options(timeouts=Timeouts(closing=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
        async with shaken_client(server) as raw:
            [ws] = server.connections.values()
            await ws.close(1000, "bye")
            assert await raw.frame() == (0x88, b"\x03\xe8bye")
    [end] = ends.all
    assert (end.code, end.ended_by, end.how) == (1006, EndedBy.TIMEOUT, "cut")
    assert end.text == "The closing handshake was not done within 0.1 s."


async def test_a_peer_that_neither_reads_nor_answers(ends: Ends) -> None:
    options = Options(timeouts=Timeouts(closing=0.2))
    with within(4 * 8 * MIB):  # what we send ourselves: the payload, the frame, and what the transport holds
        async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
            async with shaken_client(server) as raw:
                raw.writer.transport.pause_reading()  # type: ignore[attr-defined]
                [ws] = server.connections.values()
                ws.write_frames([ws.driver.connection.message(2, bytes(8 * MIB))])
                assert ws.driver.link.backlog() > MIB
                await ws.close()
    assert ends.all[0].text == "The closing handshake was not done within 0.2 s."


async def test_a_peer_that_is_silent_for_too_long(ends: Ends) -> None:
    options = Options(timeouts=Timeouts(idle=0.1, closing=0.1, linger=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x82\xfe\xff\xff")  # the beginning of a frame, and then nothing
            assert await close_code(raw) == 1001
            await raw.rest()
    assert (ends.all[0].ended_by, ends.all[0].text) == (EndedBy.TIMEOUT, "Nothing came for 0.1 s.")


async def test_a_peer_that_does_not_answer_pings(ends: Ends) -> None:
    options = Options(timeouts=Timeouts(ping_interval=0.05, ping_timeout=0.1, closing=0.1, linger=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=ends) as server:
        async with shaken_client(server) as raw:
            assert await close_code(raw) == 1001
            await raw.rest()
    assert ends.all[0].text == "A keep-alive ping was not answered within 0.1 s."


async def test_a_client_whose_server_never_answers_at_all(ends: Ends) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.rest()

    options = Options(timeouts=Timeouts(opening=0.1))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(Exception, match=r"The handshake was not done within 0\.1 s\."):
            await open_connection(f"ws://{place}/", options=options, observer=ends)
    assert ends.all[0].ended_by in (EndedBy.HANDSHAKE, EndedBy.TIMEOUT)


async def test_a_client_whose_server_stops_in_the_middle(ends: Ends) -> None:
    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await raw.rest()

    options = Options(timeouts=Timeouts(closing=0.1))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}/", options=options, observer=ends)
        await ws.close()
        with pytest.raises(ConnectionClosedError):
            await ws.send("late")
    assert ends.all[0].text == "The closing handshake was not done within 0.1 s."


def test_the_example_is_accepted() -> None:
    """The raw peers of these tests speak the handshake of RFC 6455 section 1.3."""
    assert answer_to(REQUEST) == ACCEPTED
