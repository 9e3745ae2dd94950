"""The client against servers of literal bytes: the opening handshake and how it fails."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import ACCEPTED, Raw, answer_to, raw_server, tcp_of, until
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, HandshakeError, Options, Timeouts, connect, open_connection, serve
from wsgui.engine.behaviours.delivery import deliver
from wsgui.protocol.states import Role, State
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    import ssl

    from wsgui.engine.websocket import WebSocket
    from wsgui.records import Record

QUICK = Options(timeouts=Timeouts(opening=0.05, closing=0.05, linger=0.05))


async def agree(raw: Raw, behind: bytes = b"") -> bytes:
    """Answer the handshake, with frames glued behind the 101; returns the request."""
    request = await raw.head()
    raw.send(answer_to(request) + behind)
    return request


# --- it works


async def test_the_request_is_the_one_of_the_rfc(records: list[Record]) -> None:
    requests = []

    async def serve_one(raw: Raw) -> None:
        requests.append(await agree(raw))
        assert (await raw.frame())[0] == 0x88
        raw.send(b"\x88\x02\x03\xe8")

    options = Options(subprotocols=("chat", "superchat"), headers=(("X-Token", "secret"),))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        url = f"ws://user:pass@{place}/a%20b?c=d"
        async with connect(url, options=options, observer=records.append, number=5) as ws:
            assert ws.state is State.OPEN
            assert ws.role is Role.CLIENT
            assert ws.number == 5
            assert ws.url == f"ws://{place}/a%20b?c=d"
            assert ws.remote == place
            assert ws.local.startswith("127.0.0.1:")
            assert ws.subprotocol is None
            assert ws.headers.get("upgrade") == "websocket"
            assert ws.policy.strict
            assert ws.closed is None
            assert ws.rtt_ns is None
    lines = requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a%20b?c=d HTTP/1.1"
    assert lines[1] == f"Host: {place}"
    assert lines[2:4] == ["Upgrade: websocket", "Connection: Upgrade"]
    assert lines[4].startswith("Sec-WebSocket-Key: ")
    assert lines[5:] == [
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: chat, superchat",
        "Authorization: Basic dXNlcjpwYXNz",
        "X-Token: secret",
        "",
        "",
    ]
    assert ws.closed is not None
    assert (ws.closed.code, ws.closed.ended_by) == (1000, EndedBy.LOCAL)
    opened, request, response, sent, received, closed = records
    assert opened == ConnectionOpened(5, opened.time_ns, "client", ws.url, ws.local, place)
    assert isinstance(request, HandshakeSeen)
    assert (request.direction, request.raw) == (Direction.SENT, requests[0])
    assert isinstance(response, HandshakeSeen)
    assert response.raw == answer_to(requests[0])
    assert isinstance(sent, FramesSeen)
    assert isinstance(received, FramesSeen)
    assert isinstance(closed, ConnectionClosed)


async def test_each_connection_has_its_own_key() -> None:
    keys = []

    async def serve_one(raw: Raw) -> None:
        keys.append((await agree(raw)).partition(b"Key: ")[2][:24])

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        for _ in range(3):
            ws = await open_connection(f"ws://{place}")
            await ws.wait_closed()
    assert len(set(keys)) == 3


async def test_frames_glued_behind_the_101_are_received() -> None:
    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x81\x05hello\x82\x01\x00\x88\x02\x03\xe8")
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place, connect(f"ws://{place}") as ws:
        assert await ws.receive() == "hello"
        assert await ws.receive() == b"\x00"
        await ws.wait_closed()
    assert ws.closed is not None
    assert (ws.closed.code, ws.closed.ended_by) == (1000, EndedBy.PEER)


async def test_messages_glued_behind_the_101_reach_whoever_sets_on_events_later() -> None:
    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x81\x01a" * 20_000)
        while (await raw.frame())[0] != 0x81:
            pass
        raw.send(b"\x81\x04last" + b"\x88\x00")
        assert (await raw.frame())[0] == 0x88

    heard: list[object] = []
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}")
        await until(lambda: not tcp_of(ws).is_reading())  # so many that the inbox is full
        ws.on_events = heard.extend
        await ws.send("go on")
        await ws.wait_closed()
    assert heard[:20_001] == ["a"] * 20_000 + ["last"]


async def test_an_answer_that_trickles_in() -> None:
    async def serve_one(raw: Raw) -> None:
        for byte in answer_to(await raw.head()) + b"\x81\x02hi":
            raw.send(bytes([byte]))
            await raw.writer.drain()
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place, connect(f"ws://{place}", options=QUICK) as ws:
        assert await ws.receive() == "hi"


async def test_a_server_that_closes_right_behind_the_101() -> None:
    async def serve_one(raw: Raw) -> None:
        await agree(raw)

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}")
        await ws.wait_closed()
    assert ws.closed is not None
    assert (ws.closed.code, ws.closed.ended_by) == (1006, EndedBy.LOSS)


async def test_tls(certificate: tuple[str, str], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])

    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x81\x02hi")
        while (frame := await raw.frame())[0] != 0x88:
            raw.send(bytes((frame[0], 126)) + len(frame[1]).to_bytes(2, "big") + frame[1])
        raw.send(b"\x88\x02\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=tls) as place, connect(f"wss://{place}/") as ws:
        assert await ws.receive() == "hi"
        await ws.send("x" * 60_000)
        assert await ws.receive() == "x" * 60_000
    assert ws.closed is not None
    assert ws.closed.code == 1000


async def test_tls_cut_in_the_middle(
    certificate: tuple[str, str], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])

    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x81\x05he")
        raw.writer.transport.abort()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=tls) as place:
        ws = await open_connection(f"wss://{place}/")
        await ws.wait_closed()
    assert ws.closed is not None
    assert ws.closed.code == 1006


async def test_tls_failed_by_a_rule(
    certificate: tuple[str, str], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS cannot be half closed: the close frame has to get out before all of it is."""
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    got = []

    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x83\x00")
        got.append(await raw.frame())

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=tls) as place:
        ws = await open_connection(f"wss://{place}/")
        await ws.wait_closed()
    [(head, payload)] = got
    assert (head, payload[:2]) == (0x88, b"\x03\xea")


