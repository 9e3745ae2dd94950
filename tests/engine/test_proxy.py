"""Ways through a proxy. The proxies are literal bytes (RFC 1928, 1929, 9110)."""

from __future__ import annotations

import asyncio
import os
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.engine.raw import Raw, answer_to, raw_server
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, Options, Server, Timeouts, connect, open_connection, serve
from wsgui.engine.errors import ProxyRefusalError
from wsgui.engine.options import Network
from wsgui.engine.proxy import check_proxy, proxy_of
from wsgui.engine.tls import Tls
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def via(proxy: str) -> Options:
    return Options(network=Network(proxy=proxy))


async def _join(raw: Raw, host: str, port: int) -> None:
    """Carry bytes both ways until both ends have closed."""
    reader, writer = await asyncio.open_connection(host, port)
    there = Raw(reader, writer)

    async def carry(one: Raw, other: Raw) -> None:
        while data := await one.reader.read(65536):
            other.send(data)
        if other.writer.can_write_eof():
            other.writer.write_eof()
        else:  # TLS
            other.writer.close()

    await asyncio.gather(carry(raw, there), carry(there, raw))
    await there.closed()


async def http_proxy(raw: Raw, asked: list[bytes]) -> None:
    head = await raw.head()
    asked.append(head)
    place = head.split()[1].decode()
    if b"Proxy-Authorization: Basic dTpwOnc=" not in head:  # u:p:w
        raw.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        return
    raw.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
    host, port = place.rsplit(":", 1)
    await _join(raw, host, int(port))


