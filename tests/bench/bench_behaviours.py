"""What a server says of itself: the ticker beside one on ``websockets``, and what two hundred rules of a mock cost.

The client of both is a bare socket, so that what is measured is the server.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.bench_idle import connect
from tests.bench.table import Figure
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 1.5
"""How long a ticker is listened to."""
RUNS = 5
MESSAGE = {"id": 7, "method": "order", "args": ["admin", "a message of some hundred bytes, as rules are asked about"]}
FLIGHT = 100
ROUNDS = 60
_SERVE = [sys.executable, "-m", "wsgui", "serve", "--port", "0"]
TICKER = [*_SERVE, "--behaviour", "ticker", "--set", "rate=0"]
WEBSOCKETS = [sys.executable, "-m", "tests.bench.ticker_server"]
LAST_RULE = '[[rule]]\non = "any"\nsend = "answered"\n'
ANSWER = 2 + len("answered")


def rules(number: int) -> str:
    """So many rules that do not fit `MESSAGE`, of every kind that looks at a message, and one that does."""
    kinds = (
        'on = "equals"\nvalue = "order {0}"',
        'on = "contains"\nvalue = "order {0}"',
        'on = "matches"\nvalue = "order [0-9]+ {0}$"',
        'on = "json"\npath = "method"\nvalue = "order{0}"',
        'on = "json"\npath = "args[0]"\nvalue = "user{0}"',
        'on = "has"\npath = "field{0}"',
        'on = "binary"\nvalue = "00{0:04x}"',
        "on = \"filter\"\nvalue = 'json.id == {0}00 and length > 20'",
    )
    return (
        "".join(f'[[rule]]\n{kinds[place % len(kinds)].format(place + 1)}\nsend = "no"\n' for place in range(number))
        + LAST_RULE
    )


def measured(command: list[str], work: Callable[[str], float]) -> float:
    """What ``work`` says of the URL of a server that ``command`` starts."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        return work(process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.communicate()


def ticks(url: str) -> float:
    """Messages a second that a client hears."""
    with connect(url, False, echo=False) as peer:
        buffer = bytearray(256 * 1024)
        kept = bytearray(peer.recv(4096))
        size = 0
        began = time.perf_counter()
        while (spent := time.perf_counter() - began) < SECONDS:
            count = peer.recv_into(buffer)
            assert count, "The server ended the connection."
            size += count
            if len(kept) < 100_000:
                kept += memoryview(buffer)[:count]
        return size / spent / _each(bytes(kept))


def _each(data: bytes) -> float:
    """Bytes of a tick, its header included, in the middle of what came; numbers make it longer by and by."""
    begin = data.index(b"{", len(data) // 2)
    count, end = 0, begin
    while (after := data.find(b"{", end + 1)) >= 0:
        count, end = count + 1, after
    return (end - begin) / count


def answers(url: str) -> float:
    """Seconds a message."""
    text = json.dumps(MESSAGE).encode()
    said = Frame.build(Opcode.TEXT, text, masking_key=bytes(4)).wire() * FLIGHT
    with connect(url, False, echo=False) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        for _ in range(ROUNDS):
            peer.sendall(said)
            wanted = FLIGHT * ANSWER
            while wanted:
                heard = peer.recv(wanted)
                assert heard, "The server ended the connection."
                wanted -= len(heard)
        return (time.perf_counter() - began) / (FLIGHT * ROUNDS)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Both, one after the other several times: the machine may be busy with something else for a while."""
    pairs = [(measured(TICKER, ticks), measured(WEBSOCKETS, ticks)) for _ in range(2 if quick else RUNS)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    yield Figure("behaviours.ticker", ours, "without a capture")
    ratio = statistics.median(our / their for our, their in pairs)
    yield Figure("behaviours.ticker.websockets", ratio, f"{ours:,.0f} messages/s, websockets {theirs:,.0f}")
    with tempfile.TemporaryDirectory() as folder:
        costs = []
        for number in (0, 200):
            path = Path(folder) / f"{number}.toml"
            path.write_text(rules(number), "utf-8")
            command = [*_SERVE, "--behaviour", "rules", "--set", f"file={path}"]
            costs.append(min(measured(command, answers) for _ in range(2 if quick else RUNS)) * 1e6)
    yield Figure("behaviours.rules", costs[1] - costs[0], f"{costs[0]:.1f} us with one rule, {costs[1]:.1f} with 201")
