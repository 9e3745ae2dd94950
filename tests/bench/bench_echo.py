"""Echo of `wsgui serve`, with and without a capture, beside the servers of ``websockets`` and ``aiohttp``.

Each server has a process of its own and gets the same load from the same generator, by turns, because a machine is not
equally fast at all times.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench import peers
from tests.bench.echo_load import IN_FLIGHT, TEXT
from tests.bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3
PLAIN = ("-c", "import sys; sys.modules['uvloop'] = None; from wsgui.cli import main; sys.exit(main(sys.argv[1:]))")
"""`wsgui` on asyncio's own loop, as most peers are; else it takes uvloop where that is installed."""
SECONDS = 1.2


@contextmanager
def server(*words: str) -> Iterator[str]:
    """A server that prints a line with its URL last."""
    # The generator cuts its connections at the end of a run, and not every server bears that in silence.
    command = list(words) if words[0] == "node" else [sys.executable, *([] if words[0] == "-c" else ["-m"]), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate()


def load(url: str, connections: int, in_flight: int = IN_FLIGHT) -> float:
    """Messages per second."""
    command = [sys.executable, "-m", "tests.bench.echo_load", url, str(connections), str(SECONDS), str(in_flight)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Rates of all servers, one connection and many."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        wsgui = (*PLAIN, "serve", "--port", "0")
        urls = {
            "wsgui": stack.enter_context(server(*wsgui)),
            "wsgui, captured": stack.enter_context(server(*wsgui, "--capture", str(Path(folder) / "echo.wscap"))),
            "websockets": stack.enter_context(server("tests.bench.echo_servers", "websockets")),
        }
        if peers.installed("aiohttp"):
            urls["aiohttp"] = stack.enter_context(server("tests.bench.echo_servers", "aiohttp"))
        yield from ping_pong(urls, stack, 1 if quick else ROUNDS)
        for connections, row in ((1, "echo.flight"),) if quick else ((1, "echo.flight"), (50, "echo.many")):
            rates: dict[str, list[float]] = {name: [] for name in urls}
            for _ in range(ROUNDS):
                for name, url in urls.items():
                    rates[name].append(load(url, connections))
            rate = {name: median(some) for name, some in rates.items()}
            detail = ", ".join(f"{name} {each:,.0f}" for name, each in rate.items()) + f" messages/s of {len(TEXT)} B"
            yield Figure(row, rate["wsgui"] / rate["websockets"], detail)
            yield Figure(f"{row}.captured", rate["wsgui, captured"] / rate["websockets"])
            if connections == 1 and "aiohttp" in rate:
                yield Figure(f"{row}.aiohttp", rate["wsgui"] / rate["aiohttp"])


def ping_pong(urls: dict[str, str], stack: ExitStack, rounds: int) -> Iterator[Figure]:
    """One message in flight: servers on asyncio's loop beside one another, and those on uvloop beside ws on Node."""
    urls = dict(urls)
    if peers.installed("uvloop"):
        urls["wsgui on uvloop"] = stack.enter_context(server("wsgui", "serve", "--port", "0"))
        if peers.installed("picows"):
            urls["picows on uvloop"] = stack.enter_context(server("tests.bench.echo_servers", "picows", "uvloop"))
    if peers.installed("ws on Node"):
        urls["ws"] = stack.enter_context(server("node", str(peers.NODE_FOLDER / "ws_server.mjs")))
    rates: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            rates[name].append(load(url, 1, 1))
    rate = {name: median(some) for name, some in rates.items()}
    detail = ", ".join(f"{name} {each:,.0f}" for name, each in rate.items()) + " messages/s"
    for row, mine, other in (
        ("captured", "wsgui, captured", "websockets"),
        ("aiohttp", "wsgui", "aiohttp"),
        ("picows", "wsgui on uvloop", "picows on uvloop"),
        ("ws", "wsgui on uvloop", "ws"),
    ):
        if mine in rate and other in rate:
            yield Figure(f"echo.ping.{row}", rate[mine] / rate[other], detail)
            detail = ""
