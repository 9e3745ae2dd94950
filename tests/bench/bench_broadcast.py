"""A message to a chat of a thousand clients: `wsgui serve` beside ``websockets``' ``broadcast`` and ``ws`` on Node.

One client says something and all get it. Several messages are under way at a time, so that what is measured is the
server and not the way there and back; the clients are bare sockets that count bytes.
"""

from __future__ import annotations

import resource
import select
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.bench.bench_idle import connect
from tests.bench.peers import NODE_FOLDER, installed
from tests.bench.table import Figure

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

CLIENTS = 1000
FLIGHT = 20
ROUNDS = 15
TEXT = b"a message of some fifty bytes, as chats have them.."
SAY = bytes((0x81, 0x80 | len(TEXT), 0, 0, 0, 0)) + TEXT

OURS = [sys.executable, "-m", "wsgui", "serve", "--port", "0", "--behaviour", "chat"]
OURS += [word for pair in ("quiet=on", "history=0") for word in ("--set", pair)]
WEBSOCKETS = [sys.executable, "-m", "tests.bench.broadcast_server"]
NODE = ["node", str(NODE_FOLDER / "ws_broadcast.mjs")]


def deliveries(command: list[str]) -> float:
    """Messages a second that arrive at all clients of a server together; the best of three."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        with ExitStack() as stack:
            peers = [stack.enter_context(connect(url, False, echo=False)) for _ in range(CLIENTS)]
            heard = Hearing(stack, peers)
            size = heard.learn()
            return max(heard.rate(size) for _ in range(3))
    finally:
        process.terminate()
        process.communicate()


class Hearing:
    """All clients' sockets."""

    def __init__(self, stack: ExitStack, peers: list[socket.socket]) -> None:
        self.poll = stack.enter_context(select.epoll())
        self.peers = {peer.fileno(): peer for peer in peers}
        self.first = peers[0]
        self.buffer = bytearray(64 * 1024)
        for number, peer in self.peers.items():
            peer.setblocking(False)
            self.poll.register(number, select.EPOLLIN)

    def _read(self, wanted: int) -> None:
        while wanted > 0:
            for number, _ in self.poll.poll(30):
                wanted -= self.peers[number].recv_into(self.buffer)

    def learn(self) -> int:
        """Bytes of a message as this server sends it; names may make it longer."""
        while True:  # what it says when somebody comes
            ready = self.poll.poll(0.3)
            if not ready:
                break
            for number, _ in ready:
                self.peers[number].recv_into(self.buffer)
        self.first.sendall(SAY)
        while not (size := self._first()):
            self.poll.poll(30)
        self._read((CLIENTS - 1) * size)
        return size

    def _first(self) -> int:
        try:
            return self.first.recv_into(self.buffer)
        except BlockingIOError:
            return 0

    def rate(self, size: int) -> float:
        """Messages a second."""
        began = time.perf_counter()
        for _ in range(ROUNDS):
            self.first.sendall(SAY * FLIGHT)
            self._read(CLIENTS * size * FLIGHT)
        return CLIENTS * FLIGHT * ROUNDS / (time.perf_counter() - began)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Beside each."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    ours = deliveries(OURS)
    theirs = deliveries(WEBSOCKETS)
    yield Figure("broadcast.websockets", ours / theirs, f"{ours:,.0f} messages/s, websockets {theirs:,.0f}")
    if installed("ws on Node"):
        node = deliveries(NODE)
        yield Figure("broadcast.node", ours / node, f"{ours:,.0f} messages/s, ws on Node {node:,.0f}")