async def socks5_proxy(raw: Raw, asked: list[bytes]) -> None:
    version, count = await raw.read(2)
    methods = await raw.read(count)
    assert version == 5
    if 2 in methods:
        raw.send(b"\x05\x02")
        user = await raw.read((await raw.read(2))[1])
        password = await raw.read((await raw.read(1))[0])
        asked.append(user + b":" + password)
        raw.send(b"\x01\x00" if password == b"p" else b"\x01\x01")
        if password != b"p":
            return
    else:
        raw.send(b"\x05\x00")
    _, command, _, kind = await raw.read(4)
    assert command == 1
    address = await raw.read(4) if kind == 1 else await raw.read((await raw.read(1))[0])
    port = int.from_bytes(await raw.read(2), "big")
    asked.append(address)
    raw.send(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    await _join(raw, "127.0.0.1", port)


@pytest.fixture
async def echo() -> AsyncIterator[Server]:
    async with serve(port=0) as server:
        yield server


async def says_hello(url: str, options: Options) -> None:
    async with connect(url, options=options) as ws:
        await ws.send("Hello")
        assert await ws.receive() == "Hello"


async def test_an_http_proxy(echo: Server) -> None:
    asked: list[bytes] = []
    async with asyncio.timeout(PATIENCE), raw_server(lambda raw: http_proxy(raw, asked)) as place:
        await says_hello(echo.url, via(f"http://u:p%3Aw@{place}"))
        assert asked[0].startswith(f"CONNECT {echo.url[5:-1]} HTTP/1.1\r\n".encode())
        with pytest.raises(ConnectError, match="it asks for a user name and a password"):
            await open_connection(echo.url, options=via(f"http://{place}"))


@pytest.mark.parametrize(("scheme", "address"), [("socks5", b"\x7f\x00\x00\x01"), ("socks5h", b"127.0.0.1")])
async def test_a_socks5_proxy(echo: Server, scheme: str, address: bytes) -> None:
    asked: list[bytes] = []
    async with asyncio.timeout(PATIENCE), raw_server(lambda raw: socks5_proxy(raw, asked)) as place:
        await says_hello(echo.url, via(f"{scheme}://u:p@{place}"))
        assert asked[0] == b"u:p"
        assert asked[1] in (address, b"\x7f\x00\x00\x01")
        with pytest.raises(ConnectError, match=f"^The proxy {place} did not connect to 127.0.0.1:"):
            await open_connection(echo.url, options=via(f"{scheme}://u:wrong@{place}"))


async def test_a_proxy_that_is_not_there(echo: Server) -> None:
    with pytest.raises(ConnectError, match=r"^The proxy 127\.0\.0\.1:9 cannot be reached\. Connection refused: "):
        await open_connection(echo.url, options=via("socks5://127.0.0.1:9"))
    with pytest.raises(ConnectError, match="names no port"):
        await open_connection(echo.url, options=via("http://127.0.0.1"))


async def test_a_proxy_that_speaks_something_else(echo: Server) -> None:
    async def serve_one(raw: Raw) -> None:
        raw.send(b"SSH-2.0-x\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        for scheme in ("http", "socks4", "socks5"):
            with pytest.raises(ConnectError, match=f"^The proxy {place} did not connect to"):
                await open_connection(echo.url, options=via(f"{scheme}://{place}"))


def test_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    plain, secure = WsUrl.parse("ws://a.example/"), WsUrl.parse("wss://a.example/")
    assert proxy_of("environment", plain) == ""
    monkeypatch.setenv("all_proxy", "socks5://c:3")
    assert proxy_of("environment", secure) == "socks5://c:3"
    monkeypatch.setenv("http_proxy", "http://a:1")
    monkeypatch.setenv("https_proxy", "http://b:2")
    assert [proxy_of("environment", one) for one in (plain, secure)] == ["http://a:1", "http://b:2"]
    monkeypatch.setenv("no_proxy", "a.example")
    assert proxy_of("environment", plain) == ""
    assert proxy_of("environment", WsUrl.parse("ws+unix:///a:/")) == ""
    assert proxy_of("http://x:1", plain) == "http://x:1"
    assert check_proxy("http://[x") != ""
    assert check_proxy("environment") == check_proxy("") == ""


ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 gate\r\nContent-Length: 7\r\n\r\n"


@pytest.mark.parametrize(
    "cuts", [(), (5,), (37,), (len(ESTABLISHED) - 2,), (len(ESTABLISHED) - 1,), tuple(range(1, 90))]
)
async def test_an_answer_in_pieces(echo: Server, cuts: tuple[int, ...]) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        for start, end in zip((0, *cuts), (*cuts, len(ESTABLISHED)), strict=True):
            raw.send(ESTABLISHED[start:end])
            await asyncio.sleep(0)
        await _join(raw, "127.0.0.1", echo.addresses[0][1])

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        await says_hello(echo.url, via(f"http://{place}"))


async def test_bytes_behind_the_answer_are_the_servers() -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTT")
        raw.send(answer_to(await raw.head())[3:] + b"\x81\x05Hello")
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        ws = await open_connection("ws://a.example/", options=via(f"http://{place}"))
        assert await ws.receive() == "Hello"
        ws.abort()
        await ws.wait_closed()


async def test_a_refusal_is_told_with_its_body(echo: Server) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 403 Forbidden\r\nX-Why: rule 7\r\nContent-Length: 12\r\n\r\nnot from CI.")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(ProxyRefusalError) as caught:
            await open_connection(echo.url, options=via(f"http://{place}"))
    goal = echo.url[5:-1]
    assert str(caught.value) == f"The proxy {place} did not connect to {goal}: 403 Forbidden."
    assert (caught.value.status, caught.value.body) == (403, b"not from CI.")
    assert ("X-Why", "rule 7") in caught.value.headers


async def test_a_proxys_redirect_is_not_the_servers(echo: Server) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        options = Options(network=Network(proxy=f"http://{place}", redirects=3))
        with pytest.raises(ConnectError, match=f"^The proxy {place} did not connect to .*: 302 Found[.]$"):
            await open_connection(echo.url, options=options)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_says_nothing(echo: Server, scheme: str) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        options = Options(network=Network(proxy=f"{scheme}://{place}"), timeouts=Timeouts(opening=0.05))
        with pytest.raises(ConnectError, match=f"^The proxy {place} did not answer in time[.]$"):
            await open_connection(echo.url, options=options)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("proxy") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


def context_of(ca: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("secure", [False, True])
async def test_tls_to_the_proxy_and_through_it(
    authority: tuple[trustme.CA, str], tmp_path: Path, scheme: str, secure: bool
) -> None:
    ca, ca_file = authority
    server = Server(options=Options())
    if secure:
        leaf = ca.issue_cert("localhost")
        leaf.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "leaf.pem"))
        server.options.tls = Tls(certificate=str(tmp_path / "leaf.pem"))
    await server.listen(port=0, secure=secure)
    port = server.addresses[0][1]
    asked: list[bytes] = []

    async def serve_one(raw: Raw) -> None:
        asked.append(await raw.head())
        raw.send(b"HTTP/1.1 200 OK\r\n\r\n")
        await _join(raw, "127.0.0.1", port)

    context = context_of(ca, "localhost") if scheme == "https" else None
    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=context) as place:
        proxy = f"{scheme}://localhost:{place.rpartition(':')[2]}"
        options = Options(network=Network(proxy=proxy), tls=Tls(ca_file=ca_file))
        await says_hello(f"{'wss' if secure else 'ws'}://localhost:{port}/", options)
    await server.close()
    assert asked == [f"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()]


async def test_the_certificate_of_a_proxy_is_verified(authority: tuple[trustme.CA, str]) -> None:
    ca, ca_file = authority

    async def serve_one(raw: Raw) -> None:
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one, context=context_of(ca, "other")) as place:
        proxy = f"https://localhost:{place.rpartition(':')[2]}"
        # What a person lets pass of the server is not let pass of the proxy, which gets a password.
        options = Options(network=Network(proxy=proxy), tls=Tls(ca_file=ca_file, verify=False))
        sentence = (
            "cannot be reached. TLS: the certificate of localhost was not accepted: it was made for another name."
        )
        with pytest.raises(ConnectError, match=f"{sentence}$"):
            await open_connection("ws://127.0.0.1:9/", options=options)