# --- the server does not agree


async def refused(answer: bytes, options: Options | None = None, records: list[Record] | None = None) -> HandshakeError:
    """The error of a client that gets ``answer`` for its request."""

    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(answer)

    hear = None if records is None else records.append
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError) as failed:
            await open_connection(f"ws://{place}/", options=options, observer=hear)
    return failed.value


async def test_a_refusal_with_status_headers_and_body(records: list[Record]) -> None:
    answer = (
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nX-Why: no token\r\n\r\nno token\n"
    )
    error = await refused(answer, records=records)
    assert str(error) == "The server answered 403, not 101 Switching Protocols."
    assert error.status == 403
    assert ("X-Why", "no token") in error.headers
    assert error.body == b"no token\n"
    assert [breach.rule for breach in error.violations] == ["response.status"]
    assert isinstance(error, ConnectError)
    assert [record.raw for record in records if isinstance(record, HandshakeSeen)][1] == answer
    closed = records[-1]
    assert isinstance(closed, ConnectionClosed)
    assert closed.ended_by is EndedBy.HANDSHAKE
    assert closed.text == str(error)


async def test_a_redirect_is_not_followed() -> None:
    error = await refused(b"HTTP/1.1 301 Moved\r\nLocation: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n")
    assert error.status == 301
    assert ("Location", "ws://elsewhere/") in error.headers


async def test_a_wrong_accept_value() -> None:
    error = await refused(ACCEPTED)
    assert error.status == 101
    assert "Sec-WebSocket-Accept" in str(error)
    assert [breach.rule for breach in error.violations] == ["response.accept"]


async def test_a_subprotocol_that_was_not_offered() -> None:
    async def serve_one(raw: Raw) -> None:
        answer = answer_to(await raw.head())
        raw.send(answer[:-2] + b"Sec-WebSocket-Protocol: other\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError, match="'other', which was not offered"):
            await open_connection(f"ws://{place}/")


async def test_something_that_is_not_http() -> None:
    error = await refused(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n")
    assert error.status is None
    assert "HTTP" in str(error)
    assert [breach.rule for breach in error.violations] == ["http.malformed"]


async def test_a_server_that_closes_before_it_answers() -> None:
    assert str(await refused(b"")) == (
        "The server closed the connection before it answered the handshake. Perhaps TLS is spoken there: try wss://."
    )


async def test_a_tls_port_that_says_so_in_http() -> None:
    page = b"<h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port\r\n"
    error = await refused(b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%b" % (len(page), page))
    assert str(error) == (
        "The server answered 400, not 101 Switching Protocols. Perhaps TLS is spoken there: try wss://."
    )
    assert error.body == page


async def test_a_server_that_closes_in_the_middle_of_its_answer(records: list[Record]) -> None:
    error = await refused(b"HTTP/1.1 101 Switching Protocols\r\nUpgra", records=records)
    assert str(error) == "The server closed the connection in the middle of its answer."
    assert error.status is None
    assert [record.raw for record in records if isinstance(record, HandshakeSeen)][1].endswith(b"Upgra")


async def test_a_server_that_resets() -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.reset()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError, match="closed the connection before it answered"):
            await open_connection(f"ws://{place}/")


async def test_a_server_that_does_not_answer() -> None:
    done = asyncio.Event()

    async def serve_one(raw: Raw) -> None:
        await done.wait()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError, match=r"The handshake was not done within 0.05 s\."):
            await open_connection(f"ws://{place}/", options=QUICK)
        done.set()


async def test_a_refusal_whose_body_never_ends() -> None:
    done = asyncio.Event()

    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 500 Oops\r\nContent-Length: 1000\r\n\r\nhalf")
        await done.wait()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError) as failed:
            await open_connection(f"ws://{place}/", options=QUICK)
        done.set()
    assert failed.value.status == 500
    assert failed.value.body == b"half"
    assert str(failed.value) == "The server answered 500, not 101 Switching Protocols."


