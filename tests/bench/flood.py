"""A server in a process of its own that floods whoever connects: unmasked text frames of 120 B, paced or not.

    python -m tests.bench.flood FRAMES RATE      prints its port, serves one connection, ends

RATE is in frames/s, 0 for as fast as TCP takes them. Written on a plain socket so that it is never the slower side.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SIZE = 120
BATCH = 500


def start(frames: int, rate: int) -> tuple[subprocess.Popen[str], int]:
    """Start the flood in a process of its own; returns it and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.flood", str(frames), str(rate)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@contextmanager
def running(frames: int, rate: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The same for a ``with``, at whose end it is over and its pipe closed, whatever happened meanwhile."""
    process, port = start(frames, rate)
    with process:
        try:
            yield process, port
        finally:
            if process.poll() is None:
                process.kill()


def payload(number: int) -> bytes:
    """The text of one frame: its number, filled up."""
    return (f"{number:012} ".encode() + b"abcdefgh" * 16)[:SIZE]


def main(frames: int, rate: int) -> None:
    """Serve one connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(30)
    print(listener.getsockname()[1], flush=True)
    peer, _ = listener.accept()
    peer.settimeout(120)
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(4096)
    key = next(line[19:] for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key: "))
    accept = base64.b64encode(hashlib.sha1(key.strip() + GUID).digest())
    peer.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n\r\n"
    )
    header = bytes((0x81, SIZE))
    batches = [b"".join(header + payload(number) for number in range(BATCH))] * (frames // BATCH)
    began = time.perf_counter()
    for number, batch in enumerate(batches):
        if rate:
            ahead = began + number * BATCH / rate - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)
        peer.sendall(batch)
    sys.stderr.write(f"flood: {frames / (time.perf_counter() - began):,.0f} frames/s\n")
    peer.sendall(b"\x88\x02\x03\xe8")
    peer.recv(4096)  # the answer to the close frame; the server ends TCP
    peer.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
