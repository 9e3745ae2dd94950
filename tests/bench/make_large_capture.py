"""A capture of any number of frames, such as a day of a busy feed leaves behind.

``python -m tests.bench.make_large_capture N OUT``. Three quarters of the frames are received JSON texts of some 100 B;
the rest are masked texts of ours, binary updates, pings with their pongs, a few fragmented messages and broken rules.
Rows are put into the file in one transaction with the writer's own batch: some 250 000 a second.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from wsgui.capture.batch import Batch, NotesSet
from wsgui.capture.block_writer import BlockWriter
from wsgui.capture.schema import BLOCK_ROWS
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

START = 1_763_726_650_000_000_000
READ = 25
"""Frames in one read."""
STEP_NS = 250_000
"""Time from one read to the next: 100 000 frames/s."""
KEY = bytes.fromhex("37fa213d")
HEADS = (b"GET /feed HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


def make(path: Path, frames: int) -> None:
    """Write the capture; it must not exist."""
    with CaptureWriter(path, name="large", role="client"):
        pass
    chance = random.Random(1)
    filler = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz ", k=60)) for _ in range(500)]
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN")
        batch = Batch()
        batch.add(ConnectionOpened(1, START, "client", "ws://feed.example/", "10.0.0.1:5", "10.0.0.2:80"), 0)
        for number, head in enumerate(HEADS):
            batch.add(HandshakeSeen(1, START + number, Direction(number), head), 0)
        reads = 0
        while batch.last_id < frames:
            reads += 1
            some = min(READ, frames - batch.last_id)
            batch.add(_read(reads, some, batch.last_id, filler), 0)
            if batch.records >= 400:
                batch.write(database, everything=True)
                batch.clear()
        for id_ in range(1000, frames, max(frames // 20, 1)):
            batch.add(NotesSet(id_, ("",)), 0)
        batch.write(database, everything=True)
        database.execute("COMMIT")
        assert database.execute("SELECT max(id) FROM frames").fetchone() == (frames,)
        blocks = BlockWriter(database, frames)  # as a recording has them; a closing writer makes some of them only
        for _ in range(frames // BLOCK_ROWS):
            blocks.finish(frames)


def _read(number: int, count: int, last: int, filler: list[bytes]) -> FramesSeen:
    time_ns = START + number * STEP_NS
    if number % 8 == 0:
        return FramesSeen(1, time_ns, Direction.SENT, [_order(last + at, filler) for at in range(count)])
    if number % 500 == 1:
        return FramesSeen(1, time_ns, Direction.SENT, [Frame(0x89, 7, KEY, b"%d" % number)] * count)
    if number % 500 == 2:
        return FramesSeen(1, time_ns, Direction.RECEIVED, [Frame(0x8A, 7, None, b"%d" % (number - 1))] * count)
    if number % 100 == 3:
        parts = [Frame(0x00, 7, None, b"part")] * (count - 2)
        frames = [Frame(0x02, 7, None, b"first"), *parts, Frame(0x80, 7, None, b"last")][:count]
        return FramesSeen(1, time_ns, Direction.RECEIVED, frames)
    frames = [_price(last + at, filler) for at in range(count)]
    broken = [(0, violation("mask.server-masked", "A server must not mask."))] if number % 2000 == 5 else []
    return FramesSeen(1, time_ns, Direction.RECEIVED, frames, broken)


def _price(number: int, filler: list[bytes]) -> Frame:
    if number % 10 == 0:
        return Frame(0x82, 7, None, number.to_bytes(8, "big") * 6)
    text = b'{"type":"price","id":%d,"price":%d.25,"note":"%s"}' % (number, number % 977, filler[number % 500])
    return Frame(0x81, 7 if len(text) < 126 else 16, None, text)


def _order(number: int, filler: list[bytes]) -> Frame:
    return Frame(0x81, 7, KEY, b'{"type":"order","id":%d,"text":"%s"}' % (number, filler[number % 499]))


def main(arguments: list[str]) -> int:
    """``N OUT``."""
    if len(arguments) != 2 or not arguments[0].isdigit() or Path(arguments[1]).exists():
        print("usage: python -m tests.bench.make_large_capture N OUT   (OUT must not exist)", file=sys.stderr)
        return 2
    began = time.perf_counter()
    make(Path(arguments[1]), int(arguments[0]))
    took = time.perf_counter() - began
    size = Path(arguments[1]).stat().st_size / 1e6
    print(f"{arguments[0]} frames, {size:.0f} MB, in {took:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