async def test_a_proxy_that_speaks_before_tls(authority: tuple[trustme.CA, str]) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(ConnectError, match=r": it sent 2 bytes of its own behind its answer\.$"):
            await open_connection("wss://localhost:9/", options=via(f"http://{place}"))


async def test_a_tunnel_that_ends_at_once(echo: Server) -> None:
    async def serve_one(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 200 OK\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(ConnectError, match=r"closed the connection before|cut the connection before"):
            await open_connection(echo.url, options=via(f"http://{place}"))


async def test_a_password_beyond_latin_1(echo: Server) -> None:
    asked: list[bytes] = []

    async def serve_one(raw: Raw) -> None:
        asked.append(await raw.head())
        raw.send(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(ConnectError, match=r"it did not accept the user name and the password \(Basic\): 407\.$"):
            await open_connection(echo.url, options=via(f"http://j%C3%BCrgen:%E2%82%AC%3Apw@{place}"))
    assert b"\r\nProxy-Authorization: Basic asO8cmdlbjrigqw6cHc=\r\n" in asked[0]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://u:%FF@h:1", "The user name or the password in the URL is not UTF-8 behind its percent signs."),
        ("https://a%3Ab:c@h:1", "A user name of Basic has no colon (RFC 7617)."),
        ("socks4://u:p@h:1", "SOCKS4 has a user name and no password."),
        ("socks4a://ü@h:1", "the user name of SOCKS4 is ASCII here."),
        ("socks5://u@h:1", "SOCKS5 takes a user name and a password, both or none (RFC 1929)."),
        ("socks5://:p@h:1", "SOCKS5 takes a user name and a password, both or none (RFC 1929)."),
        ("socks5h://u:%C3%BC@h:1", "the user name and the password of SOCKS5 have up to 255 characters of ASCII here."),
        (f"socks5://u:{'p' * 256}@h:1", "the user name and the password of SOCKS5 have up to 255 characters of ASCII"),
    ],
)
def test_credentials_that_a_proxy_cannot_be_sent(url: str, sentence: str) -> None:
    assert check_proxy(url).startswith(f"The proxy's URL cannot be used: {sentence}")


@pytest.mark.parametrize("url", ["http://u@h:1", "socks4://u@h:1", "socks5://u:p@h:1", "socks5h://h:1", "https://h:1"])
def test_proxies_that_can_be_used(url: str) -> None:
    assert check_proxy(url) == ""


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://me:hu/sh@h:1", "The proxy's URL cannot be used: This is not a valid URL: the port is no number"),
        ("http://me:hush@\u2100:1", "The proxy's URL cannot be used: This is not a valid URL: it has a character"),
        ("http://h\r\nX:80", "The proxy's URL cannot be used: The URL has a blank or a control character in it."),
        ("h:3128", "A proxy's URL starts with http://"),
        ("http://:80", "The proxy's URL names no host."),
        ("http://h:0", "The proxy's URL names no port."),
    ],
)
def test_urls_of_no_proxy(url: str, sentence: str) -> None:
    assert check_proxy(url).startswith(sentence)
    assert "hu" not in check_proxy(url)


def test_the_environment_says_it_as_curl_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", "10.0.0.1:3128")
    monkeypatch.setenv("https_proxy", "https://10.0.0.2:3128")
    monkeypatch.setenv("no_proxy", "a.example:8080,.b.example")

    def asked(url: str) -> str:
        return proxy_of("environment", WsUrl.parse(url))

    assert asked("ws://h/") == "http://10.0.0.1:3128"
    assert asked("wss://h/") == "https://10.0.0.2:3128"
    assert asked("ws://a.example:8080/") == asked("ws://x.b.example/") == ""
    assert asked("ws://a.example/") == "http://10.0.0.1:3128"
