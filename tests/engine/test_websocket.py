"""The WebSocket as an application uses it, against our own server and against peers of literal bytes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, tcp_of, until
from tests.patience import PATIENCE
from wsgui.engine import (
    ConnectionClosedError,
    EngineError,
    Options,
    TextError,
    Timeouts,
    WebSocket,
    connect,
    open_connection,
    serve,
)
from wsgui.engine.websocket import INBOX_MESSAGES
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role, State
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from wsgui.protocol.connection import Event

QUICK = Timeouts(closing=0.05, linger=0.05)


@asynccontextmanager
async def against(talk: Callable[[Raw], Awaitable[None]], options: Options | None = None) -> AsyncIterator[WebSocket]:
    """A client of ours, connected to a raw server that has said 101 and goes on with ``talk``."""

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await talk(raw)

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}/", options=options)
        try:
            yield ws
        finally:
            ws.abort()
            await ws.wait_closed()


async def answer_close(raw: Raw) -> None:
    """Read until a close frame comes and echo it."""
    while (frame := await raw.frame())[0] != 0x88:
        pass
    raw.send(bytes((0x88, len(frame[1]))) + frame[1])


# --- messages


@pytest.mark.parametrize(
    "message", ["", "hi", "Grüße 👋", b"", b"\x00\xff", "x" * 126, "é" * 32768, b"x" * 65536, "y" * 2**20, bytes(2**20)]
)
async def test_echo_of_text_and_binary(message: str | bytes) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        await ws.send(message)
        assert await ws.receive() == message


async def test_a_text_that_utf_8_cannot_carry_leaves_the_connection_as_it_was() -> None:
    sentence = r"^The text is not Unicode: character 3 is half of a surrogate pair \(U\+D83D\), and UTF-8 has no bytes"
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        for refused in (ws.send("ab\ud83d"), ws.send_messages(["good", "ab\ud83d"]), ws.close(1000, "ab\ud83d")):
            with pytest.raises(TextError, match=sentence) as caught:
                await refused
            assert isinstance(caught.value, EngineError)
        await ws.send("still here")
        assert await ws.receive() == "still here"


async def test_bytes_like_objects() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        await ws.send(bytearray(b"ab"))
        assert await ws.receive() == b"ab"


async def test_many_messages_in_order() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        frames = [ws.frame(Opcode.TEXT, str(number).encode()) for number in range(20_000)]
        await ws.send_frames(frames)
        assert [await ws.receive() for _ in range(20_000)] == [str(number) for number in range(20_000)]


async def test_fragments_are_joined() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        await ws.send_frames(
            [
                ws.frame(Opcode.TEXT, b"caf\xc3", fin=False),
                ws.frame(Opcode.PING),
                ws.frame(Opcode.CONTINUATION, b"\xa9"),
            ]
        )
        assert await ws.receive() == "café"


async def test_async_for_ends_with_the_connection() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(b"\x81\x01a\x81\x01b\x88\x00")
        await answer_close(raw)

    async with against(talk) as ws:
        assert [message async for message in ws] == ["a", "b"]
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.code == 1005


async def test_messages_that_came_before_the_end_can_be_received_after_it() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(b"\x81\x01a\x81\x01b")

    async with against(talk) as ws:
        await ws.wait_closed()
        assert await ws.receive() == "a"
        assert await ws.receive() == "b"
        with pytest.raises(ConnectionClosedError) as closed:
            await ws.receive()
        assert closed.value.code == 1006
        assert str(closed.value) == "TCP ended without a close frame: 1006 abnormal closure."


async def test_a_close_frame_wakes_who_receives() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(b"\x88\x05\x0f\xa1bye")
        await answer_close(raw)

    async with against(talk) as ws:
        with pytest.raises(ConnectionClosedError, match="The peer") as closed:
            await ws.receive()
        assert (closed.value.code, closed.value.reason) == (4001, "bye")


async def test_two_that_receive_at_once() -> None:
    async with against(answer_close) as ws:
        first = asyncio.gather(ws.receive())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task"):
            await ws.receive()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_a_cancelled_receive_loses_nothing() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        waiting = asyncio.gather(ws.receive())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await ws.send("hi")
        assert await ws.receive() == "hi"


async def test_on_events_gets_messages_and_control_frames() -> None:
    async def talk(raw: Raw) -> None:
        await raw.frame()
        raw.send(b"\x81\x01a\x89\x01p\x8a\x00\x82\x01b\x88\x00")
        await answer_close(raw)

    heard: list[Event] = []
    async with against(talk) as ws:
        ws.on_events = heard.extend
        assert ws.on_events is not None
        await ws.send("go")
        await ws.wait_closed()
    assert [type(event).__name__ for event in heard] == [
        "str",
        "PingReceived",
        "PongReceived",
        "bytes",
        "CloseReceived",
    ]


# --- the inbox


async def test_a_full_inbox_stops_reading_and_an_empty_one_goes_on() -> None:
    count = INBOX_MESSAGES * 10

    async def talk(raw: Raw) -> None:
        raw.send(b"\x82\x01x" * count)
        await answer_close(raw)

    async with against(talk) as ws:
        transport = tcp_of(ws)
        await until(lambda: not transport.is_reading())
        assert INBOX_MESSAGES < len(ws._inbox) <= INBOX_MESSAGES + 65536 // 3 + 1
        for _ in range(count):
            assert await ws.receive() == b"x"
        assert transport.is_reading()
        await ws.close()


async def test_big_messages_fill_the_inbox_too() -> None:
    async def talk(raw: Raw) -> None:
        for _ in range(10):
            raw.send(b"\x82\x7f" + (2**20).to_bytes(8, "big") + bytes(2**20))
        await answer_close(raw)

    async with against(talk) as ws:
        await until(lambda: not tcp_of(ws).is_reading())
        assert len(ws._inbox) == 5
        assert [len(await ws.receive()) for _ in range(10)] == [2**20] * 10
        await ws.close()


async def test_close_does_not_wait_for_somebody_to_receive() -> None:
    """The peer's close frame stands behind the messages that nobody receives any more."""

    async def talk(raw: Raw) -> None:
        raw.send(b"\x82\x01x" * (INBOX_MESSAGES * 20))
        await answer_close(raw)

    async with against(talk) as ws:
        await until(lambda: not tcp_of(ws).is_reading())
        await ws.close()
        assert ws.closed is not None
        assert ws.closed.code == 1000
        assert len(ws._inbox) <= INBOX_MESSAGES + 65536 // 3 + 1


