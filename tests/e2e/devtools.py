"""A headless Chromium whose own developer tools watch a page, driven through the DevTools protocol.

The frontend of the developer tools comes with Chromium, which serves it at ``/devtools`` beside the protocol. It is
opened in a second tab, attached to the first, so that Chromium's own exporter writes the HAR: the code behind "Save all
as HAR" of the network panel.

    async with browsing() as browser:
        result = await browser.visit(url_of_the_server)
        har = await browser.har()
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import tempfile
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

from tests.e2e.peers import _CHROMIUM, FOLDER, _settle
from tests.patience import PATIENCE
from wsgui.engine import open_connection
from wsgui.engine.options import Options
from wsgui.protocol.policy import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from wsgui.engine.websocket import WebSocket

_FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update "
    "disable-sync disable-dev-shm-usage no-proxy-server remote-debugging-port=0"
)
_READY = """(async () => {
  if (location.protocol !== 'http:' || document.readyState !== 'complete') return false;
  const SDK = await import('/devtools/core/sdk/sdk.js');
  const target = SDK.TargetManager.TargetManager.instance().primaryPageTarget();
  return target !== null && target.model(SDK.NetworkManager.NetworkManager) !== null;
})()"""
_HAR = """(async () => {
  const HAR = await import('/devtools/models/har/har.js');
  const Logs = await import('/devtools/models/logs/logs.js');
  const requests = () => Logs.NetworkLog.NetworkLog.instance().requests();
  while (!requests().some(request => request.url().startsWith('ws:') && request.finished)) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return JSON.stringify({log: await HAR.Log.Log.build(requests(), {sanitize: false})});
})()"""


class Tab:
    """A tab of the browser: commands of the DevTools protocol."""

    def __init__(self, ws: WebSocket) -> None:
        self._ws = ws
        self._count = 0

    async def ready(self) -> bool:
        """Whether the developer tools in this tab are attached to the page."""
        try:
            return bool(await self.evaluate(_READY))
        except AssertionError:  # the empty page that stood here before is gone
            return False

    async def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and wait for what it returns."""
        self._count += 1
        await self._ws.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self._ws.receive())
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    async def open(self, url: str) -> None:
        """Go to a page, and wait until its script has run."""
        await self.command("Page.navigate", url=url)
        await self.until(f"location.href.startsWith({json.dumps(url)}) && document.readyState === 'complete'")

    async def until(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        async with asyncio.timeout(PATIENCE):
            while not await self._holds(expression):  # noqa: ASYNC110 - the page says nothing
                await asyncio.sleep(0.02)

    async def _holds(self, expression: str) -> bool:
        try:
            return bool(await self.evaluate(expression))
        except AssertionError:  # the page that stood here before is gone
            return False

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, which may be a promise."""
        answer = await self.command("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")


class Browser:
    """See the module."""

    def __init__(self, page: Tab, tools: Tab, place: str, results: Queue[dict[str, Any]]) -> None:
        self._page = page
        self._tools = tools
        self._place = place
        self._results = results

    async def visit(self, url: str) -> dict[str, Any]:
        """Let the page of ``chromium_page.html`` talk to a server that echoes; returns what came of it."""
        await self._page.command("Page.navigate", url=f"{self._place}/?url={quote(url, safe='')}")
        return await asyncio.to_thread(self._results.get, timeout=PATIENCE)

    async def har(self) -> str:
        """What "Save all as HAR" writes, once the tools have heard that the page's WebSocket is closed."""
        async with asyncio.timeout(PATIENCE):
            text = await self._tools.evaluate(_HAR)
        assert isinstance(text, str)
        return text


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser with its developer tools attached to its page; gone at the end."""
    results: Queue[dict[str, Any]] = Queue()
    with _page_server(results) as place, _chromium() as port:
        page_id = next(one["id"] for one in await _json(port, "list") if one["url"] == "about:blank")
        async with _tab(port, page_id) as page:
            frontend = f"http://127.0.0.1:{port}/devtools/devtools_app.html?ws=127.0.0.1:{port}/devtools/page/{page_id}"
            made = await page.command("Target.createTarget", url=frontend)
            async with _tab(port, made["targetId"]) as tools:
                async with asyncio.timeout(PATIENCE):
                    while not await tools.ready():  # noqa: ASYNC110 - the browser says nothing
                        await asyncio.sleep(0.05)
                yield Browser(page, tools, place, results)


@asynccontextmanager
async def one_tab() -> AsyncIterator[Tab]:
    """A browser with one tab, without developer tools; gone at the end."""
    with _chromium() as port:
        page_id = next(one["id"] for one in await _json(port, "list") if one["url"] == "about:blank")
        async with _tab(port, page_id) as tab:
            yield tab


@asynccontextmanager
async def _tab(port: int, target: str) -> AsyncIterator[Tab]:
    options = Options(policy=Policy(frame_limit=2**28, message_limit=2**28))
    ws = await open_connection(f"ws://127.0.0.1:{port}/devtools/page/{target}", options=options)
    try:
        yield Tab(ws)
    finally:
        await ws.close()


async def _json(port: int, what: str) -> Any:
    def read() -> bytes:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/json/{what}", timeout=PATIENCE) as answer:
            data: bytes = answer.read()
            return data

    return json.loads(await asyncio.to_thread(read))


@contextmanager
def _chromium() -> Iterator[int]:
    """A browser with an empty page; the port of its DevTools protocol."""
    with tempfile.TemporaryDirectory() as name:
        profile = Path(name)
        process = subprocess.Popen(
            [
                _CHROMIUM or "chromium",
                *(f"--{flag}" for flag in _FLAGS.split()),
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stderr is not None
            for line in process.stderr:  # it ends with the browser, and the test with its time
                if line.startswith("DevTools listening on "):
                    break
            else:
                raise AssertionError("the browser ended before it listened")
            draining = threading.Thread(target=process.stderr.read, name="what the browser says")
            draining.start()
            yield int(line.split(":")[2].split("/")[0])
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            draining.join(PATIENCE)
            process.stderr.close()
            _settle(profile)


@contextmanager
def _page_server(results: Queue[dict[str, Any]]) -> Iterator[str]:
    page = (FOLDER / "chromium_page.html").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.startswith("/?") else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path.startswith("/?"):
                self.wfile.write(page)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            results.put(json.loads(body))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        serving = threading.Thread(target=http.serve_forever, args=(0.05,), name="page for the browser")
        serving.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            serving.join()
