"""Plain HTTP beside WebSockets, on real sockets: a behaviour that answers requests, and the server's own site."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import REQUEST, raw_client, until
from tests.patience import PATIENCE
from wsgui.engine import Options, Server, Timeouts
from wsgui.engine.behaviours import Behaviour
from wsgui.engine.options import SiteOptions
from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.http_exchange import HttpAnswer
from wsgui.records import ConnectionClosed, Direction, EndedBy, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.engine.raw import Raw
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpRequest
    from wsgui.records import Record

HOST = b"Host: localhost\r\n"


class Till(Behaviour):
    """Gives back what is posted; ``/wait`` is answered when somebody comes to ``/go``; ``/fail`` has a defect."""

    name = "till"

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.waiting = self.cancelled = 0

    def body_limit(self, method: str, target: str) -> int | None:
        return None if target == "/none" else 100_000

    async def answer(self, ws: WebSocket, request: HttpRequest) -> HttpAnswer:
        if request.target == "/fail":
            raise RuntimeError("a defect")
        if request.target == "/wait":
            self.waiting += 1
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        elif request.target == "/go":
            self.go.set()
        return HttpAnswer(200, request.body)

    def refuses(self, target: str, headers: Headers) -> Refusal | None:
        return Refusal(400, "There is no such room.") if target == "/chat" else None


@pytest.fixture
async def seen() -> list[Record]:
    return []


@pytest.fixture
async def till() -> Till:
    return Till()


@pytest.fixture
async def server(till: Till, seen: list[Record]) -> AsyncIterator[Server]:
    server = Server(till, observer=seen.append)
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        yield server
        await server.close()


async def answer(raw: Raw) -> tuple[bytes, bytes]:
    """The status line and the body of the next answer."""
    head = await raw.head()
    lengths = [line[16:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")]
    return head.partition(b"\r\n")[0], await raw.read(int(lengths[0])) if lengths else b""


async def test_requests_on_one_connection_are_rows(server: Server, seen: list[Record]) -> None:
    posts = [b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\n" + body for body in (b"hi", b"ho")]
    async with raw_client(server, b"".join(posts)) as raw:
        assert await answer(raw) == (b"HTTP/1.1 200 OK", b"hi")
        assert await answer(raw) == (b"HTTP/1.1 200 OK", b"ho")
    await until(lambda: any(isinstance(one, ConnectionClosed) for one in seen))
    rows = [one for one in seen if isinstance(one, HandshakeSeen)]
    assert [row.raw for row in rows if row.direction is Direction.RECEIVED] == posts
    assert [row.raw[-2:] for row in rows if row.direction is Direction.SENT] == [b"hi", b"ho"]
    assert not any(row.violations for row in rows)
    [closed] = [one for one in seen if isinstance(one, ConnectionClosed)]
    assert closed.text == "Plain HTTP: 2 requests were answered."
    assert closed.ended_by is EndedBy.HTTP


async def test_an_upgrade_behind_a_plain_request(server: Server) -> None:
    async with raw_client(server, b"GET /x HTTP/1.1\r\n" + HOST + b"\r\n" + REQUEST.replace(b"/chat", b"/")) as raw:
        assert (await answer(raw))[0] == b"HTTP/1.1 200 OK"
        assert (await answer(raw))[0] == b"HTTP/1.1 101 Switching Protocols"


async def test_a_behaviour_refuses_a_websocket(server: Server) -> None:
    async with raw_client(server) as raw:
        assert await answer(raw) == (b"HTTP/1.1 400 Bad Request", b"There is no such room.\n")


async def test_a_client_that_hangs_up_is_not_worked_for(server: Server, till: Till) -> None:
    async with raw_client(server, b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n") as raw:
        await until(lambda: till.waiting)
        raw.reset()
        await until(lambda: till.cancelled)
    await until(lambda: not server.connections)


async def test_an_answer_that_comes_late_finds_who_waits(server: Server, till: Till) -> None:
    ahead = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 70000\r\n\r\n" + b"x" * 70_000
    async with raw_client(server, b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n" + ahead) as raw:
        await until(lambda: till.waiting)
        async with raw_client(server, b"GET /go HTTP/1.1\r\n" + HOST + b"\r\n") as other:
            await answer(other)
        assert (await answer(raw))[1] == b""
        assert (await answer(raw))[1] == b"x" * 70_000


async def test_the_server_ends_while_an_answer_is_waited_for(server: Server, till: Till) -> None:
    async with raw_client(server, b"GET /wait HTTP/1.1\r\n" + HOST + b"\r\n") as raw:
        await until(lambda: till.waiting)
        await server.close()
        assert till.cancelled == 1
        assert await raw.rest() == b""


async def test_a_defect_is_answered(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    async with raw_client(server, b"GET /fail HTTP/1.1\r\n" + HOST + b"\r\n") as raw:
        assert (await answer(raw))[0] == b"HTTP/1.1 500 Internal Server Error"
    await until(lambda: not server.connections)
    assert "a defect" in capsys.readouterr().err


async def test_a_connection_without_another_request_ends(till: Till) -> None:
    server = Server(till, options=Options(timeouts=Timeouts(between_requests=0.001)))
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") as raw:
            await answer(raw)
            assert await raw.rest() == b""
        await server.close()


@pytest.mark.parametrize(
    "header",
    [
        b"Origin: https://evil.example\r\n",
        b"Host: evil.example\r\n",
        b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
    ],
)
async def test_pages_of_other_sites_get_no_answer(server: Server, header: bytes) -> None:
    head = b"GET / HTTP/1.1\r\n" + (b"" if header.startswith(b"Host") else HOST) + header + b"\r\n"
    async with raw_client(server, head) as raw:
        assert (await answer(raw))[0] == b"HTTP/1.1 403 Forbidden"


async def test_a_link_on_another_site_may_lead_here(server: Server) -> None:
    head = b"GET / HTTP/1.1\r\n" + HOST + b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n"
    async with raw_client(server, head) as raw:
        assert (await answer(raw))[0] == b"HTTP/1.1 200 OK"


# --- the site


async def fetched(options: Options, head: bytes) -> tuple[bytes, bytes, bytes]:
    """Status line, head and body of what an echo server answers."""
    server = Server("echo", options=options)
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, head + b"Connection: close\r\n\r\n") as raw:
            head, _, body = (await raw.rest()).partition(b"\r\n\r\n")
        await server.close()
    return head.partition(b"\r\n")[0], head, body


HTML = b"Accept: text/html,*/*;q=0.8\r\n"


async def test_the_test_page() -> None:
    line, head, body = await fetched(Options(), b"GET /any?x=1 HTTP/1.1\r\n" + HOST + HTML)
    assert line == b"HTTP/1.1 200 OK"
    assert b"\r\nContent-Security-Policy: default-src 'none'; " in head
    assert body.startswith(b"<!doctype html>")


async def test_what_is_no_page_is_told_to_upgrade() -> None:
    for head in (b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nAccept: */*\r\n"):
        assert (await fetched(Options(), head + HOST))[0] == b"HTTP/1.1 426 Upgrade Required"
    page_off = Options(site=SiteOptions(page=False))
    assert (await fetched(page_off, b"GET / HTTP/1.1\r\n" + HOST + HTML))[0] == b"HTTP/1.1 426 Upgrade Required"
    post = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n"
    assert (await fetched(Options(), post + HOST + HTML))[0] == b"HTTP/1.1 426 Upgrade Required"


async def test_health() -> None:
    line, head, body = await fetched(Options(), b"GET /health HTTP/1.1\r\n" + HOST)
    assert (line, body) == (b"HTTP/1.1 200 OK", b'{"status": "ok", "connections": 0}\n')
    assert b"\r\nContent-Type: application/json\r\n" in head


async def test_who_has_no_password_sees_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("secret")
    options = Options(admission=Admission(credentials="a:b"), site=SiteOptions(folder=str(tmp_path)))
    for path in (b"/", b"/health", b"/a.txt"):
        assert (await fetched(options, b"GET " + path + b" HTTP/1.1\r\n" + HOST + HTML))[0][9:12] == b"401"


async def test_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("1")
    options = Options(site=SiteOptions(folder=str(tmp_path)))
    line, head, body = await fetched(options, b"GET /app.js?v=2 HTTP/1.1\r\n" + HOST)
    assert (line, body) == (b"HTTP/1.1 200 OK", b"1")
    assert b"\r\nContent-Type: text/javascript; charset=utf-8\r\n" in head
    assert (await fetched(options, b"GET /no HTTP/1.1\r\n" + HOST + HTML))[0] == b"HTTP/1.1 404 Not Found"
    assert (await fetched(options, b"GET /health HTTP/1.1\r\n" + HOST))[2].startswith(b'{"status": "ok"')
    assert (await fetched(options, b"GET / HTTP/1.1\r\n" + HOST + HTML))[2].startswith(b"<!doctype html>")
    (tmp_path / "index.html").write_text("mine")
    assert (await fetched(options, b"GET / HTTP/1.1\r\n" + HOST + HTML))[2] == b"mine"
