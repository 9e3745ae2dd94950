"""Echo with permessage-deflate, beside ``websockets`` with the same parameters."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.bench_echo import server
from tests.bench.deflate_load import IN_FLIGHT
from tests.bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3
SECONDS = 1.5


def load(url: str, size: int) -> float:
    """Messages per second."""
    command = [sys.executable, "-m", "tests.bench.deflate_load", url, str(size), str(SECONDS)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def run(*, quick: bool = False) -> Iterator[str | Figure]:
    """Each size of messages."""
    yield "permessage-deflate, windows of 12 bits, zlib level 6 and memory level 5, context kept by the server"
    with ExitStack() as stack:
        urls = {
            "wsgui": stack.enter_context(server("wsgui", "serve", "--port", "0", "--deflate")),
            "websockets": stack.enter_context(server("tests.bench.echo_servers", "websockets-deflate")),
        }
        for size in IN_FLIGHT:
            rates: dict[str, list[float]] = {name: [] for name in urls}
            for _ in range(1 if quick else ROUNDS):
                for name, url in urls.items():
                    rates[name].append(load(url, size))
            ours, theirs = median(rates["wsgui"]), median(rates["websockets"])
            yield Figure(f"deflate.{size}", ours / theirs, f"{ours:,.0f} messages/s, websockets {theirs:,.0f}")
