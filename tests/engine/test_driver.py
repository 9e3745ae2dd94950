"""The server's end of the wire, seen by a peer of literal bytes; the client's end is in test_client."""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import (
    ACCEPTED,
    NO_KEY,
    REQUEST,
    Raw,
    answer_to,
    raw_client,
    raw_server,
    shaken_client,
    tcp_of,
    until,
)
from tests.patience import PATIENCE
from wsgui.engine import Options, Timeouts, open_connection, serve
from wsgui.engine.behaviours import Behaviour
from wsgui.engine.driver import LINGER_BYTES
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    HandshakeSeen,
)

if TYPE_CHECKING:
    from wsgui.engine.server import Server
    from wsgui.engine.websocket import WebSocket
    from wsgui.records import Record

HI = b"\x81\x82" + NO_KEY + b"hi"
CLOSE_1000 = b"\x88\x82" + NO_KEY + b"\x03\xe8"


async def end_of(server: Server, records: list[Record]) -> ConnectionClosed:
    """Wait for the record of the end of the (last) connection."""
    async with asyncio.timeout(PATIENCE):
        for ws in list(server.connections.values()):
            await ws.wait_closed()
    [*_, last] = [record for record in records if isinstance(record, ConnectionClosed)]
    return last


# --- the opening handshake


async def test_the_example_of_the_rfc() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server) as raw:
        assert await raw.head() == ACCEPTED


async def test_frames_glued_behind_the_request_are_answered() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, REQUEST + HI + CLOSE_1000) as raw:
        assert await raw.rest() == ACCEPTED + b"\x81\x02hi" + b"\x88\x02\x03\xe8"


async def test_a_request_that_comes_byte_by_byte() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, b"") as raw:
        for byte in REQUEST + HI:
            raw.send(bytes([byte]))
            await raw.writer.drain()
        assert await raw.head() == ACCEPTED
        assert await raw.read(4) == b"\x81\x02hi"


async def test_plain_http_is_told_to_upgrade(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with raw_client(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") as raw:
            answer = await raw.rest()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 426 Upgrade Required\r\n")
        assert b"\r\nUpgrade: websocket\r\n" in head
        assert b"connect with ws://" in body
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.HANDSHAKE
    assert closed.code == 1006
    assert "connect with ws://" in closed.text
    opened, request, response, end = records
    assert isinstance(opened, ConnectionOpened)
    assert opened.role == "server"
    assert isinstance(request, HandshakeSeen)
    assert request.raw == b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert "request.upgrade" in [breach.rule for breach in request.violations]
    assert isinstance(response, HandshakeSeen)
    assert response.raw == answer
    assert response.direction is Direction.SENT
    assert end is closed


async def test_another_version_is_told_ours() -> None:
    request = REQUEST.replace(b"Version: 13", b"Version: 8")
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, request) as raw:
        answer = await raw.rest()
    assert answer.startswith(b"HTTP/1.1 426 ")
    assert b"\r\nSec-WebSocket-Version: 13\r\n" in answer


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"hello\r\n\r\n", b"400"),
        (REQUEST.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""), b"400"),
        (REQUEST.replace(b"GET", b"POST"), b"405"),
        (REQUEST[:-2] + b"X-Long: " + b"x" * 17000, b"431"),
    ],
)
async def test_refused_requests(request_bytes: bytes, status: bytes) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, request_bytes) as raw:
        answer = await raw.rest()
    assert answer.startswith(b"HTTP/1.1 " + status + b" ")


async def test_the_answer_reaches_a_client_that_is_still_sending() -> None:
    """A socket that is closed with unread bytes sends a reset, and the answer with the reason would be lost."""
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0) as server,
        raw_client(server, REQUEST[:-2] + b"X-Long: " + b"x" * 4_000_000) as raw,
    ):
        assert (await raw.rest()).startswith(b"HTTP/1.1 431 ")
        await raw.writer.drain()


