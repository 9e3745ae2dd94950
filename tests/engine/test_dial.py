"""Ways to a server: Unix sockets, families, binding."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from wsgui.engine import ConnectError, ListenError, Options, Server, connect, open_connection, serve
from wsgui.engine.options import Network
from wsgui.protocol.url import UrlError, WsUrl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def echo() -> AsyncIterator[Server]:
    async with serve(port=0) as server:
        yield server


async def says_hello(url: str, options: Options) -> None:
    async with connect(url, options=options) as ws:
        await ws.send("Hello")
        assert await ws.receive() == "Hello"


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
