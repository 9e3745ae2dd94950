"""What an idle connection costs a server: memory of `wsgui serve` beside ``websockets``, with and without deflate.

Every connection sends one message and gets its echo, then says nothing.
"""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import tempfile
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 500
MANY = 5000
OFFER = "permessage-deflate; client_max_window_bits"


def connect(url: str, deflate: bool, *, echo: bool = True) -> socket.socket:
    """One connection, that has had its echo unless the server does something else."""
    host, port = url[5:].rstrip("/").split(":")
    peer = socket.create_connection((host, int(port)), timeout=30)
    extensions = f"Sec-WebSocket-Extensions: {OFFER}\r\n" if deflate else ""
    peer.sendall(
        f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extensions}"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(1)
    assert head.startswith(b"HTTP/1.1 101 "), head
    assert (b"permessage-deflate" in head) is deflate, head
    if not echo:
        return peer
    text = b"a message of some fifty bytes, as chats have them.."
    if deflate:
        packer = zlib.compressobj(6, zlib.DEFLATED, -9, 5)
        text = (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    peer.sendall(bytes((0xC1 if deflate else 0x81, 0x80 | len(text), 0, 0, 0, 0)) + text)
    assert peer.recv(2)[0] == (0xC1 if deflate else 0x81)
    return peer


def held(words: list[str], deflate: bool, count: int, *, echo: bool = True) -> tuple[float, int]:
    """KiB a connection, and how many of ``count`` are open at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        with ExitStack() as stack:
            for _ in range(50):  # what is allocated once
                connect(url, deflate, echo=echo).close()
            before = psutil.Process(process.pid).memory_info().rss
            peers = []
            for _ in range(count):
                with suppress(OSError):
                    peers.append(stack.enter_context(connect(url, deflate, echo=echo)))
            after = psutil.Process(process.pid).memory_info().rss
            alive = 0
            for peer in peers:
                peer.sendall(b"\x89\x80\x00\x00\x00\x00")
            for peer in peers:
                rest = peer.recv(4096)
                while not rest.endswith(b"\x8a\x00"):
                    rest += peer.recv(4096)
                alive += 1
        return (after - before) / 1024 / max(count, 1), alive
    finally:
        process.terminate()
        process.communicate()


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Memory of each, and many connections at once."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    serve = ["wsgui", "serve", "--port", "0"]
    for deflate in (False, True):
        ours, _ = held([*serve, *(["--deflate"] if deflate else [])], deflate, FEW)
        other = "websockets-deflate" if deflate else "websockets"
        theirs, _ = held(["tests.bench.echo_servers", other], deflate, FEW)
        detail = f"{ours:.1f} KiB a connection, websockets {theirs:.1f}"
        yield Figure("idle.deflate" if deflate else "idle.plain", ours / theirs, detail)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.toml"
        path.write_text('[[rule]]\nvalue = "hello"\nsend = "hello {{counter}}"\n', "utf-8")
        count = FEW if quick else MANY
        mock, alive = held([*serve, "--behaviour", "rules", "--set", f"file={path}"], False, count, echo=False)
        plain, _ = held(serve, False, count)
        detail = f"{mock:.1f} KiB a client, {plain:.1f} of the echo server; {alive} clients"
        yield Figure("idle.mock", mock / plain, detail)
    if not quick:
        each, alive = held([*serve, "--deflate"], True, MANY)
        yield Figure("idle.many", alive, f"{each * MANY / 1024:,.0f} MiB, compressing")
