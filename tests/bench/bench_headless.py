"""A flood recorded without a window: `wsgui connect --capture` beside a bare ``websockets`` client that writes JSON.

Time runs from the start of the program to its end, so it has loaded itself, and everything is in its file.
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
from typing import TYPE_CHECKING

from tests.bench import flood, peers
from tests.bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = 300_000
ROUNDS = 3


def record(frames: int, program: str, *words: str) -> float:
    """Messages per second that a program took out of a flood: a module of ours, or a program for Node."""
    peer, port = flood.start(frames, 0)
    began = time.perf_counter()
    interpreter = ["node"] if program.endswith(".mjs") else [sys.executable, "-m"]
    process = subprocess.Popen(
        [*interpreter, program, *(word.format(url=f"ws://127.0.0.1:{port}/") for word in words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    code = process.wait(60)
    took = time.perf_counter() - began
    assert code == 0
    assert process.stdin is not None
    process.stdin.close()
    peer.communicate()
    return frames / took


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Both, by turns."""
    ours, theirs, node = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1 if quick else ROUNDS):
            capture = Path(folder) / f"{number}.wscap"
            ours.append(record(FRAMES, "wsgui", "connect", "{url}", "--capture", str(capture)))
            with closing(sqlite3.connect(capture)) as database:
                [(count,)] = database.execute("SELECT count(*) FROM frames WHERE opcode = 1")
            assert count == FRAMES, f"{count} of {FRAMES} frames were recorded"
            lines = Path(folder) / f"{number}.json"
            theirs.append(record(FRAMES, "tests.bench.json_lines_client", "{url}", str(lines)))
            assert sum(1 for _ in lines.open("rb")) == FRAMES
            if peers.installed("ws on Node"):
                lines = Path(folder) / f"{number}.node.json"
                node.append(record(FRAMES, str(Path(__file__).with_name("lines_client.mjs")), "{url}", str(lines)))
                assert sum(1 for _ in lines.open("rb")) == FRAMES
    detail = f"{FRAMES:,} messages, none lost: {median(ours):,.0f} messages/s, the bare client {median(theirs):,.0f}"
    yield Figure("headless.websockets", median(ours) / median(theirs), detail)
    if node:
        yield Figure("headless.ws", median(ours) / median(node), f"ws on Node {median(node):,.0f} messages/s")