async def test_an_endless_body_is_cut_off() -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 500 Oops\r\n\r\n")
        for _ in range(1000):
            raw.send(bytes(65536))
            await raw.writer.drain()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError) as failed:
            await open_connection(f"ws://{place}/")
    assert len(failed.value.body) == 65536


# --- nobody is reached


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_refused(host: str) -> None:
    port = unused_port()
    with pytest.raises(ConnectError) as failed:
        await open_connection(f"ws://{host}:{port}/")
    assert str(failed.value) == f"Connection refused: nothing listens on {host}:{port}."
    assert not isinstance(failed.value, HandshakeError)


async def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(ConnectError, match=r"The host name nowhere\.invalid was not found\."):
        await open_connection("ws://nowhere.invalid/")


@pytest.mark.parametrize("host", ["a" * 64 + ".org", "a..org", ".org"])
@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_name_that_cannot_be(scheme: str, host: str) -> None:
    with pytest.raises(ConnectError, match=r"not (valid|found)"):
        await open_connection(f"{scheme}://{host}/")


@pytest.mark.parametrize("url", ["", "http://localhost/", "ws://", "ws://host:70000/", "ws://ho st/", "ws://h/#x"])
async def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(ConnectError) as failed:
        await open_connection(url)
    assert str(failed.value).endswith((".", "/"))


@pytest.mark.parametrize(
    "options",
    [
        Options(headers=(("Bad Name", "x"),)),
        Options(headers=(("X-Name", "a\r\nInjected: b"),)),
        Options(subprotocols=("not a token",)),
    ],
)
async def test_headers_that_cannot_be(options: Options) -> None:
    with pytest.raises(ConnectError):
        await open_connection("ws://127.0.0.1:9/", options=options)


async def test_tls_against_a_plain_server() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        with pytest.raises(ConnectError, match=r"^TLS with 127\.0\.0\.1:\d+ failed: .*ws:// server\.$"):
            await open_connection(server.url.replace("ws://", "wss://"))


async def test_a_certificate_that_nobody_vouches_for(tls: ssl.SSLContext) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=tls) as place:
        with pytest.raises(
            ConnectError, match=r"^TLS: the certificate of 127\.0\.0\.1 was not accepted: it is self-signed"
        ):
            await open_connection(f"wss://{place}/")


async def test_plain_against_a_tls_server(tls: ssl.SSLContext) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=tls) as place:
        with pytest.raises(HandshakeError):
            await open_connection(f"ws://{place}/")


async def test_time_runs_from_the_first_look_up() -> None:
    """A listener whose queue is full accepts nobody; the whole opening takes no longer than it may."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        host, port = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((host, port))
        with pytest.raises(ConnectError, match=rf"^{host}:{port} did not answer in time\.$"):
            async with asyncio.timeout(PATIENCE):
                await open_connection(f"ws://{host}:{port}/", options=QUICK)
        for filler in fillers:
            filler.close()


# --- cancelling


async def test_cancel_while_the_server_does_not_answer(records: list[Record]) -> None:
    reached, gone = asyncio.Event(), asyncio.Event()

    async def serve_one(raw: Raw) -> None:
        await raw.head()
        reached.set()
        await raw.rest()
        gone.set()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        attempt = asyncio.gather(open_connection(f"ws://{place}/", observer=records.append))
        await reached.wait()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        await gone.wait()
    closed = records[-1]
    assert isinstance(closed, ConnectionClosed)
    assert closed.ended_by is EndedBy.HANDSHAKE
    assert closed.text == "TCP was cut from this side before the handshake was done."


async def test_an_error_in_the_block_cuts_tcp() -> None:
    async def serve_one(raw: Raw) -> None:
        await agree(raw)
        assert await raw.rest() == b""

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(LookupError):
            async with connect(f"ws://{place}/") as ws:
                raise LookupError
    assert ws.closed is not None
    assert ws.closed.text == "TCP was cut from this side, without a close frame (1006)."


async def test_cancel_while_closing_cuts_tcp() -> None:
    closing = asyncio.Event()

    async def serve_one(raw: Raw) -> None:
        await agree(raw)
        assert (await raw.frame())[0] == 0x88
        closing.set()
        await raw.rest()

    async def talk(place: str) -> None:
        async with connect(f"ws://{place}/"):
            pass

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        talking = asyncio.gather(talk(place))
        await closing.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking


async def test_messages_glued_behind_the_101_are_answered_before_a_broken_rule_ends_it() -> None:
    said = []

    async def serve_one(raw: Raw) -> None:
        await agree(raw, b"\x81\x05hello\x83\x00")
        said.append(await raw.frame())
        said.append(await raw.frame())

    def opened(ws: WebSocket) -> None:
        ws.on_events = lambda events: deliver(ws, events)

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection(f"ws://{place}", on_opened=opened)
        await ws.wait_closed()
    assert said[0] == (0x81, b"hello")
    assert (said[1][0], said[1][1][:2]) == (0x88, b"\x03\xea")
