"""Echo with permessage-deflate, beside ``websockets`` with the same parameters. Target: at least as fast."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from statistics import median

from tests.bench.bench_echo import server
from tests.bench.deflate_load import IN_FLIGHT

ROUNDS = 3
SECONDS = 1.5


def load(url: str, size: int) -> float:
    """Messages per second."""
    command = [sys.executable, "-m", "tests.bench.deflate_load", url, str(size), str(SECONDS)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def run() -> list[str]:
    """The lines of the benchmark."""
    lines = ["permessage-deflate, windows of 12 bits, zlib level 6 and memory level 5, context kept by the server:"]
    with ExitStack() as stack:
        urls = {
            "wsgui": stack.enter_context(server("wsgui", "serve", "--port", "0", "--deflate")),
            "websockets": stack.enter_context(server("tests.bench.echo_servers", "websockets-deflate")),
        }
        for size in IN_FLIGHT:
            rates: dict[str, list[float]] = {name: [] for name in urls}
            for _ in range(ROUNDS):
                for name, url in urls.items():
                    rates[name].append(load(url, size))
            ours, theirs = median(rates["wsgui"]), median(rates["websockets"])
            lines.append(
                f"  {size:6} B of JSON: {ours:9,.0f} messages/s, {ours / theirs:.2f} times websockets ({theirs:,.0f})"
            )
    return lines


if __name__ == "__main__":
    print("\n".join(run()))