# --- ping


async def test_ping_gives_the_round_trip() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        rtt_ns = await ws.ping()
        assert 0 < rtt_ns < 10_000_000_000
        assert ws.rtt_ns == rtt_ns
        assert await ws.ping(b"payload") > 0


async def test_the_latest_pong_answers_all_pings() -> None:
    async def talk(raw: Raw) -> None:
        for _ in range(3):
            last = await raw.frame()
        raw.send(b"\x8a\x01" + last[1])
        await answer_close(raw)

    async with against(talk) as ws:
        times = await asyncio.gather(ws.ping(b"a"), ws.ping(b"b"), ws.ping(b"c"))
        assert times == sorted(times, reverse=True)
        assert ws.rtt_ns == times[2]


async def test_two_pings_with_one_payload_and_one_of_them_cancelled() -> None:
    answer = asyncio.Event()

    async def talk(raw: Raw) -> None:
        for _ in range(2):
            assert await raw.frame() == (0x89, b"same")
        await answer.wait()
        raw.send(b"\x8a\x04same")
        await answer_close(raw)

    async with against(talk) as ws:
        first, second = asyncio.gather(ws.ping(b"same")), asyncio.gather(ws.ping(b"same"))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        answer.set()
        assert (await second)[0] > 0
        assert ws._pongs == {}


