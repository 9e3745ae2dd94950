"""Frames a second through the protocol core, against the sans-I/O layer of ``websockets`` in the same run.

Ours is parse, judge, join to messages, check and decode text, answer pings, and wrap the frames into the record that
goes to the capture. Theirs is ``Protocol.receive_data`` and ``events_received``: parse, and answer pings. The bytes
are the same, cut into reads of 64 KiB before the clock starts. The two take turns, so that a noisy minute hits both.
"""

from __future__ import annotations

import gc
import random
import time
from statistics import median
from typing import TYPE_CHECKING

from websockets.protocol import SERVER, Protocol

from tests.bench import peers
from tests.bench.table import Figure
from wsgui.protocol.connection import Connection
from wsgui.protocol.frames import Frame, wire_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READ = 64 * 1024
ROUNDS = 9


def small_texts(count: int = 60_000) -> list[Frame]:
    """Masked texts of 64 bytes, each with a key of its own."""
    chance = random.Random(6455)
    return [
        Frame.build(Opcode.TEXT, chance.randbytes(32).hex().encode(), masking_key=chance.randbytes(4))
        for _ in range(count)
    ]


def mixed(messages: int = 6_000) -> list[Frame]:
    """Messages of 2 B to 64 KiB (log-uniform), half text and half binary, 15 % in 2 to 4 fragments; 5 % pings.

    The texts are JSON, one in four with letters outside ASCII. A ping may stand between fragments.
    """
    chance = random.Random(6455)
    ascii_text = '{"id": 17, "name": "wheel bearing", "price": 12.5, "tags": ["steel", "spare"]}, ' * 900
    other_text = ascii_text.replace("wheel bearing", "Radlager für Größe 5")
    blob = chance.randbytes(1 << 17)
    frames: list[Frame] = []

    def add(opcode: int, payload: bytes, fin: bool) -> None:
        frames.append(Frame.build(opcode, payload, fin=fin, masking_key=chance.randbytes(4)))
        if chance.random() < 0.05:
            frames.append(Frame.build(Opcode.PING, chance.randbytes(8), masking_key=chance.randbytes(4)))

    for _ in range(messages):
        size = int(2 ** chance.uniform(1, 16))
        if chance.random() < 0.5:
            opcode = Opcode.TEXT
            text = other_text if chance.random() < 0.25 else ascii_text
            payload = text[: size * 2].encode()[:size].decode(errors="ignore").encode()
        else:
            opcode = Opcode.BINARY
            start = chance.randrange(len(blob) - size)
            payload = blob[start : start + size]
        parts = chance.randint(2, 4) if chance.random() < 0.15 else 1
        cuts = [0, *sorted(chance.randrange(size) for _ in range(parts - 1)), size]
        for part in range(parts):
            add(opcode if part == 0 else Opcode.CONTINUATION, payload[cuts[part] : cuts[part + 1]], part == parts - 1)
    return frames


def ours(reads: list[bytes]) -> int:
    """Frames that our core makes of ``reads``, recorded."""
    connection = Connection(Role.SERVER, new_key=lambda: b"\0\0\0\0")
    connection.opened()
    count = 0
    for data in reads:
        received = connection.receive_data(data)
        if received.frames:
            record = FramesSeen(1, 0, Direction.RECEIVED, received.frames, received.violations, len(data))
            count += len(record.frames)
    assert connection.failure is None
    return count


def theirs(reads: list[bytes]) -> int:
    """Frames that ``websockets`` makes of ``reads``."""
    protocol = Protocol(SERVER, max_size=None)
    count = 0
    for data in reads:
        protocol.receive_data(data)
        count += len(protocol.events_received())
    assert protocol.parser_exc is None
    return count


def aiohttp_reader(reads: list[bytes]) -> int:
    """Frames that end a message, or are control frames, of which aiohttp's reader in C makes messages, decoded."""
    import asyncio

    from aiohttp._websocket.reader_c import WebSocketDataQueue, WebSocketReader
    from aiohttp.base_protocol import BaseProtocol

    loop = asyncio.new_event_loop()
    queue = WebSocketDataQueue(BaseProtocol(loop), 2**30, loop=loop)
    reader = WebSocketReader(queue, 0, compress=False, decode_text=True)
    for data in reads:
        failed, _ = reader.feed_data(data)
        assert not failed, queue.exception()
    loop.close()
    return len(queue._buffer)


def _seconds(work: Callable[[list[bytes]], int], reads: list[bytes]) -> tuple[float, int]:
    start = time.perf_counter()
    count = work(reads)
    return time.perf_counter() - start, count


def compare(row: str, frames: list[Frame], rounds: int) -> Iterator[Figure]:
    """All codecs on the same frames."""
    wire = wire_of(frames)
    reads = [wire[start : start + READ] for start in range(0, len(wire), READ)]
    whole = {ours: len(frames), theirs: len(frames)}
    if peers.installed("aiohttp"):
        whole[aiohttp_reader] = sum(frame.head >> 7 for frame in frames)
    spans: dict[Callable[[list[bytes]], int], list[float]] = {work: [] for work in whole}
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for work, times in spans.items():
            took, count = _seconds(work, reads)
            assert count == whole[work], (work, count)
            times.append(took)
    gc.unfreeze()
    mine = median(spans[ours])
    rate = f"{len(frames) / mine:,.0f} frames/s ({mine / len(frames) * 1e6:.2f} us, {len(wire) / mine / 1e6:,.0f} MB/s)"
    for work, name in ((theirs, "websockets"), (aiohttp_reader, "aiohttp")):
        if work in spans:
            ratios = [b / a for a, b in zip(spans[ours], spans[work], strict=True)]
            other = f"{name} {len(frames) / median(spans[work]):,.0f} frames/s"
            spread = f"ratio {min(ratios):.2f} to {max(ratios):.2f}"
            yield Figure(f"{row}.{name}", median(ratios), f"{rate}; {other}; {spread}")


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Measure."""
    rounds = 5 if quick else ROUNDS
    yield from compare("codec.small", small_texts(), rounds)
    yield from compare("codec.mixed", mixed(), rounds)
