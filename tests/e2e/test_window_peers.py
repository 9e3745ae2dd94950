"""Foreign implementations on the other end of the window's sessions: websockets, aiohttp, ws on Node, Chromium."""

from __future__ import annotations

import asyncio
import http.server
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
import websockets.sync.client
import websockets.sync.server
from aiohttp import web
from PySide6.QtTest import QTest

from tests.ui.real_window import PATIENCE, Desk, at_desk, click
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from wsgui.ui.tabs.server.server_tab import ServerTab

pytestmark = pytest.mark.e2e

NODE_FOLDER = Path(__file__).parent / "peers"
NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

needs_node = pytest.mark.skipif(
    NODE is None or not (NODE_FOLDER / "node_modules" / "ws").is_dir(),
    reason="node or its package ws is not installed (npm install in tests/e2e/peers)",
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

TEXT = "Größe 5 ✓"
BYTES = bytes(range(256))
LARGE = bytes(range(251)) * 4178  # a little more than 1 MiB
CODE = 4000
REASON = "that is all"


# --- clients of the window's server: each does the same, and gives what it saw


def use_websockets(url: str) -> list[object]:
    with websockets.sync.client.connect(url, max_size=None, proxy=None) as ws:
        seen: list[object] = []
        for message in (TEXT, BYTES, LARGE):
            ws.send(message)
            seen.append(ws.recv(PATIENCE) == message)
        seen.append(ws.ping(b"beat").wait(PATIENCE))
        ws.close(CODE, REASON)
        return [*seen, ws.close_code]


def use_aiohttp(url: str) -> list[object]:
    async def run() -> list[object]:
        async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0, autoping=False) as ws:
            seen: list[object] = []
            await ws.send_str(TEXT)
            seen.append((await ws.receive(PATIENCE)).data == TEXT)
            for data in (BYTES, LARGE):
                await ws.send_bytes(data)
                seen.append((await ws.receive(PATIENCE)).data == data)
            await ws.ping(b"beat")
            answer = await ws.receive(PATIENCE)
            seen.append(answer.type is aiohttp.WSMsgType.PONG and bytes(answer.data) == b"beat")
            await ws.close(code=CODE, message=REASON.encode())
            return [*seen, ws.close_code]

    return asyncio.run(run())


NODE_CLIENT = """
const WebSocket = require("ws");
const [url, text, code, reason] = process.argv.slice(1);
const ws = new WebSocket(url);
const small = Buffer.from([...Array(256).keys()]);
const large = Buffer.alloc(4178 * 251, Buffer.from([...Array(251).keys()]));
const seen = [];
ws.on("open", () => ws.send(text));
ws.on("message", (data, binary) => {
  if (seen.length == 0) { seen.push(!binary && data.toString() === text); ws.send(small); }
  else if (seen.length == 1) { seen.push(binary && data.equals(small)); ws.send(large); }
  else { seen.push(binary && data.equals(large)); ws.ping("beat"); }
});
ws.on("pong", (data) => { seen.push(data.toString() === "beat"); ws.close(Number(code), reason); });
ws.on("close", (code) => console.log(JSON.stringify([...seen, code])));
"""


def use_node(url: str) -> list[object]:
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", NODE_CLIENT, url, TEXT, str(CODE), REASON],
        cwd=NODE_FOLDER,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


async def serve(desk: Desk, use: Callable[[str], list[object]]) -> ServerTab:
    """A server tab with an echo server that ``use`` has been a client of, in a thread."""
    tab = await desk.server()
    assert await asyncio.to_thread(use, tab.server.url) == [True, True, True, True, CODE]
    return tab


async def check_server_rows(desk: Desk, tab: ServerTab) -> None:
    await desk.until(lambda: tab.server.connections[1].end is not None)
    end = tab.server.connections[1].end
    assert end is not None
    assert (end.code, end.reason) == (CODE, REASON)
    await desk.until(lambda: not tab.session.recorder.writer.backlog)
    rows = await desk.rows(tab, tab.session.recorder.committed)
    received = [row for row in rows if row.direction == 1 and row.opcode >= 0]
    assert all(row.masking_key is not None for row in received)
    assert not any(row.violations for row in rows)
    assert b"".join(tab.reader.payload(row.id) for row in received if row.opcode in (0, 2)) == BYTES + LARGE
    assert [row.opcode for row in rows[-2:]] == [Opcode.CLOSE, Opcode.CLOSE]
    item = desk.window.sessions.topLevelItem(0)
    assert item is not None
    await desk.until(lambda: item.child(0).text(0).startswith("#1 closed 4000"))


@pytest.mark.parametrize(
    "use", [use_websockets, use_aiohttp, pytest.param(use_node, marks=needs_node)], ids=["websockets", "aiohttp", "ws"]
)
@at_desk
async def test_foreign_clients_of_the_windows_server(desk: Desk, use: Callable[[str], list[object]]) -> None:
    tab = await serve(desk, use)
    await check_server_rows(desk, tab)
    rows = [tab.model.row(place) for place in range(tab.model.rowCount())]
    assert [row.preview for row in rows if row is not None and row.opcode in (9, 10)] == [b"beat", b"beat"]


