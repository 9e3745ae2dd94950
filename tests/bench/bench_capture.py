"""How fast the capture store is: python tests/bench/bench_capture.py"""

from __future__ import annotations

import math
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # run as a plain script
    sys.path.insert(0, str(ROOT))

from tests.bench.table import Figure  # noqa: E402
from wsgui.capture.reader import CaptureReader  # noqa: E402
from wsgui.capture.writer import MIB, CaptureWriter  # noqa: E402
from wsgui.protocol.frames import Frame  # noqa: E402
from wsgui.protocol.parser import FrameParser  # noqa: E402
from wsgui.records import Direction, FramesSeen  # noqa: E402

BATCH = 400
FRAMES = 1_000_000
PAGE = 50


def record() -> FramesSeen:
    """A read's worth of frames, made as an engine makes them: each payload an object of its own."""
    wire = Frame.build(1, b"x" * 120).wire() * BATCH
    return FramesSeen(1, time.time_ns(), Direction.RECEIVED, FrameParser().feed(wire))


def raw(path: Path, frames: int) -> float:
    """Frames a second with ``executemany`` of rows that lie ready, commits included: the yardstick."""
    rows = [(i, 1, 1, 1, 1, 8, None, 7, 120, i, 0, b"x" * 120) for i in range(1, frames + 1)]
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA page_size = 8192")
        database.execute(f"CREATE TABLE frames (id INTEGER PRIMARY KEY, {', '.join('bcdefghijkl')})")
        start = time.perf_counter()
        step = 100 * BATCH
        for first in range(0, frames, step):
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[first : first + step]
            )
            database.execute("COMMIT")
        return frames / (time.perf_counter() - start)


def recorded(path: Path, frames: int) -> tuple[float, int]:
    """Frames a second from `put` to commit, frames made on the way as a reader would; and the backlog at most."""
    most = 0
    with CaptureWriter(path) as writer:
        start = time.perf_counter()
        for _ in range(frames // BATCH):
            writer.put(record())
            most = max(most, writer.backlog)
            if writer.backlog > 24 * MIB:  # what a paused socket does
                writer.flush()
        writer.flush()
        return frames / (time.perf_counter() - start), most


def page_us(path: Path) -> tuple[float, float]:
    """Median microseconds for a page of rows, in a row and picked by id, spread over the whole capture."""
    straight: list[float] = []
    picked: list[float] = []
    with CaptureReader(path) as reader:
        last = reader.last_id()
        for first in range(1, last - 3 * PAGE, last // 100):
            start = time.perf_counter()
            assert len(reader.rows(first, first + PAGE - 1)) == PAGE
            middle = time.perf_counter()
            assert len(reader.rows_of(range(first, first + 3 * PAGE, 3))) == PAGE
            picked.append((time.perf_counter() - middle) * 1e6)
            straight.append((middle - start) * 1e6)
    return statistics.median(straight), statistics.median(picked)


def memory_mib(what: str) -> float:
    """Memory of this process in MiB, ``VmRSS`` now or ``VmHWM`` at most; nan where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return math.nan
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:")), math.nan)


def run(*, quick: bool = False) -> list[str | Figure]:
    """Measure, and say it in lines."""
    frames = FRAMES // 4 if quick else FRAMES
    with tempfile.TemporaryDirectory() as folder:
        before = memory_mib("VmRSS")
        path = Path(folder) / "bench.wscap"
        speed, most = recorded(path, frames)
        at_most, after = memory_mib("VmHWM"), memory_mib("VmRSS")
        size = path.stat().st_size
        straight, picked = page_us(path)
        with CaptureReader(path) as reader:
            start = time.perf_counter()
            found = len(reader.ids(1, 0, frames))
            ids_ms = (time.perf_counter() - start) * 1e3
        yardstick = raw(Path(folder) / "raw.wscap", frames // 4)
    return [
        f"capture: {speed / 1e3:.0f} k frames/s recorded (120 B, {BATCH} a record, parsing included)",
        f"capture: {speed / yardstick:.2f} x a raw executemany of rows that lie ready ({yardstick / 1e3:.0f} k/s)",
        f"capture: page of {PAGE} rows out of {frames:,}: {straight:.0f} us in a row, {picked:.0f} us picked by id",
        f"capture: ids of one connection: {found:,} in {ids_ms:.0f} ms",
        Figure("capture.disk", size / frames, f"backlog at most {most / MIB:.0f} MiB"),
        f"capture: memory {before:.0f} MiB before, {at_most:.0f} at most, {after:.0f} after {frames:,} frames",
    ]
