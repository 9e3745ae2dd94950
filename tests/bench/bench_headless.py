"""A flood recorded without a window: `wsgui connect --capture` beside a bare ``websockets`` client that writes JSON.

Time runs from the start of the program to its end, so it has loaded itself, and everything is in its file. Target: not
slower than the bare client.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench import flood

FRAMES = 300_000
ROUNDS = 3


def record(module: str, *words: str) -> float:
    """Messages per second that a program took out of a flood."""
    peer, port = flood.start(FRAMES, 0)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *(word.format(url=f"ws://127.0.0.1:{port}/") for word in words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    code = process.wait(60)
    took = time.perf_counter() - began
    assert code == 0
    assert process.stdin is not None
    process.stdin.close()
    peer.communicate()
    return FRAMES / took


def run() -> list[str]:
    """The lines of the benchmark."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            capture = Path(folder) / f"{number}.wscap"
            ours.append(record("wsgui", "connect", "{url}", "--capture", str(capture)))
            with closing(sqlite3.connect(capture)) as database:
                [(count,)] = database.execute("SELECT count(*) FROM frames WHERE opcode = 1")
            assert count == FRAMES, f"{count} of {FRAMES} frames were recorded"
            lines = Path(folder) / f"{number}.json"
            theirs.append(record("tests.bench.json_lines_client", "{url}", str(lines)))
            assert sum(1 for _ in lines.open("rb")) == FRAMES
    ratio = median(ours) / median(theirs)
    return [
        f"{FRAMES:,} messages of {flood.SIZE} B, none lost:",
        f"  wsgui connect --capture       {median(ours):9,.0f} messages/s, {ratio:.2f} times the bare client",
        f"  bare websockets to JSON lines {median(theirs):9,.0f} messages/s",
    ]


if __name__ == "__main__":
    print("\n".join(run()))