PAGE = """<!doctype html><meta charset="utf-8"><script>
const [url, text, code, reason] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const ws = new WebSocket(url);
ws.binaryType = "arraybuffer";
const fill = (size, mod) => Uint8Array.from({length: size}, (_, i) => i % mod);
const small = fill(256, 256), large = fill(4178 * 251, 251);
const same = (data, want) => { const got = new Uint8Array(data);
  return got.length === want.length && got.every((byte, i) => byte === want[i]); };
const seen = [];
ws.onopen = () => ws.send(text);
ws.onmessage = (event) => {
  if (seen.length == 0) { seen.push(event.data === text); ws.send(small); }
  else if (seen.length == 1) { seen.push(same(event.data, small)); ws.send(large); }
  else { seen.push(same(event.data, large)); ws.close(code, reason); }
};
ws.onclose = (event) => fetch("/done", {method: "POST", body: JSON.stringify([...seen, event.code])});
</script>"""


@contextmanager
def page(answers: list[object]) -> Iterator[str]:
    """Serve PAGE; what it posts at its end goes into ``answers``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(PAGE.encode())

        def do_POST(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="page")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@needs_chromium
@at_desk
async def test_a_page_in_chromium(desk: Desk, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    tab = await desk.server()
    answers: list[object] = []
    with page(answers) as address:
        told = json.dumps([tab.server.url, TEXT, CODE, REASON])
        browser = await asyncio.to_thread(
            subprocess.Popen,
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}",
                f"{address}#{told}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await desk.until(lambda: answers)
        finally:
            browser.terminate()
            await asyncio.to_thread(browser.wait, PATIENCE)
    assert answers == [[True, True, True, CODE]]
    await check_server_rows(desk, tab)
    request = bytes(tab.reader.payload(1))
    assert b"Sec-WebSocket-Extensions: permessage-deflate" in request


# --- servers that the window's client connects to


@contextmanager
def websockets_server() -> Iterator[str]:
    def echo(ws: websockets.sync.server.ServerConnection) -> None:
        for message in ws:
            ws.send(message)

    with websockets.sync.server.serve(echo, "127.0.0.1", 0, max_size=None, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever, name="websockets server")
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        finally:
            server.shutdown()
            thread.join()


async def _serve_aiohttp(told: Callable[[str], None], over: asyncio.Event) -> None:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=0)
        await ws.prepare(request)
        async for message in ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                await ws.send_str(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                await ws.send_bytes(message.data)
        return ws

    application = web.Application()
    application.router.add_get("/", echo)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told(f"ws://127.0.0.1:{runner.addresses[0][1]}/")
    await over.wait()
    await runner.cleanup()


@contextmanager
def aiohttp_server() -> Iterator[str]:
    loop = asyncio.new_event_loop()
    over = asyncio.Event()
    ready = threading.Event()
    urls: list[str] = []

    def told(url: str) -> None:
        urls.append(url)
        ready.set()

    def run(work: Coroutine[object, object, None]) -> None:
        loop.run_until_complete(work)
        loop.close()

    thread = threading.Thread(target=run, args=(_serve_aiohttp(told, over),), name="aiohttp server")
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


NODE_SERVER = """
const {WebSocketServer} = require("ws");
const server = new WebSocketServer({host: "127.0.0.1", port: 0}, () => console.log(server.address().port));
server.on("connection", (ws) => ws.on("message", (data, binary) => ws.send(data, {binary})));
process.stdin.on("end", () => { server.clients.forEach((ws) => ws.terminate()); server.close(); });
process.stdin.resume();
"""


@contextmanager
def node_server() -> Iterator[str]:
    assert NODE is not None
    with subprocess.Popen(
        [NODE, "-e", NODE_SERVER], cwd=NODE_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield f"ws://127.0.0.1:{int(process.stdout.readline())}/"
        process.stdin.close()
        process.wait(PATIENCE)


@pytest.mark.parametrize(
    "server",
    [websockets_server, aiohttp_server, pytest.param(node_server, marks=needs_node)],
    ids=["websockets", "aiohttp", "ws"],
)
@at_desk
async def test_the_windows_client_with_foreign_servers(desk: Desk, server: Callable[[], Iterator[str]]) -> None:
    with server() as url:  # type: ignore[attr-defined]
        tab = await desk.client(url)
        await desk.until(tab.composer.send_button.isEnabled)
        QTest.keyClicks(tab.composer.text_tab.edit, "to and fro")
        click(tab.composer.send_button)
        await desk.rows(tab, 4)
        for data in (BYTES, LARGE):
            tab.composer.compose(Opcode.BINARY, data)
            await desk.until(tab.composer.send_button.isEnabled)
            have = tab.model.rowCount()
            click(tab.composer.send_button)
            await desk.until(lambda have=have: tab.model.rowCount() >= have + 2)
        desk.window.actions_["ping"].trigger()
        await desk.until(lambda: tab.client.rtt_ns is not None)
        rows = await desk.rows(tab, 10)
        tab.session_stop()
        await desk.until(lambda: tab.client.state is State.CLOSED)
    assert tab.session.message == "Closed from this side; the peer answered 1000 normal closure."
    received = [row for row in rows if row.direction == 1 and row.opcode >= 0]
    assert b"".join(tab.reader.payload(row.id) for row in received if row.opcode in (0, 2)) == BYTES + LARGE
    assert received[0].preview == b"to and fro"
    assert all(row.masking_key is None for row in received)
    assert not any(row.violations for row in rows)