async def test_a_ping_that_is_never_answered() -> None:
    async def talk(raw: Raw) -> None:
        assert (await raw.frame())[0] == 0x89

    async with against(talk) as ws:
        with pytest.raises(ConnectionClosedError):
            await ws.ping()
        assert ws._pongs == {}


async def test_pong_and_auto_pong() -> None:
    got = []

    async def talk(raw: Raw) -> None:
        got.append(await raw.frame())
        raw.send(b"\x89\x02hi")
        got.append(await raw.frame())
        await answer_close(raw)

    async with against(talk) as ws:
        await ws.pong(b"here I am")
        await until(lambda: len(got) == 2)
        await ws.close()
    assert got == [(0x8A, b"here I am"), (0x8A, b"hi")]


# --- the closing handshake


async def test_close_with_code_and_reason() -> None:
    got = []

    async def talk(raw: Raw) -> None:
        got.append(await raw.frame())
        raw.send(b"\x88\x02" + got[0][1][:2])

    async with against(talk) as ws:
        await ws.close(4123, "Tschüß")
        assert ws.state is State.CLOSED
        assert ws.closed is not None
        assert (ws.closed.code, ws.closed.reason, ws.closed.ended_by) == (4123, "", EndedBy.LOCAL)
        assert ws.closed.text == "Closed from this side; the peer answered 4123 private use."
        await ws.close()
        await ws.wait_closed()
    assert got == [(0x88, (4123).to_bytes(2, "big") + "Tschüß".encode())]


async def test_close_without_a_code() -> None:
    async def talk(raw: Raw) -> None:
        assert await raw.frame() == (0x88, b"")
        raw.send(b"\x88\x00")

    async with against(talk) as ws:
        await ws.close(None)
        assert ws.closed is not None
        assert ws.closed.code == 1005


@pytest.mark.parametrize(("code", "reason"), [(1000, "x" * 124), (None, "x"), (65536, "")])
async def test_a_close_frame_that_cannot_be(code: int | None, reason: str) -> None:
    async with against(answer_close) as ws:
        with pytest.raises(ValueError, match="close"):
            await ws.close(code, reason)
        assert ws.state is State.OPEN


async def test_the_peer_closes() -> None:
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(b"\x88\x05\x03\xe9off")
        got.append(await raw.frame())

    async with against(talk) as ws:
        await ws.wait_closed()
        assert ws.closed is not None
        assert (ws.closed.code, ws.closed.reason, ws.closed.ended_by) == (1001, "off", EndedBy.PEER)
        assert ws.closed.text == "The peer closed: 1001 going away, “off”."
    assert got == [(0x88, b"\x03\xe9")]


async def test_both_close_at_once() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(b"\x88\x02\x03\xe8")
        assert (await raw.frame())[0] == 0x88

    async with against(talk) as ws:
        await ws.close()
        assert ws.closed is not None
        assert ws.closed.code == 1000


async def test_a_client_leaves_it_to_the_server_to_close_tcp() -> None:
    after = asyncio.Event()

    async def talk(raw: Raw) -> None:
        await answer_close(raw)
        await after.wait()

    async with against(talk) as ws:
        closing = asyncio.gather(ws.close())
        await until(lambda: ws.driver.connection.finished)
        for _ in range(10):
            await asyncio.sleep(0)
        assert ws.state is State.CLOSING
        after.set()
        await closing


async def test_a_server_that_never_closes_tcp() -> None:
    after = asyncio.Event()

    async def talk(raw: Raw) -> None:
        await answer_close(raw)
        await after.wait()

    async with against(talk, Options(timeouts=QUICK)) as ws:
        await ws.close()
        assert ws.closed is not None
        assert ws.closed.code == 1000
        after.set()


async def test_sending_after_the_end() -> None:
    async with against(answer_close) as ws:
        await ws.close()
        for work in (ws.send("late"), ws.ping(), ws.pong(), ws.send_frames([ws.frame(Opcode.TEXT)])):
            with pytest.raises(ConnectionClosedError, match="Closed from this side"):
                await work
        with pytest.raises(ConnectionClosedError):
            ws.write_frames([])


