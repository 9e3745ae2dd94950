"""A load generator for compressed echoes: keeps messages in flight on one connection and counts what comes back.

    python -m tests.bench.deflate_load URL SIZE SECONDS      prints messages per second

It asks for ``client_no_context_takeover``, so that its frames can be compressed and masked once beforehand; the server
compresses with context takeover. Answers are counted by their headers, and the first of them is inflated and compared.
"""

from __future__ import annotations

import json
import socket
import sys
import time
import zlib

OFFER = "permessage-deflate; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12"
KEY = b"\x37\xfa\x21\x3d"
IN_FLIGHT = {64: 100, 1024: 50, 65536: 4}


def json_text(size: int) -> bytes:
    """JSON of just ``size`` bytes, as an application might send it: objects that are alike, values that are not."""
    items = [
        {"id": n, "name": f"item {n * 7919 % 1000}", "price": n * 31 % 977 / 10, "on": n % 3 == 0} for n in range(2000)
    ]
    text = json.dumps(items).encode()
    return text[: size - 1] + b"]"


def frame_of(text: bytes) -> bytes:
    """A compressed, masked text frame."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -12, 5)
    payload = (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    size = len(payload)
    if size < 126:
        length = bytes((0x80 | size,))
    elif size < 65536:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    return b"\xc1" + length + KEY + bytes(byte ^ KEY[at % 4] for at, byte in enumerate(payload))


def main(url: str, size: int, seconds: float) -> float:
    """Messages per second that ``url`` echoes."""
    host, port = url[5:].rstrip("/").split(":")
    peer = socket.create_connection((host, int(port)), timeout=30)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.sendall(
        f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Extensions: {OFFER}\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(1)
    assert head.startswith(b"HTTP/1.1 101 "), head
    for parameter in ("server_max_window_bits=12", "client_no_context_takeover"):
        assert parameter.encode() in head, head
    text = json_text(size)
    frame = frame_of(text)
    in_flight = IN_FLIGHT.get(size, 10)
    buffer = bytearray()
    answered = checked = 0
    peer.sendall(frame * in_flight)
    start = end = 0.0
    while not start or time.perf_counter() < end:
        buffer += peer.recv(1 << 20)
        place = came = 0
        while True:
            ends = _end(buffer, place)
            if ends is None:
                break
            if not checked:
                header = 2 if buffer[1] < 126 else 4 if buffer[1] == 126 else 10
                packed = bytes(buffer[header:ends]) + b"\x00\x00\xff\xff"
                assert buffer[0] == 0xC1
                assert zlib.decompressobj(-12).decompress(packed) == text
                checked = 1
            place = ends
            came += 1
        del buffer[:place]
        if came:
            peer.sendall(frame * came)
            if start:
                answered += came
            elif checked:
                start = time.perf_counter()
                end = start + seconds
    took = time.perf_counter() - start
    peer.close()
    return answered / took


def _end(buffer: bytearray, place: int) -> int | None:
    """Where the frame that starts at ``place`` ends, if all of it is there."""
    if len(buffer) - place < 10 and (len(buffer) - place < 2 or buffer[place + 1] >= 126):
        return None
    size, header = buffer[place + 1], 2
    if size == 126:
        size, header = int.from_bytes(buffer[place + 2 : place + 4], "big"), 4
    elif size == 127:
        size, header = int.from_bytes(buffer[place + 2 : place + 10], "big"), 10
    ends = place + header + size
    return ends if ends <= len(buffer) else None


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