async def test_a_head_that_trickles_is_cut_off(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(opening=0.05))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with raw_client(server, REQUEST[:40]) as raw:
            assert (await raw.rest()).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.TIMEOUT
    assert closed.text == "The handshake was not done within 0.05 s."
    assert next(record.raw for record in records if isinstance(record, HandshakeSeen)) == REQUEST[:40]


async def test_a_client_that_goes_away_in_the_middle_of_its_request(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with raw_client(server, REQUEST[:40]):
            pass
        await until(lambda: records and isinstance(records[-1], ConnectionClosed))
    assert records[-1].text == "The client closed the connection in the middle of its request."
    assert records[-1].ended_by is EndedBy.HANDSHAKE


async def test_a_client_that_resets_in_the_middle_of_its_request(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with raw_client(server, REQUEST[:40]) as raw:
            await raw.writer.drain()
            await until(lambda: server.connections)
            raw.reset()
        await until(lambda: isinstance(records[-1], ConnectionClosed))
    assert records[-1].ended_by is EndedBy.HANDSHAKE
    assert records[-1].text


# --- frames and what the observer hears


async def test_what_the_observer_hears_in_order(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(HI)
            assert await raw.frame() == (0x81, b"hi")
            raw.send(CLOSE_1000)
            assert await raw.rest() == b"\x88\x02\x03\xe8"
        await end_of(server, records)
    opened, request, response, received, sent, close, answer, closed = records
    assert isinstance(opened, ConnectionOpened)
    assert opened.local == server_address(opened)
    assert isinstance(request, HandshakeSeen)
    assert (request.direction, request.raw, list(request.violations)) == (Direction.RECEIVED, REQUEST, [])
    assert isinstance(response, HandshakeSeen)
    assert (response.direction, response.raw) == (Direction.SENT, ACCEPTED)
    assert isinstance(received, FramesSeen)
    assert (received.direction, received.wire_bytes) == (Direction.RECEIVED, 8)
    [frame] = received.frames
    assert (frame.opcode, frame.masking_key, frame.payload) == (Opcode.TEXT, NO_KEY, b"hi")
    assert isinstance(sent, FramesSeen)
    assert (sent.direction, sent.wire_bytes, sent.frames[0].payload) == (Direction.SENT, 4, b"hi")
    assert isinstance(close, FramesSeen)
    assert close.frames[0].opcode == Opcode.CLOSE
    assert isinstance(answer, FramesSeen)
    assert answer.direction is Direction.SENT
    assert isinstance(closed, ConnectionClosed)
    assert (closed.code, closed.ended_by) == (1000, EndedBy.PEER)
    assert [record.time_ns for record in records] == sorted(record.time_ns for record in records)
    assert {record.connection for record in records} == {1}


def server_address(opened: ConnectionOpened) -> str:
    host, _, port = opened.local.rpartition(":")
    assert int(port) > 0
    return f"{host}:{port}"


async def test_a_ping_between_fragments_is_answered_before_the_message() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.send(b"\x01\x81" + NO_KEY + b"h" + b"\x89\x81" + NO_KEY + b"p" + b"\x80\x81" + NO_KEY + b"i")
        assert await raw.frame() == (0x8A, b"p")
        assert await raw.frame() == (0x81, b"hi")


async def test_messages_before_a_bad_frame_are_answered_then_comes_the_close(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(HI + HI + b"\x83\x80" + NO_KEY + HI)
            assert await raw.frame() == (0x81, b"hi")
            assert await raw.frame() == (0x81, b"hi")
            head, payload = await raw.frame()
            assert (head, payload[:2]) == (0x88, b"\x03\xea")
            assert await raw.rest() == b""
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.RULE
    assert "5.2" in closed.text
    assert "1002" in closed.text
    received = next(record for record in records if isinstance(record, FramesSeen))
    assert len(received.frames) == 4
    assert [(index, breach.rule) for index, breach in received.violations] == [(2, "opcode.reserved-data")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x02hi", 1002),
        (b"\xc1\x82" + NO_KEY + b"hi", 1002),
        (b"\x80\x80" + NO_KEY, 1002),
        (b"\x01\x80" + NO_KEY + b"\x81\x80" + NO_KEY, 1002),
        (b"\x09\x80" + NO_KEY, 1002),
        (b"\x89\xfe\x00\x7e" + NO_KEY + bytes(126), 1002),
        (b"\x88\x81" + NO_KEY + b"\x03", 1002),
        *[(b"\x88\x82" + NO_KEY + code.to_bytes(2, "big"), 1002) for code in (0, 999, 1004, 1005, 1006, 1016, 2999)],
        (b"\x88\x84" + NO_KEY + b"\x03\xe8\xff\xff", 1007),
        (b"\x81\x82" + NO_KEY + b"\xc3\x28", 1007),
        (b"\x81\x81" + NO_KEY + b"\xc3", 1007),
        (b"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00", 1009),
        (b"\x82\xff\x00\x00\x00\x00\x10\x00\x00\x00", 1009),
    ],
)
async def test_what_a_strict_server_closes_with(data: bytes, code: int) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.send(data)
        head, payload = await raw.frame()
        assert head == 0x88
        assert int.from_bytes(payload[:2], "big") == code
        payload[2:].decode()
        assert await raw.rest() == b""  # TCP is closed by the server first


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999])
async def test_a_close_frame_is_echoed(code: int) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.send(b"\x88\x85" + NO_KEY + code.to_bytes(2, "big") + b"bye")
        assert await raw.frame() == (0x88, code.to_bytes(2, "big"))
        assert await raw.rest() == b""


async def test_an_empty_close_frame_is_answered_with_one(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x88\x80" + NO_KEY)
            assert await raw.rest() == b"\x88\x00"
        closed = await end_of(server, records)
    assert (closed.code, closed.ended_by) == (1005, EndedBy.PEER)


async def test_text_that_goes_bad_fails_before_the_frame_is_whole(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x81\xfe\x10\x00" + NO_KEY + b"ok \xff")
            head, payload = await raw.frame()
            assert (head, payload[:2]) == (0x88, b"\x03\xef")
        await end_of(server, records)
    [rest] = [record for record in records if isinstance(record, BytesSeen)]
    assert rest.data == b"\x81\xfe\x10\x00" + NO_KEY + b"ok \xff"
    assert [breach.rule for breach in rest.violations] == ["utf8.invalid"]


async def test_a_frame_over_the_limit(records: list[Record]) -> None:
    options = Options(policy=Policy(frame_limit=1000))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x82\xfe\x03\xe9" + NO_KEY + bytes(1001))
            head, payload = await raw.frame()
            assert (head, payload[:2]) == (0x88, b"\x03\xf1")
            assert await raw.rest() == b""
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.RULE
    assert "1001 bytes" in closed.text
    [rest] = [record for record in records if isinstance(record, BytesSeen)]
    assert [breach.rule for breach in rest.violations] == ["length.over-limit"]
    wire = [record.wire_bytes for record in records if isinstance(record, FramesSeen) and record.direction == 1]
    assert sum(wire) >= 8  # bytes that form no frame crossed the wire all the same


async def test_half_a_frame_and_then_nothing(records: list[Record]) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        raw.send(HI + b"\x81\x85" + NO_KEY + b"hel")
        assert await raw.frame() == (0x81, b"hi")
        raw.cut()
        closed = await end_of(server, records)
    assert (closed.code, closed.ended_by) == (1006, EndedBy.LOSS)
    assert closed.text == "TCP ended without a close frame: 1006 abnormal closure."
    [rest] = [record for record in records if isinstance(record, BytesSeen)]
    assert rest.data == b"\x81\x85" + NO_KEY + b"hel"
    assert [breach.rule for breach in rest.violations] == ["frame.cut"]
    assert records.index(rest) < records.index(closed)


async def test_a_reset_says_so(records: list[Record]) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        raw.send(b"\x81\x85" + NO_KEY + b"hel")
        await raw.writer.drain()
        [ws] = server.connections.values()
        await until(lambda: ws.driver.connection._parser.rest)
        raw.reset()
        closed = await end_of(server, records)
    assert (closed.code, closed.ended_by) == (1006, EndedBy.LOSS)
    assert closed.text == "TCP ended without a close frame (connection reset by peer): 1006 abnormal closure."
    assert [record.data for record in records if isinstance(record, BytesSeen)] == [b"\x81\x85" + NO_KEY + b"hel"]


async def test_garbage(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"GET / HTTP/1.1\r\n\r\n" * 100)
            assert (await raw.frame())[0] == 0x88
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.RULE


async def test_observing_goes_on_where_strict_fails(records: list[Record]) -> None:
    options = Options(policy=Policy(strict=False))
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=options, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        raw.send(b"\x81\x02hi" + b"\x83\x00" + HI)
        assert await raw.frame() == (0x81, b"hi")
        assert await raw.frame() == (0x81, b"hi")
    received = next(record for record in records if isinstance(record, FramesSeen))
    assert [(index, breach.rule) for index, breach in received.violations][:2] == [
        (0, "mask.client-unmasked"),
        (1, "mask.client-unmasked"),
    ]


async def test_without_auto_pong_and_close_answer_nothing_goes_out_by_itself(records: list[Record]) -> None:
    options = Options(policy=Policy(auto_pong=False, answer_close=False), timeouts=Timeouts(linger=0.05))
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=options, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        raw.send(b"\x89\x80" + NO_KEY + HI + CLOSE_1000)
        assert await raw.frame() == (0x81, b"hi")
        [ws] = server.connections.values()
        await until(lambda: ws.driver.connection.close_received)
        assert ws.driver.can_send
        closing = asyncio.gather(ws.close(4000, "by hand"), raw.rest())
        assert (await closing)[1] == b"\x88\x09\x0f\xa0by hand"


# --- the end


async def test_a_failed_connection_is_read_on_so_that_the_close_frame_arrives(records: list[Record]) -> None:
    """Megabytes are still on their way when the server fails the connection: the peer must get 1002, not a reset."""
    options = Options(timeouts=Timeouts(linger=60))  # however slow the machine
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x83\x80" + NO_KEY + HI * 500_000)
            await raw.writer.drain()
            head, payload = await raw.frame()
            assert (head, payload[:2]) == (0x88, b"\x03\xea")
            assert await raw.rest() == b""
        await end_of(server, records)
    recorded = sum(record.wire_bytes for record in records if isinstance(record, FramesSeen) and record.direction == 1)
    assert recorded <= LINGER_BYTES + 2 * 65536  # the rest was thrown away


async def test_a_reset_that_only_the_system_knows_of_yet(
    records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FIN meets a socket that is connected no more, before the loop has told of the reset."""

    def unconnected() -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            [ws] = server.connections.values()
            monkeypatch.setattr(tcp_of(ws), "write_eof", unconnected)
            raw.reset()
            ws.driver._linger()
        await end_of(server, records)


async def test_a_peer_that_goes_on_for_ever_after_the_end_is_cut_off(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(linger=0.05))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(b"\x83\x80" + NO_KEY)
            with pytest.raises(ConnectionError):
                await send_for_ever(raw)
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.RULE


async def send_for_ever(raw: Raw) -> None:
    while True:
        raw.send(HI)
        await raw.writer.drain()


async def test_what_comes_behind_the_close_frame_is_recorded_and_not_answered(records: list[Record]) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(CLOSE_1000)
            assert await raw.frame() == (0x88, b"\x03\xe8")
            raw.send(HI)
            assert await raw.rest() == b""
        closed = await end_of(server, records)
    assert closed.code == 1000
    last = [record for record in records if isinstance(record, FramesSeen)][-1]
    assert [breach.rule for _, breach in last.violations] == ["frame.after-close"]


async def test_a_peer_that_sends_fin_behind_its_message_gets_the_answer(records: list[Record]) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        raw.send(HI)
        raw.writer.write_eof()
        assert await raw.rest() == b"\x81\x02hi"
        assert (await end_of(server, records)).ended_by is EndedBy.LOSS


async def test_a_slow_reader_gets_everything_before_the_end() -> None:
    """More waits to be sent than TCP holds when the connection ends, and the peer takes longer than we linger."""
    options = Options(timeouts=Timeouts(linger=0.01))
    frame = b"\x82\xff" + (2**24).to_bytes(8, "big") + NO_KEY + bytes(2**24)
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, shaken_client(server) as raw:
        raw.send(frame + CLOSE_1000)
        await raw.writer.drain()
        await until(lambda: server.connections[1].driver._lingering)
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        async with raw_client(server, b"GET") as other:  # no head: some time goes by
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await other.rest()
        raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await raw.rest()) == 10 + 2**24 + 4


async def test_a_failed_client_is_gone_once_the_server_has_answered() -> None:
    after = asyncio.Event()

    async def break_a_rule(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x83\x00")
        assert (await raw.frame())[0] == 0x88
        raw.send(b"\x88\x02\x03\xea")
        await after.wait()

    options = Options(timeouts=Timeouts(linger=60))
    async with asyncio.timeout(PATIENCE), raw_server(break_a_rule) as place:
        ws = await open_connection(f"ws://{place}/", options=options)
        await ws.wait_closed()
        after.set()
    assert ws.closed is not None
    assert (ws.closed.code, ws.closed.ended_by) == (1002, EndedBy.RULE)


async def test_a_peer_that_never_answers_the_close_frame(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(closing=0.05))
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=options, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        [ws] = server.connections.values()
        await ws.close()
        assert (await raw.frame()) == (0x88, b"\x03\xe8")
    closed = await end_of(server, records)
    assert (closed.ended_by, closed.code) == (EndedBy.TIMEOUT, 1006)
    assert closed.text == "The closing handshake was not done within 0.05 s."


async def test_a_peer_that_answers_the_close_frame_and_keeps_tcp(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(linger=0.05))
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=options, observer=records.append) as server,
        shaken_client(server) as raw,
    ):
        [ws] = server.connections.values()
        raw.send(CLOSE_1000)
        await ws.wait_closed()
        assert await raw.frame() == (0x88, b"\x03\xe8")
    assert (await end_of(server, records)).code == 1000


async def test_idle(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(idle=0.05))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with shaken_client(server) as raw:
            raw.send(HI)
            assert await raw.frame() == (0x81, b"hi")
            head, payload = await raw.frame()
            assert (head, payload) == (0x88, b"\x03\xe9timeout")
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.TIMEOUT
    assert closed.text == "Nothing came for 0.05 s."


async def test_a_paused_connection_is_not_idle() -> None:
    options = Options(timeouts=Timeouts(idle=0.02, opening=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, shaken_client(server) as raw:
        [ws] = server.connections.values()
        ws.driver.pause_reading("test")
        raw.send(HI)
        async with raw_client(server, b"GET") as other:  # 0.1 s later:
            await other.rest()
        ws.driver.resume_reading("test")
        assert await raw.frame() == (0x81, b"hi")


async def test_keep_alive(records: list[Record]) -> None:
    options = Options(timeouts=Timeouts(ping_interval=0.02, ping_timeout=0.1))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with shaken_client(server) as raw:
            for _ in range(8):
                head, payload = await raw.frame()
                assert head == 0x89
                raw.send(b"\x8a\x84" + NO_KEY + payload)
            while (await raw.frame())[0] == 0x89:
                pass
        closed = await end_of(server, records)
    assert closed.ended_by is EndedBy.TIMEOUT
    assert closed.text == "A keep-alive ping was not answered within 0.1 s."


async def test_a_keep_alive_pong_that_nobody_has_read_yet_is_not_missing() -> None:
    options = Options(timeouts=Timeouts(ping_interval=0.01, ping_timeout=0.02))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, shaken_client(server) as raw:
        [ws] = server.connections.values()
        ws.driver.pause_reading("test")
        pings = [await raw.frame() for _ in range(8)]
        assert {head for head, _ in pings} == {0x89}
        for _, payload in pings:
            raw.send(b"\x8a\x84" + NO_KEY + payload)
        ws.driver.resume_reading("test")
        await until(lambda: ws.rtt_ns)
        raw.reset()


async def test_keep_alive_can_be_switched_on_and_off_while_connected() -> None:
    options = Options(timeouts=Timeouts())
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, shaken_client(server) as raw:
        [ws] = server.connections.values()
        ws.driver.keep_alive(0.01)
        assert (await raw.frame())[0] == 0x89
        ws.driver.keep_alive(None)
        assert "ping" not in ws.driver.deadlines
        assert "pong" not in ws.driver.deadlines
        raw.send(CLOSE_1000)
        while (await raw.frame())[0] == 0x89:  # one may have been on its way
            pass
        ws.driver.keep_alive(60)
        assert "ping" not in ws.driver.deadlines  # it is closing


# --- backpressure


class Push(Behaviour):
    """Answers each message with a lot, and minds nobody's pace."""

    def received(self, ws: WebSocket, events: list[object]) -> None:  # type: ignore[override]
        if ws.driver.can_send:
            ws.write_frames([ws.frame(Opcode.BINARY, bytes(1_000_000))] * 8)


async def test_a_peer_that_does_not_read_is_not_read() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=Push()) as server, shaken_client(server) as raw:
        raw.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        [ws] = server.connections.values()
        for _ in range(50):
            raw.send(HI)
            await raw.writer.drain()
            for _ in range(3):
                await asyncio.sleep(0)
        assert 0 < ws.driver.link.backlog() <= 32_000_000  # without pausing it would be 400 MB
        raw.reset()


async def test_echo_holds_little_for_a_peer_that_does_not_read() -> None:
    message = b"\x82\xfe\xff\xff" + NO_KEY + bytes(65535)
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        [ws] = server.connections.values()
        raw.writer.transport.set_write_buffer_limits(high=0)
        sent = 0
        try:
            async with asyncio.timeout(0.3):
                while True:
                    raw.send(message)
                    await raw.writer.drain()
                    sent += 1
        except TimeoutError:
            pass
        assert ws.driver.link.backlog() < 1_000_000
        raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        for _ in range(sent):
            assert len((await raw.frame())[1]) == 65535


async def test_a_flood_of_pings_without_reading_fills_no_memory() -> None:
    """Only the latest ping is answered when the peer reads again (RFC 6455 section 5.5.3 allows it)."""
    pings = (b"\x89\x7d" + bytes(125)) * 400
    most: list[int] = []
    clients: list[WebSocket] = []

    async def flood(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: clients)
        driver = clients[0].driver
        while driver._late_pong is None or len(most) < 100:
            raw.send(pings)
            await raw.writer.drain()
            await asyncio.sleep(0)
            if driver._late_pong is not None:
                most.append(driver.link.backlog())
        raw.send(b"\x89\x04last")
        await until(lambda: driver._late_pong is not None and driver._late_pong.payload == b"last")
        raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        while (await raw.frame())[1] != b"last":
            pass
        raw.send(b"\x88\x00")
        assert (await raw.frame())[0] == 0x88

    async with asyncio.timeout(PATIENCE), raw_server(flood) as place:
        clients.append(await open_connection(f"ws://{place}"))
        sock = tcp_of(clients[0]).get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        await clients[0].wait_closed()
    assert max(most) < 1_000_000


async def test_reading_pauses_until_every_reason_is_gone() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        [ws] = server.connections.values()
        ws.driver.pause_reading("one")
        ws.driver.pause_reading("one")
        ws.driver.pause_reading("two")
        raw.send(HI)
        ws.driver.resume_reading("one")
        ws.driver.resume_reading("never given")
        transport = tcp_of(ws)
        assert not transport.is_reading()
        ws.driver.resume_reading("two")
        assert transport.is_reading()
        assert await raw.frame() == (0x81, b"hi")


async def test_a_connection_that_is_gone_takes_orders_and_does_nothing() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        [ws] = server.connections.values()
        raw.reset()
        await ws.wait_closed()
        ws.driver.write([ws.frame(Opcode.TEXT, b"too late")])
        ws.abort()
        ws.driver.pause_reading("late")
        ws.driver.resume_reading("late")
        assert not ws.driver.can_send
