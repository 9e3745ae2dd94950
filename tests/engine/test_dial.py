"""Ways to a server: Unix sockets, families, binding, proxies. The proxies are literal bytes (RFC 1928, 1929, 9110)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, raw_server
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, ListenError, Options, Server, connect, open_connection, serve
from wsgui.engine.dial import check_proxy, proxy_of
from wsgui.engine.options import Network
from wsgui.protocol.url import UrlError, WsUrl

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
    with pytest.raises(ConnectError, match=r"^The proxy 127\.0\.0\.1:9 cannot be reached\.$"):
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


async def test_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    async with asyncio.timeout(PATIENCE):
        server = Server()
        await server.listen_unix(str(path))
        assert server.url == f"ws+unix://{path}:/"
        assert server.listening
        assert server.addresses == []
        await says_hello(f"{server.url}chat", Options())
        with pytest.raises(ListenError, match="is in use by another program"):
            await Server().listen_unix(str(path))
        await server.close()
        assert not path.exists()
        with pytest.raises(ConnectError, match=r"^There is no Unix socket"):
            await open_connection(f"ws+unix://{path}:/")


async def test_where_no_unix_socket_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, sentence in (
        (str(tmp_path / "file"), "exists and is no socket"),
        ("", "has 1 to 103 bytes"),
        ("/" + "x" * 103, "has 1 to 103 bytes"),
        (str(tmp_path / "no" / "folder"), "Cannot listen on the Unix socket"),
    ):
        with pytest.raises(ListenError, match=sentence):
            await Server().listen_unix(path)
    with pytest.raises(ConnectError, match=r"Unix socket|cannot be reached"):
        await open_connection(f"ws+unix://{tmp_path / 'file'}:/")


def test_unix_urls() -> None:
    url = WsUrl.parse("ws+unix:///run/a%20b.sock:/chat?x=1")
    assert (url.unix_path, url.resource, url.host_header) == ("/run/a b.sock", "/chat?x=1", "localhost")
    assert str(url) == "ws+unix:///run/a%20b.sock:/chat?x=1"
    assert WsUrl.parse("wss+unix:///a").resource == "/"
    assert WsUrl.parse("wss+unix:///a:x").resource == "/x"
    for text in ("ws+unix://relative:/", "ws+unix:///a:/#x", "ws+unix:///a%00:/"):
        with pytest.raises(UrlError):
            WsUrl.parse(text)


async def test_families_and_binding(echo: Server) -> None:
    async with asyncio.timeout(PATIENCE):
        await says_hello(echo.url, Options(network=Network(family="ipv4", bind="127.0.0.1")))
        with pytest.raises(ConnectError, match=r"IPv6|cannot be reached|not found|has no"):
            await open_connection(echo.url, options=Options(network=Network(family="ipv6")))
        with pytest.raises(ConnectError, match=r"203\.0\.113\.1 cannot be bound"):
            await open_connection(echo.url, options=Options(network=Network(bind="203.0.113.1")))


async def test_a_full_server(echo: Server) -> None:
    echo.options.limits.connections = 1
    async with asyncio.timeout(PATIENCE), connect(echo.url):
        with pytest.raises(ConnectError, match="The server answered 503"):
            await open_connection(echo.url)