async def test_sending_after_our_close_frame() -> None:
    async with against(answer_close) as ws:
        closing = asyncio.gather(ws.close())
        await asyncio.sleep(0)
        assert ws.state is State.CLOSING
        with pytest.raises(ConnectionClosedError, match="The connection is closing"):
            await ws.send("late")
        await closing


async def test_abort() -> None:
    async def talk(raw: Raw) -> None:
        assert await raw.rest() == b""

    async with against(talk) as ws:
        ws.abort()
        await ws.wait_closed()
        ws.abort()
        assert ws.closed is not None
        assert ws.closed.text == "TCP was cut from this side, without a close frame (1006)."


@pytest.mark.parametrize(
    ("data", "code", "rule"),
    [
        (b"\x81\x82\x00\x00\x00\x00hi", 1002, "5.1"),
        (b"\x91\x00", 1002, "5.2"),
        (b"\x81\x7e\x00\x01x", 1002, "5.2"),
        (b"\x81\x02\xff\xfe", 1007, "8.1"),
        (b"\x88\x02\x03\xed", 1002, "7.4.1"),
        (b"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", 1009, "10.4"),
    ],
)
async def test_what_a_strict_client_closes_with(data: bytes, code: int, rule: str) -> None:
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(b"\x81\x05first" + data)
        got.append(await raw.frame())
        assert await raw.rest() == b""

    async with against(talk) as ws:
        assert await ws.receive() == "first"
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.ended_by is EndedBy.RULE
        assert f"§{rule}" in ws.closed.text
    [(head, payload)] = got
    assert head == 0x88
    assert int.from_bytes(payload[:2], "big") == code


async def test_messages_over_the_limit() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(b"\x01\x05first" + b"\x80\x06second")
        head, payload = await raw.frame()
        assert (head, payload[:2]) == (0x88, b"\x03\xf1")

    async with against(talk, Options(policy=Policy(message_limit=10))) as ws:
        await ws.wait_closed()
        assert ws.closed is not None
        assert "10 bytes" in ws.closed.text


# --- backpressure when sending


async def test_send_waits_for_a_peer_that_does_not_read() -> None:
    read = asyncio.Event()

    async def talk(raw: Raw) -> None:
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await read.wait()
        raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        await answer_close(raw)

    told: list[bool] = []
    async with against(talk) as ws:
        ws.on_writable = lambda _, yes: told.append(yes)
        sending = asyncio.gather(*(ws.send(bytes(2**20)) for _ in range(16)))
        await until(lambda: told)
        assert told == [False]
        assert not sending.done()
        assert ws.driver.link.backlog() > 0
        read.set()
        await sending
        assert told[-1] is True
        await ws.close()


async def test_the_end_wakes_who_waits_to_send() -> None:
    cut = asyncio.Event()

    async def talk(raw: Raw) -> None:
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await cut.wait()
        raw.reset()

    async with against(talk) as ws:
        sending = asyncio.gather(ws.send(bytes(2**24)))
        pinging = asyncio.gather(ws.ping())
        await until(lambda: ws._drain is not None)
        cut.set()
        for waiting in (sending, pinging):
            with pytest.raises(ConnectionClosedError, match="1006"):
                await waiting


async def test_both_ends_may_send_a_lot_at_once() -> None:
    """An end that stops reading because its own sending has to wait would wait for ever for one that does the same."""
    size = 2**24

    async def talk(ws: WebSocket) -> None:
        await ws.send(bytes(size))
        assert len(await ws.receive()) == size

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=talk) as server:
        ws = await open_connection(server.url)
        await asyncio.gather(ws.send(bytes(size)), ws.receive())
        await ws.wait_closed()
        assert ws.role is Role.CLIENT
        assert ws.closed is not None
        assert ws.closed.code == 1000
