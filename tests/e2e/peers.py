"""Foreign WebSocket peers, each in a process of its own: clients that talk to any URL, and servers.

    result = await run_ws_client("ws://127.0.0.1:8765/")
    async with running_server("ws") as server:
        ... server.url ...
        line = await server.line()

A client expects the other end to echo, and returns what came of it: ``text``, ``binary``, ``empty``, ``big_text`` and
``big_binary`` (1 MiB), where it can ``fragments`` and ``ping`` (all True if they came back right), and ``close``, the
code that came back for 4000 "enough". A server echoes, closes with 4001 when it is told "please close", cuts TCP at
"please vanish", and under ``/drive`` talks itself to a client that echoes. Of each connection that ends it says a line.

Nothing here uses the running loop but for threads, so it works under any loop, the window's too.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import asynccontextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

FOLDER = Path(__file__).parent / "peers"
CLIENTS = ("ws", "websockets", "aiohttp", "chromium")
SERVERS = ("ws", "websockets", "aiohttp")

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_NODE = shutil.which("node")


def missing(peer: str) -> str:
    """Why a peer cannot take part; empty if it can."""
    if peer == "ws":
        if _NODE is None:
            return "node is not installed"
        if not (FOLDER / "node_modules" / "ws").is_dir():
            return f"the npm package ws is not installed: run 'npm install' in {FOLDER}"
    elif peer.startswith("socket.io-client"):
        if _NODE is None:
            return "node is not installed"
        if not (FOLDER / "node_modules" / peer).is_dir():
            return f"the npm package {peer} is not installed: run 'npm install' in {FOLDER}"
    elif peer == "chromium":
        return "" if _CHROMIUM is not None else "chromium is not installed"
    elif importlib.util.find_spec(peer) is None:
        return f"the Python package {peer} is not installed"
    return ""


def _command(peer: str, role: str) -> list[str]:
    if peer == "ws":
        return [_NODE or "node", str(FOLDER / f"ws_{role}.mjs")]
    return [sys.executable, str(FOLDER / f"{peer}_peer.py"), role]


# --- clients


async def run_ws_client(url: str, *options: str) -> dict[str, Any]:
    """The npm package ``ws``. With the option ``offer-deflate``, or parameters of permessage-deflate in JSON, it offers
    that."""
    return await _run_client("ws", url, *options)


async def run_websockets_client(url: str, *options: str) -> dict[str, Any]:
    """The Python package ``websockets``."""
    return await _run_client("websockets", url, *options)


async def run_aiohttp_client(url: str, *options: str) -> dict[str, Any]:
    """The Python package ``aiohttp``."""
    return await _run_client("aiohttp", url, *options)


async def _run_client(peer: str, url: str, *options: str) -> dict[str, Any]:
    done = await asyncio.to_thread(
        subprocess.run,
        [*_command(peer, "client"), url, *options],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        return {"error": done.stderr}
    result: dict[str, Any] = json.loads(done.stdout)
    return result


async def run_socket_io_chat(url: str, version: str, transports: str) -> dict[str, Any]:
    """The npm package ``socket.io-client``, version 2 or 4: clients that chat; ``transports`` in JSON."""
    command = [_NODE or "node", str(FOLDER / "socket_io_chat.mjs"), url, version, transports]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, timeout=PATIENCE, check=False, text=True, encoding="utf-8"
    )
    result: dict[str, Any] = {"error": done.stderr} if done.returncode else json.loads(done.stdout)
    return result


async def run_chromium_client(url: str, *options: str) -> dict[str, Any]:
    """A page in a headless Chromium. It always offers permessage-deflate. With the option ``burst`` it also sends many
    messages at once."""
    return await asyncio.to_thread(_browse, url, "&burst" * ("burst" in options))


async def run_page(name: str, url: str, what: str) -> dict[str, Any]:
    """A page of ``peers`` in a headless Chromium, told to do ``what`` with a server; returns what it reports."""
    return await asyncio.to_thread(_browse, url, f"&do={what}", name)


def _browse(url: str, more_query: str, name: str = "chromium_page.html") -> dict[str, Any]:
    results: queue.Queue[dict[str, Any]] = queue.Queue()
    page = (FOLDER / name).read_bytes()

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

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http, tempfile.TemporaryDirectory() as profile:
        serving = threading.Thread(target=http.serve_forever, args=(0.05,), name="page for the browser")
        serving.start()
        options = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
        more = "disable-component-update disable-sync disable-dev-shm-usage no-proxy-server"
        browser = subprocess.Popen(
            [
                _CHROMIUM or "chromium",
                *(f"--{option}" for option in f"{options} {more}".split()),
                f"--user-data-dir={profile}",
                f"http://127.0.0.1:{http.server_address[1]}/?url={quote(url, safe='')}{more_query}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return results.get(timeout=PATIENCE)
        except queue.Empty:
            return {"error": f"the browser said nothing for {PATIENCE} s"}
        finally:
            with suppress(ProcessLookupError):
                os.killpg(browser.pid, signal.SIGKILL)
            browser.wait(PATIENCE)
            http.shutdown()
            serving.join()
            _settle(Path(profile))


def _settle(profile: Path) -> None:
    """The browser's helpers may write for a moment after it is dead; what they leave is taken away with the rest."""
    shutil.rmtree(profile, ignore_errors=True)
    profile.mkdir(exist_ok=True)


RUN_CLIENT: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    "ws": run_ws_client,
    "websockets": run_websockets_client,
    "aiohttp": run_aiohttp_client,
    "chromium": run_chromium_client,
}


def all_is_well(result: dict[str, Any]) -> bool:
    """Whether everything that a client tried came back right, and its close code too."""
    rest = {key: value for key, value in result.items() if key not in ("peer", "close")}
    return len(rest) >= 5 and all(value is True for value in rest.values()) and result.get("close") == 4000


# --- servers


class PeerServer:
    """A running server: its ``url`` ends with a slash."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = ""

    async def line(self) -> dict[str, Any]:
        """The next thing it says: ``{"closed": [code, reason]}`` or the result of ``/drive``."""
        async with asyncio.timeout(PATIENCE):
            text = await asyncio.to_thread(self._readline)
        said: dict[str, Any] = json.loads(text)
        return said

    def _readline(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    async def start(self) -> None:
        """Wait until it listens."""
        async with asyncio.timeout(PATIENCE):
            self.url = (await asyncio.to_thread(self._readline)).strip()
        assert self.url.startswith("ws://"), f"{self.url!r}: the peer did not start"


@asynccontextmanager
async def running_server(peer: str, *options: str) -> AsyncIterator[PeerServer]:
    """A server of one of `SERVERS`; it is killed at the end. ``options`` as of the clients; ``ws`` has no
    permessage-deflate without, the others take their defaults."""
    process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [*_command(peer, "server"), *options], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    server = PeerServer(process)
    try:
        await server.start()
        yield server
    finally:
        process.kill()
        await asyncio.to_thread(process.communicate)
