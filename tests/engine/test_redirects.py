from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, HandshakeError, Options, connect, open_connection, serve
from wsgui.engine.options import Network
from wsgui.engine.redirects import redirected
from wsgui.engine.tls import Tls
from wsgui.protocol.url import WsUrl
from wsgui.records import ConnectionOpened

if TYPE_CHECKING:
    from wsgui.records import Record

FOLLOW = Options(
    network=Network(redirects=2), headers=(("Authorization", "Basic eA=="), ("X-Mine", "1"), ("Host", "h"))
)

NO_HOST = r"which is no WebSocket URL: A scheme stands there, and no host behind it\.$"
CONTROL = r"which is no WebSocket URL: The URL has a blank or a control character in it\.$"


def to(place: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("scheme", ["http", "ws"])
async def test_followed_to_another_server_without_secrets(records: list[Record], scheme: str) -> None:
    requests = []

    async def serve_one(raw: Raw) -> None:
        request = await raw.head()
        requests.append(request)
        raw.send(answer_to(request))
        await raw.frame()
        raw.send(b"\x88\x02\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as there:

        async def redirect(raw: Raw) -> None:
            requests.insert(0, await raw.head())
            raw.send(to(f"{scheme}://{there}/new?x=1"))

        async with raw_server(redirect) as here:
            numbers = iter(range(7, 99))
            ws = await open_connection(
                f"ws://{here}/", options=FOLLOW, number=lambda: next(numbers), observer=records.append
            )
            assert ws.url == f"ws://{there}/new?x=1"
            await ws.close()
    assert [one.connection for one in records if isinstance(one, ConnectionOpened)] == [7, 8]
    assert b"Authorization" not in requests[1]
    assert b"X-Mine: 1" in requests[1]
    assert f"Host: {there}\r\n".encode() in requests[1]


async def test_followed_on_the_same_server() -> None:
    requests = []

    async def serve_one(raw: Raw) -> None:
        request = await raw.head()
        if request.startswith(b"GET /a "):
            raw.send(to("b", 307))
            return
        requests.append(request)
        raw.send(answer_to(request))
        assert (await raw.frame())[0] == 0x88
        raw.send(b"\x88\x02\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        async with connect(f"ws://u:p@{place}/a", options=Options(network=Network(redirects=1))) as ws:
            assert ws.url == f"ws://{place}/b"
    assert b"\r\nAuthorization: Basic dTpw\r\n" in requests[0]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (to("/again"), "The server redirected more than 2 times."),
        (to("ftp://x/"), "The server redirects to ftp://x/; redirects are followed to ws://, wss://, http://, "),
        (to("ws+unix:///run/a:/"), "The server redirects to ws[+]unix:///run/a:/; redirects are followed to ws://"),
        (to("WSS+UNIX:///run/a:/"), "The server redirects to WSS[+]UNIX:///run/a:/; redirects are followed to"),
        (to("file:///etc/passwd"), "The server redirects to file:///etc/passwd; redirects are followed to"),
        (to("//[x/"), r"The server redirects to //\[x/, which is no WebSocket URL: it cannot be read\.$"),
        (to("//h:x/"), r"The server redirects to //h:x/, which is no WebSocket URL: This is not a valid URL: the port"),
        (to("ws:x"), f"The server redirects to ws:x, {NO_HOST}"),
        (to("HTTPS:/x"), f"The server redirects to HTTPS:/x, {NO_HOST}"),
        (to("http:"), f"The server redirects to http:, {NO_HOST}"),
        (to("http:\\\\x"), rf"The server redirects to http:\\\\x, {NO_HOST}"),
        (to("ws:///x"), "The server redirects to ws:///x, which is no WebSocket URL: The URL names no host"),
        (to("ws://\x1b]0;x/"), f"The server redirects to ws://\x1b]0;x/, {CONTROL}"),
        (to("ht\ttp://x/"), f"The server redirects to ht\ttp://x/, {CONTROL}"),
        (to("javascript:1"), "The server redirects to javascript:1; redirects are followed to ws://"),
        (b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", r"The server redirects \(301\) without saying where."),
    ],
)
async def test_not_followed(answer: bytes, sentence: str) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(answer)

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(ConnectError, match=f"^{sentence}"):
            await open_connection(f"ws://{place}/", options=FOLLOW)


async def test_not_followed_unless_told() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(handshake_fault="not-101")) as server:
        with pytest.raises(HandshakeError, match="The server answered 200"):
            await open_connection(server.url, options=FOLLOW)


async def test_a_certificate_and_a_server_name_stay_with_their_origin() -> None:
    target = WsUrl.parse("wss://a/x")
    options = Options(
        tls=Tls(certificate="c", key="k", key_password="p", server_name="n", ca_file="f", minimum="1.3"),
        headers=(
            ("Host", "h"),
            ("X-Trace", "7"),
            ("Cookie", "a=1"),
            ("x-api-key", "1"),
            ("X-Amz-Security-Token", "1"),
            ("Referer", "https://a/?access_token=1"),
            ("Sec-WebSocket-Protocol", "bearer, 1"),
        ),
        subprotocols=("chat", "bearer", "c2VjcmV0"),
    )
    error = HandshakeError("", status=307, headers=[("location", "/y")])
    assert redirected(target, options, error) == (WsUrl.parse("wss://a/y"), options)
    for place in ("wss://b/", "https://a:444/", "//b/"):
        error = HandshakeError("", status=307, headers=[("Location", place)])
        found, others = redirected(target, options, error)
        assert found.secure
        assert others.tls == Tls(ca_file="f", minimum="1.3")
        assert others.headers == (("X-Trace", "7"),)
        assert others.subprotocols == ("chat", "bearer")


async def test_from_a_unix_socket() -> None:
    target = WsUrl.parse("ws+unix:///run/a:/x/y")
    options = Options(headers=(("Authorization", "Basic eA=="),))
    for place, resource in (("z?q#f", "/x/z?q"), ("/z", "/z"), ("?q", "/x/y?q")):
        error = HandshakeError("", status=307, headers=[("Location", place)])
        assert redirected(target, options, error) == (replace(target, resource=resource), options)
    # "localhost" is what stands in the Host header of a Unix socket; a TCP port of that name is somebody else.
    error = HandshakeError("", status=307, headers=[("Location", "ws://localhost/")])
    found, others = redirected(target, options, error)
    assert (found.unix_path, found.port, others.headers) == (None, 80, ())


async def test_a_request_that_errs_is_for_the_first_server() -> None:
    requests = []

    async def refuse(raw: Raw) -> None:
        requests.append(await raw.head())
        raw.send(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(refuse) as there:

        async def redirect(raw: Raw) -> None:
            requests.append(await raw.head())
            raw.send(to(f"ws://{there}/"))

        async with raw_server(redirect) as here:
            with pytest.raises(HandshakeError, match="403"):
                await open_connection(
                    f"ws://{here}/", options=FOLLOW, request=lambda _url, _key: b"GET / HTTP/1.1\r\nX-Mine: 7\r\n\r\n"
                )
    assert requests[0] == b"GET / HTTP/1.1\r\nX-Mine: 7\r\n\r\n"
    assert b"X-Mine: 1\r\n" in requests[1]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("wss://elsewhere/x", "wss://elsewhere/x"),
        ("wss://me:hush@elsewhere/x?token=hush&room=7#code=hush", "wss://me:***@elsewhere/x?token=***&room=7#code=***"),
        ("/login?code=hush", "/login?code=***"),
    ],
)
async def test_where_to_is_said_of_what_is_not_followed(location: str, said: str) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(to(location, 308))

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError) as caught:
            await open_connection(f"ws://{place}/")
    assert str(caught.value) == f"The server redirects (308) to {said}; redirects are not followed."
    assert (caught.value.status, len(caught.value.violations)) == (308, 1)
