"""A lean load generator: keeps a number of messages in flight on each connection and counts what comes back.

    python -m tests.bench.echo_load URL CONNECTIONS SECONDS [IN_FLIGHT]      prints messages per second

The frames are masked once beforehand and the answers are only counted, by their bytes, so that it can never be the
slower side.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

TEXT = (b"abcdefgh" * 15)[:120]
KEY = b"\x37\xfa\x21\x3d"
FRAME = bytes((0x81, 0x80 | len(TEXT))) + KEY + bytes(byte ^ KEY[at % 4] for at, byte in enumerate(TEXT))
ANSWER = 2 + len(TEXT)
IN_FLIGHT = 100
WARM_UP = 0.3


class Peer:
    """One connection."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(
            f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.left = 0

    def start(self, in_flight: int) -> None:
        """Send the first messages."""
        self.socket.sendall(FRAME * in_flight)

    def turn(self, buffer: bytearray, frames: memoryview) -> int:
        """Take what has come, and send as many messages as were answered; returns how many."""
        self.left += self.socket.recv_into(buffer)
        answered, self.left = divmod(self.left, ANSWER)
        if answered:
            self.socket.sendall(frames[: answered * len(FRAME)])
        return answered


def main(url: str, connections: int, seconds: float, in_flight: int = IN_FLIGHT) -> float:
    """Messages per second that ``url`` echoes."""
    host, port = url[5:].rstrip("/").split(":")
    peers = [Peer(host, int(port)) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    for peer in peers:
        selector.register(peer.socket, selectors.EVENT_READ, peer)
        peer.start(in_flight)
    buffer = bytearray(256 * 1024)
    frames = memoryview(FRAME * (in_flight + 1))
    count = 0
    began = time.perf_counter()
    counting = False
    while True:
        for key, _ in selector.select(10):
            count += key.data.turn(buffer, frames)
        took = time.perf_counter() - began
        if not counting and took > WARM_UP:
            counting, count, began = True, 0, time.perf_counter()
        elif counting and took > seconds:
            break
    for peer in peers:
        peer.socket.close()
    return count / took


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *map(int, sys.argv[4:])))
